"""Polls over plain HTTP. Views translate: `results` reads, `polling` writes.

Everything is found through the thread, so a poll is as closed as its thread is.
"""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from community import access
from forum import posting, threads
from forum.polls import polling
from forum.polls.forms import PollForm
from forum.polls.models import Poll
from forum.polls.results import shown_poll


def _crumbs(topic, title):
    space = topic.forum.space
    return [
        {"label": _("Spaces"), "url": reverse("spaces:index")},
        {"label": space.name, "url": space.get_absolute_url()},
        {"label": topic.subject, "url": reverse("spaces:thread", args=[topic.pk])},
        {"label": title},
    ]


def _found(request, pk):
    """`(topic, what they see of its poll)`, or Http404 alike for closed, missing and no poll."""
    topic = threads.thread_for(request.user, pk)
    shown = shown_poll(topic, request.user)
    if shown is None:
        raise Http404
    return topic, shown


def _page(request, topic, shown, title, status=200, **context):
    space = topic.forum.space
    return render(
        request,
        "polls/page.html",
        {
            "topic": topic,
            "poll": shown,
            "title": title,
            "space": space,
            "sentence": space.readers_sentence(access.epoch_of(request.user)),
            "crumbs": _crumbs(topic, title),
            **context,
        },
        status=status,
    )


def _back(request, topic, said):
    messages.success(request, said)
    return HttpResponseRedirect(f"{reverse('spaces:thread', args=[topic.pk])}#poll")


@login_required
@require_safe
def poll(request, pk):
    topic, shown = _found(request, pk)
    return _page(request, topic, shown, _("Poll"))


def _chosen(request):
    """The keys that were sent; what is no key at all counts as one that is not there."""
    sent = request.POST.getlist("option")[:100]
    return {int(key) if key.isdecimal() and len(key) < 18 else 0 for key in sent}


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def vote(request, pk):
    """The answers to choose from, also for whoever voted and wants to choose again."""
    topic, shown = _found(request, pk)
    if request.method != "POST":
        return _page(request, topic, shown, _("Your vote"), choosing=shown.votable)
    chosen = _chosen(request)
    try:
        polling.vote(Poll(pk=shown.pk, topic_id=topic.pk), by=request.user, options=chosen)
    except posting.Refused as refusal:
        shown = shown_poll(topic, request.user)
        return _page(
            request,
            topic,
            # What was chosen stays in the form. Where there is none, what is marked is a vote.
            shown.choosing(chosen) if shown.votable else shown,
            _("Your vote"),
            status=422,
            refusal=str(refusal),
            choosing=shown.votable,
        )
    return _back(
        request, topic, _("Your vote is changed.") if shown.voted else _("Your vote is counted.")
    )


def _confirm(request, topic, shown, verb, *, possible, words):
    """A page that asks before a verb that takes something away, and then does it."""
    if request.method == "POST":
        try:
            verb(Poll(pk=shown.pk, topic_id=topic.pk), by=request.user)
        except posting.Refused as refusal:
            return _page(request, topic, shown, words["title"], 409, refusal=str(refusal))
        return _back(request, topic, words["done"])
    if not possible:
        return _page(request, topic, shown, words["title"], refusal=words["late"])
    return _page(request, topic, shown, words["title"], asking=words)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request, pk):
    topic, shown = _found(request, pk)
    return _confirm(
        request,
        topic,
        shown,
        polling.withdraw,
        possible=shown.voted and shown.votable,
        words={
            "title": _("Take your vote back?"),
            "text": _("It is no longer counted. You can vote again while the poll is open."),
            "submit": _("Take it back"),
            "keep": _("Keep my vote"),
            "done": _("Your vote is taken back."),
            "late": _("There is no vote of yours that can be taken back now."),
        },
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def close(request, pk):
    topic, shown = _found(request, pk)
    if not polling.may_close(topic, request.user):
        raise Http404
    return _confirm(
        request,
        topic,
        shown,
        polling.close,
        possible=shown.may_close,
        words={
            "title": _("Close this poll?"),
            "text": _(
                "Nobody votes in it any more, and everybody who can read the thread sees the"
                " counts. It cannot be opened again."
            ),
            "submit": _("Close the poll"),
            "keep": _("Keep it open"),
            "done": _("The poll is closed. Everybody here sees the counts."),
            "late": _("This poll is closed already."),
        },
    )


def _sent(request):
    return request.POST if request.method == "POST" else None


def _form_page(request, topic, form, title, submit):
    space = topic.forum.space
    return render(
        request,
        "polls/form.html",
        {
            "topic": topic,
            "form": form,
            "title": title,
            "submit": submit,
            "space": space,
            "sentence": space.readers_sentence(access.epoch_of(request.user)),
            "crumbs": _crumbs(topic, title),
        },
        status=422 if form.is_bound and form.errors else 200,
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def add(request, pk):
    """Add a poll to a thread of one's own; for everybody else there is nothing here."""
    topic = threads.thread_for(request.user, pk)
    if topic.poster_id != request.user.pk:
        raise Http404
    form = PollForm(_sent(request))
    if request.method == "POST" and form.is_valid():
        try:
            polling.add(topic, by=request.user, **form.cleaned_data)
        except posting.Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            return _back(request, topic, _("The poll is in your thread."))
    return _form_page(request, topic, form, _("Add a poll"), _("Add the poll"))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def change(request, pk):
    topic, shown = _found(request, pk)
    if topic.poster_id != request.user.pk:
        raise Http404
    form = PollForm(
        _sent(request),
        initial={
            "question": shown.question,
            "options": "\n".join(option.text for option in shown.options),
            "choices": shown.choices,
            "days": shown.days,
            "may_change": shown.may_change,
        },
    )
    if request.method == "POST" and form.is_valid():
        try:
            polling.change(
                Poll(pk=shown.pk, topic_id=topic.pk), by=request.user, **form.cleaned_data
            )
        except posting.Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            return _back(request, topic, _("The poll is changed."))
    return _form_page(request, topic, form, _("Change the poll"), _("Save the change"))
