"""What every verb ends with: the new state, and one line of the log."""

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from community.applications.models import Application, Entry

# What each line of an application's log says.
SAID = {
    "send": _("The applicant sent it"),
    "import": _("Imported from a file"),
    "support": _("The director supports it"),
    "question": _("The director asked a question"),
    "remind": _("The director's note was sent again"),
    "call": _("A call was noted"),
    "invite": _("Invited"),
    "resend": _("The invitation was sent again"),
    "accept": _("The invitation was accepted"),
    "waitlist": _("Put on the waiting list"),
    "decline": _("Declined"),
    "reopen": _("Reopened"),
    "withdraw": _("The applicant withdrew it"),
}


def leave(verb, *, by=None, application=None, intake=None, detail=""):
    """One line of the log."""
    return Entry.objects.create(
        verb=verb, by=by, application=application, intake=intake, detail=str(detail)
    )


def lock(application):
    """The application as it is now, held until the transaction ends."""
    return (
        Application.objects.select_for_update(of=("self",))
        .select_related("intake__cohort__region")
        .get(pk=application.pk)
    )


def put(application, state):
    """Change the state of a locked application."""
    application.state = state
    application.state_since = timezone.now()
    application.save(update_fields=["state", "state_since"])
