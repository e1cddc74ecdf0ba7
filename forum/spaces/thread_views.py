"""A thread and its posts over plain HTTP. Views translate: `threads` reads, `posting` writes."""

import uuid

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from community import access
from community.cohorts import agreeing
from community.introductions import shown_name
from forum import markdown, posting, threads
from forum.hosting import asking, panel
from forum.hosting.forms import QuestionForm
from forum.live import log
from forum.moderation import arranging, holding, queue, reports
from forum.moderation.facilitating.doors import tell
from forum.moderation.forms import ReasonedPostForm, ReasonedThreadForm, ReasonForm
from forum.polls import polling
from forum.polls.results import has_poll, shown_poll
from forum.reactions import reacting
from forum.reading import marks, visits
from forum.shelf import margin
from forum.spaces import discussions
from forum.spaces.answers import sent_to, wants_json
from forum.spaces.forms import PostForm, ThreadForm
from forum.spaces.showing import (
    address_of,
    composer,
    crumb,
    crumbs,
    glass_of,
    posted,
    thread_address,
    thread_crumbs,
    with_all_around,
    with_undo,
)
from forum.summaries.reading import shown_summary


@login_required
@require_safe
def thread(request, pk):
    asked = request.GET.get("post", "")
    try:
        topic = threads.thread_to_read(request.user, pk, with_all_around(request.user))
    except Http404:
        merged = threads.merged_into(request.user, pk)
        if merged is None:
            raise
        address = reverse("spaces:thread", args=[merged])
        # What was begun there in this browser goes on here: the composer looks for it.
        query = f"post={int(asked[:18])}" if asked.isdecimal() else f"merged={pk}"
        return redirect(f"{address}?{query}")
    if asked.isdecimal():
        try:
            post = threads.post_for(request.user, topic, int(asked[:18]))
        except Http404:
            post = threads.carried_post(request.user, topic, int(asked[:18]))
        return HttpResponseRedirect(address_of(post))
    if "new" in request.GET:
        post = marks.first_unread(request.user, topic)
        if post:
            return HttpResponseRedirect(address_of(post))
    epoch = access.epoch_of(request.user)
    held = queue.held_in(topic, request.user)
    page = threads.page_of_posts(topic, request.GET.get("page"), epoch, held)
    found = topic.forum.space
    glass = glass_of(found, request.user)
    if request.method == "GET" and not glass["under_glass"]:
        visits.count(topic.pk)
        bumped = topic.thread.bumped
        if marks.of(request.user).is_unread(topic.pk, found.pk, bumped) and not page.has_next():
            marks.read(request.user, topic.pk, bumped)
    polled = has_poll(topic)
    poll = shown_poll(topic, request.user) if polled and not page.has_previous() else None
    moderates = posting.may_moderate(topic, request.user)
    return render(
        request,
        "spaces/thread.html",
        {
            "topic": topic,
            "space": found,
            "page_obj": page,
            "since": topic.thread.seq,
            "form": PostForm(agreement=agreeing.due(found.audience, request.user)),
            "draft": f"thread-{topic.pk}",
            "poll": poll,
            "has_poll": polled,
            "may_add_poll": not polled and polling.may_add(topic, request.user),
            "sentence": found.readers_sentence(epoch),
            "may_reply": posting.may_reply(topic, request.user),
            "moderates": moderates,
            "margin": margin.margin_of(request.user, topic, moderates=moderates),
            "held": queue.shown_held(page.beside, held, topic),
            "waits": holding.holds(found, access.standing_of(request.user), topic.known),
            "session": panel.shown_session(topic, epoch),
            "voted": panel.voted_in(topic),
            "question_form": QuestionForm(),
            "may_ask": asking.may_ask(topic, request.user),
            "about": discussions.shown_page(topic.about),
            "summary": shown_summary(topic),
            "asks": reacting.may_say_what_helped(topic, request.user),
            **glass,
            "crumbs": crumbs(crumb(found), {"label": topic.subject}),
        },
    )


