"""For whoever keeps the installation running: is the process up, and can it serve?"""

import asyncio

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

LAYER_SECONDS = 2


@require_safe
def healthz(request):
    """The process answers. Touches nothing else."""
    return HttpResponse("ok\n", content_type="text/plain")


def _database():
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return False
    return True


def _migrations():
    try:
        executor = MigrationExecutor(connection)
        return not executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError:
        return False


def _layer():
    async def there_and_back():
        layer = get_channel_layer()
        channel = await layer.new_channel()
        await layer.group_add("readyz", channel)
        await layer.group_send("readyz", {"type": "ready"})
        await layer.receive(channel)
        await layer.group_discard("readyz", channel)

    try:
        async_to_sync(asyncio.wait_for)(there_and_back(), LAYER_SECONDS)
    except Exception:  # noqa: BLE001 - whatever a layer raises, it is not ready
        return False
    return True


@require_safe
def readyz(request):
    """200 when the database answers, the layer carries a message and no migration waits; 503
    otherwise, with which of them failed."""
    found = {"database": _database(), "layer": _layer()}
    found["migrations"] = found["database"] and _migrations()
    return JsonResponse(found, status=200 if all(found.values()) else 503)
