"""A vote stays counted: it then belongs to somebody who left, as their posts do."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from community import inventory
from forum.polls.models import Poll, Vote
from forum.threads import readable_by

inventory.declare("forum_polls.TopicPollVote.voter", inventory.KEPT, "polls")
inventory.declare("polls.Ballot.closed_by", inventory.KEPT)


def _rows(person):
    """Questions and answers where the thread is open to them: what was asked may be another's."""
    open_now = readable_by(person).values("pk")
    votes = Vote.objects.filter(voter=person).select_related("poll_option__poll")
    readable = set(
        readable_by(person).filter(poll__options__votes__voter=person).values_list("pk", flat=True)
    )
    for vote in votes.order_by("pk").iterator(chunk_size=200):
        yield {
            "thread": reverse("spaces:thread", args=[vote.poll_option.poll.topic_id]),
            "you_chose": vote.poll_option.text
            if vote.poll_option.poll.topic_id in readable
            else None,
            "at": vote.timestamp,
        }
    asked = Poll.objects.filter(topic__poster=person, topic__in=open_now)
    asked = asked.prefetch_related("options")
    for poll in asked.order_by("pk"):
        yield {
            "thread": reverse("spaces:thread", args=[poll.topic_id]),
            "you_asked": poll.question,
            "answers": [option.text for option in poll.options.all()],
        }


inventory.add_part("polls", _("Polls"), _rows)
