"""Spaces and threads as their readers see them, over plain HTTP."""

import re
import uuid
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.html import strip_tags
from wagtail.models import PageViewRestriction

from community import roster
from community.models import Audience
from forum import posting
from forum.listing import THREADS_ON_A_PAGE
from forum.spaces import keeping
from forum.threads import POSTS_ON_A_PAGE
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

    page = signed_in(first).get(f"/spaces/{space.pk}/").content.decode()
    page = " ".join(strip_tags(page).split())

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

    def settled():
        costs()  # what is new is counted as read by looking at it
        return costs()

    few = settled()
    for _ in range(6):
        make_thread(make_space(Audience.Kind.MEMBERS), person, "Elsewhere")
    for _ in range(THREADS_ON_A_PAGE):
        make_thread(space, make_participant(cohort), "More")
    for _ in range(POSTS_ON_A_PAGE - 2):
        posting.reply(topic, by=make_participant(cohort), content="More")

    assert settled() == few


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

    def thread_of(answer):
        return re.split("[?#]", answer.redirect_chain[-1][0])[0]

    assert thread_of(started) == thread_of(again)
    assert square.forum.topics.get().thread.page_id == chapter.pk
    for said in ("First words", "Second words", "Your post is a reply in it"):
        assert said in again.content.decode()
    assert second.get(address).url == thread_of(again)
    assert (
        f'href="/threads/{square.forum.topics.get().pk}/"'
        in first.get(chapter.url).content.decode()
    )


def test_opening_a_discussion_twice_by_one_form_says_it_once(
    chapter, square, make_person, signed_in
):
    client, key = signed_in(make_person()), uuid.uuid4()

    for _ in range(2):
        said = {"subject": "Guide", "content": "Only once", "key": key}
        client.post(f"/discuss/{chapter.pk}/", said)

    assert [post.content.raw for post in square.forum.topics.get().posts.all()] == ["Only once"]


# --- Changing what was changed meanwhile ----------------------------------------------------------


@pytest.fixture
def written_over(square, make_person, make_facilitator, make_thread, signed_in):
    """An author has a post open to change it, and a facilitator took a name out of it since:
    `(the address, the form as the author has it, the post, the author's client)`."""
    author = make_person()
    post = make_thread(square, author, "Sam Sparrow was late").first_post
    address = f"/threads/{post.topic_id}/posts/{post.pk}/edit/"
    client = signed_in(author)
    shown = client.get(address).context["form"]
    form = {name: shown[name].value() for name in ("subject", "version")}
    posting.edit(post, by=make_facilitator(), content="A child was late")
    return address, form, post, client


def content_of(post):
    post.refresh_from_db()
    return post.content.raw


def test_a_change_is_not_written_over_unseen(written_over):
    address, form, post, client = written_over
    form["content"] = "Sam Sparrow was late again"

    refused = client.post(address, form)
    page = refused.content.decode()

    assert refused.status_code == 422
    assert content_of(post) == "A child was late"
    assert "Somebody changed this post while you were writing." in page
    assert "A child was late" in strip_tags(page)
    assert "Sam Sparrow was late again" in page
    form["version"] = refused.context["form"]["version"].value()
    form["content"] = "A child was late again"
    assert client.post(address, form).status_code == 302
    assert content_of(post) == "A child was late again"


def test_a_title_is_not_written_over_unseen(
    square, make_person, make_facilitator, make_thread, signed_in
):
    author = make_person()
    post = make_thread(square, author, "It happened", subject="About Sam Sparrow").first_post
    address = f"/threads/{post.topic_id}/posts/{post.pk}/edit/"
    client = signed_in(author)
    shown = client.get(address).context["form"]
    form = {name: shown[name].value() for name in ("subject", "version")}
    posting.edit(post, by=make_facilitator(), content="It happened", subject="About a child")

    refused = client.post(address, form | {"content": "It happened twice"})

    assert refused.status_code == 422
    assert "<strong>About a child</strong>" in refused.content.decode()
    post.topic.refresh_from_db()
    assert (post.topic.subject, content_of(post)) == ("About a child", "It happened")
    form |= {"subject": "About a child", "content": "It happened twice"}
    form["version"] = refused.context["form"]["version"].value()
    assert client.post(address, form).status_code == 302
    assert content_of(post) == "It happened twice"


