"""Muting a person: what folds away, what does not, and that nobody learns of it."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from community import roster
from community.models import Audience
from forum import listing, posting
from forum.moderation import arranging
from forum.shelf import muting
from forum.shelf.models import Mute
from forum.subscriptions import news, subscribing
from forum.subscriptions.models import Subscription
from forum.threads import Topic


@pytest.fixture
def square(make_space):
    return make_space(Audience.Kind.MEMBERS, name="Town square")


@pytest.fixture
def loud(make_person):
    return make_person(name="Loud Person")


@pytest.fixture
def reader(make_person):
    return make_person(name="Quiet Reader")


@pytest.fixture
def topic(square, make_thread, make_person, loud):
    topic = make_thread(square, make_person(), "Opening")
    posting.reply(topic, by=loud, content="Loud words")
    return topic


def folded(client, topic):
    """How many posts of the thread's page are folded away, as the server sends it."""
    page = client.get(f"/threads/{topic.pk}/").content.decode()
    posts = page[page.index("data-posts") : page.index("<template data-fold-template")]
    return len(re.findall(r"<details [^>]*data-fold", posts))


def muted_on(client, topic):
    page = client.get(f"/threads/{topic.pk}/").content.decode()
    return re.search(r'data-muted="([^"]*)"', page)[1].split()


def test_muting_folds_posts_away_for_the_one_who_muted_alone(
    topic, loud, reader, make_person, signed_in
):
    client = signed_in(reader)
    assert "Mute Loud Person?" in client.get(f"/people/{loud.pk}/mute/").content.decode()

    answer = client.post(f"/people/{loud.pk}/mute/", {"muted": "yes"})

    assert answer.headers["Location"] == f"/people/{loud.pk}/"
    assert folded(client, topic) == 1
    assert muted_on(client, topic) == [str(loud.pk)]
    assert "Loud words" in client.get(f"/threads/{topic.pk}/").content.decode()
    for other in (make_person(), loud):
        assert folded(signed_in(other), topic) == 0
        assert muted_on(signed_in(other), topic) == []

    client.post(f"/people/{loud.pk}/mute/", {"muted": "no"})
    assert folded(client, topic) == 0


def test_muting_and_unmuting_twice_is_doing_it_once(loud, reader):
    for _ in range(2):
        muting.mute(loud, by=reader)
    assert muting.muted_by(reader) == {loud.pk}

    for _ in range(2):
        muting.unmute(loud, by=reader)
    assert muting.muted_by(reader) == frozenset()


def test_nobody_mutes_themselves(reader, signed_in):
    with pytest.raises(posting.Refused):
        muting.mute(reader, by=reader)

    for method in ("get", "post"):
        answer = getattr(signed_in(reader), method)(f"/people/{reader.pk}/mute/", follow=True)
        assert "You cannot mute yourself." in answer.content.decode()
    assert not Mute.objects.exists()


def test_who_left_cannot_be_muted_and_is_in_no_list(loud, reader, signed_in):
    muting.mute(loud, by=reader)
    client = signed_in(reader)
    assert "Loud Person" in client.get("/me/muted/").content.decode()

    roster.deactivate(loud, by=None)

    assert client.post(f"/people/{loud.pk}/mute/", {"muted": "yes"}).status_code == 404
    assert "You muted nobody" in client.get("/me/muted/").content.decode()


def test_the_list_unmutes(loud, reader, signed_in):
    muting.mute(loud, by=reader)
    client = signed_in(reader)

    answer = client.post(f"/people/{loud.pk}/mute/?from=muted", {"muted": "no"}, follow=True)

    assert answer.redirect_chain[-1][0] == "/me/muted/"
    assert "You muted nobody" in answer.content.decode()


@pytest.mark.parametrize(
    ("query", "back"),
    [
        ("?thread={topic}&post={post}", "/threads/{topic}/?page=1"),
        ("?thread={topic}&post=987654", "/people/{person}/"),
        ("?thread=987654&post={post}", "/people/{person}/"),
        ("?thread={topic}&post=//evil.example", "/people/{person}/"),
        ("?from=https://evil.example", "/people/{person}/"),
        ("?thread=²&post=1", "/people/{person}/"),
    ],
)
def test_muting_leads_back_to_where_one_was(topic, loud, reader, signed_in, query, back):
    keys = {"topic": topic.pk, "post": topic.first_post_id, "person": loud.pk}

    answer = signed_in(reader).post(
        f"/people/{loud.pk}/mute/{query.format(**keys)}", {"muted": "yes"}
    )

    assert answer.headers["Location"] == back.format(**keys)


