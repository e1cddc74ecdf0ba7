"""The screen on which somebody closes their account, and the one that follows it."""

from allauth.account.decorators import reauthentication_required
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from community.leaving import closing
from community.leaving.forms import CloseForm
from community.leaving.models import WAIT
from community.roster import Refused


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@reauthentication_required
def close(request):
    first = closing.what_comes_first(request.user)
    form = CloseForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            closing.ask_to_close(request.user, by=request.user)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            logout(request)
            return redirect("leaving:asked")
    return render(
        request,
        "leaving/close.html",
        {
            "form": form,
            "first": first,
            "days": WAIT.days,
            "crumbs": [
                {"label": _("My page"), "url": reverse("community:me")},
                {"label": _("Close your account")},
            ],
        },
        status=422 if form.errors else 200,
    )


@require_safe
def asked(request):
    """The same for everybody who comes here: whoever closed their account is a visitor now."""
    return render(request, "leaving/asked.html", {"days": WAIT.days})
