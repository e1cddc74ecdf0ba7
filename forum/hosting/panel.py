"""The panel of a session at the top of its thread: facts that are the same for every reader.

They come along with the topic's own query (`around`), so a thread page asks nothing more for them.
What depends on the reader (for what they voted) comes beside, and stands on the page around it.
"""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from django.db.models import Case, Count, F, IntegerField, OuterRef, Subquery, When
from django.db.models.functions import Coalesce, Left
from django.utils import timezone
from django.utils.text import Truncator

from community.gathered import Gathered, moment
from community.introductions import Introduction, introduce, shown_name
from community.models import Person
from forum.excerpts import excerpt
from forum.hosting import order
from forum.hosting.models import Pin, Question, QuestionVote, Session
from forum.hosting.order import ANSWERED, SHOWN, in_their_order
from forum.rendering import render
from forum.threads import Topic

SHOWN_OF_A_PIN = 120


@dataclass(frozen=True)
class ShownQuestion:
    """`answer` is the key of the post that answered it, None where none was named or it is gone."""

    pk: int
    author: Introduction
    text: str
    votes: int
    state: str
    asked_at: datetime
    answer: int | None


@dataclass(frozen=True)
class ShownPin:
    post: int
    author: str
    words: str


@dataclass(frozen=True)
class ShownSession:
    """`more`: there are more questions than stand here; `asked` and `were_answered` count them all.
    `slow` is 0 once it is over."""

    pk: int
    topic_id: int
    kind: str
    host: str
    started_at: datetime
    ends_at: datetime
    live: bool
    slow: int
    asked: int
    were_answered: int
    questions: tuple
    more: bool
    pins: tuple

    @property
    def label(self):
        return Session.Kind(self.kind).label

    @property
    def answering(self):
        return next((each for each in self.questions if each.state == "answering"), None)

    @property
    def open(self):
        return [each for each in self.questions if each.state != "answered"]

    @property
    def answered(self):
        return [each for each in self.questions if each.state == "answered"]


def _facts():
    """What a topic brings along of the session in its panel."""
    sessions = Session.objects.filter(topic=OuterRef("pk"), former=False).order_by()
    return {
        "hosted": Gathered(
            sessions, "pk", "kind", "host_id", "host__name", "host__is_active",
            "started_at", "ends_at", _how_many(*SHOWN), _how_many(ANSWERED),
        ),
        "asked": Gathered(
            in_their_order(
                Question.objects.filter(session__topic=OuterRef("pk"), session__former=False)
            )[: order.SHOWN_QUESTIONS + 1],
            *QUESTION_COLUMNS,
        ),
        "pinned": Gathered(
            Pin.objects.filter(
                session__topic=OuterRef("pk"),
                session__former=False,
                post__approved=True,
                post__topic=OuterRef("pk"),
            ).order_by("pk"),
            "post_id", "post__poster__name", "post__poster__is_active",
            Left("post__content", 600),
        ),
    }  # fmt: skip


def _how_many(*states):
    questions = Question.objects.filter(session=OuterRef("pk"), state__in=states).order_by()
    counted = questions.values("session").annotate(count=Count("pk")).values("count")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


# The post that answered a question, where it still stands in the thread.
_ANSWER = Case(
    When(answer__approved=True, answer__topic=F("session__topic"), then=F("answer_id")),
    output_field=IntegerField(),
)
QUESTION_COLUMNS = (
    "pk", "by_id", "by__name", "by__is_active", "text", "votes", "state", "asked_at", _ANSWER,
)  # fmt: skip


def around(person):
    """The columns of a topic for one reader's page: `_facts`, and for what they voted."""
    voices = QuestionVote.objects.filter(
        question__session__topic=OuterRef("pk"), question__session__former=False, person=person.pk
    )
    return {**_facts(), "voices": Gathered(voices.order_by("pk"), "question_id")}


def voted_in(topic):
    """Keys of the questions for which the reader voted with whom the topic was loaded."""
    return [pk for (pk,) in topic.voices]


def shown_session(topic, epoch):
    """The panel of a topic that was loaded with `around`, or None where nothing was hosted in it.
    No query for people who were introduced under this epoch before."""
    if not topic.hosted:
        return None
    ((pk, kind, host, name, active, started_at, ends_at, asked, were_answered),) = topic.hosted
    ends_at = moment(ends_at)
    live = ends_at > timezone.now()
    questions = shown_questions(topic.asked[: order.SHOWN_QUESTIONS], epoch)
    return ShownSession(
        pk=pk,
        topic_id=topic.pk,
        kind=kind,
        host=shown_name(Person(pk=host, name=name, is_active=bool(active))),
        started_at=moment(started_at),
        ends_at=ends_at,
        live=live,
        slow=topic.thread.slow if live else 0,
        asked=asked,
        were_answered=were_answered,
        questions=questions,
        more=len(topic.asked) > order.SHOWN_QUESTIONS,
        pins=tuple(
            ShownPin(
                post=post,
                author=shown_name(Person(name=name, is_active=bool(active))),
                words=_beginning(words),
            )
            for post, name, active, words in topic.pinned
        ),
    )


def shown_questions(rows, epoch):
    """ShownQuestions of rows of `QUESTION_COLUMNS`, as they were gathered."""
    people = introduce(
        (Person(pk=by, name=name, is_active=bool(active)) for _pk, by, name, active, *_ in rows),
        epoch,
    )
    return tuple(
        ShownQuestion(
            pk=pk,
            author=people[by],
            text=text,
            votes=votes,
            state=state,
            asked_at=moment(at) if isinstance(at, str) else at,
            answer=answer,
        )
        for pk, by, _name, _active, text, votes, state, at, answer in rows
    )


@lru_cache(maxsize=512)
def _beginning(words):
    return Truncator(excerpt(words)).chars(SHOWN_OF_A_PIN)


def render_panel(session, *, moderates=False):
    """The HTML of a panel, or of none; an event's has no facilitator's controls shown, and
    hosting.js shows them to whom they belong."""
    return render("hosting/panel.html", "session", session, moderates=moderates)


def fill(topic, events, epoch):
    """What frames of sessions carry: the last of them the panel as it is now, for all before it;
    also where nothing stands there any more."""
    found = Topic.objects.select_related("thread").annotate(**_facts()).get(pk=topic.pk)
    return {events[-1].pk: {"panel": render_panel(shown_session(found, epoch))}}


def votes_for(topic, events, epoch):
    """What frames of votes carry: how many the question has now, as a number and in words."""
    asked = Question.objects.filter(pk__in={event.question_id for event in events})
    asked = asked.filter(session__topic=topic.pk, session__former=False, state__in=SHOWN)
    votes = dict(asked.values_list("pk", "votes"))
    return {
        event.pk: {
            "question": event.question_id,
            "votes": votes[event.question_id],
            "words": render("hosting/votes.html", "votes", votes[event.question_id]).strip(),
        }
        for event in events
        if event.question_id in votes
    }
