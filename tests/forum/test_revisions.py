"""What a changed post said before: kept, and shown to its author and the moderators alone."""

import html
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from community.models import Audience
from forum import markdown, posting
from forum.revisions import erasing, taking_back, wording
from forum.revisions.keeping import MOST_KEPT
from forum.revisions.models import Revision
from forum.threads import Post
from forum.writing import quoted


@pytest.fixture
def square(make_space):
    return make_space(Audience.Kind.MEMBERS, name="Town square")


@pytest.fixture
def author(make_person):
    return make_person(name="Ama Author")


@pytest.fixture
def facilitator(make_facilitator):
    return make_facilitator(name="Femi Facilitator")


@pytest.fixture
def topic(square, make_thread, author, make_person):
    topic = make_thread(square, author, "Snack at four", subject="Wobblegong")
    posting.reply(topic, by=make_person(), content="An answer")
    return topic


@pytest.fixture
def post(topic):
    return topic.first_post


def history_url(post):
    return f"/threads/{post.topic_id}/posts/{post.pk}/history/"


def change(signed_in, person, post, text, **further):
    fresh = Post.objects.select_related("topic").get(pk=post.pk)
    data = {"content": text, "subject": fresh.topic.subject, **further}
    data["version"] = posting.version_of(fresh)
    address = f"/threads/{fresh.topic_id}/posts/{post.pk}/edit/"
    response = signed_in(person).post(address, data)
    assert response.status_code == 302, response.content.decode()


def seen(response):
    """The page in one line, with the words that were taken out and put in marked."""
    page = re.sub(r'<span class="visually-hidden">[^<]*</span>', "", response.content.decode())
    page = page[page.index("<main") : page.index("</main")]
    page = re.sub(r"<(/?)(del|ins)>", r"{\1\2}", page)
    return html.unescape(" ".join(re.sub(r"<[^>]+>", " ", page).split()))


def test_its_author_and_the_moderators_see_what_a_post_said_before(
    post, author, facilitator, make_person, signed_in
):
    change(signed_in, author, post, "Snack at five")
    change(signed_in, facilitator, post, "Snack at five, outside", reason="It is sunny")

    for person in (author, facilitator):
        response = signed_in(person).get(history_url(post))
        page = seen(response)
        assert response.status_code == 200
        assert "Snack at {del}four{/del}{ins}five{/ins}" in page
        assert "Snack at five{ins}, outside{/ins}" in page
        assert page.index("Changed by Femi Facilitator") < page.index("Changed by Ama Author")
    assert signed_in(make_person()).get(history_url(post)).status_code == 404


def test_a_steward_and_whoever_wrote_beside_it_see_no_history(
    post, topic, author, make_person, signed_in
):
    change(signed_in, author, post, "Snack at five")
    beside = Post.objects.get(content="An answer").poster

    assert signed_in(author).get(history_url(post)).status_code == 200
    for person in (beside, make_person("steward"), make_person("editor"), make_person("director")):
        assert signed_in(person).get(history_url(post)).status_code == 404
    for method in ("post", "put", "delete"):
        assert getattr(signed_in(author), method)(history_url(post)).status_code == 405


def test_an_author_who_lost_the_space_loses_the_history(
    make_space, cohort, make_participant, make_thread, make_person, signed_in
):
    author = make_participant(cohort)
    walled = make_space(Audience.Kind.COHORT, cohort)
    post = make_thread(walled, author, "Hard day").first_post
    change(signed_in, author, post, "A day")
    assert "{del}Hard day{/del}" in seen(
        signed_in(author).get(history_url(post))
    ) or "Hard" in seen(signed_in(author).get(history_url(post)))

    make_person.appoint(author, "director")

    assert signed_in(author).get(history_url(post)).status_code == 404


def test_of_a_removed_post_there_is_no_history(post, topic, facilitator, author, signed_in):
    reply = posting.reply(topic, by=author, content="Mine")
    change(signed_in, author, reply, "Mine still")
    assert signed_in(author).get(history_url(reply)).status_code == 200

    posting.remove(reply, by=facilitator)

    for person in (author, facilitator):
        assert signed_in(person).get(history_url(reply)).status_code == 404


