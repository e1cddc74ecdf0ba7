"""What a director does with their link, without an account: support an application, or ask."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from community.applications import acts
from community.applications.models import Application, State
from community.roster import Refused


def application_by(token):
    """The application of a director's link, once it was sent."""
    return (
        Application.objects.select_related("intake__cohort__region")
        .filter(director_token=token)
        .exclude(state=State.DRAFT)
        .first()
    )


@transaction.atomic
def support(application):
    """The director stands behind it. Said twice it stays as it was said first."""
    kept = _open(application)
    if kept.supported_at is None:
        kept.supported_at = timezone.now()
        kept.save(update_fields=["supported_at"])
        acts.leave("support", application=kept)
    return kept


@transaction.atomic
def ask(application, question):
    """Leave a question for the facilitators; a later one stands in place of an earlier one."""
    kept = _open(application)
    if kept.question != question:
        kept.question = question
        kept.asked_at = timezone.now()
        kept.save(update_fields=["question", "asked_at"])
        acts.leave("question", application=kept)
    return kept


def _open(application):
    kept = acts.lock(application)
    if kept.is_closed:
        raise Refused(_("This application is closed. There is nothing left to do."))
    return kept
