"""Reading what a cohort has: the only way to get one, its people and what they took part in.

One answer for "closed to you" and "does not exist": Http404 after the same queries.
"""

from dataclasses import dataclass, replace
from datetime import timedelta

from django.db.models import Case, IntegerField, Min, Q, Value, When
from django.http import Http404
from django.utils import timezone

from community import access
from community.cohorts.models import Attendance
from community.models import Admission, Cohort, Meeting, Membership, Person

Kind = Membership.Kind
# In which order the people of a cohort are shown, by what they are first of all.
ORDER = [Kind.FACILITATOR, Kind.MENTOR, Kind.PARTICIPANT, Kind.GRADUATE]


def open_to(person):
    """The cohorts whose audience admits this person."""
    standing = access.standing_of(person)
    return Cohort.objects.filter(access.admitting(standing, "audience"))


def cohort_for(person, pk):
    """The cohort `pk`, or Http404 alike where it is missing and where it is closed to them."""
    found = open_to(person).filter(pk=pk).select_related("region", "audience__cohort").first()
    if found is None:
        raise Http404
    return found


def run_by(person, pk):
    """The same for its own facilitators alone."""
    cohort = cohort_for(person, pk)
    if not access.may_run(access.standing_of(person), cohort.pk):
        raise Http404
    return cohort


def dates_for(person, **which):
    """The dated meetings of the cohorts whose audience admits this person, in their order."""
    if not person.is_authenticated:
        return Meeting.objects.none()
    admitting = access.admitting(access.standing_of(person), "cohort__audience")
    dates = Meeting.objects.held().filter(admitting, **which)
    return dates.select_related("cohort").order_by("starts_at")


def next_date(person):
    """The meeting that comes next for this person, one under way included; None when none does."""
    return dates_for(person, ends_at__gt=timezone.now()).first()


def meeting_of(cohort, pk):
    found = Meeting.objects.filter(cohort=cohort, pk=pk).first()
    if found is None:
        raise Http404
    found.cohort = cohort
    return found


def people_of(cohort):
    """The people of a cohort with `kinds` yet to be read: facilitators first, then by name."""
    rank = Case(
        *(When(memberships__kind=kind, then=Value(place)) for place, kind in enumerate(ORDER)),
        output_field=IntegerField(),
    )
    now = timezone.now()
    current = Q(memberships__ends_at=None) | Q(memberships__ends_at__gt=now)
    people = Person.objects.filter(
        current,
        is_active=True,
        memberships__cohort=cohort,
        memberships__starts_at__lte=now,
        admissions__audience=cohort.audience,
    )
    return people.annotate(rank=Min(rank)).order_by("rank", "name", "pk")


def kinds_of(people, cohort):
    """`{person key: [what they are to the cohort]}` in one query."""
    found = {person.pk: [] for person in people}
    memberships = Membership.objects.current().filter(cohort=cohort, person__in=list(found))
    for membership in memberships.order_by("pk"):
        label = membership.get_kind_display()
        if label not in found[membership.person_id]:
            found[membership.person_id].append(label)
    return found


def people_at(meeting):
    """Whose attendance a meeting asks for: participants and graduates whom its cohort's space
    admits, and whoever was ticked before."""
    taking_part = Membership.objects.current().filter(
        cohort=meeting.cohort_id, kind__in=[Kind.PARTICIPANT, Kind.GRADUATE]
    )
    admitted = Admission.objects.filter(audience__cohort=meeting.cohort_id)
    return Person.objects.filter(
        Q(pk__in=taking_part.values("person"), is_active=True) & Q(pk__in=admitted.values("person"))
        | Q(pk__in=Attendance.objects.filter(meeting=meeting).values("person"))
    ).order_by("name", "pk")


# --- What somebody took part in -----------------------------------------------------------------


@dataclass(frozen=True)
class Participation:
    """What a certificate states: each meeting that a person attended or made up, the hours by the
    meetings' own times, and of how many that were held. `goes_on` says that more are planned."""

    person: Person
    cohort: Cohort
    attended: tuple
    made_up: tuple
    held: int
    held_until: int
    goes_on: bool
    since: object
    until: object

    def as_it_was(self):
        """The same for whoever is outside the cohort by now: what was held up to the last meeting
        they took part in, and nothing of how it went on."""
        return replace(self, held=self.held_until, goes_on=False)

    @property
    def count(self):
        return len(self.attended) + len(self.made_up)

    @property
    def hours(self):
        return sum((lasts(each) for each in (*self.attended, *self.made_up)), timedelta())

    @property
    def hours_in_numbers(self):
        return round(self.hours.total_seconds() / 3600, 1)

    @property
    def is_whole(self):
        return self.held > 0 and self.count == self.held and not self.goes_on


def lasts(meeting):
    return meeting.ends_at - meeting.starts_at


def certified(person):
    """The cohorts of which somebody has a certificate, as `participations` states it: theirs for
    good, whatever became of their place in them. The latest first."""
    took_part = Attendance.objects.filter(
        Q(state=Attendance.State.HERE) | Q(make_up__isnull=False),
        person=person,
        meeting__in=Meeting.objects.held().filter(ends_at__lte=timezone.now()),
    )
    return Cohort.objects.filter(pk__in=took_part.values("meeting__cohort")).order_by(
        "-year", "name"
    )


def participations(cohort, person=None):
    """`[Participation]` of everybody (or of one) who attended or made up a meeting of the cohort
    that is over, by name. Two queries, however many people there are."""
    now = timezone.now()
    planned = list(Meeting.objects.held().filter(cohort=cohort).order_by("starts_at"))
    meetings = [meeting for meeting in planned if meeting.ends_at <= now]
    by_key = {meeting.pk: meeting for meeting in meetings}
    rows = Attendance.objects.filter(
        Q(state=Attendance.State.HERE) | Q(make_up__isnull=False), meeting__in=list(by_key)
    ).select_related("person", "make_up")
    if person is not None:
        rows = rows.filter(person=person)
    found = {}
    for row in rows.order_by("meeting__starts_at"):
        people = found.setdefault(row.person_id, (row.person, [], []))
        people[1 if row.state == Attendance.State.HERE else 2].append(by_key[row.meeting_id])
    told = [
        Participation(
            person=who,
            cohort=cohort,
            attended=tuple(attended),
            made_up=tuple(made_up),
            held=len(meetings),
            held_until=sum(
                meeting.ends_at <= max(each.ends_at for each in (*attended, *made_up))
                for meeting in meetings
            ),
            goes_on=len(planned) > len(meetings),
            since=min(each.starts_at for each in (*attended, *made_up)),
            until=max(each.ends_at for each in (*attended, *made_up)),
        )
        for who, attended, made_up in found.values()
        if who.is_active
    ]
    return sorted(told, key=lambda each: (each.person.name, each.person.pk))
