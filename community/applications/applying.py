"""What an applicant does: begin, keep, send, withdraw. Whoever holds the link is the applicant;
nothing here tells whether an address is known."""

import uuid
from contextlib import suppress
from datetime import timedelta

from django.db import transaction
from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from community import invitations
from community.applications import acts
from community.applications.likeness import likeness, words_of
from community.applications.models import HOLDING_A_PLACE, UNDECIDED, Application, Intake, State
from community.models import Invitation
from community.roster import Refused

RESUME_LASTS = timedelta(days=30)
ANSWERS = (
    "name",
    "email",
    "phone",
    "intake",
    "county",
    "worksite",
    "program",
    "director_name",
    "director_email",
    "experience",
    "goals",
    "accessibility",
    "commitment",
)
NEEDED = tuple(name for name in ANSWERS if name not in ("phone", "accessibility"))


class Stale(Refused):
    """The application was saved from another window since this form was opened."""


class NotOpen(Refused):
    """The region takes no applications now."""


def with_places(intakes):
    """Intakes with `taken`: how many of their places are invited or accepted."""
    holding = Q(applications__state__in=HOLDING_A_PLACE)
    return intakes.select_related("cohort__region").annotate(
        taken=Count("applications", filter=holding)
    )


def dates_of(application):
    """The meetings that an application is for, as long as they are its applicant's to know by it:
    in a draft while the intake is open, then until it is decided. Whoever joined reads them as a
    member, and nobody else has them from here."""
    intake = application.intake
    if intake is None:
        return []
    if not (intake.is_open if application.is_draft else application.state in UNDECIDED):
        return []
    return list(intake.cohort.meetings.held().order_by("starts_at"))


def open_intakes():
    """Intakes that take applications today, with the places that are taken."""
    today = timezone.localdate()
    found = Intake.objects.filter(opens_on__lte=today, closes_on__gte=today)
    return with_places(found).order_by("cohort__region__name", "closes_on", "pk")


def is_full(intake):
    return intake.applications.filter(state__in=HOLDING_A_PLACE).count() >= intake.capacity


def draft_by(token):
    """The application of a draft's link, while the link works; None alike for every other."""
    return (
        Application.objects.select_related("intake__cohort__region")
        .filter(token=token, resume_until__gt=timezone.now())
        .first()
    )


def copy_by(token):
    """The application of a copy's link, once it was sent."""
    return (
        Application.objects.select_related("intake__cohort__region")
        .filter(copy_token=token)
        .exclude(state=State.DRAFT)
        .first()
    )


@transaction.atomic
def begin(key, answers):
    """A draft with its first answers, and a mail with the way back to it. The same `key` again is
    the same application."""
    key = _as_uuid(key)
    application, created = Application.objects.get_or_create(
        key=key, defaults={"resume_until": timezone.now() + RESUME_LASTS}
    )
    if created or application.is_draft:
        _write(application, answers)
    if created:
        _mail_the_way_back(application)
    return application


def _mail_the_way_back(application):
    from community.applications.tasks import mail_links

    transaction.on_commit(lambda: mail_links.enqueue(application.email))


def _as_uuid(key):
    try:
        return uuid.UUID(str(key))
    except ValueError:
        return uuid.uuid4()


@transaction.atomic
def keep(application, answers, *, version):
    """Save some answers of a draft. Raises Stale when it was saved elsewhere since `version`."""
    kept = _draft(application, version)
    _write(kept, answers)
    return kept


@transaction.atomic
def send(application, answers, *, version):
    """Save the last answers and send the application to the facilitators of its region.

    Sent twice is sent once. The director gets their note, the applicant a copy.
    """
    kept = acts.lock(application)
    if not kept.is_draft:
        return kept
    kept = _draft(application, version)
    _write(kept, answers)
    if missing(kept):
        raise Refused(_("Some answers are missing."))
    if not kept.intake.is_open:
        raise NotOpen(_("This region takes no applications now. Choose another one."))
    kept.sent_at = timezone.now()
    kept.likeness = likeness(kept.name, kept.worksite)
    kept.words = words_of(kept)
    kept.save(update_fields=["sent_at", "likeness", "words"])
    acts.put(kept, State.NEW)
    acts.leave("send", application=kept)
    _tell_of(kept)
    return kept


def missing(application):
    """The answers that an application needs and does not have."""
    return [name for name in NEEDED if not getattr(application, name)]


def _draft(application, version):
    kept = acts.lock(application)
    if not kept.is_draft:
        raise Refused(_("This application was sent already."))
    if kept.version != version:
        raise Stale(
            _(
                "These answers were saved from another window since you opened this page. What you"
                " typed is below: save it again to keep it."
            )
        )
    return kept


def _write(application, answers):
    for name in ANSWERS:
        if name in answers:
            setattr(application, name, answers[name])
    application.version += 1
    application.resume_until = timezone.now() + RESUME_LASTS
    application.save()


@transaction.atomic
def withdraw(application):
    """Take an application back: a draft is deleted, what was sent is closed, with its invitation.
    Twice is once."""
    kept = acts.lock(application)
    if kept.is_draft:
        kept.delete()
        return None
    if kept.state == State.ACCEPTED:
        raise Refused(
            _("You have already joined the cohort. Tell your facilitator that you want to leave.")
        )
    if kept.is_closed:
        return kept
    if kept.state == State.INVITED:
        take_back_invitation(kept)
    acts.leave("withdraw", application=kept, detail=kept.state)
    acts.put(kept, State.WITHDRAWN)
    return kept


def waiting_invitations(application):
    """What came of an application and is neither used nor taken back, wherever it was sent again
    from; it may have run out."""
    return Invitation.objects.filter(
        email=application.email,
        cohort=application.intake.cohort_id,
        accepted_at=None,
        withdrawn_at=None,
    )


def take_back_invitation(application):
    """Close the invitation that came of an application."""
    for invitation in waiting_invitations(application).select_related("invited_by"):
        # One whose inviter may invite no more opens nothing either.
        with suppress(Refused):
            invitations.withdraw(invitation, by=invitation.invited_by)


def _tell_of(application):
    from community.applications.tasks import mail_copy, mail_director

    transaction.on_commit(lambda: mail_copy.enqueue(application.pk))
    transaction.on_commit(lambda: mail_director.enqueue(application.pk))