def test_the_title_of_a_thread_is_part_of_its_opening_post(post, author, signed_in):
    change(signed_in, author, post, "Snack at four", subject="Numbat")

    page = seen(signed_in(author).get(history_url(post)))

    assert "Title: {del}Wobblegong{/del}{ins}Numbat{/ins}" in page


def test_saying_the_same_again_keeps_nothing(post, author, signed_in):
    change(signed_in, author, post, "Snack at four")

    assert not Revision.objects.exists()


def test_a_change_that_is_refused_keeps_nothing(post, author, facilitator):
    posting.lock(post.topic, by=facilitator)
    posting.edit(post, by=facilitator, content="Snack at three")

    with pytest.raises(posting.Refused):
        posting.edit(post, by=author, content="Snack at five")

    assert Revision.objects.get().text == "Snack at four"


def test_only_so_many_are_kept_and_the_page_says_so(post, author, signed_in):
    for number in range(MOST_KEPT + 3):
        posting.edit(post, by=author, content=f"Snack number {number}")

    assert Revision.objects.count() == MOST_KEPT
    assert Revision.objects.last().text == "Snack number 2"
    client = signed_in(author)
    assert "not kept any more" not in seen(client.get(history_url(post)))
    last = seen(client.get(f"{history_url(post)}?page=5"))
    assert "not kept any more" in last
    assert "Snack number {del}2{/del}{ins}3{/ins}" in last


@pytest.mark.parametrize("count", [1, 30])
def test_the_history_costs_the_same_however_often_a_post_was_changed(
    post, author, signed_in, count
):
    for number in range(count):
        posting.edit(post, by=author, content=f"Snack number {number}")
    client = signed_in(author)
    client.get("/spaces/")

    with CaptureQueriesContext(connection) as captured:
        client.get(history_url(post))

    assert len(captured) <= 8


def test_a_post_that_was_changed_leads_to_its_history(post, topic, author, signed_in):
    client, other = signed_in(author), signed_in(Post.objects.get(content="An answer").poster)
    address = history_url(post)
    assert address not in client.get(f"/threads/{topic.pk}/").content.decode()

    posting.edit(post, by=author, content="Snack at five")

    def link(page):
        return re.search(rf'<a [^>]*href="{address}"', page.content.decode())[0]

    assert " hidden" not in link(client.get(f"/threads/{topic.pk}/"))
    assert " hidden" in link(other.get(f"/threads/{topic.pk}/"))


def test_the_history_follows_a_post_that_is_split_off(post, topic, author, facilitator, signed_in):
    from forum.moderation import joining

    reply = posting.reply(topic, by=author, content="Mine")
    posting.edit(reply, by=author, content="Mine still")
    joining.split(topic, [reply.pk], by=facilitator, subject="Apart")
    reply.refresh_from_db()

    assert reply.topic_id != topic.pk
    assert "{ins} still{/ins}" in seen(signed_in(author).get(history_url(reply)))


def test_hostile_words_are_shown_as_words(post, author, signed_in):
    hostile = '<script>alert(1)</script> <img src=x onerror="alert(1)"> & </del>'
    posting.edit(post, by=author, content=hostile)
    posting.edit(post, by=author, content="Calm")

    page = signed_in(author).get(history_url(post)).content.decode()

    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_what_a_text_quotes_of_somebody_who_left_names_them_no_more(post, topic, author):
    leaving = Post.objects.get(content="An answer")
    name = leaving.poster.name
    quotation = markdown.quote("An answer", name, f"/threads/{topic.pk}/?post={leaving.pk}")
    posting.edit(post, by=author, content=f"{quotation}I see")
    posting.edit(post, by=author, content="I see")
    assert name in Revision.objects.first().text

    quoted.unname(leaving.poster_id)

    kept = Revision.objects.first().text
    assert name not in kept
    assert "An answer" in kept


def test_closing_an_account_drops_what_its_posts_said_before(post, topic, author, facilitator):
    from community import inventory

    others = Post.objects.get(content="An answer")
    posting.edit(post, by=author, content="Snack at five")
    posting.edit(others, by=facilitator, content="An answer, calmer", reason="Calmer")
    assert Revision.objects.count() == 2

    inventory.let_go(author)

    assert Revision.objects.get().post == others
    inventory.let_go(facilitator)
    assert Revision.objects.get().post == others


