"""Every write to a cohort's meetings: its own facilitators plan, change and cancel them."""

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from community import access, roster
from community.cohorts.tasks import mail_about_meeting, stamp_of
from community.models import Meeting
from community.roster import Refused


def _ask(cohort_id, by):
    roster.ask(by is not None and access.may_run(access.standing_of(by), cohort_id), by)


def _taken(cohort_id, year, number, but=None):
    there = Meeting.objects.filter(cohort_id=cohort_id, year=year, number=number).exclude(pk=but)
    return there.first()


def _refuse_taken(there):
    if there.cancelled_at:
        raise Refused(
            _("A meeting of this number was cancelled. Change that one, and hold it after all.")
        )
    raise Refused(_("This cohort has a meeting of this year and number already."))


def _tell(meeting, what, by):
    facts = meeting.pk, what, stamp_of(meeting), by.pk
    transaction.on_commit(lambda: mail_about_meeting.enqueue(*facts))


@transaction.atomic
def plan(cohort, *, by, year, number, starts_at, ends_at, place, tell=True):
    """A new meeting of a cohort. Whoever is in it is told by mail, unless `tell` says no."""
    _ask(cohort.pk, by)
    there = _taken(cohort.pk, year, number)
    if there:
        _refuse_taken(there)
    try:
        with transaction.atomic():
            planned = Meeting.objects.create(
                cohort=cohort,
                year=year,
                number=number,
                starts_at=starts_at,
                ends_at=ends_at,
                place=place,
            )
    except IntegrityError:
        raise Refused(_("This cohort has a meeting of this year and number already.")) from None
    if tell:
        _tell(planned, "planned", by)
    return planned


@transaction.atomic
def change(meeting, *, by, year, number, starts_at, ends_at, place, tell=True):
    """Another date, place or number. The cohort's page says that it changed, and so does a mail,
    unless `tell` says no."""
    _ask(meeting.cohort_id, by)
    current = Meeting.objects.select_for_update().get(pk=meeting.pk)
    there = _taken(current.cohort_id, year, number, but=current.pk)
    if there:
        _refuse_taken(there)
    said = {
        "year": year,
        "number": number,
        "starts_at": starts_at,
        "ends_at": ends_at,
        "place": place,
    }
    if all(getattr(current, field) == value for field, value in said.items()):
        return current
    for field, value in said.items():
        setattr(current, field, value)
    current.changed_at = timezone.now()
    current.save()
    if tell:
        _tell(current, "cancelled" if current.cancelled_at else "changed", by)
    return current


def cancel(meeting, *, by, tell=True):
    """It is not held. It stays on the cohort's page, and says so; as `change` for the mail."""
    return _set_cancelled(meeting, by, timezone.now(), tell)


def hold(meeting, *, by, tell=True):
    """A cancelled meeting is held after all."""
    return _set_cancelled(meeting, by, None, tell)


@transaction.atomic
def _set_cancelled(meeting, by, moment, tell):
    _ask(meeting.cohort_id, by)
    current = Meeting.objects.select_for_update().get(pk=meeting.pk)
    if (current.cancelled_at is None) != (moment is None):
        current.cancelled_at, current.changed_at = moment, timezone.now()
        current.save(update_fields=["cancelled_at", "changed_at"])
        if tell:
            _tell(current, "cancelled" if moment else "held", by)
    return current
