"""The worker and its schedule, in this process for the rules and in its own for the signals."""

import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.db import connection
from django.tasks import TaskResultStatus, task
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from community import schedule
from community.management.commands.run_worker import Attendant

ROOT = Path(__file__).resolve().parents[2]
MORNING = datetime(2026, 3, 2, 9, 0, 30, tzinfo=UTC)
SWEEP, TIDY = "community.tasks.sweep_roster", "community.schedule.tidy"


@task()
def knock(port):
    """Fails as the network does: nobody listens, until somebody does."""
    socket.create_connection(("127.0.0.1", port), timeout=5).close()


@task()
def divide(by):
    return 1 / by


@task()
def stay(path):
    """Say that it runs, and go on until somebody puts a word into the file."""
    with Path(path).open("a") as said:
        said.write("here ")
    while "go" not in Path(path).read_text():
        Event().wait(0.02)


@pytest.fixture(autouse=True)
def queue(settings, tmp_path, db):
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
    settings.DATA = tmp_path


@pytest.fixture
def worker():
    """One that has made its rounds a moment ago and has no signal handlers."""
    attendant = Attendant()
    attendant.rounds_due = time.monotonic() + 3600
    yield attendant
    os.close(attendant.ask)
    os.close(attendant.asked)


@pytest.fixture
def closed_port():
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def the(task_result):
    return DBTaskResult.objects.get(pk=task_result.id)


def queued(path):
    return DBTaskResult.objects.filter(task_path=path)


def make_due(task_result):
    DBTaskResult.objects.filter(pk=task_result.id).update(run_after=timezone.now())


# --- The clock ------------------------------------------------------------------------------------


def test_what_is_due_is_enqueued_once_however_many_workers_look():
    with time_machine.travel(MORNING, tick=False):
        schedule.enqueue_due()
        schedule.enqueue_due()

    assert queued(SWEEP).count() == queued(TIDY).count() == 1


def test_each_minute_has_a_sweep_and_each_day_a_tidying():
    for moment in (MORNING, MORNING + timedelta(minutes=1), MORNING + timedelta(days=1)):
        with time_machine.travel(moment, tick=False):
            schedule.enqueue_due()

    assert queued(SWEEP).count() == 3
    assert queued(TIDY).count() == 2


@pytest.mark.django_db(transaction=True)
def test_two_workers_that_enqueue_at_the_same_moment_make_one_row():
    from concurrent.futures import ThreadPoolExecutor
    from threading import Barrier

    together = Barrier(4)

    def look():
        try:
            connection.ensure_connection()
            together.wait(10)
            schedule.enqueue_due()
        finally:
            connection.close()

    with time_machine.travel(MORNING, tick=False), ThreadPoolExecutor(4) as pool:
        for each in [pool.submit(look) for _ in range(4)]:
            each.result()

    assert queued(SWEEP).count() == 1


def test_a_round_enqueues_what_is_due_and_runs_it(worker):
    Session.objects.create(
        session_key="ended", session_data="", expire_date=timezone.now() - timedelta(days=1)
    )
    Session.objects.create(
        session_key="lasting", session_data="", expire_date=timezone.now() + timedelta(days=1)
    )
    worker.rounds_due = 0

    while worker.work():
        pass

    assert [s.session_key for s in Session.objects.all()] == ["lasting"]
    assert queued(SWEEP).get().status == queued(TIDY).get().status == TaskResultStatus.SUCCESSFUL


def test_tidying_deletes_what_has_succeeded_and_keeps_what_has_lately_failed(worker):
    succeeded, failed = divide.enqueue(1), divide.enqueue(0)
    while worker.work():
        pass

    with time_machine.travel(timezone.now() + timedelta(days=3)):
        schedule.tidy.call()

    assert [row.pk for row in DBTaskResult.objects.all()] == [the(failed).pk]
    assert not DBTaskResult.objects.filter(pk=succeeded.id).exists()


# --- Trying again ---------------------------------------------------------------------------------


def test_what_the_network_stopped_is_tried_again_later_and_succeeds(worker, closed_port):
    knocked = knock.enqueue(closed_port)

    worker.work()
    waits = the(knocked).run_after - timezone.now()
    took_it_early = worker.work()
    with socket.create_server(("127.0.0.1", closed_port)):
        make_due(knocked)
        worker.work()

    assert timedelta() < waits <= schedule.BACKOFF[0]
    assert not took_it_early
    assert the(knocked).status == TaskResultStatus.SUCCESSFUL


def test_what_never_passes_is_given_up_after_three_more_tries(worker, closed_port):
    knocked = knock.enqueue(closed_port)
    waits = []

    for _ in range(3):
        worker.work()
        waits.append(the(knocked).run_after - timezone.now())
        make_due(knocked)
    worker.work()

    assert waits == sorted(waits)
    assert the(knocked).status == TaskResultStatus.FAILED
    assert len(the(knocked).worker_ids) == 4


def test_a_mistake_in_the_code_is_not_tried_again(worker):
    divided = divide.enqueue(0)

    worker.work()

    assert the(divided).status == TaskResultStatus.FAILED
    assert len(the(divided).worker_ids) == 1


# --- What a killed worker left --------------------------------------------------------------------


