"""How many queries a member's request takes, however many rows there are: these do not grow."""

import re

import pytest
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from wagtail.models import Page

from forum import posting, threads
from forum.hosting import asking, hosting
from forum.live.models import Thread
from forum.polls import polling
from forum.reading.models import Mark
from forum.shelf import muting, saving
from forum.spaces import keeping
from forum.spaces.models import Space
from forum.subscriptions.models import Subscription
from forum.threads import Topic
from home.setup import prepare_site
from tests.bench import rows

INDEX, LIST, TOPIC, REPLY = 5, 6, 6, 15


@pytest.fixture
def hall(db):
    """Readers and writers, and the pages whose names stand in the navigation."""
    cache.clear()
    prepare_site()
    cohort = rows.cohort()
    return cohort, rows.members(20, cohort)


@pytest.fixture
def ask(hall, signed_in):
    """The queries of a request to a process that has shown this page to somebody else since
    anybody's standing last changed: `(response, statements)`."""

    def ask(person, method, address, *data, **further):
        signed_in(hall[1][-1]).get(address)
        client = signed_in(person)
        client.get(reverse("spaces:index"))
        with CaptureQueriesContext(connection) as captured:
            response = getattr(client, method)(address, *data, **further)
        return response, statements(captured)

    return ask


def statements(captured):
    """What was asked of the database. A test runs in a transaction, so what would begin and commit
    one is a savepoint here, and is not counted; one within it is."""
    found, depth = [], 0
    for query in captured.captured_queries:
        sql = query["sql"]
        depth -= sql.startswith("RELEASE")
        if depth or not sql.startswith(("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT")):
            found.append(sql)
        depth += sql.startswith("SAVEPOINT")
    return found


def named(pattern, response):
    """How many different things of this name a page shows."""
    return len(set(re.findall(pattern, response.content.decode())))


def assert_at_most(ceiling, found):
    assert len(found) <= ceiling, "\n".join([f"{len(found)} queries:", *found])


@pytest.mark.parametrize("count", [5, 100])
@pytest.mark.parametrize("read", ["up to a while ago", "nothing for a year"])
def test_the_index(hall, ask, count, read):
    cohort, people = hall
    for space in rows.spaces(count, cohort):
        rows.threads(space, [3] * 3, people)
    spaces = Space.objects.all()
    numbers = {} if "nothing" in read else {str(s.pk): s.bumped - s.pk % 2 for s in spaces}
    Mark.objects.update_or_create(person=people[0], defaults={"since": 0, "spaces": numbers})

    response, found = ask(people[0], "get", reverse("spaces:index"))

    assert named(r"Space \d+", response) == count
    assert_at_most(INDEX, found)


# The three are for all members, for coordinators and for a cohort.
@pytest.mark.parametrize("which", [0, 1, 2])
@pytest.mark.parametrize("count", [10, 10_000])
def test_the_threads_of_a_space(hall, ask, count, which):
    cohort, people = hall
    space = rows.spaces(3, cohort)[which]
    rows.threads(space, [1] * count, people)

    response, found = ask(people[0], "get", reverse("spaces:space", args=[space.pk]))

    assert named(r"What worked at our site \d+", response) == min(count, 20)
    assert_at_most(LIST, found)


@pytest.mark.parametrize("count", [20, 2_000])
@pytest.mark.parametrize("end", ["first", "last"])
@pytest.mark.parametrize("holds", Space.Holds)
def test_a_thread(hall, ask, count, end, holds):
    cohort, people = hall
    space = rows.spaces(1, cohort)[0]
    Space.objects.filter(pk=space.pk).update(holds=holds)
    topic = rows.threads(space, [count], people)[0]
    address = reverse("spaces:thread", args=[topic.pk])
    Mark.objects.update_or_create(person=people[0], defaults={"since": 0})

    response, found = ask(
        people[0], "get", f"{address}?page={1 if end == 'first' else count // 20}"
    )

    assert response.content.decode().count("We tried this at our site") == 20
    assert_at_most(TOPIC, found)


