"""What an act of the roster would do to people: found by doing it and taking it back, so that it is
the policy's own answer and nobody's guess."""

from dataclasses import dataclass

from django.db import transaction

from community import access
from community.models import Audience, Person


@dataclass(frozen=True)
class Change:
    """The audiences that would no longer admit a person, and those that would."""

    person: Person
    lost: tuple
    gained: tuple


def foresee(act, people):
    """`[Change]` of those of these people for whom anything changes. Raises what `act` raises; what
    `act` wrote is undone, and nobody is told."""
    keys = [person.pk for person in people]
    before = access.standings_of(keys)
    try:
        with transaction.atomic():
            act()
            after = access.standings_of(keys)
            transaction.set_rollback(True)
    finally:
        for person in people:
            person.refresh_from_db()
            access.forget(person)
    order = list(Audience.Kind)
    audiences = sorted(
        Audience.objects.select_related("cohort").order_by("cohort__name"),
        key=lambda each: order.index(each.kind),
    )

    def admitted(standings, pk):
        standing = standings.get(pk, access.VISITOR)
        return {each.pk for each in audiences if access.admits(each, standing)}

    changes = []
    for person in people:
        had, has = admitted(before, person.pk), admitted(after, person.pk)
        if had != has:
            lost = tuple(each for each in audiences if each.pk in had - has)
            gained = tuple(each for each in audiences if each.pk in has - had)
            changes.append(Change(person, lost, gained))
    return changes
