"""Reading a poll: what one person sees of it, in one query whatever it holds.

Counts are handed out only to whoever voted, and to all once the poll is closed. Nothing here, nor
anywhere else, reads who chose what, but for the reader's own choice.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import Count, Exists, OuterRef, Subquery
from django.db.models.functions import Coalesce

from community.introductions import shown_name
from forum.polls import polling
from forum.polls.models import Option, Vote


@dataclass(frozen=True)
class ShownOption:
    """`votes` and `percent` are None while the counts are not for this reader."""

    pk: int
    text: str
    mine: bool
    votes: int | None
    percent: int | None


@dataclass(frozen=True)
class ShownPoll:
    pk: int
    topic_id: int
    question: str
    options: tuple
    choices: int
    may_change: bool
    days: int | None
    closes_at: datetime | None
    closed: bool
    closed_by: str
    voters: int
    voted: bool
    may_vote: bool
    may_close: bool
    may_reword: bool

    @property
    def counted(self):
        """Whether this reader sees the counts."""
        return self.closed or self.voted

    @property
    def votable(self):
        """Whether this reader can choose, or choose again, now."""
        return self.may_vote and not self.closed and (self.may_change or not self.voted)

    def choosing(self, keys):
        """The same with these options marked, for a form that was refused."""
        options = (replace(option, mine=option.pk in keys) for option in self.options)
        return replace(self, options=tuple(options))


def _rows(topic, person):
    """The options of a topic's poll in their order, each with its counts: the one query. The
    subqueries that name no option are computed once by both databases."""
    votes = Vote.objects.filter(poll_option=OuterRef("pk")).order_by()
    in_poll = Vote.objects.filter(poll_option__poll__topic_id=topic.pk).order_by()
    counted = votes.values("poll_option").annotate(n=Count("pk")).values("n")
    everybody = (
        in_poll.values("poll_option__poll__topic")
        .annotate(n=Count("voter", distinct=True))
        .values("n")
    )
    return list(
        Option.objects.filter(poll__topic_id=topic.pk, poll__ballot__isnull=False)
        .select_related("poll__ballot__closed_by")
        .annotate(
            mine=Exists(votes.filter(voter=person)),
            counted=Coalesce(Subquery(counted), 0),
            voters=Coalesce(Subquery(everybody), 0),
        )
        .order_by("pk")
    )


def has_poll(topic):
    """Whether a topic that was loaded together with its poll has one: no query. For one that was
    not, that there may be."""
    return topic._state.fields_cache.get("poll", topic) is not None


def shown_poll(topic, person):
    """What this person sees of the poll of a topic that was already found readable; None where
    there is none. One query, whatever the poll holds."""
    rows = _rows(topic, person) if has_poll(topic) else []
    if not rows:
        return None
    poll = rows[0].poll
    ballot, voters = poll.ballot, rows[0].voters
    voted = any(row.mine for row in rows)
    counted = voted or ballot.closed
    may_vote = polling.may_vote(topic, person)
    return ShownPoll(
        pk=poll.pk,
        topic_id=topic.pk,
        question=poll.question,
        options=tuple(
            ShownOption(
                pk=row.pk,
                text=row.text,
                mine=row.mine,
                votes=row.counted if counted else None,
                percent=round(100 * row.counted / max(voters, 1)) if counted else None,
            )
            for row in rows
        ),
        choices=poll.max_options,
        may_change=poll.user_changes,
        days=poll.duration,
        closes_at=ballot.closes_at,
        closed=ballot.closed,
        closed_by=shown_name(ballot.closed_by) if ballot.closed_by else "",
        voters=voters,
        voted=voted,
        may_vote=may_vote,
        may_close=not ballot.closed and polling.may_close(topic, person),
        may_reword=not (voters or ballot.closed) and polling.may_add(topic, person),
    )
