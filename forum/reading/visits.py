"""How often a thread was looked at. Counted in the process and written in batches: no page writes
for it. What a process had not written yet when it was stopped is lost, and nothing depends on it.
"""

import logging
import threading
import time
from collections import Counter

from django.core.signals import request_finished
from django.db import transaction
from django.db.models import Case, F, Value, When

from forum.threads import Topic

logger = logging.getLogger(__name__)

# A batch is written once it holds so many visits, or began so many seconds before one more comes.
BATCH = 50
LONGEST = 120

_lock = threading.Lock()
_counted = Counter()
_since = time.monotonic()


def count(topic_id):
    """One more visit to a thread."""
    global _since
    with _lock:
        if not _counted:
            _since = time.monotonic()
        _counted[topic_id] += 1


def flush():
    """Write what was counted: two queries, however many threads."""
    with _lock:
        batch = dict(_counted)
        _counted.clear()
    if not batch:
        return
    seen = [When(pk=key, then=Value(number)) for key, number in batch.items()]
    try:
        with transaction.atomic():
            # In the order of their keys, as whoever joins two threads locks them.
            rows = Topic.objects.select_for_update(no_key=True).filter(pk__in=batch)
            list(rows.order_by("pk").values_list("pk"))
            Topic.objects.filter(pk__in=batch).update(
                views_count=F("views_count") + Case(*seen, default=Value(0))
            )
    except Exception as problem:  # noqa: BLE001 - a number of visits is worth nobody's error
        logger.warning("Some visits were not counted: %s", type(problem).__name__)


def _flush_when_due(**kwargs):
    if _counted.total() >= BATCH or (_counted and time.monotonic() - _since > LONGEST):
        flush()


# At the end of a request, when its answer is on the way.
request_finished.connect(_flush_when_due, dispatch_uid="forum.reading.visits")
