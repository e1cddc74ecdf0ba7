"""Members' pages: what stands on them, for whom, and what they never tell."""

import html
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.html import strip_tags
from machina.core.db.models import get_model

from community import profiles, roster
from community.models import Audience, Person, Role
from forum import posting
from forum.authored import WRITTEN_ON_A_PAGE
from forum.live.models import Removal

Post, Topic = (
    get_model("forum_conversation", "Post"),
    get_model("forum_conversation", "Topic"),
)


@pytest.fixture
def square(make_space):
    return make_space(Audience.Kind.MEMBERS, name="Town square")


@pytest.fixture
def corner(make_space, cohort):
    return make_space(Audience.Kind.COHORT, cohort, name="Zebrafinch room")


@pytest.fixture
def author(make_participant, cohort):
    return make_participant(cohort, name="Maya Member")


def all_of(client, person):
    """Everything that a profile tells, but for the form token that differs each time."""
    answer = client.get(f"/people/{person.pk}/")
    page = re.sub(r'(csrfmiddlewaretoken" )[^>]*', r"\1", answer.content.decode())
    return answer.status_code, page


def page_of(client, person, query=""):
    return html.unescape(
        " ".join(strip_tags(client.get(f"/people/{person.pk}/{query}").content.decode()).split())
    )


# --- What stands on it ---------------------------------------------------------------------------


def test_a_profile_says_who_somebody_is(author, make_person, make_facilitator, signed_in, cohort):
    profiles.change(
        author, by=author, name="Maya Member", pronouns="she/her", about="I **run** <b>it</b>."
    )
    facilitator = make_facilitator(cohort, name="Fern Facilitator")

    answer = signed_in(make_person()).get(f"/people/{author.pk}/")

    page = answer.content.decode()
    for fact in ("Maya Member", "she/her", "Maple Yard, North", "Member since"):
        assert fact in page
    assert "I <strong>run</strong> &lt;b&gt;it&lt;/b&gt;." in page
    assert author.email not in page
    assert "Facilitator" in page_of(signed_in(author), facilitator)


def test_who_left_and_who_never_was_are_one_answer(author, make_person, signed_in):
    client = signed_in(make_person())
    assert client.get(f"/people/{author.pk}/").status_code == 200
    roster.deactivate(author, by=None)

    answers = []
    for pk in (author.pk, 987_654):
        with CaptureQueriesContext(connection) as queries:
            answer = client.get(f"/people/{pk}/")
        answers.append((answer.status_code, answer.content, len(queries)))

    assert answers[0] == answers[1]
    assert answers[0][0] == 404
    assert client.get(f"/people/{'9' * 20}/").status_code == 404


def test_a_visitor_is_sent_to_sign_in_for_anybody_alike(author, client):
    for pk in (author.pk, 987_654):
        answer = client.get(f"/people/{pk}/")

        assert answer.status_code == 302
        assert answer.headers["Location"] == f"/accounts/login/?next=/people/{pk}/"


def test_who_is_in_a_cohort_stands_there_for_those_whom_its_audience_admits(
    author, make_participant, make_facilitator, make_person, signed_in, cohort, other_cohort
):
    shown = make_participant(cohort), make_facilitator(cohort), author
    closed = (
        make_person(), make_person(Role.Kind.DIRECTOR), make_person(Role.Kind.STEWARD),
        make_participant(other_cohort), make_facilitator(other_cohort),
    )  # fmt: skip

    for person in shown:
        assert "North 2026" in page_of(signed_in(person), author)
    for person in closed:
        assert "North 2026" not in page_of(signed_in(person), author)


# --- Posts: only what the viewer may read --------------------------------------------------------


def test_a_profile_lists_and_counts_what_its_viewer_may_read_and_nothing_else(
    author, square, corner, make_thread, make_participant, make_person, signed_in, cohort
):
    make_thread(square, author, "Open words", subject="Open title")
    insider, director = make_participant(cohort), make_person(Role.Kind.DIRECTOR)
    before = all_of(signed_in(director), author)

    make_thread(corner, author, "Marmalade words", "And more", subject="Wobblegong title")

    assert "3 posts that you can read" in page_of(signed_in(insider), author)
    assert "Wobblegong title" in page_of(signed_in(insider), author)
    assert "1 post that you can read" in page_of(signed_in(director), author)
    assert all_of(signed_in(director), author) == before, (
        "something told the director that walled posts exist"
    )


