"""Live sessions over plain HTTP. Views translate: `hosting` and `asking` write, `sessions` reads.

What is asked for by script (`Accept: application/json`) is the same form at the same address.
"""

from functools import partial

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from community import access
from community.introductions import introduce
from forum import posting, threads
from forum.hosting import asking, copying, hosting
from forum.hosting import sessions as reading
from forum.hosting.forms import AnsweredForm, ExtendForm, PaceForm, QuestionForm, StartForm
from forum.hosting.models import Pin, QuestionVote, Session
from forum.hosting.sessions import question_in, session_in
from forum.moderation.forms import ReasonForm
from forum.posting import Refused
from forum.spaces import discussions
from forum.spaces.answers import wants_json
from forum.spaces.showing import thread_crumbs


def _thread(topic):
    return f"{reverse('spaces:thread', args=[topic.pk])}#session"


def _to_moderate(request, pk, **along):
    topic = threads.thread_for(request.user, pk, **along)
    if not posting.may_moderate(topic, request.user):
        raise Http404
    return topic


def _page(request, template, topic, title, form=None, **context):
    space = topic.forum.space
    return render(
        request,
        template,
        {
            "topic": topic,
            "space": space,
            "form": form,
            "sentence": space.readers_sentence(access.epoch_of(request.user)),
            "title": title,
            "back": _thread(topic),
            "moderates": posting.may_moderate(topic, request.user),
            "crumbs": thread_crumbs(topic, title),
            **context,
        },
        status=422 if form is not None and form.errors else 200,
    )


def _done(request, topic, said, **told):
    if wants_json(request):
        return JsonResponse({"said": said, **told})
    messages.success(request, said)
    return HttpResponseRedirect(_thread(topic))


def _not_done(request, form):
    return JsonResponse({"errors": form.errors.get_json_data()}, status=422)


# --- What was and is hosted -----------------------------------------------------------------------


@login_required
@require_safe
def sessions(request, pk):
    topic = threads.thread_for(request.user, pk)
    page = reading.page_of_sessions(topic, request.GET.get("page"))
    return _page(request, "hosting/sessions.html", topic, _("Live sessions"), page_obj=page)


@login_required
@require_safe
def session(request, pk, session_pk):
    topic = threads.thread_for(request.user, pk)
    found = session_in(topic, session_pk)
    epoch = access.epoch_of(request.user)
    page = reading.page_of_questions(found, request.GET.get("page"), epoch)
    title = found.get_kind_display()
    return _page(request, "hosting/session.html", topic, title, session=found, page_obj=page)


@login_required
@require_safe
def copy(request, pk, session_pk):
    """All of a session as a file to read, for facilitators."""
    topic = _to_moderate(request, pk)
    found = session_in(topic, session_pk)
    answer = HttpResponse(
        copying.as_text(found, topic, access.epoch_of(request.user)),
        content_type="text/markdown; charset=utf-8",
    )
    name = f"session-{found.started_at:%Y-%m-%d}-{found.pk}.md"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def host(request, pk):
    """The host's controls: start where nothing is live; otherwise extend, slow down, end."""
    topic = _to_moderate(request, pk, about=discussions.about(request.user))
    act = request.POST.get("act", "") if request.method == "POST" else ""
    first = Session.Kind.HALLWAY
    if discussions.is_follow_up(topic.about):
        first = Session.Kind.FOLLOW_UP
    to_start = partial(StartForm, first=first)
    acts = {
        "start": (to_start, hosting.start, _("The session is live. Everybody here sees it.")),
        "extend": (ExtendForm, hosting.extend, _("The session lasts longer now.")),
        "slow": (PaceForm, hosting.slow_down, _("Slow mode is set.")),
    }
    bound = None
    if act in acts:
        kind, verb, said = acts[act]
        bound = kind(request.POST)
        if bound.is_valid():
            try:
                verb(topic, by=request.user, **bound.cleaned_data)
            except Refused as refusal:
                bound.add_error(None, str(refusal))
            else:
                return _done(request, topic, said)
    elif act == "end":
        try:
            hosting.end(topic, by=request.user)
        except Refused as refusal:
            messages.error(request, str(refusal))
            return HttpResponseRedirect(_thread(topic))
        return _done(request, topic, _("The session is over. What was asked stays here to read."))
    session = hosting.session_of(topic)
    live = session is not None and session.is_live
    forms = {"start": to_start(), "extend": ExtendForm()}
    forms["slow"] = PaceForm(initial={"seconds": topic.thread.slow if live else 0})
    if bound is not None:
        forms[act] = bound
    title = _("Host this session") if live else _("Host a live session")
    return _page(
        request, "hosting/host.html", topic, title, bound, session=session, live=live, forms=forms
    )


