"""What a cohort keeps of its people."""

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from community import access, inventory
from community.cohorts.models import Acceptance, Attendance, MakeUp
from community.inventory import KEPT, REMOVED

inventory.declare("cohorts.Agreement.by", KEPT)
inventory.declare("cohorts.Acceptance.person", REMOVED, "agreements")
# How many were there stays true; the name goes with the account.
inventory.declare("cohorts.Attendance.person", KEPT, "attendance")
inventory.declare("cohorts.Attendance.by", KEPT)
inventory.declare("cohorts.MakeUp.by", KEPT)
inventory.declare("cohorts.WalkIn.by", KEPT)


@inventory.add_step
def forget_how_they_made_it_up(person):
    MakeUp.objects.filter(attendance__person=person).update(how="")


def _agreements(person):
    for row in Acceptance.objects.filter(person=person).select_related("agreement"):
        yield {"agreed": row.at, "version_of": row.agreement.published_at}


def _attendance(person):
    """Of a cohort that is closed to them by now: what they took part in, and no date beyond it."""
    standing, now = access.standing_of(person), timezone.now()
    rows = Attendance.objects.filter(person=person).select_related("meeting__cohort", "make_up")
    for row in rows.order_by("meeting__starts_at", "pk"):
        made_up = getattr(row, "make_up", None)
        took_part = row.meeting.ends_at <= now and (made_up or row.state == row.State.HERE)
        if not took_part and not access.admits_to_cohort(row.meeting.cohort_id, standing):
            continue
        yield {
            "cohort": row.meeting.cohort.name,
            "meeting": str(row.meeting),
            "at": row.meeting.starts_at,
            "attendance": row.get_state_display(),
            "made_up": made_up and made_up.how,
        }


inventory.add_part("agreements", _("Agreements that you accepted"), _agreements)
inventory.add_part("attendance", _("Meetings that you attended"), _attendance)
