"""Who was at a meeting: ticks at the door, walk-ins, and how an absence was made up.

Ticks are merged by person: the last one made for each person stands, whoever saves last, and what
somebody did not tick is never theirs to change.
"""

from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from community import access, roster
from community.cohorts.models import Attendance, MakeUp, WalkIn
from community.cohorts.reading import people_at
from community.models import Meeting
from community.roster import Refused

WALK_INS_AT_MOST = 100


@dataclass(frozen=True)
class Tick:
    """One person's state as it was ticked at `at`, over a row of `version` (0: there was none)."""

    person_id: int
    state: str
    version: int
    at: object


@dataclass(frozen=True)
class Outcome:
    """What became of ticks: how many were saved, and the rows where somebody else's, made later,
    stands instead."""

    saved: int
    later: tuple


def _ask(meeting, by):
    roster.ask(by is not None and access.may_run(access.standing_of(by), meeting.cohort_id), by)


@transaction.atomic
def save(meeting, ticks, *, by):
    """Merge ticks into a meeting's attendance; ticks of people who are not listed are left out."""
    _ask(meeting, by)
    # The meeting's row is the lock: two who save at once merge one after the other.
    meeting = Meeting.objects.select_for_update().get(pk=meeting.pk)
    if meeting.cancelled_at:
        raise Refused(_("This meeting was cancelled, so nobody's attendance is kept."))
    listed = {person.pk for person in people_at(meeting)}
    held = {row.person_id: row for row in Attendance.objects.filter(meeting=meeting)}
    fresh, changed, later = [], [], []
    for tick in ticks:
        if tick.person_id not in listed:
            continue
        row = held.get(tick.person_id)
        if row is None:
            row = Attendance(
                meeting=meeting,
                person_id=tick.person_id,
                state=tick.state,
                ticked_at=tick.at,
                by=by,
            )
            held[tick.person_id] = row
            fresh.append(row)
        elif row.version != tick.version and row.ticked_at > tick.at:
            if row.state != tick.state:
                later.append(row)
        elif row.state != tick.state:
            row.state, row.ticked_at, row.by = tick.state, tick.at, by
            row.version += 1
            changed.append(row)
    Attendance.objects.bulk_create([row for row in fresh if row.pk is None])
    Attendance.objects.bulk_update(
        [row for row in changed if row.pk], ["state", "ticked_at", "by", "version"]
    )
    MakeUp.objects.filter(
        attendance__in=[row.pk for row in changed if row.state == Attendance.State.HERE]
    ).delete()
    return Outcome(len(fresh) + len(changed), tuple(later))


@transaction.atomic
def note_walk_in(meeting, name, *, by):
    """A name at the door that is on no roster."""
    _ask(meeting, by)
    meeting = Meeting.objects.select_for_update().get(pk=meeting.pk)
    walk_ins = WalkIn.objects.filter(meeting=meeting)
    same = walk_ins.filter(name__iexact=name).first()
    if same:
        return same
    if walk_ins.count() >= WALK_INS_AT_MOST:
        raise Refused(_("There are very many walk-ins already. Take some out first."))
    return WalkIn.objects.create(meeting=meeting, name=name, by=by)


@transaction.atomic
def forget_walk_in(walk_in, *, by):
    """Take a name out again."""
    _ask(walk_in.meeting, by)
    WalkIn.objects.filter(pk=walk_in.pk).delete()


@transaction.atomic
def note_make_up(meeting, person, *, by, how, on):
    """How somebody who missed a meeting made it up; said again, it says something else."""
    _ask(meeting, by)
    roster.ask(permitted=True, by=by, person=person)
    row = Attendance.objects.select_for_update().filter(meeting=meeting, person=person).first()
    if row is None or row.state == Attendance.State.HERE:
        raise Refused(_("Only a missed meeting can be made up. Tick excused or absent first."))
    if on > timezone.localdate():
        raise Refused(_("This day is still to come. Note it once it is made up."))
    note, _created = MakeUp.objects.update_or_create(
        attendance=row, defaults={"how": how, "on": on, "by": by}
    )
    return note


@transaction.atomic
def forget_make_up(meeting, person, *, by):
    """Take a make-up note back."""
    _ask(meeting, by)
    MakeUp.objects.filter(attendance__meeting=meeting, attendance__person=person).delete()
