"""What `make run` does with the database before it serves: one process, since importing the site
takes longer than any of the steps. Each foreseeable trouble is one sentence.
"""

import io
import signal

import django
from django.core.exceptions import ImproperlyConfigured

from environment import say, stop


def main():
    try:
        django.setup()
    except ImproperlyConfigured as error:
        stop(f"The configuration cannot be used: {' '.join(str(error).split())}")

    from django.core.management import call_command
    from django.db import DatabaseError, connection, transaction
    from django.db.migrations.exceptions import InconsistentMigrationHistory
    from django.db.migrations.executor import MigrationExecutor

    try:
        executor = MigrationExecutor(connection)
    except (DatabaseError, ImproperlyConfigured) as error:
        said = " ".join(str(error).split())
        stop(
            f"The database {name_of(connection)} cannot be used ({said}): start or repair it, or"
            " correct DATABASE_URL."
        )
    unknown = from_a_newer_version(executor.loader)
    if unknown:
        stop(
            f"The database {name_of(connection)} was written by a newer Hallway (this one does not"
            f" know {unknown[0]}): update this checkout, or start afresh in another folder with"
            " HALLWAY_DATA=/path/to/folder."
        )
    try:
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            say("Migrating the database (half a minute the first time) …")
            call_command("migrate", interactive=False, verbosity=0)
    except InconsistentMigrationHistory as error:
        stop(
            f"The database {name_of(connection)} does not fit this Hallway ({error}): go back to"
            " the version that made it, or start afresh with HALLWAY_DATA=/path/to/folder."
        )
    say("Preparing the site …")
    call_command("prepare_site", verbosity=0, stdout=io.StringIO())
    say("Loading the demo community, unless it is there …")
    # All of it or nothing: half a demo would count as one the next time.
    with transaction.atomic():
        call_command("load_demo")


def from_a_newer_version(loader):
    """Migrations that were applied and are in none of the installed applications' files."""
    known = set(loader.disk_migrations)
    for migration in loader.disk_migrations.values():
        known.update(migration.replaces)
    return sorted(
        f"{app}.{name}"
        for app, name in loader.applied_migrations
        if app in loader.migrated_apps and (app, name) not in known
    )


def name_of(connection):
    """Its file, or its name and host: never the password that stands in DATABASE_URL."""
    settings = connection.settings_dict
    return f"{settings['NAME']} at {settings['HOST']}" if settings["HOST"] else settings["NAME"]


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # no traceback for a Ctrl-C meanwhile
    main()
