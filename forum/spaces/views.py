"""Spaces and threads over plain HTTP. Views translate: `threads` reads, `posting` writes.

Every view is behind `login_required`: a visitor is sent to sign-in before anything is looked up,
so a mailed link survives and nothing is told.
"""

import uuid

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponseRedirect, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from community import access
from forum import markdown, posting, threads
from forum.live import log
from forum.spaces import discussions
from forum.spaces.forms import PostForm, ThreadForm
from forum.spaces.models import Space


def _wants_json(request):
    return request.headers.get("Accept", "").startswith("application/json")


def _crumbs(*further):
    return [{"label": _("Spaces"), "url": reverse("spaces:index")}, *further]


def _crumb(thing):
    return {"label": str(thing), "url": thing.get_absolute_url()}


def _thread_crumbs(topic, title):
    return _crumbs(
        _crumb(topic.forum.space),
        {"label": topic.subject, "url": reverse("spaces:thread", args=[topic.pk])},
        {"label": title},
    )


def _posted(request, post, said=None):
    """Where a post stands: as a redirect, or as JSON for the page that sent it by itself."""
    if _wants_json(request):
        return JsonResponse({"url": _address_of(post)})
    if said:
        messages.success(request, said)
    return HttpResponseRedirect(_address_of(post))


def _address_of(post):
    number = threads.page_number_of(post)
    address = reverse("spaces:thread", args=[post.topic_id])
    return f"{address}?page={number}#post-{post.pk}"


@login_required
@require_safe
def index(request):
    spaces = list(Space.objects.open_to(request.user))
    latest = threads.latest_in_each(spaces)
    return render(
        request,
        "spaces/index.html",
        {"rows": [{"space": space, "latest": latest.get(space.forum_id)} for space in spaces]},
    )


