"""Fifty people in one thread at once: nothing is lost, doubled or miscounted, whoever is first."""

import contextlib
import threading
import uuid

import pytest
from django.db import connections
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from community.models import Audience
from forum import counters, posting, threads
from forum.hosting import asking, hosting
from forum.hosting.models import Question
from forum.live.models import Event, Thread
from forum.moderation import arranging, undoing
from forum.moderation.models import Act
from forum.spaces.models import Space
from forum.threads import Post, Topic
from tests.bench import rows

PEOPLE = 50
FEW = 8  # threads, each with a connection of its own
WAIT = 60  # seconds, where a deadlock would wait for ever


@pytest.fixture
def hall(transactional_db, make_space, make_thread, make_facilitator, cohort):
    """`(space, fifty people, its facilitator, make_thread)`."""
    people = rows.members(PEOPLE, cohort)
    facilitator = make_facilitator(cohort)
    space = make_space(Audience.Kind.COHORT, cohort)
    make_space(Audience.Kind.COHORT, cohort)  # where the thread may be moved
    return space, people, facilitator, make_thread


# What somebody does while others reply; a number says who, and which post. Threads that are started
# beside it share the forum's row.
ACTS = ("reply", "reply twice", "edit", "remove", "lock", "unlock", "start", "move", "pin")
acts = st.lists(
    st.tuples(st.sampled_from(ACTS), st.integers(0, PEOPLE - 1)), min_size=10, max_size=30
)


