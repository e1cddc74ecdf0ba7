"""What the forum's verbs leave behind: posts, counters, events, and nothing twice."""

import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from machina.apps.forum.models import Forum

from community import roster
from community.models import Audience, Role
from forum import posting
from forum.live.models import Event, Receipt
from forum.threads import Post, Topic


@pytest.fixture
def room(make_space, make_participant, make_facilitator, cohort):
    """`(space, author, other, facilitator)` of one cohort."""
    return (
        make_space(Audience.Kind.COHORT, cohort),
        make_participant(cohort),
        make_participant(cohort),
        make_facilitator(cohort),
    )


def counted(forum_id):
    """What the counters should say, by counting."""
    posts = Post.objects.filter(topic__forum_id=forum_id, topic__approved=True, approved=True)
    return posts.count(), Topic.objects.filter(forum_id=forum_id, approved=True).count()


def kept(forum_id):
    forum = Forum.objects.get(pk=forum_id)
    return forum.direct_posts_count, forum.direct_topics_count


def test_counters_move_with_every_verb(room, make_thread):
    space, author, other, facilitator = room
    topic = make_thread(space, author, "One")
    second = make_thread(space, other, "Another")
    reply = posting.reply(topic, by=other, content="Two")
    assert kept(space.forum_id) == counted(space.forum_id) == (3, 2)

    posting.remove(reply, by=other)
    assert kept(space.forum_id) == counted(space.forum_id) == (2, 2)
    topic.refresh_from_db()
    assert (topic.posts_count, topic.last_post_id) == (1, topic.first_post_id)

    posting.remove(second.first_post, by=facilitator)
    assert kept(space.forum_id) == counted(space.forum_id) == (1, 1)
    assert Forum.objects.get(pk=space.forum_id).last_post_id == topic.first_post_id


def test_every_verb_logs_one_event_with_the_next_number(room, make_thread):
    space, author, _other, facilitator = room
    topic = make_thread(space, author, "One")
    post = posting.reply(topic, by=author, content="Two")
    posting.edit(post, by=author, content="Three")
    posting.edit(post, by=author, content="Three")
    posting.lock(topic, by=facilitator)
    posting.lock(topic, by=facilitator)
    posting.unlock(topic, by=facilitator)
    posting.remove(post, by=author)
    posting.remove(post, by=author)

    log = list(Event.objects.filter(thread_id=topic.pk).values_list("seq", "kind"))

    assert log == [
        (1, "posted"),
        (2, "posted"),
        (3, "edited"),
        (4, "locked"),
        (5, "unlocked"),
        (6, "removed"),
    ]


def test_a_refused_verb_leaves_nothing_behind(room, make_thread, make_person):
    space, author, other, _facilitator = room
    topic = make_thread(space, author, "One")
    outsider = make_person(Role.Kind.DIRECTOR)
    before = Event.objects.count(), Receipt.objects.count(), Post.objects.count()

    for attempt in (
        lambda: posting.reply(topic, by=outsider, content="In"),
        lambda: posting.start(space, by=outsider, subject="In", content="In"),
        lambda: posting.edit(topic.first_post, by=other, content="Mine now"),
        lambda: posting.remove(topic.first_post, by=other),
        lambda: posting.lock(topic, by=author),
    ):
        with pytest.raises(posting.Refused):
            attempt()

    assert (Event.objects.count(), Receipt.objects.count(), Post.objects.count()) == before


def test_the_same_key_gives_the_same_post(room, make_thread):
    space, author, other, _facilitator = room
    topic, key = make_thread(space, author, "One"), uuid.uuid4()

    first = posting.reply(topic, by=author, content="Two", key=key)
    again = posting.reply(topic, by=author, content="Two", key=key)
    by_another = posting.reply(topic, by=other, content="Two", key=key)

    assert first == again
    assert by_another != first
    started = posting.start(space, by=author, subject="S", content="C", key=key)
    assert started.topic_id != topic.pk  # the key of a reply names no thread
    assert posting.start(space, by=author, subject="S", content="C", key=key) == started


