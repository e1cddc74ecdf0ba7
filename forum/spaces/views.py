"""Spaces over plain HTTP. Views translate: `listing` and `threads` read, `posting` writes.

Every view is behind `login_required`: a visitor is sent to sign-in before anything is looked up,
so a mailed link survives and nothing is told.
"""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from community import access, readers
from community.cohorts import agreeing
from forum import listing, posting, threads
from forum.hosting import sessions
from forum.moderation import arranging
from forum.moderation.facilitating.standing import StandsForm, stand
from forum.polls import polling
from forum.polls.forms import offered
from forum.reading import marks
from forum.spaces import discussions
from forum.spaces.forms import ThreadForm
from forum.spaces.models import Space, may_write_in
from forum.spaces.showing import composer, crumb, crumbs, glass_of, posted
from forum.subscriptions import subscribing


@login_required
@require_safe
def index(request):
    return render(
        request,
        "spaces/index.html",
        {
            "rows": listing.spaces_of(request.user),
            "opens_spaces": access.opens_spaces(access.standing_of(request.user)),
        },
    )


@login_required
@require_safe
def news(request):
    """What is new to this person, over all their spaces."""
    page = listing.page_of_news(request.user, request.GET.get("page"))
    return render(
        request,
        "spaces/news.html",
        {
            "page_obj": page,
            "may_undo": "mark_before" in request.session,
            "crumbs": crumbs({"label": _("New since you were here")}),
        },
    )


@login_required
@require_POST
def read_all(request):
    """Everything open to them, or in one `space`, counts as read; `undo` puts the mark back as it
    was."""
    if "undo" in request.POST:
        before = request.session.pop("mark_before", None)
        if before:
            marks.put_back(request.user, before)
            messages.success(request, _("The marks are back as they were."))
        return redirect("spaces:news")
    spaces = Space.objects.open_to(request.user)
    key = request.POST.get("space", "")
    if key:
        spaces = [threads.space_for(request.user, int(key[:18]) if key.isdecimal() else 0)]
    request.session["mark_before"] = marks.read_all(request.user, spaces)
    if key:
        messages.success(request, _("Everything here counts as read."))
        return redirect(spaces[0])
    messages.success(request, _("Everything counts as read."))
    return redirect("spaces:news")


@login_required
@require_safe
def space(request, pk):
    found = threads.space_to_read(
        request.user,
        pk,
        subscribed=subscribing.how_of(request.user, "space"),
        live=sessions.live_in(),
    )
    standing = access.standing_of(request.user)
    page = listing.page_of_threads(found, request.user, request.GET.get("page"))
    return render(
        request,
        "spaces/space.html",
        {
            "space": found,
            "page_obj": page,
            "some_new": any(thread.unread for thread in page),
            "sentence": found.readers_sentence(access.epoch_of(request.user)),
            "newcomers": readers.newcomers(found.audience),
            "may_write": may_write_in(found, standing),
            "moderates": access.may_moderate(found.audience, standing),
            "notices": arranging.notices_in(found, request.user),
            **glass_of(found, request.user),
            "crumbs": crumbs({"label": found.name}),
        },
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def start(request, pk):
    found = threads.space_for(request.user, pk)
    # What was typed when it closed comes back with the refusal.
    if found.closed_at and request.method != "POST":
        messages.info(request, _("This space is closed: nobody starts a thread in it any more."))
        return redirect(found)
    form = ThreadForm(
        request.POST or None,
        request.FILES or None,
        by=request.user,
        space=found,
        agreement=agreeing.due(found.audience, request.user),
    )
    moderates = access.may_moderate(found.audience, access.standing_of(request.user))
    stands = StandsForm(request.POST or None) if moderates else None
    poll_form = offered(request.POST or None)
    if request.method == "POST" and form.is_valid() and stands and not stands.is_valid():
        form.add_error(None, [error for errors in stands.errors.values() for error in errors])
    if request.method == "POST" and all((form.is_valid(), poll_form.is_valid())):
        try:
            with transaction.atomic():
                post = polling.start(
                    found, by=request.user, poll=poll_form.cleaned_data, **form.cleaned_data
                )
                if stands:
                    stand(post.topic, **stands.cleaned_data, by=request.user)
        except posting.Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            return posted(request, post)
    return composer(
        request,
        form,
        title=_("Start a thread"),
        submit=_("Post to %(space)s") % {"space": found.name},
        space=found,
        crumbs=crumbs(crumb(found), {"label": _("Start a thread")}),
        back=found.get_absolute_url(),
        draft=f"start-{found.pk}",
        stands=stands,
        poll_form=poll_form,
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def discuss(request, page_pk):
    """Open the thread about a page, or start it in the space that the page's audience allows."""
    page = discussions.page_for(request.user, page_pk)
    # What was typed when its space closed comes back with the refusal.
    typed = request.method == "POST"
    found = discussions.space_of(page, request.user)
    if found is None and typed:
        found = discussions.space_of(page, request.user, closed_too=True)
    if found is None:
        raise Http404
    existing = discussions.thread_about(page, found)
    if existing and not typed:
        return redirect("spaces:thread", existing.pk)
    form = ThreadForm(
        request.POST or None,
        request.FILES or None,
        initial={"subject": page.title[:160]},
        by=request.user,
        space=found,
        agreement=agreeing.due(found.audience, request.user),
    )
    if request.method == "POST" and form.is_valid():
        try:
            post = posting.discuss(page, found, by=request.user, **form.cleaned_data)
        except posting.Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            if post.topic.first_post_id in (None, post.pk):
                return posted(request, post)
            messages.info(
                request,
                _("Somebody had opened this discussion meanwhile. Your post is a reply in it."),
            )
            return posted(request, post, None)
    return composer(
        request,
        form,
        title=_("Discuss “%(title)s”") % {"title": page.title},
        submit=_("Post to %(space)s") % {"space": found.name},
        space=found,
        crumbs=[{"label": page.title, "url": page.url}, {"label": _("Discuss")}],
        back=page.url,
        draft=f"discuss-{page.pk}",
    )
