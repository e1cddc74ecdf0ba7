"""Many threads of a space, or many posts of a thread, at once: chosen, confirmed, done."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from community.introductions import shown_name
from forum.moderation import arranging, bulk, undoing
from forum.moderation.facilitating.doors import (
    crumbs,
    keys_in,
    named_places,
    space_to_moderate,
    tell,
    thread_to_moderate,
)
from forum.moderation.facilitating.forms import KeyForm, SweepMoveForm
from forum.posting import Refused


def _titles(verb, count):
    """What the confirmation asks, and what its button says."""
    return {
        "lock": (ngettext("Lock this thread?", "Lock these %(count)d threads?", count), _("Lock")),
        "unlock": (
            ngettext("Open this thread again?", "Open these %(count)d threads again?", count),
            _("Open again"),
        ),
        "pin": (ngettext("Pin this thread?", "Pin these %(count)d threads?", count), _("Pin")),
        "unpin": (
            ngettext("Unpin this thread?", "Unpin these %(count)d threads?", count),
            _("Unpin"),
        ),
        "move": (ngettext("Move this thread?", "Move these %(count)d threads?", count), _("Move")),
        "remove": (
            ngettext("Remove this thread?", "Remove these %(count)d threads?", count),
            _("Remove"),
        ),
    }[verb]


def _done(verb, count):
    """What was done, as the report says it first."""
    said = {
        "lock": ngettext("%(count)d thread is locked.", "%(count)d threads are locked.", count),
        "unlock": ngettext(
            "%(count)d thread is open again.", "%(count)d threads are open again.", count
        ),
        "pin": ngettext("%(count)d thread is pinned.", "%(count)d threads are pinned.", count),
        "unpin": ngettext(
            "%(count)d thread is unpinned.", "%(count)d threads are unpinned.", count
        ),
        "move": ngettext("%(count)d thread is moved.", "%(count)d threads are moved.", count),
        "remove": ngettext("%(count)d thread is removed.", "%(count)d threads are removed.", count),
    }[verb]
    return said % {"count": count}


def _report(request, report, said):
    """What was done, with the way back; then what was not, each reason once."""
    if report.done and undoing.may_undo(report.act):
        tell(request, said, report.act)
    elif report.done:
        messages.success(request, said)
    if report.taken_back and not report.done:
        messages.info(
            request,
            _("This was done before, and taken back since. To do it again, choose again."),
        )
    elif report.taken_back:
        back = ngettext(
            "%(count)d was taken back since.", "%(count)d were taken back since.", report.taken_back
        )
        messages.info(request, back % {"count": report.taken_back})
    if report.unchanged:
        already = ngettext(
            "%(count)d was so already.", "%(count)d were so already.", report.unchanged
        )
        messages.info(request, already % {"count": report.unchanged})
    if not (report.act or report.unchanged or report.refused):
        messages.warning(request, _("Nothing was chosen, so nothing was changed."))
    for sentence in dict.fromkeys(report.refused):
        count = report.refused.count(sentence)
        times = f" ({count})" if count > 1 else ""
        messages.warning(request, f"{sentence}{times}")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def sweep_threads(request, pk):
    space = space_to_moderate(request.user, pk)
    given = request.POST if request.method == "POST" else request.GET
    verb = given.get("act")
    keys = keys_in(given.getlist("threads"))[: bulk.MOST]
    chosen = bulk.threads_among(space, keys, request.user) if verb in bulk.VERBS else []
    if not chosen and request.method != "POST":
        messages.warning(request, _("Choose threads first, then what to do with them."))
        return redirect(space)
    if verb not in bulk.VERBS:
        return redirect(space)
    bound = request.POST if request.method == "POST" else None
    if verb == "move":
        places = named_places(space, arranging.places_for(space, request.user))
        form = SweepMoveForm(bound, places=places)
    else:
        form = KeyForm(bound)
    if request.method == "POST" and form.is_valid():
        try:
            report = bulk.sweep_threads(space, keys, verb, by=request.user, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            _report(request, report, _done(verb, report.done))
            return redirect(space)
    title, submit = _titles(verb, len(chosen))
    return render(
        request,
        "facilitating/sweep.html",
        {
            "form": form,
            "space": space,
            "rows": [
                {"pk": topic.pk, "title": topic.subject, "name": shown_name(topic.poster)}
                for topic in chosen
            ],
            "field": "threads",
            "act": verb,
            "title": title % {"count": len(chosen)},
            "submit": submit,
            "danger": verb == "remove",
            "back": space.get_absolute_url(),
            "crumbs": crumbs(space, submit),
        },
        status=422 if form.is_bound else 200,
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def sweep_posts(request, pk):
    topic = thread_to_moderate(request.user, pk)
    given = request.POST if request.method == "POST" else request.GET
    keys = keys_in(given.getlist("posts"))[: bulk.MOST]
    chosen = bulk.show_posts(topic, keys, request.user)
    if not chosen and request.method != "POST":
        return redirect("facilitating:posts", topic.pk)
    form = KeyForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            report = bulk.sweep_posts(topic, keys, by=request.user, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            said = ngettext("%(count)d post is gone.", "%(count)d posts are gone.", report.done)
            _report(request, report, said % {"count": report.done})
            return redirect("spaces:thread", topic.pk)
    title = ngettext("Remove this post?", "Remove these %(count)d posts?", len(chosen))
    return render(
        request,
        "facilitating/sweep.html",
        {
            "form": form,
            "space": topic.forum.space,
            "rows": [
                {"pk": post.pk, "title": post.body, "name": post.author.name, "is_post": True}
                for post in chosen
            ],
            "field": "posts",
            "title": title % {"count": len(chosen)},
            "submit": _("Remove"),
            "danger": True,
            "back": reverse("facilitating:posts", args=[topic.pk]),
            "crumbs": crumbs(topic.forum.space, _("Remove"), topic=topic),
        },
        status=422 if form.is_bound else 200,
    )
