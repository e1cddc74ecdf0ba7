"""Reading summaries and passages, to whom their thread is open."""

from dataclasses import dataclass
from datetime import datetime

from django.core.paginator import Paginator
from django.http import Http404
from django.template.loader import render_to_string

from community import access
from community.introductions import shown_name
from forum import markdown, posting, threads
from forum.spaces.models import keys_open_to
from forum.summaries.models import Passage, Summary

PASSAGES_ON_A_PAGE = 20


@dataclass(frozen=True)
class ShownSummary:
    """As all readers of the thread see it."""

    body: str
    by: str
    at: datetime


def _shown(summary):
    return ShownSummary(
        body=markdown.render(summary.text), by=shown_name(summary.by), at=summary.at
    )


def shown_summary(topic):
    """The ShownSummary of a topic that came with `summary__by`, or None. No query."""
    summary = getattr(topic, "summary", None)
    return summary and _shown(summary)


def summary_for(topic, events, epoch):
    """For `log.shows`: the summary as it is now, or nothing where it was taken away."""
    summary = Summary.objects.filter(topic=topic).select_related("by").first()
    html = render_to_string("summaries/shown.html", {"summary": summary and _shown(summary)})
    return {event.pk: {"summary": html if summary else ""} for event in events}


def passages_of(topic):
    return Passage.objects.filter(post__topic=topic).select_related("post__poster", "asked_by")


def passage_to_take_out(person, pk):
    """The passage `pk` to somebody who moderates its thread, or Http404."""
    passage = Passage.objects.filter(pk=pk).select_related("post").first()
    if passage is None:
        raise Http404
    topic = threads.thread_for(person, passage.post.topic_id)
    if not posting.may_moderate(topic, person):
        raise Http404
    passage.post.topic = topic
    return passage


def page_of_my_passages(person, number):
    """A paginator page of what this person was asked for, newest first, where the thread is open to
    them."""
    rows = (
        Passage.objects.filter(
            post__poster=person,
            post__approved=True,
            post__topic__approved=True,
            post__topic__thread__space__in=keys_open_to(person),
        )
        .exclude(asked_by=person)
        .select_related("post__topic__thread__space__forum", "post__topic__forum", "asked_by")
    )
    return Paginator(rows.order_by("-pk"), PASSAGES_ON_A_PAGE).get_page(number)


def my_passage(person, pk):
    """The passage `pk` to the author of its words where its thread is open to them, or Http404."""
    passage = Passage.objects.filter(
        pk=pk,
        post__poster=person,
        post__approved=True,
        post__topic__in=threads.readable_by(person),
    ).first()
    if passage is None:
        raise Http404
    return passage


def is_moderator(topic, person):
    return access.may_moderate(topic.forum.space.audience, access.standing_of(person))