@pytest.fixture
def make_claimed():
    """A task that the named worker has taken and not finished."""

    def make(worker_id, tries=1):
        enqueued = divide.enqueue(1)
        for _ in range(tries):
            the(enqueued).claim(worker_id)
        return enqueued

    return make


def test_the_task_of_a_worker_that_is_gone_is_run_by_the_next(worker, make_claimed):
    with schedule.sign_of_life("killed"):
        claimed = make_claimed("killed")
    schedule._sign("killed").touch()  # what a kill leaves: the file, and nobody who holds it

    schedule.return_left_behind(by=worker.worker_id)
    worker.work()

    assert the(claimed).status == TaskResultStatus.SUCCESSFUL


def test_the_task_of_a_worker_that_lives_is_left_to_it(worker, make_claimed):
    with schedule.sign_of_life("living"):
        claimed = make_claimed("living")

        schedule.return_left_behind(by=worker.worker_id)

        assert not worker.work()
        assert the(claimed).status == TaskResultStatus.RUNNING


def test_the_task_of_a_worker_elsewhere_is_left_to_it_until_no_task_can_take_so_long(
    worker, make_claimed
):
    claimed = make_claimed("elsewhere")

    schedule.return_left_behind(by=worker.worker_id)
    at_once = the(claimed).status
    with time_machine.travel(timezone.now() + 2 * schedule.LONGEST + timedelta(seconds=1)):
        schedule.return_left_behind(by=worker.worker_id)

    assert at_once == TaskResultStatus.RUNNING
    assert the(claimed).status == TaskResultStatus.READY


def test_a_task_that_kills_its_worker_each_time_is_recorded_as_failed(worker, make_claimed):
    claimed = make_claimed(worker.worker_id, tries=4)

    schedule.return_left_behind(by=worker.worker_id)

    assert the(claimed).status == TaskResultStatus.FAILED


# --- A process of its own -------------------------------------------------------------------------


class Place:
    """A worker's installation: a database with nothing in it but the queue."""

    def __init__(self, folder):
        self.file = folder / "place.sqlite3"
        self.word = folder / "word"
        self.env = os.environ | {
            "HALLWAY_DATA": str(folder),
            "DATABASE_URL": f"sqlite:///{self.file}",
            "PYTHONUNBUFFERED": "1",
        }
        self.env.pop("REDIS_URL", None)

    def manage(self, *arguments, start=subprocess.run, **options):
        command = [sys.executable, "site/manage.py", *arguments]
        return start(command, cwd=ROOT, env=self.env, **options)

    def rows(self):
        with closing(sqlite3.connect(self.file, timeout=20)) as database:
            return database.execute(
                "SELECT status, worker_ids FROM django_tasks_database_dbtaskresult"
                " WHERE task_path LIKE '%stay'"
            ).fetchall()

    def status(self):
        return self.rows()[0][0]

    def heard(self):
        return self.word.read_text().count("here") if self.word.exists() else 0


def wait_until(true, tries=400):
    """Look every twentieth of a second whether another process has come so far."""
    for _ in range(tries):
        if true():
            return
        Event().wait(0.05)
    raise AssertionError("it did not come to pass")


MAKE_THE_QUEUE = """
from django.db import connection
from django_tasks_db.models import DBTaskResult
with connection.schema_editor() as editor:
    editor.create_model(DBTaskResult)
"""


@pytest.fixture
def place(tmp_path):
    made = Place(tmp_path)
    made.manage("shell", "-v", "0", "-c", MAKE_THE_QUEUE, check=True)
    return made


@pytest.fixture
def start_worker(place):
    started = []

    def start():
        started.append(
            place.manage("run_worker", start=subprocess.Popen, stderr=subprocess.DEVNULL)
        )
        wait_until(lambda: any((place.file.parent / "workers").glob(f"{started[-1].pid}-*")))
        return started[-1]

    yield start
    for process in started:
        process.kill()
        process.wait()


@pytest.fixture
def staying(place):
    enqueue = f"from tests.community.test_worker import stay; stay.enqueue({str(place.word)!r})"
    place.manage("shell", "-v", "0", "-c", enqueue, check=True)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_worker_without_a_task_leaves_at_once(place, start_worker, number):
    process = start_worker()

    process.send_signal(number)

    assert process.wait(5) == 0
    assert not list((place.file.parent / "workers").iterdir())


def test_a_task_that_is_about_to_end_ends_before_the_worker_leaves(place, start_worker, staying):
    process = start_worker()
    wait_until(place.heard)

    process.send_signal(signal.SIGTERM)
    place.word.write_text("here go")

    assert process.wait(5) == 0
    assert place.status() == "SUCCESSFUL"


def test_a_task_that_goes_on_is_handed_back_when_the_worker_leaves(place, start_worker, staying):
    process = start_worker()
    wait_until(place.heard)

    process.send_signal(signal.SIGTERM)

    assert process.wait(8) == 0
    assert place.status() == "READY"


def test_the_task_of_a_killed_worker_is_finished_by_the_next_one(place, start_worker, staying):
    process = start_worker()
    wait_until(place.heard)
    process.kill()
    process.wait()
    left = place.status()

    start_worker()
    wait_until(lambda: place.heard() == 2)
    place.word.write_text("here here go")
    wait_until(lambda: place.status() != "RUNNING")

    assert left == "RUNNING"
    assert place.status() == "SUCCESSFUL"