@login_required
@require_safe
def space(request, pk):
    found = threads.space_for(request.user, pk)
    return render(
        request,
        "spaces/space.html",
        {
            "space": found,
            "page_obj": threads.page_of_threads(found, request.GET.get("page")),
            "sentence": access.readers_sentence(found.audience),
            "newcomers": access.newcomers(found.audience),
            "may_write": access.may_write(found.audience, access.standing_of(request.user)),
            "crumbs": _crumbs({"label": found.name}),
        },
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def start(request, pk):
    found = threads.space_for(request.user, pk)
    form = ThreadForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            post = posting.start(found, by=request.user, **form.cleaned_data)
        except posting.Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            return _posted(request, post)
    return _composer(
        request,
        form,
        title=_("Start a thread"),
        submit=_("Post to %(space)s") % {"space": found.name},
        space=found,
        crumbs=_crumbs(_crumb(found), {"label": _("Start a thread")}),
        back=found.get_absolute_url(),
        draft=f"start-{found.pk}",
    )


def _composer(request, form, *, title, submit, space, crumbs, back, draft, **context):
    """The page that holds one writing form; 422 where it comes back with errors."""
    if form.is_bound and _wants_json(request):
        return JsonResponse({"errors": form.errors.get_json_data()}, status=422)
    return render(
        request,
        "spaces/compose.html",
        {
            "form": form,
            "title": title,
            "submit": submit,
            "space": space,
            "sentence": access.readers_sentence(space.audience),
            "crumbs": crumbs,
            "back": back,
            "draft": draft,
            **context,
        },
        status=422 if form.is_bound and form.errors else 200,
    )


def _thread_page(request, topic, form, status=200):
    found = topic.forum.space
    page, since = threads.page_of_posts(topic, request.GET.get("page"))
    return render(
        request,
        "spaces/thread.html",
        {
            "topic": topic,
            "space": found,
            "page_obj": page,
            "since": since,
            "form": form,
            "sentence": access.readers_sentence(found.audience),
            "may_reply": posting.may_reply(topic, request.user),
            "moderates": posting.may_moderate(topic, request.user),
            "about": discussions.shown_page(topic.thread.page, request.user),
            "crumbs": _crumbs(_crumb(found), {"label": topic.subject}),
        },
        status=status,
    )


@login_required
@require_safe
def thread(request, pk):
    topic = threads.thread_for(request.user, pk)
    if request.GET.get("post", "").isdecimal():
        post = threads.post_for(request.user, topic, int(request.GET["post"][:18]))
        return HttpResponseRedirect(_address_of(post))
    return _thread_page(request, topic, PostForm())


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def reply(request, pk):
    """A form of its own for those who quote without JavaScript; the thread's composer posts here
    too, and gets JSON when it asks: `{events, seq}` since the sequence it holds."""
    topic = threads.thread_for(request.user, pk)
    if request.method != "POST":
        quoted = request.GET.get("quote", "")
        initial = {}
        if quoted.isdecimal():
            post = threads.post_for(request.user, topic, int(quoted[:18]))
            initial["content"] = markdown.quote(post.content.raw)
        return _reply_page(request, topic, PostForm(initial=initial))
    form = PostForm(request.POST)
    if form.is_valid():
        try:
            post = posting.reply(topic, by=request.user, **form.cleaned_data)
        except posting.Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            if _wants_json(request) and "since" in request.POST:
                threads.thread_for(request.user, pk)  # the verb has read their standing anew
                news = log.news(topic.pk, _since(request))
                return JsonResponse({**news.as_frames(), "key": str(uuid.uuid4())})
            return _posted(request, post)
    return _reply_page(request, topic, form)


def _since(request):
    since = request.POST.get("since", "")
    return int(since[:18]) if since.isdecimal() else 0


def _reply_page(request, topic, form):
    return _composer(
        request,
        form,
        title=_("Reply to “%(subject)s”") % {"subject": topic.subject},
        submit=_("Post reply"),
        space=topic.forum.space,
        crumbs=_thread_crumbs(topic, _("Reply")),
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
    if not posting.may_edit(post, request.user):
        raise Http404
    form = PostForm(request.POST or None, initial={"content": post.content.raw})
    if request.method == "POST" and form.is_valid():
        try:
            posting.edit(post, by=request.user, content=form.cleaned_data["content"])
        except posting.Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            return _posted(request, post, _("Your change is in the thread."))
    return _composer(
        request,
        form,
        title=_("Change your post")
        if post.poster_id == request.user.pk
        else _("Change somebody's post"),
        submit=_("Save the change"),
        space=topic.forum.space,
        crumbs=_thread_crumbs(topic, _("Change")),
        back=_address_of(post),
        draft=f"post-{post.pk}",
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def remove(request, pk, post_pk):
    topic = threads.thread_for(request.user, pk)
    post = threads.post_for(request.user, topic, post_pk)
    if not posting.may_edit(post, request.user):
        raise Http404
    allowed = posting.may_remove(post, request.user)
    if request.method == "POST" and allowed:
        takes_thread = post.pk == topic.first_post_id
        posting.remove(post, by=request.user)
        if takes_thread:
            messages.success(request, _("The thread is gone for everybody."))
            return redirect(topic.forum.space)
        messages.success(request, _("The post is gone for everybody."))
        return redirect("spaces:thread", topic.pk)
    return render(
        request,
        "spaces/remove.html",
        {
            "topic": topic,
            "post": threads.show([post], topic)[0],
            "allowed": allowed,
            "takes_thread": post.pk == topic.first_post_id,
            "crumbs": _thread_crumbs(topic, _("Remove")),
        },
        status=200 if allowed or request.method != "POST" else 409,
    )


@login_required
@require_POST
def lock(request, pk):
    topic = threads.thread_for(request.user, pk)
    if not posting.may_moderate(topic, request.user):
        raise Http404
    locked = request.POST.get("locked") == "yes"
    (posting.lock if locked else posting.unlock)(topic, by=request.user)
    messages.success(
        request,
        _("The thread is locked. Facilitators can still write, and open it again.")
        if locked
        else _("The thread is open again."),
    )
    return redirect("spaces:thread", topic.pk)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def discuss(request, page_pk):
    """Open the thread about a page, or start it in the space that the page's audience allows."""
    page = discussions.page_for(request.user, page_pk)
    found = discussions.space_of(page, request.user)
    if found is None:
        raise Http404
    existing = discussions.thread_about(page, found)
    if existing:
        return redirect("spaces:thread", existing.pk)
    form = ThreadForm(request.POST or None, initial={"subject": page.title[:160]})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            post = posting.discuss(
                page,
                found,
                by=request.user,
                subject=data["subject"],
                content=data["content"],
            )
        except posting.Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            return _posted(request, post)
    return _composer(
        request,
        form,
        title=_("Discuss “%(title)s”") % {"title": page.title},
        submit=_("Post to %(space)s") % {"space": found.name},
        space=found,
        crumbs=[{"label": page.title, "url": page.url}, {"label": _("Discuss")}],
        back=page.url,
        draft=f"discuss-{page.pk}",
    )
