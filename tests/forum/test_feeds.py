"""Feeds: an address with a secret, which opens no more than a mail could carry."""

import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from community import roster
from community.models import Audience, Role
from forum import posting
from forum.subscriptions import keys

TITLE, WORDS, NAME = "Wobblegong", "Marmalade", "Quillonia Author"


@pytest.fixture
def square(make_space):
    return make_space(Audience.Kind.MEMBERS, name="Town square")


@pytest.fixture
def walled(make_space, cohort):
    return make_space(Audience.Kind.COHORT, cohort, name="Zebrafinch")


@pytest.fixture
def author(make_participant, cohort):
    return make_participant(cohort, name=NAME)


@pytest.fixture
def reader(make_participant, cohort):
    return make_participant(cohort)


def feed(token, way="spaces/", **headers):
    return Client().get(f"/feeds/{token}/{way}", headers=headers)


def test_the_addresses_are_shown_once_and_work(square, author, reader, make_thread, signed_in):
    make_thread(square, author, WORDS, subject=TITLE)
    client = signed_in(reader)

    shown = client.post("/me/feeds/", {"act": "make"}).content.decode()
    token = re.search(r"/feeds/([\w-]+)/spaces/", shown)[1]
    answer = feed(token)

    assert answer.status_code == 200
    assert TITLE in answer.content.decode()
    assert token not in client.get("/me/feeds/").content.decode()


def test_a_space_of_all_members_is_told_without_its_words(square, author, reader, make_thread):
    topic = make_thread(square, author, WORDS, subject=TITLE)
    token = keys.make(by=reader)

    for way in ("spaces/", f"spaces/{square.pk}/", f"threads/{topic.pk}/"):
        told = feed(token, way).content.decode()
        assert TITLE in told
        assert NAME in told
        assert WORDS not in told


def test_a_walled_space_is_told_without_title_author_name_or_number(
    walled, author, reader, make_thread
):
    topic = make_thread(walled, author, WORDS, "More", "And more", subject=TITLE)
    token = keys.make(by=reader)

    for way in ("spaces/", f"spaces/{walled.pk}/", f"threads/{topic.pk}/"):
        answer = feed(token, way)
        assert answer.status_code == 200
        told = answer.content.decode()
        assert told.count("<entry>") == 1
        for canary in (TITLE, WORDS, NAME, "Zebrafinch"):
            assert canary not in told


def test_what_is_closed_and_what_is_missing_are_one_answer(
    walled, author, make_person, make_thread
):
    topic = make_thread(walled, author, WORDS, subject=TITLE)
    token = keys.make(by=make_person(Role.Kind.DIRECTOR))
    pairs = {
        f"spaces/{walled.pk}/": "spaces/987654/",
        f"threads/{topic.pk}/": "threads/987654/",
    }
    feed(token)  # what is kept under the epoch is there

    for closed, missing in pairs.items():
        with CaptureQueriesContext(connection) as for_closed:
            answer = feed(token, closed)
        with CaptureQueriesContext(connection) as for_missing:
            other = feed(token, missing)
        assert answer.status_code == other.status_code == 404
        assert answer.content == other.content
        assert len(for_closed) == len(for_missing)
    assert feed("x" * 43).status_code == 404
    assert "<entry>" not in feed(token).content.decode()


def test_access_that_ends_ends_the_feed_at_once(walled, author, reader, make_thread, cohort):
    topic = make_thread(walled, author, WORDS, subject=TITLE)
    token = keys.make(by=reader)
    assert feed(token, f"threads/{topic.pk}/").status_code == 200

    roster.leave(reader, cohort, by=None)

    assert feed(token, f"threads/{topic.pk}/").status_code == 404
    assert "<entry>" not in feed(token).content.decode()


def test_new_addresses_a_new_password_and_a_closed_account_end_the_old_ones(
    square, make_person, make_thread
):
    make_thread(square, make_person(), WORDS)
    reader = make_person(password="three unrelated words")
    old = keys.make(by=reader)
    new = keys.make(by=reader)
    assert (feed(old).status_code, feed(new).status_code) == (404, 200)

    reader.set_password("four quite unrelated words")
    reader.save()
    assert feed(new).status_code == 404

    last = keys.make(by=reader)
    roster.deactivate(reader, by=None)
    assert feed(last).status_code == 404


def test_what_was_removed_is_gone_and_the_feed_is_another(square, author, reader, make_thread):
    topic = make_thread(square, author, WORDS, "Second", subject=TITLE)
    token = keys.make(by=reader)
    first = feed(token)
    same = feed(token, **{"If-None-Match": first.headers["ETag"]})
    assert (same.status_code, same.content) == (304, b"")

    posting.remove(topic.posts.order_by("pk").last(), by=author)

    again = feed(token, **{"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 200
    assert again.content.decode().count("<entry>") == 1
    assert "private" in again.headers["Cache-Control"]


def test_a_feed_costs_the_same_however_much_there_is(square, author, reader, make_thread):
    topic = make_thread(square, author, WORDS)
    token = keys.make(by=reader)
    feed(token)

    def cost():
        with CaptureQueriesContext(connection) as captured:
            assert feed(token).status_code == 200
        return len(captured)

    few = cost()
    for number in range(12):
        make_thread(square, author, WORDS, subject=f"Thread {number}")
        posting.reply(topic, by=author, content="More")

    assert cost() == few


@pytest.mark.django_db(transaction=True)
def test_two_readers_at_once_never_get_each_others_feed(
    make_space, make_participant, make_thread, cohort, other_cohort, epoch_row
):
    """machina keeps what it was asked on an instance that all requests share."""
    tokens = {}
    for where, name in ((cohort, "Ana"), (other_cohort, "Bo")):
        author = make_participant(where, name=name)
        space = make_space(Audience.Kind.COHORT, where)
        tokens[name] = keys.make(by=author), make_thread(space, author, WORDS).pk

    def ask(number):
        try:
            name = ("Ana", "Bo")[number % 2]
            token, own = tokens[name]
            other = tokens[("Bo", "Ana")[number % 2]][1]
            return (
                feed(token, f"threads/{own}/").status_code,
                feed(token, f"threads/{other}/").status_code,
            )
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        answers = set(pool.map(ask, range(24)))

    assert answers == {(200, 404)}


def test_working_addresses_end_only_when_that_was_asked_twice(square, reader, signed_in):
    token = keys.make(by=reader)
    client = signed_in(reader)

    for act in ("make", "end"):
        asked = client.post("/me/feeds/", {"act": act})
        assert "stop working at once" in asked.content.decode()
        assert feed(token).status_code == 200
    client.post("/me/feeds/", {"act": "end", "sure": "yes"})

    assert feed(token).status_code == 404


def test_what_is_said_behind_the_wall_moves_nothing_in_a_feed_of_everything(
    square, walled, author, reader, make_thread
):
    make_thread(square, author, *[f"Word {number}" for number in range(55)], subject=TITLE)
    topic = make_thread(walled, author, "Secret")
    token = keys.make(by=reader)
    before = feed(token).content.decode().count(TITLE)

    for number in range(3):
        posting.reply(topic, by=author, content=f"Secret {number}")

    assert feed(token).content.decode().count(TITLE) == before == 50
