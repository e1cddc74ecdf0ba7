"""The web process that is measured: the site as it is served, with the peer's address beside ours
and a few addresses that say what it cost. daphne serves it as the Procfile says.

`BENCH_SIDE` is `ours` or `peer`; with `peer` every post is sent to the peer's group as well, from
where ours gives its hint: after the commit.
"""

import gc
import json
import os
import sys
import threading
import time
from contextvars import ContextVar
from pathlib import Path
from urllib.parse import parse_qs

from config.asgi import application as site  # loads the applications first

from asgiref.sync import async_to_sync, sync_to_async  # isort: skip
from channels.auth import AuthMiddlewareStack
from channels.layers import get_channel_layer
from channels.routing import ProtocolTypeRouter, URLRouter
from django.db import connections, transaction
from django.db.backends.signals import connection_created
from django.urls import path

from community.models import Person
from forum import posting, threads
from forum.live import log, room
from forum.live.routing import websocket_urlpatterns
from forum.live.signals import posted
from tests.bench import rows
from tests.bench.live import peer

PEER = os.environ["BENCH_SIDE"] == "peer"
PAGE = os.sysconf("SC_PAGE_SIZE")

# Whether what runs began at a socket: a room and its readings do, a post's request does not.
at_socket = ContextVar("at_socket", default=False)
asked = 0  # statements on behalf of sockets
commits = []  # `[seq, when, statements on behalf of sockets until then]`


def count(execute, *statement):
    global asked
    asked += at_socket.get()
    return execute(*statement)


def count_here(connection, **kwargs):
    if count not in connection.execute_wrappers:
        connection.execute_wrappers.append(count)


def tell(thread, event, post, **kwargs):
    transaction.on_commit(lambda: told(thread, event, post))


def told(thread, event, post):
    commits.append([event.seq, time.monotonic(), asked])
    if PEER:
        (frame,) = log.answer(post, event.seq - 1).frames
        message = {"type": "chat.message", "text": room.encode(frame)}
        async_to_sync(get_channel_layer().group_send)(peer.group_of(thread.pk), message)


def burst(thread_id, person_id, times):
    """So many posts in one transaction, so that all of them are news at the same moment."""
    person = Person.objects.get(pk=person_id)
    try:
        with transaction.atomic():
            topic = threads.thread_for(person, thread_id)
            for text, _ in rows.texts(times):
                posting.reply(topic, by=person, content=text)
    finally:
        connections.close_all()


def facts():
    gc.collect()
    return {
        "resident": int(Path("/proc/self/statm").read_text().split()[1]) * PAGE,
        "cpu": time.process_time(),
        "asked": asked,
        "commits": commits,
    }


async def http(scope, receive, send):
    if not scope["path"].startswith("/bench/"):
        await site(scope, receive, send)
        return
    if scope["path"] == "/bench/burst":
        given = {
            name: int(one) for name, (one,) in parse_qs(scope["query_string"].decode()).items()
        }
        await sync_to_async(burst, thread_sensitive=False)(**given)
    body = json.dumps(facts()).encode()
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": body})


sockets = AuthMiddlewareStack(
    URLRouter([path("peer/<int:pk>/", peer.ChatConsumer.as_asgi()), *websocket_urlpatterns])
)


async def websocket(scope, receive, send):
    at_socket.set(True)
    await sockets(scope, receive, send)


def end_with_whoever_started_this():
    sys.stdin.read()
    os._exit(0)


connection_created.connect(count_here)
posted.connect(tell)
threading.Thread(target=end_with_whoever_started_this, daemon=True).start()
application = ProtocolTypeRouter({"http": http, "websocket": websocket})
