"""An application that was sent: its copy for the applicant, and the page on which the director who
is named in it answers. Whoever holds a link is the one it was mailed to.
"""

from django.contrib import messages
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from community.applications import applying, notices, support
from community.applications.forms import QuestionForm
from community.applications.models import UNDECIDED, State
from community.applications.pages import gone, kept_for, refused, show
from community.roster import Refused

WAITING = {State.NEW, State.CALLED, State.WAITLISTED}


@never_cache
@require_safe
def copy(request, token):
    """The confirmation, made to be printed."""
    application = applying.copy_by(token)
    if application is None:
        return gone(request)
    return show(
        request,
        "copy",
        application=application,
        full=application.state in WAITING and applying.is_full(application.intake),
        meetings=applying.dates_of(application),
        decided=application.state not in UNDECIDED,
        **kept_for(),
    )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request, token):
    application = applying.copy_by(token)
    if application is None:
        return gone(request)
    if request.method == "POST":
        try:
            applying.withdraw(application)
        except Refused as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("Your application is withdrawn. You can apply again."))
        return redirect("applications:copy", token)
    if application.is_closed:  # its copy says how it ended
        return redirect("applications:copy", token)
    return show(request, "withdraw", application=application, sent=True)


# --- The director -------------------------------------------------------------------------------


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def supporting(request, token):
    """Opening the link changes nothing (mail scanners follow links); a button does."""
    application = support.application_by(token)
    if application is None:
        return gone(request, director=True)
    asks = request.method == "POST" and "question" in request.POST
    form = QuestionForm(request.POST if asks else None)
    if request.method == "POST" and (not asks or form.is_valid()):
        try:
            if asks:
                support.ask(application, form.cleaned_data["question"])
                said = _("Your question is with the facilitators. They will write to you.")
            elif application.supported_at:
                said = _("You said so already. Nothing else is needed.")
            else:
                support.support(application)
                said = _("Thank you. The facilitators know that you support this.")
        except Refused as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, said)
        return redirect("applications:support", token)
    return show(
        request,
        "support",
        status=refused(form),
        application=application,
        form=form,
        meetings=applying.dates_of(application),
        decided=application.state not in UNDECIDED,
        overview=notices.address_of(notices.DIRECTORS_OVERVIEW),
        privacy_url=notices.address_of(notices.PRIVACY),
    )
