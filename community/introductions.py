"""How people are introduced wherever their name stands: what they are here, and where they work."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from community.models import Membership, Person, Role


@dataclass(frozen=True)
class Introduction:
    """A name with its tags: `tags` are {label, kind, icon}, `place` is a site and its region."""

    pk: int
    name: str
    initials: str
    pronouns: str
    tags: tuple
    place: str


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


def shown_name(person):
    """The name that others see; whoever closed their account keeps none."""
    return person.name if person.is_active else _("Somebody who left")


def introduce(person_ids):
    """`{person_id: Introduction}` in three queries, however many people there are."""
    ids = set(person_ids)
    kinds, places = {}, {}
    roles = (
        Role.objects.current()
        .filter(person_id__in=ids)
        .select_related("worksite__program__region", "program__region")
    )
    for role in roles:
        kinds.setdefault(role.person_id, {})[role.kind] = role.get_kind_display()
        if role.worksite:
            region = role.worksite.program.region
            places[role.person_id] = f"{role.worksite.name}, {region.name}"
        elif role.program:
            places.setdefault(role.person_id, role.program.name)
    memberships = Membership.objects.current().filter(
        person_id__in=ids, kind__in=[Membership.Kind.GRADUATE, Membership.Kind.MENTOR]
    )
    for membership in memberships:
        kinds.setdefault(membership.person_id, {})[membership.kind] = membership.get_kind_display()
    return {
        person.pk: Introduction(
            pk=person.pk,
            name=shown_name(person),
            initials=person.initials if person.is_active else "–",
            pronouns=person.pronouns,
            tags=tuple(
                {"label": kinds[person.pk][kind], "kind": str(kind), "icon": ICONS[kind]}
                for kind in _SHOWN
                if kind in kinds.get(person.pk, ())
            ),
            place=places.get(person.pk, ""),
        )
        for person in Person.objects.filter(pk__in=ids)
    }