def test_the_copy_of_ones_data_holds_ones_own_older_words(post, author, facilitator):
    from community import inventory

    (part,) = [part for part in inventory.parts() if part.name == "revisions"]
    posting.edit(post, by=author, content="Snack at five")
    posting.edit(post, by=facilitator, content="Facilitated", reason="Why not")
    posting.edit(post, by=author, content="Mine again")

    assert [row["text"] for row in part.rows(author)] == ["Snack at four", "Snack at five"]
    assert list(part.rows(facilitator)) == []


# --- Deleting what it said before -----------------------------------------------------------------


def erase_url(post, revision):
    return f"{history_url(post)}{revision.pk}/erase/"


@pytest.fixture
def named(post, author, facilitator):
    """The Revision of a post whose first text held a child's name."""
    posting.edit(post, by=author, content="Xavier came late")
    posting.edit(post, by=author, content="A child came late")
    posting.edit(post, by=facilitator, content="A child came late today", reason="Clearer")
    return Revision.objects.get(text="Xavier came late")


@pytest.mark.parametrize("who", ["author", "facilitator"])
def test_what_one_version_said_is_deleted_for_good_and_nothing_else(
    who, request, post, named, author, facilitator, signed_in
):
    person = request.getfixturevalue(who)
    client, address = signed_in(person), erase_url(post, named)
    assert f'href="{address}"' in client.get(history_url(post)).content.decode()
    assert "Xavier came late" in client.get(address).content.decode()
    others = list(Revision.objects.exclude(pk=named.pk).values())

    page = seen(client.post(address, {"reason": "It named a child"}, follow=True))

    assert "Xavier" not in page
    assert "What it said before this change was deleted for good" in page
    assert "{del}Snack at four{/del}" in page
    assert "{ins}A child came late{/ins}" in page
    assert page.count("Changed by Ama Author") == 2
    kept = Revision.objects.get(pk=named.pk)
    assert (kept.text, kept.subject, kept.changed_by) == ("", "", author)
    assert list(Revision.objects.exclude(pk=named.pk).values()) == others
    assert Post.objects.get(pk=post.pk).content.raw == "A child came late today"
    assert address not in client.get(history_url(post)).content.decode()


@pytest.mark.parametrize("who", ["author", "facilitator"])
def test_the_moderators_log_says_once_that_it_was_deleted_and_quotes_nothing(
    who, request, post, square, named, author, facilitator, signed_in
):
    person = request.getfixturevalue(who)
    client, log = signed_in(person), signed_in(facilitator)
    for _twice in range(2):
        client.post(erase_url(post, named), {"reason": "It named a child"})

    told = log.get(f"/spaces/{square.pk}/acts/").content.decode()

    said = f"{person.name} deleted what a post said before"
    assert told.count(said) == 1
    assert "Xavier" not in told
    mine = signed_in(author).get("/me/acts/").content.decode()
    assert ("deleted what a post of yours said before" in mine) == (who == "facilitator")
    assert ("It named a child" in mine) == (who == "facilitator")


def test_to_anybody_else_it_is_as_if_there_were_nothing(
    post, topic, named, author, make_person, signed_in
):
    beside = Post.objects.get(content="An answer").poster
    outsiders = [beside, make_person("steward"), make_person("editor"), make_person("director")]
    other = posting.reply(topic, by=author, content="Another of mine")
    wrong = [f"{history_url(post)}{number}/erase/" for number in (named.pk + 99, 9**30)] + [
        erase_url(other, named)
    ]

    for person in outsiders:
        for way in ("get", "post"):
            closed = getattr(signed_in(person), way)(erase_url(post, named))
            missing = getattr(signed_in(person), way)(wrong[0])
            assert (closed.status_code, closed.content) == (404, missing.content)
    for address in wrong:
        for way in ("get", "post"):
            assert getattr(signed_in(author), way)(address).status_code == 404
    for way in ("put", "delete"):
        assert getattr(signed_in(author), way)(erase_url(post, named)).status_code == 405
    assert Revision.objects.get(pk=named.pk).text == "Xavier came late"
    assert signed_in(author).post(erase_url(post, named)).status_code == 302
    assert Revision.objects.get(pk=named.pk).text == ""


