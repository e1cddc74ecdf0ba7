"""Saved threads and posts: kept for one person, as long as they may read them."""

import html
import re

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils.html import strip_tags

from community import roster
from community.models import Audience, Role
from forum import posting
from forum.shelf import saving
from forum.shelf.models import LONGEST_NOTE, Saved
from forum.shelf.saving import SAVED_ON_A_PAGE

JSON = {"accept": "application/json"}


@pytest.fixture
def square(make_space):
    return make_space(Audience.Kind.MEMBERS, name="Town square")


@pytest.fixture
def corner(make_space, cohort):
    return make_space(Audience.Kind.COHORT, cohort, name="Zebrafinch room")


@pytest.fixture
def reader(make_participant, cohort):
    return make_participant(cohort)


@pytest.fixture
def topic(corner, make_thread, make_participant, cohort):
    return make_thread(
        corner, make_participant(cohort), "Opening", "Marmalade reply", subject="Wobblegong"
    )


@pytest.fixture
def post(topic):
    return topic.posts.order_by("pk").last()


def save_url(topic, post=None):
    return f"/threads/{topic.pk}/posts/{post.pk}/save/" if post else f"/threads/{topic.pk}/save/"


def shelf_of(client, query=""):
    page = client.get(f"/saved/{query}").content.decode()
    return html.unescape(" ".join(strip_tags(page).split()))


def test_a_post_is_saved_with_a_note_and_taken_off_without_script(topic, post, reader, signed_in):
    client = signed_in(reader)
    assert "Save this post?" in client.get(save_url(topic, post)).content.decode()

    answer = client.post(save_url(topic, post), {"saved": "yes", "note": "For March"})

    assert answer.headers["Location"] == f"/threads/{topic.pk}/?post={post.pk}"
    assert "You saved this post" in client.get(save_url(topic, post)).content.decode()
    page = shelf_of(client)
    for words in ("Wobblegong", "Marmalade reply", "For March", "1 saved"):
        assert words in page
    back = client.post(f"{save_url(topic, post)}?from=saved", {"saved": "no", "note": ""})
    assert back.headers["Location"] == "/saved/"
    assert "Nothing is saved yet" in shelf_of(client)


def test_a_thread_is_saved_and_its_page_says_so(topic, reader, signed_in):
    client = signed_in(reader)

    client.post(save_url(topic), {"saved": "yes", "note": ""})

    assert (
        f'data-saved="thread-{topic.pk} "' in client.get(f"/threads/{topic.pk}/").content.decode()
    )
    assert "Opening" in shelf_of(client)


def test_by_script_saving_is_a_switch_that_keeps_the_note_for_undoing(
    topic, post, reader, signed_in
):
    client, url = signed_in(reader), save_url(topic, post)
    client.post(url, {"saved": "yes", "note": "Kept"})

    assert client.post(url, {"saved": "yes"}, headers=JSON).json() == {"saved": True}
    assert Saved.objects.get().note == "Kept"
    off = client.post(url, {"saved": "no"}, headers=JSON).json()
    assert off == {"saved": False, "note": "Kept"}
    again = client.post(url, {"saved": "no"}, headers=JSON).json()
    assert again == {"saved": False, "note": ""}
    client.post(url, {"saved": "yes", "note": off["note"]}, headers=JSON)
    assert Saved.objects.get().note == "Kept"


@pytest.mark.parametrize("note", ["x" * (LONGEST_NOTE + 1), "a\x00b"])
def test_a_note_that_does_not_fit_is_refused_with_its_words(topic, reader, signed_in, note):
    client = signed_in(reader)

    answer = client.post(save_url(topic), {"saved": "yes", "note": note})
    by_script = client.post(save_url(topic), {"saved": "yes", "note": note}, headers=JSON)

    assert answer.status_code == by_script.status_code == 422
    assert 'name="note"' in answer.content.decode()
    assert "note" in by_script.json()["errors"]
    assert not Saved.objects.exists()


def test_what_closes_vanishes_uncounted_and_comes_back_when_it_opens(
    topic, post, square, make_thread, make_person, reader, signed_in, cohort
):
    saving.save(topic, by=reader)
    saving.save(post, by=reader, note="Marmalade note")
    saving.save(make_thread(square, make_person(), "Open", subject="Open title"), by=reader)
    client = signed_in(reader)
    assert "3 saved" in shelf_of(client)

    roster.leave(reader, cohort, by=None)

    page = shelf_of(client)
    assert "1 saved" in page
    for word in ("Wobblegong", "Marmalade", "Zebrafinch"):
        assert word not in client.get("/saved/").content.decode()
    assert "1 saved" not in shelf_of(client, "?q=Wobblegong")
    roster.enrol(reader, cohort, by=None)
    assert "3 saved" in shelf_of(client)


