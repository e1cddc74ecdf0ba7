"""The process beside the web process: it takes tasks from the database, keeps the schedule, and
leaves at once when it is asked to."""

import logging
import os
import select
import signal
import time

from django.core.management.base import BaseCommand
from django.db import InterfaceError, OperationalError, connection, transaction
from django.tasks import DEFAULT_TASK_BACKEND_ALIAS
from django.utils.crypto import get_random_string
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult

from community import schedule

logger = logging.getLogger("hallway.worker")

REST = 2  # seconds between two looks into an empty queue
ROUNDS = 15  # seconds between two rounds of the schedule
GRACE = 3  # seconds that a running task has when the worker is asked to leave


class Interrupted(BaseException):
    """The worker leaves and its task has not ended in the time that it was given."""


class Attendant(Worker):
    """django-tasks-db's worker with a loop of its own. The original opens an exclusive transaction
    at every look, so that an idle worker keeps taking SQLite's only write lock; it dies of a
    database that is locked or away for a moment; and it knows no schedule."""

    def __init__(self):
        super().__init__(
            queue_names=["*"],
            excluded_queue_names=[],
            interval=REST,
            batch=False,
            backend_name=DEFAULT_TASK_BACKEND_ALIAS,
            startup_delay=False,
            max_tasks=None,
            worker_id=f"{os.getpid()}-{get_random_string(20)}",
        )
        self.rounds_due = 0
        # Signal handlers write a byte here: a sleeping `select` wakes, and nothing is interrupted
        # that holds a lock.
        self.asked, self.ask = os.pipe()

    def run(self):
        with schedule.sign_of_life(self.worker_id):
            while self.running:
                try:
                    idle = not self.work()
                except (OperationalError, InterfaceError) as error:
                    logger.warning("The database is away: %s", type(error).__name__)
                    connection.close()
                    idle = True
                if idle and self.running:
                    select.select([self.asked], [], [], self.interval)

    def work(self):
        """Make the rounds when they are due and run one task. False when there was none."""
        if time.monotonic() >= self.rounds_due:
            self.rounds_due = time.monotonic() + ROUNDS
            schedule.return_left_behind(by=self.worker_id)
            schedule.enqueue_due()
        result = self.take()
        if result is None:
            return False
        self.run_task(result)
        return True

    def take(self):
        ready = DBTaskResult.objects.ready().filter(backend_name=self.backend_name)
        if not ready.exists():  # a read, which waits for nobody and stops nobody
            return None
        with transaction.atomic():
            result = ready.get_locked()
            if result is not None:
                result.claim(self.worker_id)
        return result

    def run_task(self, db_task_result):
        if not self.running:
            schedule.hand_back(db_task_result)
            return
        signal.alarm(int(schedule.LONGEST.total_seconds()))
        try:
            super().run_task(db_task_result)
        finally:
            signal.alarm(0)
        if db_task_result.exception_class_path == f"{__name__}.{Interrupted.__qualname__}":
            schedule.hand_back(db_task_result)
        else:
            schedule.try_again_if_it_may_pass(db_task_result)

    def configure_signals(self):
        super().configure_signals()
        signal.signal(signal.SIGALRM, self.time_is_up)

    def time_is_up(self, signum, frame):
        if self.running_task:
            raise schedule.TakesTooLong if self.running else Interrupted

    def shutdown(self, signum, frame):
        self.running = False
        os.write(self.ask, b"!")
        if self.running_task:
            signal.alarm(GRACE)


class Command(BaseCommand):
    help = "Run tasks from the database, and those that the clock asks for, until a signal."

    def handle(self, verbosity, **options):
        if verbosity < 2:  # one that runs well each minute is no news
            logging.getLogger("django.tasks").setLevel(logging.WARNING)
        attendant = Attendant()
        attendant.configure_signals()
        attendant.run()
