"""A member's page, one's own, and one's own posts. Views translate: `community.profiles` says what
may be known of somebody and `authored` what of their posts."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from community import access, profiles
from community.forms import ProfileForm
from community.introductions import introduce
from community.roster import Refused
from forum import authored, markdown
from forum.shelf import muting
from forum.shelf.forms import FindForm


@login_required
@require_safe
def person(request, pk):
    found = profiles.person_for(request.user, pk)
    own = found.pk == request.user.pk
    shown = profiles.shown(found, request.user)
    return render(
        request,
        "profiles/person.html",
        {
            "person": found,
            "introduction": introduce([found], access.epoch_of(request.user))[found.pk],
            "shown": shown,
            "about": markdown.render(shown.about),
            "cohorts": profiles.cohorts_shown(found, request.user),
            "page_obj": authored.page_of_posts_by(found, request.GET.get("page"), request.user),
            "own": own,
            "keeps_roster": access.may_keep_roster(access.standing_of(request.user)),
            "muted": not own and muting.is_muted(found, by=request.user),
        },
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request):
    form = ProfileForm(request.POST if request.method == "POST" else None, person=request.user)
    preview = None
    if request.method == "POST" and form.is_valid():
        if "preview" in request.POST:
            preview = markdown.render(form.cleaned_data["about"])
        else:
            try:
                profiles.change(request.user, by=request.user, **form.cleaned_data)
            except Refused as refusal:
                form.add_error(None, str(refusal))
            else:
                messages.success(request, _("Saved. It is shown to those whom you chose."))
                return redirect("profiles:person", request.user.pk)
    return render(
        request,
        "profiles/edit.html",
        {
            "form": form,
            "preview": preview,
            "crumbs": [
                {"label": _("My page"), "url": reverse("community:me")},
                {"label": _("Change your profile")},
            ],
        },
        status=422 if form.errors else 200,
    )


@login_required
@require_safe
def mine(request):
    form = FindForm(request.GET)
    word = form.cleaned_data["q"] if form.is_valid() else ""
    return render(
        request,
        "profiles/mine.html",
        {
            "form": form,
            "word": word,
            "query": form.as_query(),
            "page_obj": authored.page_of_my_posts(request.user, request.GET.get("page"), word),
            "crumbs": [
                {"label": _("My page"), "url": reverse("community:me")},
                {"label": _("My posts")},
            ],
        },
        status=422 if form.errors else 200,
    )
