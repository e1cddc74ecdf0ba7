"""Summaries over plain HTTP. Views translate: `summarising` writes, `reading` finds."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from community import access
from forum import threads
from forum.posting import Refused
from forum.spaces.showing import thread_address, thread_crumbs
from forum.summaries import copying, reading, summarising
from forum.summaries.forms import AnswerForm, DraftForm, PassageForm, SummaryForm
from forum.summaries.models import ForWhom, Summary


def _topic(request, pk):
    """The thread, for those who moderate it; for everybody else one and the same 404."""
    topic = threads.thread_for(request.user, pk)
    if not reading.is_moderator(topic, request.user):
        raise Http404
    return topic


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def summary(request, pk):
    """What lasts of a thread: the summary, the passages, and the draft that is made of both."""
    topic = _topic(request, pk)
    written = Summary.objects.filter(topic=topic).select_related("page").first()
    initial = {
        "text": written.text if written else "",
        "for_whom": written.for_whom if written else ForWhom.SPACE,
    }
    form = SummaryForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            summarising.write(topic, by=request.user, **form.cleaned_data)
        except Refused as refusal:
            form.add_error("text", str(refusal))
        else:
            messages.success(request, _("The summary stands on top of the thread."))
            return redirect("summaries:summary", topic.pk)
    return _page(request, topic, written, form, DraftForm())


def _page(request, topic, written, form, draft_form):
    return render(
        request,
        "summaries/summary.html",
        {
            "topic": topic,
            "space": topic.forum.space,
            "written": written,
            "form": form,
            "draft_form": draft_form,
            "passages": reading.passages_of(topic),
            "going": summarising.going_along(written) if written else [],
            "crumbs": thread_crumbs(topic, _("Summary")),
        },
        status=422 if form.errors or draft_form.errors else 200,
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def remove(request, pk):
    topic = _topic(request, pk)
    if not Summary.objects.filter(topic=topic).exists():
        return redirect("summaries:summary", topic.pk)
    if request.method == "POST":
        try:
            summarising.remove(topic, by=request.user)
        except Refused as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("The summary is gone."))
        return redirect("spaces:thread", topic.pk)
    return render(
        request,
        "summaries/remove.html",
        {"topic": topic, "crumbs": thread_crumbs(topic, _("Remove the summary"))},
    )


@login_required
@require_POST
def draft(request, pk):
    topic = _topic(request, pk)
    form = DraftForm(request.POST)
    if form.is_valid():
        try:
            summarising.make_draft(topic, by=request.user, title=form.cleaned_data["title"])
        except Refused as refusal:
            form.add_error("title", str(refusal))
        else:
            messages.success(request, _("The draft is with the editors. One of them publishes it."))
            return redirect("summaries:summary", topic.pk)
    written = Summary.objects.filter(topic=topic).select_related("page").first()
    initial = {"text": written.text, "for_whom": written.for_whom} if written else {}
    return _page(request, topic, written, SummaryForm(initial=initial), form)


@login_required
@require_safe
def copy(request, pk):
    """All of a thread as a file to keep, for facilitators."""
    topic = _topic(request, pk)
    answer = HttpResponse(
        copying.as_text(topic, access.epoch_of(request.user)),
        content_type="text/markdown; charset=utf-8",
    )
    answer.headers["Content-Disposition"] = f'attachment; filename="thread-{topic.pk}.md"'
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request, pk, post_pk):
    """Ask the author of a post for a part of it."""
    topic = _topic(request, pk)
    post = threads.post_for(request.user, topic, post_pk)
    written = Summary.objects.filter(topic=topic).first()
    form = PassageForm(
        request.POST if request.method == "POST" else None,
        initial={
            "text": post.content.raw[:1000],
            "for_whom": written.for_whom if written else ForWhom.SPACE,
        },
    )
    if request.method == "POST" and form.is_valid():
        try:
            passage = summarising.ask(post, by=request.user, **form.cleaned_data)
        except Refused as refusal:
            form.add_error("text", str(refusal))
        else:
            messages.success(
                request,
                _("These are your own words: they go along.")
                if passage.post.poster_id == request.user.pk
                else _("Asked. Nothing goes along before the author agrees."),
            )
            return redirect("summaries:summary", topic.pk)
    return render(
        request,
        "summaries/ask.html",
        {
            "form": form,
            "post": threads.show([post.pk], topic, access.epoch_of(request.user))[0],
            "back": thread_address(post),
            "crumbs": thread_crumbs(topic, _("Ask for a passage")),
        },
        status=422 if form.errors else 200,
    )


@login_required
@require_POST
def take_out(request, pk):
    passage = reading.passage_to_take_out(request.user, pk)
    try:
        summarising.take_out(passage, by=request.user)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The passage is out."))
    return redirect("summaries:summary", passage.post.topic_id)


@login_required
@require_safe
def mine(request):
    """What one was asked for: each passage with who would read it, and one's own answer."""
    return render(
        request,
        "summaries/mine.html",
        {
            "page_obj": reading.page_of_my_passages(request.user, request.GET.get("page")),
            "crumbs": [
                {"label": _("My page"), "url": reverse("community:me")},
                {"label": _("May your words go along?")},
            ],
        },
    )


@login_required
@require_POST
def answer(request, pk):
    passage = reading.my_passage(request.user, pk)
    form = AnswerForm(request.POST)
    if not form.is_valid():
        messages.error(request, form.errors["said"][0])
        return redirect("summaries:mine")
    try:
        summarising.answer(passage, by=request.user, said=form.cleaned_data["said"])
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Kept. You can change it until the page is made."))
    return redirect("summaries:mine")
