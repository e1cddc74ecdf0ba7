"""Reading applications: what a facilitator finds, counts and compares. Nothing here writes.

`applications_for` is the only way to list them: no drafts, nothing for whoever may not review, and
nothing of one's own, nor of those who name one as their director.
"""

from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Q
from django.utils import timezone

from community import access
from community.applications.likeness import plain
from community.applications.models import HOLDING_A_PLACE, Application, Intake, State
from community.models import Invitation, Person, Region, Role

BOARD_STATES = [state for state in State if state != State.DRAFT]


def applications_for(person):
    """What this person may review."""
    found = Application.objects.exclude(state=State.DRAFT)
    if not access.may_review(access.standing_of(person)):
        return found.none()
    return found.exclude(email=person.email).exclude(director_email=person.email)


def narrowed(applications, *, region=None, state="", support="", q=""):
    """Those of a region, in a state, with or without the director's support, with these words."""
    if region:
        applications = applications.filter(
            intake__in=list(
                Intake.objects.filter(cohort__region=region).values_list("pk", flat=True)
            )
        )
    if state:
        applications = applications.filter(state=state)
    if support == "yes":
        applications = applications.filter(supported_at__isnull=False)
    elif support == "no":
        applications = applications.filter(supported_at=None)
    elif support == "asked":
        applications = applications.exclude(question="")
    for word in plain(q).split()[:8]:
        applications = applications.filter(words__contains=word)
    return applications


def rows(applications):
    """A list of applications with all that a row shows: `same_address` and `same_person` where
    another is alike, `may_join` where an invitation to its cohort works at this moment."""
    others = Application.objects.exclude(state=State.DRAFT).exclude(pk=OuterRef("pk"))
    working = Invitation.objects.filter(
        email=OuterRef("email"),
        cohort=OuterRef("intake__cohort"),
        accepted_at=None,
        withdrawn_at=None,
        expires_at__gt=timezone.now(),
    )
    return (
        applications.select_related("intake__cohort__region")
        .defer("experience", "goals", "accessibility", "words")
        .annotate(
            may_join=Exists(working),
            same_address=Exists(others.filter(email=OuterRef("email"))),
            same_person=Exists(others.filter(likeness=OuterRef("likeness")).exclude(likeness="")),
        )
        .order_by("-sent_at", "-pk")
    )


@dataclass(frozen=True)
class Line:
    """A region of the board with its numbers, in the order of `BOARD_STATES`."""

    region: Region
    counts: list
    total: int


def lines(applications):
    """The board: each region that has applications or an intake, counted in one grouped query."""
    counted = applications.order_by().values_list("intake__cohort__region_id", "state")
    numbers = {}
    for region_id, state, count in counted.annotate(Count("pk")):
        numbers.setdefault(region_id, {})[state] = count
    named = Region.objects.filter(Q(pk__in=numbers) | Q(cohorts__intake__isnull=False)).distinct()
    return [
        Line(
            region,
            [{"state": state, "count": found.get(state, 0)} for state in BOARD_STATES],
            sum(found.values()),
        )
        for region in named
        for found in [numbers.get(region.pk, {})]
    ]


def doubles(application, person):
    """Other applications that are probably of the same person."""
    alike = Q(email=application.email)
    if application.likeness:
        alike |= Q(likeness=application.likeness)
    found = applications_for(person).filter(alike).exclude(pk=application.pk)
    return list(found.select_related("intake__cohort__region").order_by("-sent_at")[:20])


def members_alike(application):
    """Those with this address or with this name who are members, or were and left; but not who
    joined by this application."""
    alike = Q(email=application.email) | Q(name__iexact=application.name)
    found = Person.objects.filter(alike).order_by("name", "pk")
    if application.state == State.ACCEPTED:
        found = found.exclude(email=application.email)
    return list(found[:20])


def unnamed_supervisor(application):
    """`(who joined, the member whom they named as their director, whether that member is behind
    the wall already)` while nobody has named that member as their supervisor; None otherwise. It is
    never done by itself: an applicant could put anybody behind the wall."""
    if application.state != State.ACCEPTED:
        return None
    found = {
        person.email: person
        for person in Person.objects.filter(
            email__in=[application.email, application.director_email], is_active=True
        )
    }
    joined, director = found.get(application.email), found.get(application.director_email)
    if not joined or not director or joined == director:
        return None
    named = Role.objects.current().filter(person=joined, supervisor=director)
    if named.exists():
        return None
    return joined, director, access.standing_of(director).behind_wall


@dataclass(frozen=True)
class Places:
    """How full an intake is."""

    invited: int
    accepted: int
    capacity: int

    @property
    def free(self):
        return max(0, self.capacity - self.invited - self.accepted)


def places_and_balances(intakes):
    """`[(intake, Places, balance)]`: how many hold a place, and how many of them there are for each
    county and each program, however it was typed. One query, however many intakes."""
    holding = {intake.pk: [] for intake in intakes}
    rows = Application.objects.filter(intake__in=holding, state__in=HOLDING_A_PLACE).order_by("pk")
    for key, *facts in rows.values_list("intake_id", "state", "county", "program"):
        holding[key].append(facts)
    return [(intake, *_counted_places(intake, holding[intake.pk])) for intake in intakes]


def places_by_region():
    """`{region key: (intake, Places, balance)}` of each region's latest intake, in two queries."""
    intakes = Intake.objects.select_related("cohort__region").order_by("opens_on", "pk")
    latest = {intake.cohort.region_id: intake for intake in intakes}
    found = places_and_balances(latest.values())
    return {intake.cohort.region_id: (intake, *rest) for intake, *rest in found}


def _counted_places(intake, holding):
    accepted = sum(state == State.ACCEPTED for state, _county, _program in holding)
    balance = {
        "county": _counted(county for _state, county, _program in holding),
        "program": _counted(program for _state, _county, program in holding),
    }
    return Places(len(holding) - accepted, accepted, intake.capacity), balance


def _counted(typed):
    names, counts = {}, {}
    for name in typed:
        key = plain(name).removesuffix(" county")
        names.setdefault(key, name)
        counts[key] = counts.get(key, 0) + 1
    return sorted(((names[key], count) for key, count in counts.items()), key=lambda row: -row[1])