# --- Questions ------------------------------------------------------------------------------------


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request, pk):
    topic = threads.thread_for(request.user, pk)
    form = QuestionForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            asking.ask(topic, by=request.user, text=form.cleaned_data["text"])
        except Refused as refusal:
            form.add_error("text", str(refusal))
        else:
            return _done(request, topic, _("Your question is in the queue."))
    if form.is_bound and wants_json(request):
        return _not_done(request, form)
    session = hosting.session_of(topic)
    return _page(
        request,
        "hosting/ask.html",
        topic,
        _("Ask a question"),
        form,
        live=session is not None and session.is_live and asking.may_ask(topic, request.user),
    )


_OF_EVERYBODY = {
    "vote": (asking.vote, _("Your vote is counted.")),
    "unvote": (asking.unvote, _("Your vote is taken back.")),
    "withdraw": (asking.withdraw, _("Your question is withdrawn. You can put it back.")),
    "back": (asking.bring_back, _("Your question is back in the queue.")),
}
_OF_FACILITATORS = {
    "answering": (asking.answer_now, _("Everybody sees that this is being answered now.")),
    "answered": (asking.answered, _("The question is marked as answered.")),
    "reopen": (asking.reopen, _("The question is open again.")),
    "take": (asking.take_away, _("The question is gone, and its author is told.")),
}


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def question(request, pk, question_pk):
    """All that its reader may do with one question."""
    topic = threads.thread_for(request.user, pk)
    found = question_in(topic, question_pk, request.user)
    moderates = posting.may_moderate(topic, request.user)
    refused = None
    act = request.POST.get("act", "") if request.method == "POST" else ""
    verbs = _OF_EVERYBODY | (_OF_FACILITATORS if moderates else {})
    answered = AnsweredForm(request.POST if act == "answered" else None, topic=topic)
    reason = ReasonForm(request.POST if act == "take" else None)
    if (
        act in verbs
        and (act != "answered" or answered.is_valid())
        and (act != "take" or reason.is_valid())
    ):
        verb, said = verbs[act]
        further = {"answered": answered, "take": reason}.get(act)
        try:
            verb(found, topic, by=request.user, **(further.cleaned_data if further else {}))
        except Refused as refusal:
            refused = str(refusal)
        else:
            if act == "withdraw" and not wants_json(request):
                messages.success(request, said)
                return HttpResponseRedirect(request.path)
            return _done(request, topic, said)
    elif request.method == "POST":
        refused = _("That is not done. Look at it once more.")
    if refused and wants_json(request):
        return JsonResponse({"errors": {"__all__": [{"message": refused}]}}, status=422)
    found = question_in(topic, question_pk, request.user)
    epoch = access.epoch_of(request.user)
    answer = _page(
        request,
        "hosting/question.html",
        topic,
        _("Question"),
        question=found,
        author=introduce([found.by], epoch)[found.by_id],
        live=found.session.is_live and not found.session.former,
        takes_part=asking.may_ask(topic, request.user),
        voted=QuestionVote.objects.filter(question=found, person=request.user).exists(),
        answered_form=answered,
        reason_form=reason,
        refused=refused,
    )
    answer.status_code = 422 if refused else 200
    return answer


# --- Pins -----------------------------------------------------------------------------------------


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def pin(request, pk, post_pk):
    topic = _to_moderate(request, pk)
    post = threads.post_for(request.user, topic, post_pk)
    session = hosting.session_of(topic)
    if request.method == "POST":
        off = request.POST.get("pinned") == "no"
        said = (
            _("The post is off the panel.") if off else _("The post stands on top, for everybody.")
        )
        try:
            (hosting.unpin if off else hosting.pin)(post, by=request.user)
        except Refused as refusal:
            messages.error(request, str(refusal))
            return HttpResponseRedirect(_thread(topic))
        return _done(request, topic, said)
    shown = threads.show([post.pk], topic, access.epoch_of(request.user))
    return _page(
        request,
        "hosting/pin.html",
        topic,
        _("Pin a post"),
        post=next(iter(shown), None),
        live=session is not None and session.is_live,
        pinned=session is not None and Pin.objects.filter(session=session, post=post).exists(),
    )