@pytest.fixture
def subscribe():
    """Let so many people follow a thread."""

    def subscribe(topic, people):
        thread = Thread.objects.get(pk=topic.pk)
        Subscription.objects.bulk_create(
            [Subscription(person=person, thread=thread) for person in people], batch_size=1_000
        )

    return subscribe


def test_a_thread_with_all_that_can_stand_on_its_page(hall, ask, make_facilitator):
    """Behind the wall, live, unread, about a page, with a poll, a saved post and a muted author,
    where everybody's posts wait and one of the reader's does."""
    cohort, people = hall
    space = rows.spaces(3, cohort)[2]
    topic = rows.threads(space, [20], people)[0]
    reader, facilitator = people[0], make_facilitator(cohort)
    Topic.objects.filter(pk=topic.pk).update(poster=reader)
    topic = threads.thread_for(reader, topic.pk)
    hosting.start(topic, by=facilitator)
    for number in range(60):
        person = people[number % len(people)]
        question = asking.ask(topic, by=person, text=f"Question {number}?")
        asking.vote(question, topic, by=reader)
    for post in topic.posts.all()[:5]:
        hosting.pin(post, by=facilitator)
    polling.add(topic, by=reader, question="Which day?", options=["Monday", "Friday"])
    page = Page.objects.get(slug="about")
    Thread.objects.filter(pk=topic.pk).update(page=page)
    saving.save(topic.posts.first(), by=reader)
    muting.mute(people[1], by=reader)
    hold = {"name": space.name, "purpose": space.purpose, "holds": Space.Holds.EVERYBODY}
    keeping.set_up(space, by=facilitator, **hold)
    posting.reply(threads.thread_for(reader, topic.pk), by=reader, content="It waits")
    Mark.objects.update_or_create(person=reader, defaults={"since": 0})

    response, found = ask(reader, "get", reverse("spaces:thread", args=[topic.pk]))

    shown = response.content.decode()
    for sign in (
        "Question 1?",
        "session-pins",
        "Which day?",
        "About:",
        "It waits",
        'data-saved="post-',
        "muted-post",
    ):
        assert sign in shown
    assert_at_most(TOPIC, found)


@pytest.mark.parametrize("by_script", [False, True])
@pytest.mark.parametrize("holds", [Space.Holds.NOBODY, Space.Holds.NEWCOMERS])
@pytest.mark.parametrize(("posts", "subscribers"), [(20, 5), (2_000, 5), (20, 5_000)])
def test_a_reply(hall, ask, subscribe, posts, subscribers, holds, by_script):
    cohort, people = hall
    space = rows.spaces(3, cohort)[2]
    Space.objects.filter(pk=space.pk).update(holds=holds)
    topic = rows.threads(space, [max(posts, 3 * len(people))], people)[0]
    writer, *others = [*people, *rows.members(max(subscribers - 20, 0), cohort)]
    subscribe(topic, others[:subscribers])
    data = {"content": "And one more"}
    if by_script:
        data["since"] = Thread.objects.get(pk=topic.pk).seq

    response, found = ask(
        writer,
        "post",
        reverse("spaces:reply", args=[topic.pk]),
        data,
        headers={"Accept": "application/json"} if by_script else {},
    )

    if by_script:
        (event,) = response.json()["events"]
        assert "And one more" in event["html"]
    else:
        assert response.status_code == 302
    assert_at_most(REPLY, found)
    counting = re.compile(r"\b(COUNT|SUM)\(", re.IGNORECASE)
    assert [sql for sql in found if counting.search(sql) and "forum_conversation_post" in sql] == []


def test_a_visitor_opens_no_session(hall, client):
    cohort, people = hall
    space = rows.spaces(1, cohort)[0]
    topic = rows.threads(space, [3], people)[0]

    for name, *keys in (
        ("spaces:index",),
        ("spaces:space", space.pk),
        ("spaces:thread", topic.pk),
        ("account_login",),
    ):
        client.get(reverse(name, args=keys))
    client.get("/")

    assert "sessionid" not in client.cookies
    assert Session.objects.count() == 0
