"""What the worker does by itself: tasks that are due by the clock, tasks that are tried again, and
tasks that a killed worker left behind.

All of it is decided on the rows of the task queue, under the database's own guarantees, so that any
number of workers can do it at once. A task may therefore run more than once, and is written so that
this does no harm: it looks first whether there is still something to do, and mails one person.
"""

import fcntl
import uuid
from contextlib import contextmanager, suppress
from datetime import timedelta

from django.conf import settings
from django.core.management import call_command
from django.db import InterfaceError, OperationalError
from django.tasks import TaskResultStatus, task
from django.utils import timezone
from django.utils.module_loading import import_string
from django_tasks_db.models import DBTaskResult

# The waits before the second, third and fourth try.
BACKOFF = (timedelta(seconds=10), timedelta(minutes=1), timedelta(minutes=10))
# No task runs longer: the worker interrupts it. One that seems to has lost its worker.
LONGEST = timedelta(minutes=10)
KEPT_DAYS = {"min_age_days": 1, "failed_min_age_days": 14}


class TakesTooLong(BaseException):
    """The worker's interruption of a task; no `except Exception` of the task may swallow it."""


# What passes by itself: the network, the mail server (its errors are OSErrors), a busy or absent
# database, a slow neighbour. A mistake in the code is not cured by trying again.
PASSING = (OSError, OperationalError, InterfaceError, TakesTooLong)


@task()
def tidy():
    """Delete what has served: ended sessions and the records of finished tasks."""
    call_command("clearsessions")
    call_command("prune_db_task_results", queue_name="*", verbosity=0, **KEPT_DAYS)


def enqueue_due():
    """Put what the clock asks for into the queue, once, whoever else does so at the same moment.

    The row's key is made of the task and the beginning of its turn, so the database refuses a
    second one. What was missed while no worker ran is not made up for; the next turn does it all.
    """
    now = timezone.now()
    for path, seconds in settings.SCHEDULE.items():
        turn = int(now.timestamp() // seconds)
        key = uuid.uuid5(uuid.NAMESPACE_URL, f"hallway:{path}:{seconds}:{turn}")
        due = import_string(path)
        if not DBTaskResult.objects.filter(pk=key).exists():
            DBTaskResult.objects.get_or_create(
                pk=key,
                defaults={
                    "task_path": due.module_path,
                    "args_kwargs": {"args": [], "kwargs": {}},
                    "priority": due.priority,
                    "queue_name": due.queue_name,
                    "backend_name": due.backend,
                },
            )


def try_again_if_it_may_pass(result):
    """Return a failed task to the queue, later each time, when what stopped it passes by itself."""
    if result.status != TaskResultStatus.FAILED or _tried_enough(result):
        return
    with suppress(ImportError):
        if issubclass(import_string(result.exception_class_path), PASSING):
            _return(result, after=BACKOFF[len(result.worker_ids) - 1])


def return_left_behind(by):
    """Return the tasks of workers that were killed: without this they would seem to run for ever.

    Not without end: one that kills its worker every time is at last recorded as failed. `by` is the
    worker that looks, between two tasks: what seems to run under its own name was left behind too.
    """
    for result in DBTaskResult.objects.running():
        if result.worker_ids[-1] != by and not _is_left_behind(result):
            continue
        if _tried_enough(result):
            result.set_failed(TakesTooLong("Its worker was killed each time."))
        else:
            hand_back(result)


def hand_back(result):
    """Return a task that its worker does not finish, for the next one to take at once."""
    _return(result, after=timedelta())


def _tried_enough(result):
    return len(result.worker_ids) > len(BACKOFF)


def _return(result, after):
    """The row as it was read decides: when another worker has had it since, nothing is changed."""
    as_read = DBTaskResult.objects.filter(
        pk=result.pk, status=result.status, worker_ids=result.worker_ids
    )
    as_read.update(
        status=TaskResultStatus.READY, run_after=timezone.now() + after, finished_at=None
    )


# --- Which workers live ---------------------------------------------------------------------------


@contextmanager
def sign_of_life(worker_id):
    """Hold a lock that the system lets go of when this process ends, however it ends."""
    path = _sign(worker_id)
    path.parent.mkdir(exist_ok=True)
    with path.open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        try:
            yield
        finally:
            path.unlink(missing_ok=True)


def _sign(worker_id):
    return settings.DATA / "workers" / worker_id


def _is_left_behind(result):
    """At once when its worker was of this machine; on another one the clock has to tell."""
    if timezone.now() - result.started_at > 2 * LONGEST:
        return True
    sign = _sign(result.worker_ids[-1])
    try:
        with sign.open() as found:
            fcntl.flock(found, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:  # of another machine, or held by a worker that lives
        return False
    sign.unlink(missing_ok=True)
    return True
