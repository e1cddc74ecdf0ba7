"""One thread: pinned or announced, moved, merged, its posts chosen and split off."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from community import access
from forum import threads
from forum.moderation import arranging, bulk, joining
from forum.moderation.facilitating.doors import (
    crumbs,
    keys_in,
    named_places,
    tell,
    thread_to_moderate,
)
from forum.moderation.facilitating.forms import MergeForm, MoveForm, PinForm, SplitForm
from forum.moderation.facilitating.standing import STANDS, stand
from forum.posting import Refused

POSTS_TO_CHOOSE = 50
THREADS_TO_CHOOSE = 15


def show_form(request, template, form, **context):
    """A page around one form; 422 where it comes back with errors."""
    refused = form.is_bound and form.errors
    return render(
        request,
        f"facilitating/{template}",
        {"form": form, **context},
        status=422 if refused else 200,
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def pin(request, pk):
    topic = thread_to_moderate(request.user, pk)
    announcement = getattr(topic, "announcement", None)
    initial = {"stands": next(name for name, kind in STANDS.items() if kind == topic.type)}
    if announcement and announcement.until:
        initial["until"] = timezone.localdate(announcement.until)
    form = PinForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            act = stand(
                topic, data["stands"], data["until"], by=request.user, reason=data["reason"]
            )
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            said = {
                "thread": _("The thread stands like any other now."),
                "pinned": _("The thread is pinned to the top of the list."),
                "announced": _("The thread stands above all others, as an announcement."),
            }
            tell(request, said[data["stands"]], act)
            return redirect("spaces:thread", topic.pk)
    space = topic.forum.space
    way = crumbs(space, _("Pin or announce"), topic=topic)
    return show_form(request, "pin.html", form, topic=topic, space=space, crumbs=way)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def move(request, pk):
    topic = thread_to_moderate(request.user, pk)
    space = topic.forum.space
    places = named_places(space, arranging.places_for(space, request.user))
    form = MoveForm(request.POST if request.method == "POST" else None, places=places)
    if request.method == "POST" and form.is_valid():
        target, reason = form.cleaned_data["target"], form.cleaned_data["reason"]
        try:
            act = arranging.move(topic, target, by=request.user, reason=reason)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            tell(request, _("The thread is in %(space)s now.") % {"space": target.name}, act)
            return redirect("spaces:thread", topic.pk)
    return show_form(
        request,
        "move.html",
        form,
        topic=topic,
        space=space,
        places=places,
        sentence=space.readers_sentence(access.epoch_of(request.user)),
        crumbs=crumbs(space, _("Move"), topic=topic),
    )


# --- Merge ---------------------------------------------------------------------------------------


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def merge(request, pk):
    """Choose the other thread; then, with both named on one page, merge."""
    try:
        topic = thread_to_moderate(request.user, pk)
    except Http404:
        merged = threads.merged_into(request.user, pk)
        if merged is None:
            raise
        return redirect("spaces:thread", merged)
    space = topic.forum.space
    listed = threads.Topic.objects.filter(forum=topic.forum_id, approved=True).exclude(pk=pk)
    listed = list(listed.order_by("-last_post_on")[:THREADS_TO_CHOOSE])
    form = MergeForm(request.POST if request.method == "POST" else None, listed=listed)
    target = None
    if request.method == "POST" and form.is_valid():
        target = _other_thread(request, topic, form)
    if target and request.POST.get("confirmed") == "yes":
        try:
            reason = form.cleaned_data["reason"]
            act = joining.merge(topic, target, by=request.user, reason=reason)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            tell(request, _("The posts of both threads stand here now."), act)
            return redirect("spaces:thread", target.pk)
    return show_form(
        request,
        "merge_confirm.html" if target and not form.errors else "merge.html",
        form,
        topic=topic,
        target=target,
        space=space,
        narrows=target is not None and arranging.narrows(space, target.forum.space),
        crumbs=crumbs(space, _("Merge"), topic=topic),
    )


def _other_thread(request, topic, form):
    """The chosen thread, or None with a sentence beside the field: one for missing and closed."""
    field = "address" if form.cleaned_data.get("address") else "into"
    try:
        target = thread_to_moderate(request.user, form.cleaned_data["chosen"])
    except Http404:
        form.add_error(field, _("There is no such thread that you may use for this."))
        return None
    if not joining.may_merge(topic, target, request.user):
        form.add_error(
            field, _("These posts cannot go there: others would read them, or it is this thread.")
        )
    elif joining.polls_collide(topic, target):
        form.add_error(field, _("Both threads have a poll, and a thread holds only one."))
    else:
        return target
    return None


# --- Choosing posts, and splitting them off ------------------------------------------------------


@login_required
@require_safe
def posts(request, pk):
    topic = thread_to_moderate(request.user, pk)
    found = threads.Post.objects.filter(topic=topic, approved=True).order_by("pk")
    paginator = Paginator(found.values("pk"), POSTS_TO_CHOOSE)
    paginator.count = topic.posts_count
    page = paginator.get_page(request.GET.get("page"))
    page.object_list = threads.show(page.object_list, topic, access.epoch_of(request.user))
    return render(
        request,
        "facilitating/posts.html",
        {
            "topic": topic,
            "space": topic.forum.space,
            "page_obj": page,
            "crumbs": crumbs(topic.forum.space, _("Choose posts"), topic=topic),
        },
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def split(request, pk):
    topic = thread_to_moderate(request.user, pk)
    given = request.POST if request.method == "POST" else request.GET
    keys = keys_in(given.getlist("posts"))[: bulk.MOST]
    chosen = bulk.show_posts(topic, keys, request.user)
    form = SplitForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            act = joining.split(
                topic,
                keys,
                by=request.user,
                subject=data["subject"],
                onwards=data["onwards"],
                reason=data["reason"],
                key=data["key"],
            )
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            count = len(act.undo["posts"])
            said = ngettext(
                "%(count)d post stands in this thread of its own now.",
                "%(count)d posts stand in this thread of their own now.",
                count,
            )
            tell(request, said % {"count": count}, act)
            return redirect("spaces:thread", act.undo["new"])
    elif request.method != "POST" and not chosen:
        messages.warning(request, _("Choose posts first, then what to do with them."))
        return redirect("facilitating:posts", topic.pk)
    space = topic.forum.space
    return show_form(
        request,
        "split.html",
        form,
        topic=topic,
        space=space,
        chosen=chosen,
        crumbs=crumbs(space, _("Split"), topic=topic),
    )
