"""What was asked and hosted stays in its thread, as posts do, and names somebody who left."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from community import inventory
from forum.hosting.models import Pin, Question, QuestionVote, Session
from forum.threads import readable_by

inventory.declare("hosting.Session.host", inventory.KEPT, "questions")
inventory.declare("hosting.Session.ended_by", inventory.KEPT)
inventory.declare("hosting.Question.by", inventory.KEPT, "questions")
inventory.declare("hosting.QuestionVote.person", inventory.KEPT, "questions")
inventory.declare("hosting.Pin.by", inventory.KEPT, "questions")


def _rows(person):
    """One's own questions in any case; those of others only where the thread is open now."""
    open_now = readable_by(person).values("pk")
    for question in Question.objects.filter(by=person).select_related("session").order_by("pk"):
        yield {
            "thread": reverse("spaces:thread", args=[question.session.topic_id]),
            "you_asked": question.text,
            "state": question.get_state_display(),
            "votes": question.votes,
            "at": question.asked_at,
        }
    voices = QuestionVote.objects.filter(person=person).select_related("question__session")
    readable = set(
        voices.filter(question__session__topic__in=open_now).values_list("pk", flat=True)
    )
    for voice in voices.order_by("pk").iterator(chunk_size=200):
        yield {
            "thread": reverse("spaces:thread", args=[voice.question.session.topic_id]),
            "you_voted_for": voice.question.text if voice.pk in readable else None,
            "at": voice.at,
        }
    for session in Session.objects.filter(host=person).order_by("pk"):
        yield {
            "thread": reverse("spaces:thread", args=[session.topic_id]),
            "you_hosted": session.get_kind_display(),
            "at": session.started_at,
            "until": session.ends_at,
        }
    pins = Pin.objects.filter(by=person, session__topic__in=open_now).select_related("session")
    for pin in pins.order_by("pk").iterator(chunk_size=200):
        yield {
            "thread": reverse("spaces:thread", args=[pin.session.topic_id]),
            "you_pinned_the_post": pin.post_id,
            "at": pin.at,
        }


inventory.add_part("questions", _("Live sessions"), _rows)
