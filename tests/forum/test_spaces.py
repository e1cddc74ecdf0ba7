"""Spaces and threads as their readers see them, over plain HTTP."""

import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from community import roster
from community.models import Audience
from forum import posting
from forum.threads import POSTS_ON_A_PAGE, THREADS_ON_A_PAGE
from home.models import ChapterPage, GuidePage
from home.setup import prepare_site


@pytest.fixture
def square(make_space):
    return make_space(Audience.Kind.MEMBERS, name="Town square")


def test_a_member_starts_a_thread_and_lands_on_it(square, make_person, signed_in):
    client = signed_in(make_person())

    form = client.get(f"/spaces/{square.pk}/start/")
    answer = client.post(
        f"/spaces/{square.pk}/start/",
        {"subject": "Snack", "content": "At 4 pm", "key": form.context["form"]["key"].value()},
        follow=True,
    )

    assert answer.redirect_chain[-1][0].startswith("/threads/")
    assert "At 4 pm" in answer.content.decode()


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"subject": "", "content": "Kept words"}, "Give it a short line"),
        ({"subject": "Kept words", "content": "  \n "}, "Write something first."),
        ({"subject": "x" * 161, "content": "Kept words"}, "at most 160"),
        ({"subject": "Kept words", "content": "x" * 20_001}, "longer than a post can be"),
        ({"subject": "Kept words", "content": "y", "key": "not a key"}, "UUID"),
    ],
)
def test_what_is_refused_comes_back_with_its_words(square, make_person, signed_in, data, said):
    client = signed_in(make_person())

    answer = client.post(f"/spaces/{square.pk}/start/", data)

    page = answer.content.decode()
    assert answer.status_code == 422
    assert said in page
    assert "Kept words" in page
    assert square.forum.topics.count() == 0


def test_the_same_form_sent_twice_is_one_thread(square, make_person, signed_in):
    client = signed_in(make_person())
    data = {"subject": "Once", "content": "Only", "key": uuid.uuid4()}

    for _ in range(2):
        client.post(f"/spaces/{square.pk}/start/", data)

    assert square.forum.topics.count() == 1


def test_a_reply_by_script_is_answered_with_what_was_missed(
    square, make_person, make_thread, signed_in
):
    author, reader = make_person(), make_person()
    topic = make_thread(square, author, "One", "Two")

    answer = signed_in(reader).post(
        f"/threads/{topic.pk}/reply/",
        {"content": "Three", "key": uuid.uuid4(), "since": "1"},
        headers={"accept": "application/json"},
    ).json()  # fmt: skip

    assert [event["seq"] for event in answer["events"]] == [2, 3]
    assert uuid.UUID(answer["key"])


def test_errors_by_script_name_their_field(square, make_person, make_thread, signed_in):
    topic = make_thread(square, make_person(), "One")

    answer = signed_in(make_person()).post(
        f"/threads/{topic.pk}/reply/", {"content": ""}, headers={"accept": "application/json"}
    )

    assert answer.status_code == 422
    assert answer.json()["errors"]["content"][0]["message"] == "Write something first."


def test_quoting_without_a_script_fills_the_form(square, make_person, make_thread, signed_in):
    topic = make_thread(square, make_person(), "Quote me")

    page = signed_in(make_person()).get(f"/threads/{topic.pk}/reply/?quote={topic.first_post_id}")

    assert "&gt; Quote me" in page.content.decode()


def test_a_post_is_found_on_its_own_page(square, make_person, make_thread, signed_in):
    author = make_person()
    topic = make_thread(square, author, *[f"Number {n}" for n in range(POSTS_ON_A_PAGE + 3)])
    last = topic.posts.order_by("pk").last()

    answer = signed_in(author).get(f"/threads/{topic.pk}/?post={last.pk}", follow=True)

    assert answer.redirect_chain[-1][0] == f"/threads/{topic.pk}/?page=2#post-{last.pk}"
    assert f"Number {POSTS_ON_A_PAGE + 2}" in answer.content.decode()


@pytest.mark.parametrize("page", ["", "0", "-1", "999", "x", "9" * 40])
def test_any_page_number_is_some_page(square, make_person, make_thread, signed_in, page):
    topic = make_thread(square, make_person(), "One")
    client = signed_in(make_person())

    assert client.get(f"/threads/{topic.pk}/?page={page}").status_code == 200
    assert client.get(f"/spaces/{square.pk}/?page={page}").status_code == 200


