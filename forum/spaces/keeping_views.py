"""Opening, setting up and closing spaces over plain HTTP. Views translate: `keeping` writes."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from community import access
from forum import posting
from forum.moderation.facilitating.doors import crumbs, space_to_moderate
from forum.spaces import keeping
from forum.spaces.keeping_forms import OpenForm, SettingsForm

read_or_send = require_http_methods(["GET", "HEAD", "POST"])


def _sent(request):
    return request.POST if request.method == "POST" else None


@login_required
@read_or_send
def open_one(request):
    standing = access.standing_of(request.user)
    if not access.opens_spaces(standing):
        raise Http404
    form = OpenForm(_sent(request), standing=standing, cohort=request.GET.get("cohort"))
    if request.method == "POST" and form.is_valid():
        try:
            space = keeping.open_space(by=request.user, **form.cleaned_data)
        except posting.Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            if access.admits(space.audience, standing):
                messages.success(request, _("The space is open. Start a thread to say hello."))
                return redirect(space)
            messages.success(
                request, _("The space is open for its readers. You are not one of them.")
            )
            return redirect("spaces:index")
    return render(
        request,
        "spaces/open.html",
        {
            "form": form,
            "crumbs": [
                {"label": _("Spaces"), "url": reverse("spaces:index")},
                {"label": _("Open a space")},
            ],
        },
        status=422 if form.errors else 200,
    )


@login_required
@read_or_send
def settings(request, pk):
    space = space_to_moderate(request.user, pk)
    form = SettingsForm(_sent(request), space=space, by=request.user)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            keeping.set_up(
                space,
                by=request.user,
                name=data["name"],
                purpose=data["purpose"],
                holds=data["holds"],
            )
            if data["place"] != SettingsForm.STAY:
                keeping.place(space, by=request.user, before=form.before)
        except posting.Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Saved. It holds from now on."))
            return redirect(space)
    return render(
        request,
        "spaces/settings.html",
        {"form": form, "space": space, "crumbs": crumbs(space, _("Settings"))},
        status=422 if form.errors else 200,
    )


@login_required
@read_or_send
def close(request, pk):
    """Close a space, or open a closed one again."""
    space = space_to_moderate(request.user, pk)
    closed = space.closed_at is not None
    if request.method == "POST":
        wanted = request.POST.get("closed") == "yes"
        try:
            (keeping.close if wanted else keeping.reopen)(space, by=request.user)
        except posting.Refused as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(
                request,
                _("The space is closed. Its threads stay to be read.")
                if wanted
                else _("The space is open again."),
            )
        return redirect(space)
    title = _("Open the space again") if closed else _("Close the space")
    return render(
        request,
        "spaces/close.html",
        {"space": space, "closed": closed, "title": title, "crumbs": crumbs(space, title)},
    )
