"""How people are introduced wherever their name stands: what they are here, and where they work."""

from dataclasses import dataclass
from typing import NamedTuple

from django.db.models import OuterRef
from django.utils.translation import gettext_lazy as _

from community.gathered import Gathered
from community.kept import Kept
from community.models import Membership, Person, Role


class Tag(NamedTuple):
    label: str
    kind: str
    icon: str


@dataclass(frozen=True, slots=True)
class Introduction:
    """A name with its tags; `place` is a site and its region."""

    pk: int
    name: str
    initials: str
    tags: tuple
    place: str
    # Whoever left has no page of their own to link to.
    active: bool = True


ICONS = {
    "facilitator": "compass",
    "expert": "lightbulb",
    "director": "briefcase",
    "editor": "pen-line",
    "graduate": "graduation-cap",
    "mentor": "hand-helping",
}
_SHOWN = [
    Role.Kind.FACILITATOR,
    Role.Kind.EXPERT,
    Role.Kind.DIRECTOR,
    Role.Kind.EDITOR,
    Membership.Kind.GRADUATE,
    Membership.Kind.MENTOR,
]


_TAGS = {kind: Tag(kind.label, str(kind), ICONS[kind]) for kind in _SHOWN}

LEFT = _("Somebody who left")


def shown_name(person):
    """The name that others see; whoever closed their account keeps none."""
    return person.name if person.is_active else str(LEFT)


_kept = Kept()


def _read(person_ids):
    """`{person_id: (tags, place)}` in one query, however many people there are."""
    whose = {"person_id": OuterRef("pk")}
    people = Person.objects.filter(pk__in=person_ids).annotate(
        roles_held=Gathered(
            Role.objects.current().filter(**whose),
            "kind",
            "worksite__name",
            "worksite__program__region__name",
            "program__name",
        ),
        memberships_held=Gathered(Membership.objects.current().filter(**whose), "kind"),
    )
    return {
        pk: _told(roles, memberships)
        for pk, roles, memberships in people.values_list("pk", "roles_held", "memberships_held")
    }


def _told(roles, memberships):
    kinds, place = set(), ""
    for kind, worksite, region, program in roles:
        kinds.add(kind)
        if worksite:
            place = f"{worksite}, {region}"
        elif program and not place:
            place = program
    kinds |= {kind for (kind,) in memberships}
    return tuple(_TAGS[kind] for kind in _SHOWN if kind in kinds), place


def introduce(people, epoch):
    """`{person_id: Introduction}` of people who were read; under an epoch that their reader came
    with, no query for whoever was introduced before."""
    people = {person.pk: person for person in people}
    told = {pk: _kept.get(epoch, pk) for pk in people}
    missing = [pk for pk in told if told[pk] is None]
    if missing:
        told |= {pk: _kept.keep(epoch, pk, found) for pk, found in _read(missing).items()}
    return {
        pk: Introduction(
            pk=pk,
            name=shown_name(person),
            initials=person.initials if person.is_active else "–",
            tags=told[pk][0],
            place=told[pk][1],
            active=person.is_active,
        )
        for pk, person in people.items()
    }
