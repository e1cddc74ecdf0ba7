"""The rows for it: one thread, its readers, each signed in, and who writes. Prints where they are.

`python -m tests.bench.live.stage READERS WRITERS`
"""

import json
import os
import sys

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

import django

django.setup()

from datetime import timedelta  # noqa: E402

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY  # noqa: E402
from django.contrib.sessions.backends.db import SessionStore  # noqa: E402
from django.contrib.sessions.models import Session  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.utils import timezone  # noqa: E402

from tests.bench import rows  # noqa: E402

POSTS = 20


def sessions(people):
    """A session for each, as signing in leaves it; their keys."""
    store, until = SessionStore(), timezone.now() + timedelta(days=1)
    made = Session.objects.bulk_create(
        [
            Session(
                session_key=f"bench{person.pk:027}",
                session_data=store.encode(
                    {
                        SESSION_KEY: str(person.pk),
                        BACKEND_SESSION_KEY: "community.accounts.PasswordBackend",
                        HASH_SESSION_KEY: person.get_session_auth_hash(),
                    }
                ),
                expire_date=until,
            )
            for person in people
        ],
        batch_size=rows.BATCH,
    )
    return [session.pk for session in made]


def version():
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            return f"SQLite {cursor.execute('SELECT sqlite_version()').fetchone()[0]}"
        cursor.execute("SHOW server_version")
        return f"PostgreSQL {cursor.fetchone()[0].split()[0]}"


def main():
    readers, writers = map(int, sys.argv[1:])
    call_command("migrate", verbosity=0, interactive=False)
    cohort = rows.cohort()
    people = rows.members(readers + writers, cohort)
    (space,) = rows.spaces(1, cohort)
    (topic,) = rows.threads(space, [POSTS], people[:20])
    keys = sessions(people)
    place = {
        "thread": topic.pk,
        "writer": people[-1].pk,
        "readers": keys[:readers],
        "writers": keys[readers:],
        "database": version(),
    }
    sys.stdout.write(json.dumps(place))


main()