def test_what_was_removed_vanishes_with_its_note(topic, post, reader, signed_in, make_facilitator):
    saving.save(post, by=reader, note="Said so")
    saving.save(topic, by=reader)
    client = signed_in(reader)

    posting.remove(post, by=post.poster)
    assert "1 saved" in shelf_of(client)
    posting.remove(topic.first_post, by=post.poster)
    assert "Nothing is saved yet" in shelf_of(client)


def test_only_what_is_open_to_somebody_can_be_saved(topic, post, make_person, signed_in, reader):
    outsider = make_person(Role.Kind.DIRECTOR)

    for thing in (topic, post):
        with pytest.raises(posting.Refused):
            saving.save(thing, by=outsider)
        saving.save(thing, by=reader)

    assert signed_in(outsider).get(save_url(topic)).status_code == 404
    assert not Saved.objects.filter(person=outsider).exists()


def test_saved_things_are_found_by_word_and_space(
    topic, square, make_thread, make_person, reader, signed_in
):
    saving.save(topic, by=reader)
    saving.save(make_thread(square, make_person(), "Open", subject="Rope"), by=reader, note="Knots")
    client = signed_in(reader)

    for query, there, away in (
        ("?q=knots", "Rope", "Wobblegong"),
        (f"?space={square.pk}", "Rope", "Wobblegong"),
        ("?q=wobble", "Wobblegong", "Rope"),
    ):
        page = shelf_of(client, query)
        assert there in page
        assert away not in page
    assert "Nothing that you saved fits that" in shelf_of(client, "?q=zeppelin")


@pytest.mark.parametrize("query", ["?space=987654", "?space=x", "?q=%00", "?q=" + "x" * 101])
def test_a_question_that_makes_no_sense_is_told_so(reader, signed_in, query):
    answer = signed_in(reader).get(f"/saved/{query}")

    assert answer.status_code == 422
    assert "Please look at this again" in answer.content.decode()


def test_a_space_that_is_closed_is_no_choice(corner, make_person, signed_in):
    closed = signed_in(make_person()).get(f"/saved/?space={corner.pk}")
    missing = signed_in(make_person()).get("/saved/?space=987654")

    assert closed.status_code == missing.status_code == 422
    assert "Zebrafinch" not in closed.content.decode()


def test_a_long_list_is_turned_in_as_many_queries_as_a_short_one(
    square, make_thread, make_person, reader, signed_in
):
    topic = make_thread(square, make_person(), *[f"Number {n}" for n in range(SAVED_ON_A_PAGE + 2)])
    posts = list(topic.posts.order_by("pk"))
    client = signed_in(reader)

    def count():
        with CaptureQueriesContext(connection) as queries:
            assert client.get("/saved/").status_code == 200
        return len(queries)

    saving.save(posts[0], by=reader)
    count()  # what a process keeps of everybody's standing
    few = count()
    for post in posts[1:]:
        saving.save(post, by=reader)

    assert count() == few
    assert few <= 12
    assert "Number 0" not in shelf_of(client)
    assert "Number 0" in shelf_of(client, "?page=2")


def test_the_margin_of_a_page_comes_with_its_thread(topic, post, reader, signed_in):
    client = signed_in(reader)

    def shown():
        with CaptureQueriesContext(connection) as queries:
            page = client.get(f"/threads/{topic.pk}/").content.decode()
        return re.search(r'data-saved="([^"]*)"', page)[1].split(), len(queries)

    shown()
    before, queries = shown()
    assert before == []

    saving.save(post, by=reader)
    saving.save(topic, by=reader)

    assert shown() == ([f"thread-{topic.pk}", f"post-{post.pk}"], queries)


def test_saving_twice_at_once_is_saving_once(topic, reader):
    saving.save(topic, by=reader)

    with pytest.raises(IntegrityError), transaction.atomic():
        Saved.objects.create(person=reader, topic=topic)
    saving.save(topic, by=reader)

    assert Saved.objects.count() == 1


def test_the_post_itself_says_nothing_of_who_saved_it(topic, post, reader, signed_in):
    def rendered():
        page = signed_in(reader).get(f"/threads/{topic.pk}/").content.decode()
        return page[page.index(f'id="post-{post.pk}"') : page.index("data-announce")]

    before = rendered()
    saving.save(post, by=reader)

    assert rendered() == before