@login_required
@require_POST
def read(request, pk):
    """The page says so when its reader has seen what arrived live."""
    topic = threads.thread_for(request.user, pk)
    marks.read(request.user, topic.pk, topic.thread.bumped)
    return HttpResponse(status=204)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def reply(request, pk):
    """A form of its own for those who quote without JavaScript; the thread's composer posts here
    too, and gets JSON when it asks: `{events, seq}` since the sequence it holds."""
    try:
        topic = threads.thread_for(request.user, pk)
    except Http404:
        merged = threads.merged_into(request.user, pk)
        if merged is None:
            raise
        return _reply_after_a_merge(request, pk, merged)
    agreement = agreeing.due(topic.forum.space.audience, request.user)
    if request.method != "POST":
        quoted = request.GET.get("quote", "")
        initial = {}
        if quoted.isdecimal():
            post = threads.post_for(request.user, topic, int(quoted[:18]))
            initial["content"] = markdown.quote(
                post.content.raw, shown_name(post.poster), thread_address(post)
            )
        return _reply_page(request, topic, PostForm(initial=initial, agreement=agreement))
    form = PostForm(
        request.POST,
        request.FILES,
        by=request.user,
        space=topic.forum.space,
        agreement=agreement,
    )
    if form.is_valid():
        try:
            post = posting.reply(topic, by=request.user, **form.cleaned_data)
        except posting.Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            by_script = wants_json(request) and "since" in request.POST
            if by_script and not holding.waits(post):
                told = log.answer(
                    post,
                    _since(request),
                    form.cleaned_data["attachments"],
                    form.cleaned_data["tried"],
                )
                return JsonResponse({**told.as_frames(), "key": str(uuid.uuid4())})
            return posted(request, post, threads.last_page_number(post.topic))
    return _reply_page(request, topic, form)


def _reply_after_a_merge(request, before, pk):
    """What was typed for the thread `before`, which became a part of the thread `pk`: nothing is
    said there before its writer has seen where it would stand."""
    if request.method != "POST":
        address = reverse("spaces:reply", args=[pk])
        return redirect(f"{address}?{request.GET.urlencode()}" if request.GET else address)
    topic = threads.thread_for(request.user, pk)
    form = PostForm(
        request.POST,
        request.FILES,
        by=request.user,
        space=topic.forum.space,
        agreement=agreeing.due(topic.forum.space.audience, request.user),
    )
    said = (
        _("This thread is a part of “%(subject)s” now. Open it: what you wrote comes along.")
        if wants_json(request)
        else _("The thread is a part of “%(subject)s” now. Your post would stand there.")
    )
    form.add_error(None, said % {"subject": topic.subject})
    if wants_json(request):
        # By the old address, so that what was typed is found again.
        there = {"url": reverse("spaces:thread", args=[before])}
        return JsonResponse({**form.held_back(), **there}, status=422)
    return _reply_page(request, topic, form)


def _since(request):
    since = request.POST.get("since", "")
    return int(since[:18]) if since.isdecimal() else 0


