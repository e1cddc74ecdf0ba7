"""What the demo's cohorts keep: who agreed, who was at which meeting, and a cohort that graduated
long ago. By the verbs of `community.cohorts`."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from community import roster
from community.cohorts import agreeing, attending, scheduling
from community.cohorts.models import Acceptance, Attendance, WalkIn
from community.models import Cohort, Meeting, Membership

# Noor is new: she is asked before her first post.
NOT_YET = "noor"
# (cohort, year, number): what was ticked, for each key; everybody else was there.
MISSED = {
    ("North 2026", 1, 1): {"luis": "excused"},
    ("North 2026", 1, 2): {"priya": "absent"},
    ("South 2026", 1, 2): {"aisha": "excused"},
    ("North 2024", 2, 1): {"omar": "excused"},
}
MADE_UP = {
    ("North 2026", 1, 1): (
        "luis",
        "Went through the agenda with Tomas, and led one game at his site.",
    ),
    ("North 2024", 2, 1): ("omar", "Came to the South meeting of the same number."),
}
RUNS = {"North 2026": "fern", "South 2026": "jo", "North 2024": "fern"}


@transaction.atomic
def load_agreements(people):
    """Everybody but one agreed before the first thread was started."""
    held = agreeing.current()
    for key, person in people.items():
        if key != NOT_YET and not Acceptance.objects.filter(person=person).exists():
            agreeing.accept(held.pk, by=person)


@transaction.atomic
def load_cohorts(people):
    """Past meetings with who was there. A meeting with any tick is left as it is."""
    fern = people["fern"]
    graduated = Cohort.objects.get(name="North 2024")
    roster.enrol(fern, graduated, by=None, kind=Membership.Kind.FACILITATOR)
    _meetings_of_before(graduated, fern)
    keys = {person.pk: key for key, person in people.items()}
    for meeting in Meeting.objects.filter(ends_at__lte=timezone.now()).select_related("cohort"):
        if meeting.cohort.name not in RUNS or meeting.attendance.exists():
            continue
        by = people[RUNS[meeting.cohort.name]]
        which = (meeting.cohort.name, meeting.year, meeting.number)
        missed = MISSED.get(which, {})
        ticks = [
            attending.Tick(
                pk, missed.get(keys.get(pk), Attendance.State.HERE), 0, meeting.starts_at
            )
            for pk in attending.people_at(meeting).values_list("pk", flat=True)
            if keys.get(pk) != NOT_YET
        ]
        attending.save(meeting, ticks, by=by)
        if which in MADE_UP:
            key, how = MADE_UP[which]
            on = timezone.localdate(meeting.starts_at) + timedelta(days=10)
            attending.note_make_up(meeting, people[key], by=by, how=how, on=on)
    first = Meeting.objects.get(cohort__name="North 2026", year=1, number=1)
    if not WalkIn.objects.exists():
        attending.note_walk_in(first, "Wendy Walkin", by=fern)


def _meetings_of_before(cohort, by):
    """Five meetings over two years, the last of them more than a year ago."""
    for number, (year, which, days) in enumerate(
        ((1, 1, 860), (1, 2, 800), (1, 3, 740), (2, 1, 480), (2, 2, 420)), start=1
    ):
        if Meeting.objects.filter(cohort=cohort, year=year, number=which).exists():
            continue
        day = timezone.localtime() - timedelta(days=days)
        day += timedelta(days=(5 - day.weekday()) % 7)
        starts = day.replace(hour=8, minute=30, second=0, microsecond=0)
        scheduling.plan(
            cohort,
            by=by,
            year=year,
            number=which,
            starts_at=starts,
            ends_at=starts + timedelta(hours=4, minutes=30),
            place=f"Pinecone Community Hall, room {number}",
            tell=False,
        )
