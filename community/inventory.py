"""What is kept about people: what becomes of it when somebody closes their account, and under which
heading it stands in the copy that they may ask for.

Each app says so in its module `belongings`, for every column of its models that points at a person
(and for those of the packages it stands on). tests/community/test_closing.py holds this against the
models there are, so that a later one cannot be forgotten.
"""

from dataclasses import dataclass
from enum import Enum

from django.apps import apps


class AtClosing(Enum):
    # What others were told or did stays whole, and says "somebody who left".
    KEPT = "kept"
    # The row was theirs alone.
    REMOVED = "removed"
    # The row is somebody else's, and no longer points at them.
    CLEARED = "cleared"


KEPT, REMOVED, CLEARED = AtClosing


@dataclass(frozen=True)
class Belonging:
    """`heading` is the part of the copy that holds these rows; empty where they are not the
    person's to have: what others said or did about them, or nothing but numbers of ours."""

    column: str
    at_closing: AtClosing
    heading: str = ""

    def rows(self, person):
        label, _dot, field = self.column.rpartition(".")
        return apps.get_model(label)._base_manager.filter(**{field: person.pk}), field


@dataclass(frozen=True)
class Part:
    """One heading of the copy. `rows(person)` gives dicts of plain values, `files(person)` pairs of
    a name inside the copy and something with `open()`; both anew at each call."""

    name: str
    title: str
    rows: object
    files: object = None


_belongings, _parts, _steps = {}, {}, []


def declare(column, at_closing, heading=""):
    """Say of one column ("shelf.Saved.person") what becomes of its rows."""
    _belongings[column] = Belonging(column, at_closing, heading)


def add_part(name, title, rows, files=None):
    """Say what stands under one heading of somebody's copy."""
    _parts[name] = Part(name, title, rows, files)


def add_step(step):
    """Have `step(person)` called when an account closes, before any row is removed: for what lies
    in texts, in files, or under an address instead of a person."""
    _steps.append(step)
    return step


def belongings():
    return list(_belongings.values())


def parts():
    return list(_parts.values())


def let_go(person):
    """Do with everything kept about this person what was declared, in the verb's transaction."""
    for step in _steps:
        step(person)
    for belonging in _belongings.values():
        rows, field = belonging.rows(person)
        if belonging.at_closing is REMOVED:
            rows.delete()
        elif belonging.at_closing is CLEARED:
            rows.update(**{field: None})