def test_deleting_twice_or_what_was_reverted_meanwhile_changes_nothing_more(
    post, author, signed_in
):
    posting.edit(post, by=author, content="Xavier came late")
    posting.edit(post, by=author, content="A child came late")
    first, last = Revision.objects.order_by("pk")
    client = signed_in(author)

    assert erasing.erase(post, first.pk, by=author)
    when = Revision.objects.get(pk=first.pk).erased_at
    assert not erasing.erase(post, first.pk, by=author)
    assert Revision.objects.get(pk=first.pk).erased_at == when
    page = client.post(erase_url(post, first), follow=True).content.decode()
    assert "it was deleted already" in page
    assert client.get(erase_url(post, first)).status_code == 302

    fresh = Post.objects.select_related("topic").get(pk=post.pk)
    assert taking_back.revert(fresh, by=author, version=posting.version_of(fresh))
    assert not erasing.erase(post, last.pk, by=author)
    assert Post.objects.get(pk=post.pk).content.raw == "Xavier came late"


def test_whoever_lost_the_space_meanwhile_deletes_nothing(
    make_space, cohort, make_participant, make_thread, make_person
):
    author, other = make_participant(cohort), make_participant(cohort)
    topic = make_thread(make_space(Audience.Kind.COHORT, cohort), author, "Hard day")
    posting.edit(topic.first_post, by=author, content="A day")
    kept = Revision.objects.get()
    with pytest.raises(posting.Refused):
        erasing.erase(topic.first_post, kept.pk, by=other)

    make_person.appoint(author, "director")
    with pytest.raises(posting.Refused):
        erasing.erase(topic.first_post, kept.pk, by=author)

    assert Revision.objects.get().text == "Hard day"


def test_what_was_deleted_is_not_brought_back_nor_told(post, author, signed_in):
    from community import inventory

    posting.edit(post, by=author, content="A child came late")
    kept = Revision.objects.get()
    client = signed_in(author)
    revert = f"/threads/{post.topic_id}/posts/{post.pk}/revert/"
    fresh = Post.objects.select_related("topic").get(pk=post.pk)
    version = posting.version_of(fresh)
    (part,) = [part for part in inventory.parts() if part.name == "revisions"]
    assert "Take your change back?" in client.get(revert).content.decode()
    assert len(list(part.rows(author))) == 1

    client.post(erase_url(post, kept))

    assert "cannot be taken back" in client.get(revert).content.decode()
    assert client.post(revert, {"version": version}).status_code == 409
    assert Post.objects.get(pk=post.pk).content.raw == "A child came late"
    assert list(part.rows(author)) == []


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("one two three", "one 2 three", "one {two}[2] three"),
        ("one", "one two", "one[ two]"),
        ("same", "same", "same"),
        ("", "all new", "[all new]"),
        ("a line\nb line", "a line\nc line", "a line\n{b}[c] line"),
    ],
)
def test_changes_are_told_by_words(old, new, told):
    marks = {wording.SAME: "%s", wording.GONE: "{%s}", wording.NEW: "[%s]"}

    assert "".join(marks[p.kind] % p.text for p in wording.passages(old, new)) == told


def test_a_long_text_that_stayed_is_shown_around_what_changed_only():
    long = "word " * 3000

    found = wording.passages(f"{long}one {long}", f"{long}two {long}")

    assert [p.kind for p in found] == [wording.SAME, wording.GONE, wording.NEW, wording.SAME]
    assert len(found[0].text) < 400
    assert found[0].text.endswith("word word ")
    assert found[-1].text.startswith(" word")


def test_two_long_texts_that_have_nothing_in_common_are_shown_as_such():
    old, new = ("a b " * 5000), ("b c d " * 3333)

    kinds = [p.kind for p in wording.passages(old, new)]

    assert kinds[0] == wording.GONE or kinds[0] == wording.NEW
    assert len(kinds) <= 4
