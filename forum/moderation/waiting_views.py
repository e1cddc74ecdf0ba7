"""Posts that wait for a facilitator: deciding on them, and what their authors may do meanwhile.
Views translate: `approval` writes, `queue` reads.
"""

from functools import wraps

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from community import access
from community.introductions import shown_name
from forum.moderation import approval, queue
from forum.moderation.forms import DeclineForm
from forum.moderation.pages import (
    crumbs_of_my,
    crumbs_to,
    read_or_send,
    sent,
    shown,
    status_of,
)
from forum.spaces.answers import refused, sent_to, wants_json
from forum.spaces.forms import PostForm


def _while_it_waits(view):
    """The view gets the hold that its reader may decide on. Of what does not wait any more (or
    never did) a moderator is told so, with the way back; for everybody else there is nothing."""

    @wraps(view)
    def with_hold(request, pk):
        try:
            hold = queue.hold_for(request.user, pk)
        except Http404:
            if not access.moderates_somewhere(access.standing_of(request.user)):
                raise
            said = _("This post does not wait any more.")
        else:
            if not approval.may_decide(hold, request.user):
                raise Http404
            if hold.decided_by in (None, request.user):
                return view(request, hold)
            said = _("%(name)s has decided on this post already.") % {
                "name": shown_name(hold.decided_by)
            }
        messages.info(request, said)
        return redirect("moderation:queue")

    return with_hold


@login_required
@require_POST
@_while_it_waits
def approve(request, hold):
    version = request.POST.get("version", "")
    try:
        post = approval.approve(
            hold,
            by=request.user,
            version=int(version[:9]) if version.isdecimal() else 0,
        )
    except approval.Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("moderation:queue")
    messages.success(request, _("The post is in its thread now, where everybody sees it."))
    if request.POST.get("from") == "thread":
        return redirect(f"{reverse('spaces:thread', args=[post.topic_id])}?post={post.pk}")
    return redirect("moderation:queue")


@login_required
@read_or_send
@_while_it_waits
def decline(request, hold):
    form = DeclineForm(sent(request))
    if request.method == "POST" and form.is_valid():
        try:
            approval.decline(hold, by=request.user, **form.cleaned_data)
        except approval.Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The post was not posted. Its author can read why."))
            return redirect("moderation:queue")
    topic = hold.post.topic
    return render(
        request,
        "moderation/decline.html",
        {
            "form": form,
            "topic": topic,
            "post": shown(request, hold.post),
            "crumbs": crumbs_to(topic, _("Decline")),
        },
        status=status_of(form),
    )


# --- For their authors ----------------------------------------------------------------------------


def _own_hold(request, pk):
    hold = queue.hold_for(request.user, pk)
    if hold.post.poster_id != request.user.pk:
        raise Http404
    return hold


@login_required
@require_safe
def my_waiting(request):
    return render(
        request,
        "moderation/my_waiting.html",
        {
            "page_obj": queue.page_of_own_holds(request.user, request.GET.get("page")),
            "crumbs": crumbs_of_my(_("Waiting")),
        },
    )


@login_required
@read_or_send
def waiting(request, pk):
    """Change the text of one's own post while it waits."""
    hold = _own_hold(request, pk)
    if hold.outcome:
        return redirect("moderation:my_waiting")
    post, topic = hold.post, hold.post.topic
    form = PostForm(
        sent(request),
        request.FILES or None,
        initial={"content": post.content.raw},
        by=request.user,
        post=post,
        space=topic.forum.space,
    )
    if request.method == "POST" and form.is_valid():
        try:
            approval.change(
                hold,
                by=request.user,
                content=form.cleaned_data["content"],
                attachments=form.cleaned_data["attachments"],
            )
        except approval.Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Saved. A facilitator looks at the changed text."))
            return sent_to(request, reverse("moderation:my_waiting"))
    if form.is_bound and wants_json(request):
        return refused(form)
    space = topic.forum.space
    return render(
        request,
        "spaces/compose.html",
        {
            "form": form,
            "title": _("Change your waiting post"),
            "submit": _("Save the change"),
            "space": space,
            "sentence": space.readers_sentence(access.epoch_of(request.user)),
            "waits": True,
            "crumbs": crumbs_to(topic, _("Change")),
            "back": reverse("moderation:my_waiting"),
            "draft": f"post-{post.pk}",
            "changes": True,
        },
        status=form.status,
    )


@login_required
@read_or_send
def withdraw(request, pk):
    hold = _own_hold(request, pk)
    if request.method == "POST":
        try:
            approval.withdraw(hold, by=request.user)
        except approval.Refused as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("You took it back. Nobody sees it."))
        return redirect("moderation:my_waiting")
    if hold.outcome:
        return redirect("moderation:my_waiting")
    topic = hold.post.topic
    return render(
        request,
        "moderation/withdraw.html",
        {
            "topic": topic,
            "post": shown(request, hold.post),
            "crumbs": crumbs_to(topic, _("Take back")),
        },
    )
