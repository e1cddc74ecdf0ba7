"""Reports, posts that wait, and the log, over plain HTTP. Views translate: `reports` and
`approval` write, `queue` and `record` read.

Every view is behind `login_required`: a visitor is sent to sign-in before anything is looked up.
"""

from functools import wraps

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from community import access
from community.introductions import shown_name
from forum import threads
from forum.moderation import approval, queue, record, reports
from forum.moderation.forms import (
    DecisionForm,
    DeclineForm,
    QueueFilter,
    ReportForm,
)
from forum.moderation.models import Report
from forum.spaces.answers import refused, sent_to, wants_json
from forum.spaces.forms import PostForm
from forum.spaces.models import Space

read_or_send = require_http_methods(["GET", "HEAD", "POST"])


def _sent(request):
    return request.POST if request.method == "POST" else None


def _shown(request, post):
    return threads.show([post.pk], post.topic, access.epoch_of(request.user))[0]


def _status(form):
    return 422 if form.is_bound and form.errors else 200


def _crumbs_to(topic, title):
    space = topic.forum.space
    crumbs = [
        {"label": _("Spaces"), "url": reverse("spaces:index")},
        {"label": space.name, "url": space.get_absolute_url()},
    ]
    if topic.approved:
        crumbs.append({"label": topic.subject, "url": reverse("spaces:thread", args=[topic.pk])})
    return [*crumbs, {"label": title}]


def _my(title):
    return [{"label": _("My page"), "url": reverse("community:me")}, {"label": title}]


# --- Reports ----------------------------------------------------------------------------------


@login_required
@read_or_send
def report(request, pk):
    post = threads.standing_post(request.user, pk)
    topic = post.topic
    own = post.poster_id == request.user.pk
    already = Report.objects.filter(post=post, by=request.user, outcome="").exists()
    form = ReportForm(_sent(request))
    if request.method == "POST" and not own and form.is_valid():
        try:
            _report, new = reports.report(post, by=request.user, **form.cleaned_data)
        except reports.Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(
                request,
                _("Thank you. The facilitators look at it, and you hear what became of it.")
                if new
                else _("Your report is already with the facilitators."),
            )
            return redirect("moderation:my_reports")
    return render(
        request,
        "moderation/report.html",
        {
            "form": form,
            "topic": topic,
            "post": _shown(request, post),
            "own": own,
            "already": already,
            "deciders": [] if own or already else queue.deciders(post),
            "crumbs": _crumbs_to(topic, _("Report")),
        },
        status=_status(form),
    )


@login_required
@read_or_send
def decide(request, pk):
    try:
        post = threads.standing_post(request.user, pk)
    except Http404:
        remover = queue.who_removed(pk, request.user)
        if remover is None:
            raise
        messages.info(
            request, _("%(name)s decided on it meanwhile: the post is removed.") % {"name": remover}
        )
        return redirect("moderation:queue")
    if not reports.may_decide(post, request.user):
        raise Http404
    initial = {"outcome": request.GET.get("outcome", Report.Outcome.LEFT)}
    form = DecisionForm(_sent(request), initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            reports.decide(post, by=request.user, **form.cleaned_data)
        except reports.Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Done. Whoever reported it hears what became of it."))
            return redirect("moderation:queue")
    return render(
        request,
        "moderation/decide.html",
        {
            "form": form,
            "item": queue.reported(post, request.user),
            "topic": post.topic,
            "post": post,
            "crumbs": _crumbs_to(post.topic, _("Decide on a report")),
        },
        status=_status(form),
    )


@login_required
@require_safe
def my_reports(request):
    return render(
        request,
        "moderation/my_reports.html",
        {
            "page_obj": queue.page_of_own_reports(request.user, request.GET.get("page")),
            "crumbs": _my(_("My reports")),
        },
    )


# --- The queue --------------------------------------------------------------------------------


@login_required
@require_safe
def queue_page(request):
    if not access.moderates_somewhere(access.standing_of(request.user)):
        raise Http404
    form = QueueFilter(request.GET, spaces=Space.objects.moderated_by(request.user))
    form.is_valid()
    chosen = {name: form.cleaned_data.get(name) or None for name in ("space", "kind")}
    query = "".join(
        f"{name}={getattr(value, 'pk', value)}&" for name, value in chosen.items() if value
    )
    return render(
        request,
        "moderation/queue.html",
        {
            "form": form,
            "page_obj": queue.page(request.user, request.GET.get("page"), **chosen),
            "query": query,
            "filtered": bool(query),
        },
    )


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
    form = DeclineForm(_sent(request))
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
            "post": _shown(request, hold.post),
            "crumbs": _crumbs_to(topic, _("Decline")),
        },
        status=_status(form),
    )


# --- One's own posts that wait ------------------------------------------------------------------


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
            "crumbs": _my(_("Waiting")),
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
        _sent(request),
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
            "crumbs": _crumbs_to(topic, _("Change")),
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
            "post": _shown(request, hold.post),
            "crumbs": _crumbs_to(topic, _("Take back")),
        },
    )


# --- The log of a space --------------------------------------------------------


@login_required
@require_safe
def my_acts(request):
    return render(
        request,
        "moderation/my_acts.html",
        {
            "page_obj": record.page_for_the_person_concerned(request.user, request.GET.get("page")),
            "crumbs": _my(_("What facilitators did")),
        },
    )


def _moderated(request, pk):
    """The space `pk`; whoever does not moderate there gets the answer of what does not exist."""
    found = threads.space_for(request.user, pk)
    if not access.may_moderate(found.audience, access.standing_of(request.user)):
        raise Http404
    return found


def _crumbs_in(space, title):
    return [
        {"label": _("Spaces"), "url": reverse("spaces:index")},
        {"label": space.name, "url": space.get_absolute_url()},
        {"label": title},
    ]


@login_required
@require_safe
def acts_in_space(request, pk):
    space = _moderated(request, pk)
    return render(
        request,
        "moderation/acts.html",
        {
            "space": space,
            "page_obj": record.page_for_moderators(space, request.user, request.GET.get("page")),
            "crumbs": _crumbs_in(space, _("What facilitators did")),
        },
    )