def test_an_answered_opening_post_is_its_threads(room, make_thread):
    space, author, other, facilitator = room
    topic = make_thread(space, author, "One")
    posting.reply(topic, by=other, content="Two")
    topic.refresh_from_db()

    with pytest.raises(posting.Refused):
        posting.remove(topic.first_post, by=author)
    posting.remove(topic.first_post, by=facilitator)

    assert not Topic.objects.get(pk=topic.pk).approved
    assert Event.objects.filter(thread_id=topic.pk).last().kind == "closed"


def test_only_moderators_write_in_a_locked_thread(room, make_thread):
    space, author, _other, facilitator = room
    topic = make_thread(space, author, "One")
    posting.lock(topic, by=facilitator)

    with pytest.raises(posting.Refused, match="locked"):
        posting.reply(topic, by=author, content="Two")
    with pytest.raises(posting.Refused):
        posting.edit(topic.first_post, by=author, content="Two")

    assert posting.reply(topic, by=facilitator, content="A last word").pk


def test_whoever_left_can_no_longer_change_what_they_wrote(room, make_thread, cohort):
    space, author, _other, _facilitator = room
    topic = make_thread(space, author, "One")

    roster.leave(author, cohort, by=None)

    with pytest.raises(posting.Refused):
        posting.edit(topic.first_post, by=author, content="Two")


def test_a_reply_costs_the_same_whatever_the_thread_holds(room, make_thread):
    from django.test.utils import CaptureQueriesContext

    space, author, _other, _facilitator = room
    topic = make_thread(space, author, "One")

    def cost():
        with CaptureQueriesContext(connection) as captured:
            posting.reply(topic, by=author, content="More")
        return len(captured)

    cost()  # the author's standing is read once
    short = cost()
    for number in range(30):
        posting.reply(topic, by=author, content=f"Filling {number}")

    assert cost() == short


def test_a_key_used_elsewhere_answers_for_nothing_here(room, make_space, make_thread, cohort):
    space, author, _other, _facilitator = room
    square, key = make_space(Audience.Kind.MEMBERS), uuid.uuid4()
    walled = posting.reply(make_thread(space, author), by=author, content="Walled", key=key)
    roster.leave(author, cohort, by=None)

    elsewhere = posting.start(square, by=author, subject="S", content="C", key=key)

    assert elsewhere.topic.forum_id == square.forum_id
    assert walled.topic_id != elsewhere.topic_id


def test_whoever_loses_access_while_waiting_does_not_get_in(room, make_thread, program):
    space, author, other, _facilitator = room
    topic = make_thread(space, other, "One")
    posting.may_reply(topic, author)  # the page was asked for in time
    same_person = type(author).objects.get(pk=author.pk)
    roster.appoint(same_person, Role.Kind.DIRECTOR, by=None, program=program)

    with pytest.raises(posting.Refused):
        posting.reply(topic, by=author, content="Too late")


@pytest.mark.django_db(transaction=True)
def test_many_at_once_lose_nothing_and_double_nothing(room, make_thread):
    space, author, other, _facilitator = room
    topic = make_thread(space, author, "One")
    keys = [uuid.uuid4() for _ in range(12)]

    def say(number):
        try:
            # Each key is sent twice, by the same person, at the same time.
            who = (author, other)[number % 12 % 2]
            posting.reply(topic, by=who, content=f"Reply {number % 12}", key=keys[number % 12])
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(say, range(24)))

    topic.refresh_from_db()
    assert topic.posts_count == topic.posts.count() == 13
    assert kept(space.forum_id) == counted(space.forum_id)
    seqs = list(Event.objects.filter(thread_id=topic.pk).values_list("seq", flat=True))
    assert seqs == list(range(1, 14))