def test_a_profile_without_a_readable_post_is_the_one_of_somebody_who_never_wrote(
    author, corner, make_thread, make_participant, make_person, signed_in, cohort
):
    silent = make_participant(cohort, name="Silent Member")
    make_thread(corner, author, "Marmalade words")
    director = signed_in(make_person(Role.Kind.DIRECTOR))

    def told(person):
        status, page = all_of(director, person)
        page = page.replace(person.name, "NAME").replace(f"/people/{person.pk}/", "KEY")
        return status, re.sub(r'avatar--large"[^>]*>\w+<', "", page)

    assert told(author) == told(silent)


@pytest.mark.parametrize("state", ["waiting", "removed", "thread waiting"])
def test_a_profile_neither_shows_nor_counts_what_is_not_approved(
    author, square, make_thread, make_person, make_facilitator, signed_in, state
):
    topic = make_thread(square, author, "Stands", "Marmalade")
    last = topic.posts.order_by("pk").last()
    reader, facilitator = make_person(), make_facilitator()
    assert "2 posts that you can read" in page_of(signed_in(reader), author)

    if state == "removed":
        posting.remove(last, by=facilitator)
    elif state == "waiting":
        Post.objects.filter(pk=last.pk).update(approved=False)
    else:
        Topic.objects.filter(pk=topic.pk).update(approved=False)

    page = page_of(signed_in(reader), author)
    assert "Marmalade" not in page
    assert "2 posts" not in page
    assert ("1 post that you can read" in page) is (state != "thread waiting")


def test_a_long_profile_is_turned_page_by_page_newest_first(
    author, square, make_thread, make_person, signed_in
):
    texts = [f"Number {n}." for n in range(WRITTEN_ON_A_PAGE + 3)]
    make_thread(square, author, *texts)
    reader = signed_in(make_person())

    first, second = page_of(reader, author), page_of(reader, author, "?page=2")

    assert first.index(f"Number {WRITTEN_ON_A_PAGE + 2}.") < first.index("Number 3.")
    assert "Number 2." not in first
    assert "Number 2." in second
    for page in ("0", "-1", "x", "9" * 40):
        assert reader.get(f"/people/{author.pk}/?page={page}").status_code == 200


def test_a_list_shows_the_first_own_words_as_plain_text(
    author, square, make_thread, make_person, signed_in
):
    make_thread(square, author, "> Somebody else's words\n\n**Mine** & <i>plain</i>\n\n- yes")

    page = page_of(signed_in(make_person()), author)

    assert "Mine & <i>plain</i> yes" in page
    assert "Somebody else's" not in page


def test_queries_do_not_grow_with_posts(author, square, make_thread, make_person, signed_in):
    reader = signed_in(make_person())
    own = signed_in(author)
    make_thread(square, author, "One")

    def count(client, path):
        with CaptureQueriesContext(connection) as queries:
            assert client.get(path).status_code == 200
        return len(queries)

    count(reader, f"/people/{author.pk}/")  # what a process keeps of everybody's standing
    few = count(reader, f"/people/{author.pk}/"), count(own, "/me/posts/")
    for _ in range(3):
        make_thread(square, author, *["More"] * 5)

    assert (count(reader, f"/people/{author.pk}/"), count(own, "/me/posts/")) == few
    assert max(few) <= 16


# --- My posts ------------------------------------------------------------------------------------


def mine(client, query=""):
    page = client.get(f"/me/posts/{query}").content.decode()
    return html.unescape(" ".join(strip_tags(page).split()))


def test_my_posts_hold_those_that_wait_and_those_that_a_facilitator_removed(
    author, square, make_thread, make_facilitator, signed_in
):
    topic = make_thread(square, author, "Stands", "Waits", "Taken away", "Taken back")
    _first, waits, taken, back = topic.posts.order_by("pk")
    Post.objects.filter(pk=waits.pk).update(approved=False)
    posting.remove(taken, by=make_facilitator())
    posting.remove(back, by=author)

    page = mine(signed_in(author))

    assert "3 posts" in page
    assert "Waits for approval." in page
    assert "Removed by a facilitator." in page
    assert "Taken away" in page
    assert "Taken back" not in page


def test_my_reply_in_a_thread_that_was_removed_is_mine_but_its_title_is_not(
    author, square, make_thread, make_person, make_facilitator, signed_in
):
    topic = make_thread(square, make_person(), "Opening", subject="Somebody's title")
    posting.reply(topic, by=author, content="My reply")
    posting.remove(topic.first_post, by=make_facilitator())

    page = mine(signed_in(author))

    assert "My reply" in page
    assert "Its thread was removed." in page
    assert "Somebody's title" not in page
    assert Removal.objects.count() == 1