def test_an_announcement_is_never_folded_away_but_other_posts_of_its_author_are(
    square, topic, make_thread, make_facilitator, reader, signed_in
):
    facilitator = make_facilitator()
    announcement = make_thread(square, facilitator, "Hear this", "And this")
    Topic.objects.filter(pk=announcement.pk).update(type=Topic.TOPIC_ANNOUNCE)
    posting.reply(topic, by=facilitator, content="By the way")

    muting.mute(facilitator, by=reader)

    client = signed_in(reader)
    assert folded(client, announcement) == 0
    assert muted_on(client, announcement) == []
    assert folded(client, topic) == 1


def test_whoever_moderates_sees_everything_unfolded(
    topic, square, loud, make_facilitator, signed_in
):
    facilitator = make_facilitator()
    muting.mute(loud, by=facilitator)

    client = signed_in(facilitator)

    assert folded(client, topic) == 0
    assert muted_on(client, topic) == []
    assert "somebody you muted" not in client.get(f"/spaces/{square.pk}/").content.decode()


def test_threads_of_the_muted_are_marked_in_lists_without_their_name(
    square, loud, reader, make_thread, signed_in
):
    make_thread(square, loud, "Hm", subject="A loud thread")
    client = signed_in(reader)
    assert "row--muted" not in client.get(f"/spaces/{square.pk}/").content.decode()

    muting.mute(loud, by=reader)

    page = client.get(f"/spaces/{square.pk}/").content.decode()
    assert "row--muted" in page
    assert "Started by somebody you muted" in page
    assert "A loud thread" in page


def test_the_muted_person_is_told_by_no_page(topic, loud, reader, square, signed_in):
    client = signed_in(loud)
    addresses = (
        f"/threads/{topic.pk}/", f"/spaces/{square.pk}/", "/spaces/", "/me/", "/me/muted/",
        "/me/posts/", "/saved/", f"/people/{loud.pk}/", f"/people/{reader.pk}/",
        f"/people/{reader.pk}/mute/",
    )  # fmt: skip

    def told():
        answers = []
        for address in addresses:
            with CaptureQueriesContext(connection) as queries:
                answer = client.get(address)
            page = answer.content.decode()
            page = re.sub(r'(csrfmiddlewaretoken" |name="key" )[^>]*', "", page)
            page = re.sub(r"seen \d+ times?", "", page)
            answers.append((answer.status_code, page, len(queries)))
        return answers

    told()  # read now, so that nothing is new, and kept by the process
    before = told()
    muting.mute(loud, by=reader)

    assert told() == before


def test_a_list_of_the_muted_is_read_in_a_fixed_number_of_queries(reader, make_person, signed_in):
    client = signed_in(reader)
    muting.mute(make_person(), by=reader)

    def count():
        client.get("/me/muted/")  # what a process keeps of everybody's standing
        with CaptureQueriesContext(connection) as queries:
            assert client.get("/me/muted/").status_code == 200
        return len(queries)

    few = count()
    for _ in range(5):
        muting.mute(make_person(), by=reader)

    assert count() == few


def test_so_many_are_muted_and_no_more(loud, reader, make_person, signed_in, monkeypatch):
    monkeypatch.setattr(muting, "MOST_MUTED", 1)
    muting.mute(loud, by=reader)
    other = make_person()

    answer = signed_in(reader).post(f"/people/{other.pk}/mute/", {"muted": "yes"}, follow=True)

    assert "that is the most" in answer.content.decode()
    assert muting.muted_by(reader) == {loud.pk}
    muting.mute(loud, by=reader)


def test_nothing_of_the_muted_is_news_by_mail_but_an_announcement(
    square, topic, make_thread, make_facilitator, loud, reader
):
    subscribing.subscribe_to_thread(topic, by=reader)
    muting.mute(loud, by=reader)
    posting.reply(topic, by=loud, content="More loud words")

    facilitator = make_facilitator()
    subscribing.subscribe_to_space(square, by=reader)
    muting.mute(facilitator, by=reader)
    announced = make_thread(square, facilitator, "Hear this", subject="Heard")
    Topic.objects.filter(pk=announced.pk).update(type=Topic.TOPIC_ANNOUNCE)
    make_thread(square, facilitator, "Hm", subject="Not heard")

    mine = list(Subscription.objects.filter(person=reader))
    outlook = news.Outlook(mine)

    heard = [piece.thread.topic.subject for each in mine for piece in outlook.pieces(each)]
    assert heard == ["Heard"]


def test_a_thread_of_somebody_muted_is_no_news_unless_it_is_an_announcement(
    square, make_thread, make_facilitator, loud, reader
):
    topic = make_thread(square, loud, "Loud again")
    posting.reply(topic, by=make_facilitator(), content="Quiet answer")
    muting.mute(loud, by=reader)

    def news_of(person):
        again = type(person).objects.get(pk=person.pk)
        return [row.pk for row in listing.page_of_news(again, 1)], [
            row.pk for row in listing.latest_news(again)
        ]

    assert news_of(reader) == ([], [])
    arranging.announce(topic, by=make_facilitator())
    assert news_of(reader) == ([topic.pk], [topic.pk])
