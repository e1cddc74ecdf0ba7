"""What is new to somebody: by a number for each person, not by a row for each thread."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from community.models import Audience
from forum import listing, posting
from forum.reading import marks, visits
from forum.reading.models import Mark
from forum.threads import POSTS_ON_A_PAGE, Topic


@pytest.fixture
def square(make_space):
    return make_space(Audience.Kind.MEMBERS)


def again(person):
    """As the next request loads them."""
    return type(person).objects.get(pk=person.pk)


def news(person):
    return [thread.pk for thread in listing.page_of_news(again(person), 1)]


def shown_as_new(person):
    return [space.pk for space in listing.spaces_of(again(person)) if space.news]


def test_what_others_write_is_new_until_it_is_looked_at(
    square, make_person, make_thread, signed_in
):
    author, reader = make_person(), make_person()
    before = make_person()
    topic = make_thread(square, author, "One")
    late = make_person()

    assert news(author) == []
    assert news(reader) == news(before) == [topic.pk]
    assert shown_as_new(reader) == [square.pk]
    assert news(late) == []  # nobody begins with a year to catch up with

    signed_in(reader).get(f"/threads/{topic.pk}/")

    assert news(reader) == shown_as_new(reader) == []
    assert news(before) == [topic.pk]


def test_a_new_reply_makes_a_thread_new_again(square, make_person, make_thread, signed_in):
    author, reader = make_person(), make_person()
    topic = make_thread(square, author, "One")
    signed_in(reader).get(f"/threads/{topic.pk}/")

    reply = posting.reply(topic, by=author, content="Two")

    assert news(reader) == [topic.pk]
    way = signed_in(reader).get(f"/threads/{topic.pk}/?new=1")
    assert way.headers["Location"].endswith(f"?page=1#post-{reply.pk}")


def test_a_long_thread_is_read_on_its_last_page(square, make_person, make_thread, signed_in):
    author, reader = make_person(), make_person()
    topic = make_thread(square, author, *["Words"] * (POSTS_ON_A_PAGE + 1))

    signed_in(reader).get(f"/threads/{topic.pk}/")
    assert news(reader) == [topic.pk]
    signed_in(reader).head(f"/threads/{topic.pk}/?page=2")
    assert news(reader) == [topic.pk]

    signed_in(reader).get(f"/threads/{topic.pk}/?page=2")
    assert news(reader) == []


def test_everything_counts_as_read_and_can_be_brought_back(
    square, make_space, make_person, make_thread, signed_in
):
    author, reader = make_person(), make_person()
    topics = [make_thread(space, author) for space in (square, make_space(Audience.Kind.MEMBERS))]
    client = signed_in(reader)

    client.post("/spaces/read/")
    assert news(reader) == []

    client.post("/spaces/read/", {"undo": "yes"})
    assert sorted(news(reader)) == sorted(topic.pk for topic in topics)


def test_news_tell_nothing_of_a_space_that_is_closed(
    make_space, make_person, make_participant, make_thread, cohort, signed_in
):
    outsider = make_person()
    space = make_space(Audience.Kind.COHORT, cohort, name="Zebrafinch")
    make_thread(space, make_participant(cohort), "Marmalade", subject="Wobblegong")

    page = signed_in(outsider).get("/spaces/new/").content.decode()

    assert news(outsider) == []
    for canary in ("Zebrafinch", "Wobblegong", "Marmalade"):
        assert canary not in page


def test_the_mark_stays_short_and_keeps_what_is_newest(
    square, make_person, make_thread, monkeypatch
):
    monkeypatch.setattr(marks, "MOST_AHEAD", 8)
    author, reader = make_person(), make_person()
    topics = [make_thread(square, author, subject=f"Thread {n}") for n in range(14)]
    for topic in topics[1:12]:
        topic.thread.refresh_from_db()
        marks.read(reader, topic.pk, topic.thread.bumped)

    marks.settle(reader)

    mark = Mark.objects.get(person=reader)
    assert len(mark.ahead) <= 4
    # Left unread for so long, the first one counts as seen; the newest two are still new.
    assert news(reader) == [topic.pk for topic in topics[:11:-1]]


def test_settling_changes_nothing_that_is_not_overlong(square, make_person, make_thread):
    author, reader = make_person(), make_person()
    topics = [make_thread(square, author) for _ in range(4)]
    topics[2].thread.refresh_from_db()
    marks.read(reader, topics[2].pk, topics[2].thread.bumped)
    expected = [topics[3].pk, topics[1].pk, topics[0].pk]
    assert news(reader) == expected

    marks.settle(reader)

    assert news(reader) == expected


def test_marking_costs_one_query_however_many_threads_were_read(
    square, make_person, make_thread, django_assert_num_queries
):
    author, reader = make_person(), make_person()
    marks.of(reader)  # comes with whoever is signed in
    for _ in range(5):
        topic = make_thread(square, author)
        topic.thread.refresh_from_db()
        with django_assert_num_queries(1):
            marks.read(reader, topic.pk, topic.thread.bumped)

    assert Mark.objects.filter(person=reader).count() == 1


def test_whoever_writes_has_read(square, make_person, make_thread):
    author, other = make_person(), make_person()
    topic = make_thread(square, author, "One")

    posting.reply(topic, by=other, content="Two")

    assert news(other) == []
    assert news(author) == [topic.pk]


def test_what_arrived_live_is_read_when_the_page_says_so(
    square, make_person, make_thread, signed_in
):
    author, reader = make_person(), make_person()
    topic = make_thread(square, author, "One")
    client = signed_in(reader)
    client.get(f"/threads/{topic.pk}/")
    posting.reply(topic, by=author, content="Two")

    assert client.post(f"/threads/{topic.pk}/read/").status_code == 204

    assert news(reader) == []


def test_visits_are_counted_in_batches(square, make_person, make_thread, signed_in):
    topic = make_thread(square, make_person(), "One")
    client = signed_in(make_person())
    visits.flush()  # what was counted in this process before may be a batch that is due
    for _ in range(3):
        with CaptureQueriesContext(connection) as captured:
            client.get(f"/threads/{topic.pk}/")
        assert not any('views_count" =' in query["sql"] for query in captured)
    client.head(f"/threads/{topic.pk}/")

    visits.flush()

    assert Topic.objects.get(pk=topic.pk).views_count == 3


def test_one_space_alone_can_count_as_read_and_be_put_back(
    square, make_space, make_person, make_thread, signed_in
):
    other = make_space(Audience.Kind.MEMBERS)
    author, reader = make_person(), make_person()
    here, there = make_thread(square, author, "One"), make_thread(other, author, "Two")
    client = signed_in(reader)
    assert "Count everything here as read" in client.get(f"/spaces/{square.pk}/").content.decode()

    client.post("/spaces/read/", {"space": square.pk})

    assert news(reader) == [there.pk]
    assert "Count everything here" not in client.get(f"/spaces/{square.pk}/").content.decode()
    client.post("/spaces/read/", {"undo": "yes"})
    assert news(reader) == [there.pk, here.pk]


@pytest.mark.parametrize("key", ["987654", "x", "9" * 30, "-1"])
def test_a_space_that_is_not_there_counts_for_nothing(square, make_person, signed_in, key):
    assert signed_in(make_person()).post("/spaces/read/", {"space": key}).status_code == 404
