"""Who is on the other side of the wall from somebody: whoever supervises them, and whoever directs
the program of their site."""

from dataclasses import dataclass

from django.db.models import Q
from django.utils.translation import gettext as _

from community.models import Person, Role


@dataclass(frozen=True)
class Director:
    person: Person
    because: tuple


def directors_of(person):
    """The Directors of a coordinator, each once, by name. Three queries."""
    own = Role.objects.current().filter(person=person, kind=Role.Kind.COORDINATOR)
    own = list(own.select_related("worksite__program", "supervisor"))
    found = {}

    def add(who, reason):
        if who.is_active and who.pk != person.pk:
            found.setdefault(who, []).append(reason)

    for role in own:
        if role.supervisor:
            reason = _("supervises you at %(site)s")
            add(role.supervisor, reason % {"site": role.worksite.name})
    programs = {role.worksite.program_id for role in own}
    directs = Role.objects.current().filter(
        Q(program__in=programs), kind=Role.Kind.DIRECTOR, person__is_active=True
    )
    for role in directs.select_related("person", "program"):
        add(role.person, _("directs %(program)s") % {"program": role.program.name})
    return [
        Director(who, tuple(dict.fromkeys(reasons)))
        for who, reasons in sorted(found.items(), key=lambda pair: pair[0].name)
    ]
