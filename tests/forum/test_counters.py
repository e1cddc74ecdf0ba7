"""What the counters say is compared with what is there, and put right while people write."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from machina.apps.forum.models import Forum

from community.models import Audience
from forum import counters, posting
from forum.hosting import asking, hosting
from forum.hosting.models import Question
from forum.live.models import Event, Thread
from forum.spaces.models import Space
from forum.threads import Post, Topic


@pytest.fixture
def topic(make_space, make_thread, make_participant, make_facilitator, cohort):
    space = make_space(Audience.Kind.COHORT, cohort)
    author = make_participant(cohort)
    hosted = make_thread(space, author, "Before")
    topic = make_thread(space, author, "Canary one", "Canary two", "Canary three")
    posting.remove(Post.objects.filter(topic=topic).last(), by=author)
    facilitator = make_facilitator(cohort)
    hosting.start(hosted, by=facilitator)
    asking.vote(asking.ask(hosted, by=author, text="Canary?"), hosted, by=facilitator)
    gone = make_thread(space, author, "Gone", "Not quite")
    Topic.objects.filter(pk=gone.pk).update(approved=False)
    posting._uncount(gone, posts=2, threads=1)
    return topic


def command(*arguments):
    said = StringIO()
    call_command("check_counters", *arguments, stdout=said)
    return said.getvalue()


BROKEN = {
    "more posts of a thread than there are": (Topic, {"posts_count": 7}),
    "a thread without a last post": (Topic, {"last_post": None, "last_post_on": None}),
    "a thread without a first post": (Topic, {"first_post": None}),
    "more events than there are": (Thread, {"seq": 9}),
    "old news": (Thread, {"bumped": 0}),
    "news that nobody wrote": (Thread, {"bumped": 10**9}),
    "a space that lags behind": (Space, {"bumped": 0}),
    "a space that is ahead": (Space, {"bumped": 10**9}),
    "more posts of a forum than there are": (Forum, {"direct_posts_count": 70}),
    "fewer threads of a forum than there are": (Forum, {"direct_topics_count": 0}),
    "a question with more votes than there are": (Question, {"votes": 5}),
    "a forum without a last post": (Forum, {"last_post": None, "last_post_on": None}),
}


def everything():
    return [list(model.objects.order_by("pk").values()) for model in (Topic, Thread, Forum, Space)]


def break_it(topic, model, columns):
    keys = {Topic: topic.pk, Thread: topic.pk, Forum: topic.forum_id, Space: topic.forum.space.pk}
    keys[Question] = Question.objects.get().pk
    model.objects.filter(pk=keys[model]).update(**columns)


def test_what_the_verbs_wrote_is_right(topic):
    assert list(counters.check()) == []
    assert "Everything" in command()


@pytest.mark.parametrize("broken", BROKEN)
def test_what_differs_is_named_and_put_right_once(topic, broken):
    before = (
        list(Topic.objects.order_by("pk").values()),
        list(Thread.objects.order_by("pk").values()),
        list(Space.objects.order_by("pk").values()),
        list(Question.objects.order_by("pk").values()),
    )
    break_it(topic, *BROKEN[broken])

    with pytest.raises(CommandError) as refusal:
        command()
    said = command("--repair")

    assert refusal.value.returncode == 1
    assert "Put right: " in said
    assert "Canary" not in said
    assert command().startswith("Everything")
    after = (
        list(Topic.objects.order_by("pk").values()),
        list(Thread.objects.order_by("pk").values()),
        list(Space.objects.order_by("pk").values()),
        list(Question.objects.order_by("pk").values()),
    )
    assert after == before


def test_checking_changes_nothing(topic):
    break_it(topic, Topic, {"posts_count": 7})

    list(counters.check())

    assert Topic.objects.get(pk=topic.pk).posts_count == 7


def test_a_thread_in_the_wrong_space_is_brought_home(topic, make_space, cohort):
    elsewhere = make_space(Audience.Kind.COHORT, cohort)
    Thread.objects.filter(pk=topic.pk).update(space=elsewhere)

    command("--repair")

    assert Thread.objects.get(pk=topic.pk).space_id == topic.forum.space.pk
    assert Space.objects.get(pk=elsewhere.pk).bumped == 0
    assert list(counters.check()) == []


def test_a_number_that_is_missing_in_the_log_is_filled_and_none_is_changed(topic):
    Event.objects.filter(thread=topic.pk, seq=2).delete()
    others = list(Event.objects.filter(thread=topic.pk).values_list("pk", "seq"))

    command("--repair")

    numbers = list(Event.objects.filter(thread=topic.pk).values_list("pk", "seq"))
    assert sorted(seq for _pk, seq in numbers) == [1, 2, 3, 4]
    assert set(others) <= set(numbers)
    assert list(counters.check()) == []


def test_a_topic_without_a_row_in_the_log_gets_one(topic):
    Thread.objects.filter(pk=topic.pk).delete()

    command("--repair")

    assert Event.objects.filter(thread=topic.pk, kind=Event.Kind.POSTED).count() == 2
    assert list(counters.check()) == []


def test_checking_takes_the_same_queries_however_many_threads(topic, make_thread):
    with CaptureQueriesContext(connection) as few:
        list(counters.check())
    for _ in range(5):
        make_thread(topic.forum.space, topic.poster, "One", "Two")

    with CaptureQueriesContext(connection) as many:
        list(counters.check())

    assert len(few) == len(many)


def test_stopping_half_way_keeps_what_was_put_right(topic, monkeypatch):
    monkeypatch.setattr(counters, "BATCH", 1)
    Topic.objects.filter(approved=True).update(posts_count=9)

    repairing = counters.check(repair=True)
    first = next(repairing)
    repairing.close()

    assert Topic.objects.get(pk=first.pk).posts_count == first.found
    assert {
        difference.pk for difference in counters.check() if difference.thing == "Thread"
    } == set(Topic.objects.filter(approved=True).exclude(pk=first.pk).values_list("pk", flat=True))