def test_my_posts_in_a_space_that_closed_to_me_stay_there(
    author, corner, square, make_thread, signed_in, cohort
):
    make_thread(square, author, "Open words")
    make_thread(corner, author, "Marmalade words")
    assert "Marmalade" in mine(signed_in(author))

    roster.leave(author, cohort, by=None)

    page = mine(signed_in(author))
    assert "Open words" in page
    assert "Marmalade" not in page
    assert "1 post" in page
    assert "stay there" in page


def test_my_posts_are_found_by_a_word_and_nobody_elses_are(
    author, square, make_thread, make_person, signed_in
):
    make_thread(square, author, "About snack", "About rope")
    make_thread(square, make_person(), "Also snack, by another")
    client = signed_in(author)

    assert "About snack" in mine(client, "?q=SNACK")
    assert "About rope" not in mine(client, "?q=SNACK")
    assert "by another" not in mine(client, "?q=snack")
    assert "No post of yours has these words" in mine(client, "?q=zeppelin")
    assert "You have written nothing yet" in mine(signed_in(make_person()))
    for hostile in ("%00", "x" * 101):
        answer = client.get(f"/me/posts/?q={hostile}")
        assert answer.status_code == 422


# --- Changing one's own --------------------------------------------------------------------------

SAID = {"name": "Maya Newname", "pronouns": "she/her", "about": "Two\r\nlines"}


def test_a_new_name_stands_everywhere_at_once(
    author, square, make_thread, make_person, make_facilitator, signed_in
):
    topic = make_thread(square, author, "Words")
    reader = signed_in(make_person())

    answer = signed_in(author).post("/me/profile/", SAID)

    assert answer.headers["Location"] == f"/people/{author.pk}/"
    author.refresh_from_db()
    assert (author.name, author.about) == ("Maya Newname", "Two\nlines")
    for path in (f"/people/{author.pk}/", f"/threads/{topic.pk}/", f"/spaces/{square.pk}/"):
        page = reader.get(path).content.decode()
        assert "Maya Newname" in page
        assert "Maya Member" not in page


def test_a_preview_shows_and_saves_nothing(author, signed_in):
    answer = signed_in(author).post("/me/profile/", {**SAID, "about": "*Soft*", "preview": "yes"})

    page = answer.content.decode()
    assert answer.status_code == 200
    assert "<em>Soft</em>" in page
    assert "*Soft*</textarea>" in page
    author.refresh_from_db()
    assert author.about == ""


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"name": ""}, "This field is required."),
        ({"name": "\u202e\u200b"}, "Write the name"),
        ({"name": "me@example.org"}, "write a name, not an address"),
        ({"name": "x" * 121}, "at most 120"),
        ({"name": "fern  FACILITATOR"}, "A member has this name already."),
        ({"name": "Fern\u200b Facilitator"}, "A member has this name already."),
        ({"about": "x" * 1001}, "at most 1000"),
        ({"about": "a\x00b"}, "Null characters are not allowed."),
    ],
)
def test_what_is_refused_comes_back_with_its_words(author, make_facilitator, signed_in, data, said):
    make_facilitator(name="Fern Facilitator")

    answer = signed_in(author).post("/me/profile/", {**SAID, "pronouns": "kept words", **data})

    page = answer.content.decode()
    assert answer.status_code == 422
    assert said in page
    assert "kept words" in page
    author.refresh_from_db()
    assert (author.name, author.pronouns) == ("Maya Member", "")


def test_a_thousand_characters_fit_however_their_lines_are_sent(author, signed_in):
    signed_in(author).post("/me/profile/", {**SAID, "about": "a\r\n" * 499 + "ab"})

    author.refresh_from_db()
    assert len(author.about) == 1000


def test_a_name_that_two_members_share_already_may_stay(author, signed_in, make_person):
    Person.objects.filter(pk=make_person().pk).update(name="Maya Member")

    answer = signed_in(author).post("/me/profile/", {**SAID, "name": "Maya Member"})

    assert answer.status_code == 302


def test_nobody_writes_somebody_elses_profile(author, make_person):
    with pytest.raises(roster.Refused):
        profiles.change(author, by=make_person(), name="x", pronouns="", about="")


# --- Links ---------------------------------------------------------------------------------------


def test_names_lead_to_profiles_unless_somebody_left(
    author, square, make_thread, make_person, signed_in
):
    topic = make_thread(square, author, "Words")
    reader = signed_in(make_person())
    pages = (f"/threads/{topic.pk}/", f"/spaces/{square.pk}/", "/spaces/")
    link = f'href="/people/{author.pk}/'
    for path in pages:
        assert link in reader.get(path).content.decode(), path

    roster.deactivate(author, by=None)

    for path in pages:
        page = reader.get(path).content.decode()
        assert link not in page
        assert "Somebody who left" in page