def test_a_script_is_told_what_was_changed_and_goes_on_from_there(written_over):
    address, form, post, client = written_over
    by_script = {"headers": {"Accept": "application/json"}}

    refused = client.post(address, form | {"content": "Sam Sparrow again"}, **by_script)
    told = refused.json()
    again = client.post(
        address, form | {"content": "A child again", "version": told["version"]}, **by_script
    )

    assert refused.status_code == 422
    assert "A child was late" in told["reminder"]
    assert "while you were writing" in told["errors"]["content"][0]["message"]
    assert again.status_code == 200
    assert content_of(post) == "A child again"


@pytest.mark.parametrize("version", ["", "nonsense", "99999", "-1"])
def test_a_version_that_cannot_be_writes_nothing_over(written_over, version):
    address, form, post, client = written_over
    said = form | {"content": "Mine", "version": version}

    answer = client.post(address, said)

    # A form without the field says nothing of what its writer saw.
    assert answer.status_code == (302 if not version else 422)
    assert content_of(post) == ("Mine" if not version else "A child was late")


def test_what_was_typed_when_the_thread_was_locked_is_kept(
    square, make_person, make_facilitator, make_thread, signed_in
):
    author, other, facilitator = make_person(), make_person(), make_facilitator()
    topic = make_thread(square, author, "Opening")
    address = f"/threads/{topic.pk}/posts/{topic.first_post_id}/edit/"
    posting.lock(topic, by=facilitator)

    refused = signed_in(author).post(address, {"subject": "A thread", "content": "My new words"})

    assert refused.status_code == 422
    assert "You can no longer change this post." in refused.content.decode()
    assert "My new words" in refused.content.decode()
    assert signed_in(author).get(address).status_code == 404
    assert signed_in(other).post(address, {"content": "Theirs"}).status_code == 404


def test_what_was_typed_about_a_page_whose_space_closed_is_kept(
    chapter, square, make_person, make_facilitator, signed_in
):
    client = signed_in(make_person())
    keeping.close(square, by=make_facilitator())

    refused = client.post(f"/discuss/{chapter.pk}/", {"subject": "Guide", "content": "My words"})

    assert refused.status_code == 422
    assert "You can no longer write here." in refused.content.decode()
    assert "My words" in refused.content.decode()
    assert client.get(f"/discuss/{chapter.pk}/").status_code == 404


def test_the_page_about_which_a_thread_speaks_is_named_while_its_reader_may_read_it(
    chapter, square, make_participant, make_person, cohort, signed_in
):
    """Also where a membership ends by the clock, which changes no epoch."""
    reader = make_participant(cohort)
    topic = posting.discuss(chapter, square, by=make_person(), subject="S", content="W").topic
    restriction = PageViewRestriction.objects.create(page=chapter, restriction_type="groups")
    restriction.groups.add(roster.open_audience(Audience.Kind.COHORT, cohort).group)
    soon = timezone.now() + timedelta(minutes=5)
    reader.memberships.update(ends_at=soon)
    roster.advance_epoch()

    def about():
        page = signed_in(reader).get(f"/threads/{topic.pk}/").content.decode()
        return "A chapter" in page

    assert about()
    assert about()
    with time_machine.travel(soon + timedelta(seconds=1), tick=True):
        assert not about()


def test_a_visitor_is_told_that_members_discuss_a_page_and_no_more(
    chapter, square, make_person, make_thread, client
):
    posting.discuss(chapter, square, by=make_person(), subject="Hidden subject", content="Hidden")

    page = client.get(chapter.url).content.decode()

    assert "Sign in to join them" in page
    assert "Hidden" not in page