class Crowd:
    """Runs acts in threads that begin together, and keeps what each was answered."""

    def __init__(self, topic, people, facilitator):
        self.topic, self.people, self.facilitator = topic.pk, people, facilitator
        self.spaces = list(Space.objects.order_by("pk"))
        self.answers, self.failures = [], []
        self.early = list(Post.objects.filter(topic=topic).order_by("pk")[1:])

    def act(self, act, number):
        person = self.people[number]
        if act == "put back":
            taken = Act.objects.filter(verb="removed", undone_at=None, topic=self.topic).first()
            if taken:
                undoing.undo(taken, by=self.facilitator)
            return
        topic = threads.thread_for(person, self.topic)
        if act.startswith("reply"):
            key = (
                uuid.uuid5(uuid.NAMESPACE_OID, f"{number}")
                if act == "reply twice"
                else uuid.uuid4()
            )
            post = posting.reply(topic, by=person, content=f"{act} {number} {key}", key=key)
            self.answers.append((person.pk, key, post.pk))
        elif act == "start":
            posting.start(
                topic.forum.space, by=person, subject="Beside it", content="Another thread"
            )
        elif act == "take away":
            opening = Post.objects.get(pk=topic.first_post_id)
            opening.topic = topic
            posting.remove(opening, by=self.facilitator)
        elif act in ("lock", "unlock"):
            getattr(posting, act)(topic, by=self.facilitator)
        elif act == "pin":
            (arranging.pin if number % 2 else arranging.unpin)(topic, by=self.facilitator)
        elif act == "move":
            arranging.move(topic, self.spaces[number % len(self.spaces)], by=self.facilitator)
        else:
            post = self.early[number % len(self.early)]
            post = threads.post_for(person, topic, post.pk)
            verb = {"edit": edit, "remove": posting.remove}[act]
            verb(post, by=self.facilitator if number % 2 else post.poster)

    def run(self, todo, at_once=FEW):
        queue = list(todo)
        ready = threading.Barrier(at_once)

        def work():
            ready.wait()
            try:
                while True:
                    try:
                        act, number = queue.pop()
                    except IndexError:
                        return
                    # Locked or removed first: that is an answer too.
                    with contextlib.suppress(posting.Refused, threads.Http404):
                        self.act(act, number)
            except BaseException as failure:  # noqa: BLE001 - the test's own thread tells of it
                self.failures.append(failure)
            finally:
                connections.close_all()

        workers = [threading.Thread(target=work, daemon=True) for _ in range(at_once)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join(WAIT)
        assert not any(worker.is_alive() for worker in workers), "somebody waits for ever"
        assert not self.failures, self.failures


def edit(post, *, by):
    posting.edit(post, by=by, content=f"Changed by {by.pk}")


def assert_nothing_lost_or_doubled(topic, crowd):
    assert [str(difference) for difference in counters.check()] == []
    given_out = {}
    for person, key, post in crowd.answers:
        assert given_out.setdefault((person, key), post) == post, "two posts for one form"
    replies = Post.objects.filter(topic=topic).exclude(pk__in=[post.pk for post in crowd.early])
    assert set(replies.values_list("pk", flat=True)) == {
        *given_out.values(),
        Topic.objects.values_list("first_post_id", flat=True).get(pk=topic.pk),
    }
    events = Event.objects.filter(thread=topic.pk).order_by("seq")
    assert list(events.values_list("seq", flat=True)) == list(range(1, len(events) + 1))
    assert Thread.objects.get(pk=topic.pk).seq == len(events)
    posted = events.filter(kind=Event.Kind.POSTED).values_list("post", flat=True)
    assert list(posted) == list(
        Post.objects.filter(topic=topic).order_by("pk").values_list("pk", flat=True)
    )


def test_fifty_replies_at_once_with_doubled_keys_while_others_edit_remove_and_move(hall):
    space, people, facilitator, make_thread = hall
    topic = make_thread(space, people[0], *["Early"] * 5)
    crowd = Crowd(topic, people, facilitator)
    everybody = [("reply twice", number) for number in range(PEOPLE)]
    meanwhile = [("edit", 1), ("edit", 2), ("remove", 3), ("start", 4), ("start", 5)]
    meanwhile += [("move", 1), ("pin", 1), ("move", 0), ("move", 1)]

    crowd.run([*everybody, *meanwhile, *everybody], at_once=PEOPLE)

    assert len({post for _person, _key, post in crowd.answers}) == PEOPLE
    assert_nothing_lost_or_doubled(topic, crowd)


def test_a_thread_that_is_taken_away_and_put_back_while_fifty_reply(hall):
    """Whoever was answered has their post in it, and nobody else's was written by half."""
    space, people, facilitator, make_thread = hall
    topic = make_thread(space, people[0], *["Early"] * 3)
    crowd = Crowd(topic, people, facilitator)

    def replies(some):
        return [("reply", number) for number in range(PEOPLE) if number % 3 == some]

    crowd.run([*replies(0), ("take away", 0)], at_once=len(replies(0)))
    crowd.run([*replies(1), ("put back", 0)], at_once=len(replies(1)))
    crowd.act("put back", 0)
    before = len(crowd.answers)
    crowd.run(replies(2), at_once=len(replies(2)))

    assert len(crowd.answers) == before + len(replies(2))
    assert_nothing_lost_or_doubled(topic, crowd)
    assert Topic.objects.get(pk=topic.pk).approved


@settings(
    max_examples=12,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(acts)
def test_any_mixture_of_acts_at_once_leaves_a_right_thread(hall, todo):
    space, people, facilitator, make_thread = hall
    topic = make_thread(space, people[0], *["Early"] * 4)
    crowd = Crowd(topic, people, facilitator)

    crowd.run(todo)

    assert_nothing_lost_or_doubled(topic, crowd)


def test_questions_and_votes_of_many_at_once_are_counted_once_each(hall):
    space, people, facilitator, make_thread = hall
    topic = make_thread(space, people[0])
    hosting.start(topic, by=facilitator)
    questions = [asking.ask(topic, by=people[0], text=f"{word}?") for word in ("One", "Two")]

    class Session(Crowd):
        def act(self, act, number):
            person = self.people[number]
            found = threads.thread_for(person, self.topic)
            if act == "ask":
                asking.ask(found, by=person, text=f"The same again {number}?")
            elif act == "answer":
                asking.answer_now(questions[number % 2], found, by=facilitator)
            else:
                verb = {"vote": asking.vote, "unvote": asking.unvote}[act]
                verb(questions[number % 2], found, by=person)

    crowd = Session(topic, people, facilitator)
    acts = ("vote", "ask", "vote", "unvote", "answer", "vote", "ask")
    crowd.run([(act, number) for number in range(6) for act in acts])

    assert Question.objects.filter(session__topic=topic, text__startswith="The same").count() == 6
    assert Question.objects.filter(state=Question.State.ANSWERING).count() == 1
    assert list(counters.check()) == []
