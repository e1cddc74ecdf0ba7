"""What a post said before, and the way back for a minute. Views translate: `history` reads,
`taking_back` and `erasing` write."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from community import access
from forum import posting, threads
from forum.moderation.forms import ReasonForm
from forum.revisions import erasing, taking_back
from forum.revisions import history as told
from forum.spaces.showing import address_of, crumb, crumbs, thread_address, thread_crumbs


def _with_history(request, pk, post_pk):
    topic = threads.thread_for(request.user, pk)
    post = threads.post_for(request.user, topic, post_pk)
    if not told.may_see(post, request.user):
        raise Http404
    return topic, post


@login_required
@require_safe
def history(request, pk, post_pk):
    topic, post = _with_history(request, pk, post_pk)
    return render(
        request,
        "revisions/history.html",
        {
            "topic": topic,
            "post": _shown(post, topic, request.user),
            "own": post.poster_id == request.user.pk,
            "page_obj": told.page_of(post, request.GET.get("page")),
            "back": thread_address(post),
            "crumbs": thread_crumbs(topic, _("What it said before")),
        },
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def erase(request, pk, post_pk, revision_pk):
    """For whoever sees the history of a post: delete for good what it said before one change."""
    topic, post = _with_history(request, pk, post_pk)
    version = told.version_of(post, revision_pk)
    if version is None:
        raise Http404
    back = reverse("revisions:history", args=[topic.pk, post.pk])
    own = post.poster_id == request.user.pk
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and (own or form.is_valid()):
        reason = "" if own else form.cleaned_data["reason"]
        try:
            done = erasing.erase(post, version.pk, by=request.user, reason=reason)
        except posting.Refused as refusal:
            messages.error(request, str(refusal))
            return HttpResponseRedirect(reverse("spaces:thread", args=[topic.pk]))
        if done:
            messages.success(request, _("What it said before is deleted for good."))
        else:
            messages.info(request, _("Nothing was changed: it was deleted already."))
        return HttpResponseRedirect(back)
    if version.erased_at:
        return HttpResponseRedirect(back)
    return render(
        request,
        "revisions/erase.html",
        {
            "version": version,
            "form": None if own else form,
            "back": back,
            "crumbs": thread_crumbs(topic, _("Delete what it said before")),
        },
        status=422 if not own and form.errors else 200,
    )


def _shown(post, topic, reader):
    return threads.show([post.pk], topic, access.epoch_of(reader))[0]


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def revert(request, pk, post_pk):
    """For the author of a post, after they changed it."""
    topic = threads.thread_for(request.user, pk)
    post = threads.post_for(request.user, topic, post_pk)
    if post.poster_id != request.user.pk:
        raise Http404
    refusal = ""
    if request.method == "POST":
        try:
            version = request.POST.get("version", "")
            done = taking_back.revert(post, by=request.user, version=version)
        except posting.Refused as refused:
            refusal = str(refused)
        else:
            _tell(request, done)
            return HttpResponseRedirect(address_of(post))
    last = taking_back.last_change(post, request.user)
    return render(
        request,
        "revisions/revert.html",
        {
            "topic": topic,
            "post": _shown(post, topic, request.user),
            "open": last is not None and taking_back.may_revert(last),
            "version": posting.version_of(post),
            "refusal": refusal,
            "back": thread_address(post),
            "crumbs": thread_crumbs(topic, _("Undo")),
        },
        status=409 if refusal else 200,
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def restore(request, pk):
    """For the author of a post, after they removed it."""
    removal = taking_back.own_removal(request.user, pk)
    if removal is None:
        return _stands_already(request, pk)
    post, topic = removal.post, removal.post.topic
    refusal = ""
    if request.method == "POST":
        try:
            done = taking_back.restore(post, by=request.user)
        except posting.Refused as refused:
            refusal = str(refused)
        else:
            _tell(request, done)
            return HttpResponseRedirect(address_of(post))
    gone = not topic.approved
    return render(
        request,
        "revisions/restore.html",
        {
            "space": topic.forum.space,
            "post": _shown(post, topic, request.user),
            "takes_thread": gone,
            "open": taking_back.is_open(removal.at),
            "refusal": refusal,
            "back": topic.forum.space.get_absolute_url()
            if gone
            else reverse("spaces:thread", args=[topic.pk]),
            "crumbs": crumbs(crumb(topic.forum.space), {"label": _("Undo")}),
        },
        status=409 if refusal else 200,
    )


def _stands_already(request, pk):
    """The post stands, so somebody pressed twice; or there is nothing."""
    post = threads.standing_post(request.user, pk)
    if post.poster_id != request.user.pk:
        raise Http404
    if request.method == "POST":
        _tell(request, done=False)
    return HttpResponseRedirect(address_of(post))


def _tell(request, done):
    if done:
        messages.success(request, _("It is as it was before."))
    else:
        messages.info(request, _("Nothing was changed: it was taken back already."))