def _reply_page(request, topic, form):
    return composer(
        request,
        form,
        title=_("Reply to “%(subject)s”") % {"subject": topic.subject},
        submit=_("Post reply"),
        space=topic.forum.space,
        # After a merge the page stands at the address of the thread of before.
        action=reverse("spaces:reply", args=[topic.pk]),
        crumbs=thread_crumbs(topic, _("Reply")),
        back=reverse("spaces:thread", args=[topic.pk]),
        draft=f"thread-{topic.pk}",
        joins=True,
        closed=not posting.may_reply(topic, request.user),
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request, pk, post_pk):
    topic = threads.thread_for(request.user, pk)
    post = threads.post_for(request.user, topic, post_pk)
    own = post.poster_id == request.user.pk
    # What its author typed while the thread was locked comes back with the refusal.
    if not posting.may_edit(post, request.user) and not (own and request.method == "POST"):
        raise Http404
    if post.pk == topic.first_post_id:
        kind = ThreadForm if own else ReasonedThreadForm
    else:
        kind = PostForm if own else ReasonedPostForm
    form = kind(
        request.POST or None,
        request.FILES or None,
        initial={
            "content": post.content.raw,
            "subject": topic.subject,
            "tried": hasattr(post, "trial"),
        },
        by=request.user,
        post=post,
        space=topic.forum.space,
    )
    form.edits(post)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            changed = posting.edit(
                post,
                by=request.user,
                content=data["content"],
                version=data["version"],
                attachments=data["attachments"],
                reason=data.get("reason", ""),
                subject=data.get("subject"),
                tried=data["tried"],
            )
        except posting.ChangedMeanwhile as change:
            form.add_error("content", str(change))
            form.shows(change.post)
        except posting.Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            if not own and reports.open_on(post):
                messages.success(request, _("Your change is in the thread."))
                decide = reverse("moderation:decide", args=[post.pk])
                return sent_to(request, f"{decide}?outcome=changed")
            number = threads.page_number_of(post)
            return posted(request, post, number, _said_of(changed, own))
    return composer(
        request,
        form,
        title=_("Change your post") if own else _("Change somebody's post"),
        submit=_("Save the change"),
        space=topic.forum.space,
        crumbs=thread_crumbs(topic, _("Change")),
        back=address_of(post),
        draft=f"post-{post.pk}",
        changes=True,
        waits=False,
    )


def _said_of(changed, own):
    said = _("Your change is in the thread.")
    if not own or changed.revision is None or changed.revision.refiled:
        return said
    return with_undo(said, reverse("revisions:revert", args=[changed.topic_id, changed.pk]))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def remove(request, pk, post_pk):
    topic = threads.thread_for(request.user, pk)
    post = threads.post_for(request.user, topic, post_pk)
    if not posting.may_edit(post, request.user):
        raise Http404
    allowed = posting.may_remove(post, request.user)
    own = post.poster_id == request.user.pk
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and allowed and form.is_valid():
        takes_thread = post.pk == topic.first_post_id
        said = (
            _("The thread is gone for everybody.")
            if takes_thread
            else _("The post is gone for everybody.")
        )
        try:
            if own:
                posting.remove(post, by=request.user)
                back = reverse("revisions:restore", args=[post.pk])
                messages.success(request, with_undo(said, back))
            else:
                reason = form.cleaned_data["reason"]
                tell(request, said, arranging.take_away(post, by=request.user, reason=reason))
        except posting.Refused as refusal:
            messages.error(request, str(refusal))
            return redirect("spaces:thread", topic.pk)
        return redirect(
            topic.forum.space if takes_thread else reverse("spaces:thread", args=[topic.pk])
        )
    return render(
        request,
        "spaces/remove.html",
        {
            "topic": topic,
            "post": threads.show([post.pk], topic, access.epoch_of(request.user))[0],
            "allowed": allowed,
            "form": None if own else form,
            "takes_thread": post.pk == topic.first_post_id,
            "crumbs": thread_crumbs(topic, _("Remove")),
        },
        status=409 if request.method == "POST" and not allowed else 422 if form.errors else 200,
    )


@login_required
@require_POST
def lock(request, pk):
    topic = threads.thread_for(request.user, pk)
    if not posting.may_moderate(topic, request.user):
        raise Http404
    locked = request.POST.get("locked") == "yes"
    try:
        act = (posting.lock if locked else posting.unlock)(topic, by=request.user)
    except posting.Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("spaces:thread", topic.pk)
    said = (
        _("The thread is locked. Facilitators can still write, and open it again.")
        if locked
        else _("The thread is open again.")
    )
    tell(request, said, act)
    return redirect("spaces:thread", topic.pk)
