"""Reports, the queue, and the log, over plain HTTP. Views translate: `reports` writes, `queue` and
`record` read. Posts that wait are in `waiting_views`.

Every view is behind `login_required`: a visitor is sent to sign-in before anything is looked up.
"""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from community import access
from forum import threads
from forum.moderation import queue, record, reports
from forum.moderation.forms import (
    DecisionForm,
    QueueFilter,
    ReportForm,
)
from forum.moderation.models import Report
from forum.moderation.pages import crumbs_of_my, crumbs_to, read_or_send, sent, shown, status_of
from forum.spaces.models import Space

# --- Reports ----------------------------------------------------------------------------------


@login_required
@read_or_send
def report(request, pk):
    post = threads.standing_post(request.user, pk)
    topic = post.topic
    own = post.poster_id == request.user.pk
    already = Report.objects.filter(post=post, by=request.user, outcome="").exists()
    form = ReportForm(sent(request))
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
            "post": shown(request, post),
            "own": own,
            "already": already,
            "deciders": [] if own or already else queue.deciders(post),
            "crumbs": crumbs_to(topic, _("Report")),
        },
        status=status_of(form),
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
    form = DecisionForm(sent(request), initial=initial)
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
            "crumbs": crumbs_to(post.topic, _("Decide on a report")),
        },
        status=status_of(form),
    )


@login_required
@require_safe
def my_reports(request):
    return render(
        request,
        "moderation/my_reports.html",
        {
            "page_obj": queue.page_of_own_reports(request.user, request.GET.get("page")),
            "crumbs": crumbs_of_my(_("My reports")),
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


# --- The log of a space --------------------------------------------------------


@login_required
@require_safe
def my_acts(request):
    return render(
        request,
        "moderation/my_acts.html",
        {
            "page_obj": record.page_for_the_person_concerned(request.user, request.GET.get("page")),
            "crumbs": crumbs_of_my(_("What facilitators did")),
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