def test_controls_are_shown_to_whom_they_belong(
    square, make_person, make_thread, make_facilitator, signed_in
):
    author = make_person()
    topic = make_thread(square, author, "One")

    def visible(person):
        page = signed_in(person).get(f"/threads/{topic.pk}/").content.decode()
        return page.count("data-owned hidden") == 0 and "data-owned" in page

    assert visible(author)
    assert visible(make_facilitator())
    assert not visible(make_person())


def test_an_empty_space_invites(square, make_person, signed_in):
    page = signed_in(make_person()).get(f"/spaces/{square.pk}/").content.decode()

    assert "Nobody has said anything here yet" in page


def test_newcomers_to_a_walled_space_are_shown_to_its_members_with_who_let_them_in(
    make_space, make_participant, make_facilitator, make_person, signed_in, cohort
):
    space, first = make_space(Audience.Kind.COHORT, cohort), make_participant(cohort)
    facilitator = make_facilitator(cohort, name="Fern Facilitator")
    roster.enrol(make_person(name="Nadia Newcomer"), cohort, by=facilitator)

    page = " ".join(signed_in(first).get(f"/spaces/{space.pk}/").content.decode().split())

    assert "Nadia Newcomer" in page
    assert "let in by Fern Facilitator" in page


def test_every_space_and_composer_says_who_can_read(
    make_space, make_participant, signed_in, cohort
):
    space = make_space(Audience.Kind.COHORT, cohort)
    person = make_participant(cohort)
    said = "1 person of this cohort and 0 facilitators can read this. No director can."

    for address in (f"/spaces/{space.pk}/", f"/spaces/{space.pk}/start/"):
        assert said in signed_in(person).get(address).content.decode()


def test_pages_cost_the_same_however_much_is_in_them(
    make_space, make_person, make_thread, make_participant, cohort, signed_in
):
    space, person = make_space(Audience.Kind.COHORT, cohort), make_participant(cohort)
    topic = make_thread(space, person, "One")
    client = signed_in(person)
    pages = ("/spaces/", f"/spaces/{space.pk}/", f"/threads/{topic.pk}/")

    def costs():
        found = []
        for page in pages:
            with CaptureQueriesContext(connection) as captured:
                assert client.get(page).status_code == 200
            found.append(len(captured))
        return found

    costs()
    few = costs()
    for _ in range(6):
        make_thread(make_space(Audience.Kind.MEMBERS), person, "Elsewhere")
    for _ in range(THREADS_ON_A_PAGE):
        make_thread(space, make_participant(cohort), "More")
    for _ in range(POSTS_ON_A_PAGE - 2):
        posting.reply(topic, by=make_participant(cohort), content="More")

    assert costs() == few


def test_a_person_who_left_keeps_their_words_but_not_their_name(
    make_space, make_person, make_thread, signed_in
):
    space, author = make_space(Audience.Kind.MEMBERS), make_person(name="Gone Gonerson")
    topic = make_thread(space, author, "Still here")

    roster.deactivate(author, by=None)

    reader = signed_in(make_person())
    for address in ("/spaces/", f"/spaces/{space.pk}/", f"/threads/{topic.pk}/"):
        page = reader.get(address).content.decode()
        assert "Somebody who left" in page
        assert "Gonerson" not in page
    assert "Still here" in page


@pytest.fixture
def chapter(db):
    prepare_site()
    page = GuidePage.objects.get().add_child(instance=ChapterPage(title="A chapter", slug="one"))
    page.save_revision().publish()
    return page


def test_a_public_page_is_discussed_once_among_all_members(chapter, square, make_person, signed_in):
    first, second = signed_in(make_person()), signed_in(make_person())
    address, words = f"/discuss/{chapter.pk}/", {"subject": "Guide", "content": "First words"}

    started = first.post(address, words, follow=True)
    again = second.post(address, {"subject": "Mine", "content": "Second words"}, follow=True)

    assert "First words" in started.content.decode()
    assert started.redirect_chain[-1][0].split("?")[0] == again.redirect_chain[-1][0]
    assert square.forum.topics.get().thread.page_id == chapter.pk
    assert "First words" in again.content.decode()
    assert (
        f'href="/threads/{square.forum.topics.get().pk}/"'
        in first.get(chapter.url).content.decode()
    )


def test_a_visitor_is_told_that_members_discuss_a_page_and_no_more(
    chapter, square, make_person, make_thread, client
):
    posting.discuss(chapter, square, by=make_person(), subject="Hidden subject", content="Hidden")

    page = client.get(chapter.url).content.decode()

    assert "Sign in to join them" in page
    assert "Hidden" not in page
