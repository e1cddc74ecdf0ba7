"""Where copies lie until they expire: in a folder that has no address, under names of ours."""

import os
import secrets
from pathlib import Path

from django.conf import settings


def folder():
    """Read from the settings each time; nobody but the account that serves the site may look."""
    found = Path(settings.TAKEOUTS_ROOT)
    found.mkdir(parents=True, exist_ok=True, mode=0o700)
    return found


def new_name():
    return f"{secrets.token_hex(20)}.zip"


def path(name):
    return folder() / name


def create(name):
    """A new file, open for writing, that nobody else may read."""
    descriptor = os.open(path(name), os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600)
    return os.fdopen(descriptor, "w+b")


def delete(name):
    if name:
        path(name).unlink(missing_ok=True)
