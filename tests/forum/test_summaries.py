"""What lasts of a thread: in the facilitator's words, and with passages that were agreed to."""

import html

import pytest
from django.core import mail
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.html import strip_tags

from community import access, inventory, roster
from community.models import Audience, Role
from forum import posting
from forum.hosting import asking, hosting
from forum.live import log
from forum.live.models import Thread
from forum.moderation.models import Act
from forum.posting import Refused
from forum.summaries import copying, summarising
from forum.summaries.models import Passage, Summary
from forum.summaries.summarising import MOST_PASSAGES
from home.models import ResourcePage

SAID = "We moved the snack to twenty past four and it changed the whole afternoon for us"
OWN = "Several sites split their snack."


@pytest.fixture
def corner(make_space, cohort):
    call_command("prepare_site", verbosity=0)
    return make_space(Audience.Kind.COHORT, cohort, name="Zebrafinch room")


@pytest.fixture
def facilitator(make_facilitator, cohort):
    return make_facilitator(cohort, name="Fay Facilitator")


@pytest.fixture
def author(make_participant, cohort):
    return make_participant(cohort, name="Ada Author")


@pytest.fixture
def topic(corner, author, make_thread):
    return make_thread(corner, author, SAID, subject="Wobblegong")


def words(response):
    return html.unescape(" ".join(strip_tags(response.content.decode()).split()))


def test_a_summary_stands_on_its_thread_for_all_its_readers_and_live(
    topic, facilitator, author, signed_in
):
    before = Thread.objects.get(pk=topic.pk).seq
    client = signed_in(facilitator)

    client.post(f"/threads/{topic.pk}/summary/", {"text": OWN, "for_whom": "space"})

    page = words(signed_in(author).get(f"/threads/{topic.pk}/"))
    assert OWN in page
    assert "Summed up by Fay Facilitator" in page
    (frame,) = log.news(topic.pk, before).frames
    assert OWN in frame["summary"]
    client.post(f"/threads/{topic.pk}/summary/remove/")
    assert OWN not in words(signed_in(author).get(f"/threads/{topic.pk}/"))
    assert log.news(topic.pk, before).frames[-1]["summary"] == ""


def test_a_summary_that_repeats_a_post_is_refused_with_the_typed_text(
    topic, facilitator, signed_in
):
    text = f"They said: {SAID.lower()}!"

    response = signed_in(facilitator).post(
        f"/threads/{topic.pk}/summary/", {"text": text, "for_whom": "public"}
    )

    assert response.status_code == 422
    assert "This repeats words of a post" in words(response)
    assert text in html.unescape(response.content.decode())
    assert not Summary.objects.exists()


@pytest.mark.parametrize(
    "sent", [{"text": " "}, {"text": "x" * 10_001}, {"text": OWN, "for_whom": "directors"}]
)
def test_what_makes_no_summary_is_refused_beside_its_field(topic, facilitator, signed_in, sent):
    response = signed_in(facilitator).post(
        f"/threads/{topic.pk}/summary/", {"for_whom": "space"} | sent
    )

    assert response.status_code == 422
    assert not Summary.objects.exists()


def test_whoever_takes_part_sums_nothing_up(topic, author, facilitator, signed_in):
    client = signed_in(author)

    for path in ("summary/", "summary/remove/", f"posts/{topic.first_post_id}/passage/"):
        assert client.get(f"/threads/{topic.pk}/{path}").status_code == 404
    assert client.post(f"/threads/{topic.pk}/summary/draft/").status_code == 404
    with pytest.raises(Refused):
        summarising.write(topic, by=author, text=OWN, for_whom="space")


# --- Passages ------------------------------------------------------------------------------------


def ask(client, topic, text=SAID[:40], for_whom="public"):
    return client.post(
        f"/threads/{topic.pk}/posts/{topic.first_post_id}/passage/",
        {"text": text, "for_whom": for_whom},
    )


def test_an_author_is_asked_and_told_by_a_mail_that_says_nothing(
    topic, facilitator, author, signed_in, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        ask(signed_in(facilitator), topic)
    with django_capture_on_commit_callbacks(execute=True):
        ask(signed_in(facilitator), topic)

    (message,) = mail.outbox
    assert message.to == [author.email]
    for word in ("snack", "Wobblegong", "Zebrafinch", "Fay"):
        assert word not in message.subject + message.body
    page = words(signed_in(author).get("/me/passages/"))
    assert SAID[:40] in page
    assert "Everybody, on the web" in page
    assert Act.objects.filter(concerns=author, verb="passage-asked").count() == 1


def test_what_the_post_does_not_say_cannot_be_asked_for(topic, facilitator, signed_in):
    response = ask(signed_in(facilitator), topic, "We moved the snack to five")

    assert response.status_code == 422
    assert "Leave only words that stand in the post" in words(response)
    assert not Passage.objects.exists()


def test_the_author_alone_answers_and_may_change_it(
    topic, facilitator, author, make_participant, cohort, signed_in
):
    ask(signed_in(facilitator), topic)
    passage = Passage.objects.get()
    address = f"/passages/{passage.pk}/answer/"
    assert signed_in(make_participant(cohort)).post(address, {"said": "named"}).status_code == 404
    assert signed_in(facilitator).post(address, {"said": "named"}).status_code == 404

    for said in ("named", "declined", "unnamed"):
        signed_in(author).post(address, {"said": said})
        assert Passage.objects.get().answer == said
    for nothing in ("", "perhaps"):
        signed_in(author).post(address, {"said": nothing})
        assert Passage.objects.get().answer == "unnamed"


def test_after_leaving_one_is_asked_for_nothing(topic, facilitator, author, cohort, signed_in):
    ask(signed_in(facilitator), topic)
    roster.leave(author, cohort, by=None)

    client = signed_in(author)
    assert "snack" not in words(client.get("/me/passages/"))
    answer = client.post(f"/passages/{Passage.objects.get().pk}/answer/", {"said": "named"})
    assert answer.status_code == 404


def test_a_thread_takes_so_many_passages(topic, facilitator, author):
    said = [f"number{number}" for number in range(MOST_PASSAGES + 1)]
    post = posting.reply(topic, by=author, content=" ".join(said))
    for word in said[1:]:
        summarising.ask(post, by=facilitator, text=word, for_whom="public")

    with pytest.raises(Refused):
        summarising.ask(post, by=facilitator, text=said[0], for_whom="public")


# --- The draft ----------------------------------------------------------------------------------


@pytest.fixture
def agreed(topic, facilitator, author):
    """A summary for the public, with a passage that its author agreed to by name."""
    summarising.write(topic, by=facilitator, text=OWN, for_whom="public")
    passage = summarising.ask(topic.first_post, by=facilitator, text=SAID[:40], for_whom="public")
    return summarising.answer(passage, by=author, said="named")


def draft_of(client, topic, title="Moving a snack"):
    response = client.post(f"/threads/{topic.pk}/summary/draft/", {"title": title})
    return response, ResourcePage.objects.filter(title=title).first()


# Wagtail 8.0 mails by what Django 6.1 would like it to give up.
@pytest.mark.filterwarnings("ignore:get_connection")
def test_a_draft_takes_the_summary_and_what_was_agreed_along_and_nobody_reads_it_yet(
    topic, facilitator, agreed, make_person, signed_in, client, django_capture_on_commit_callbacks
):
    reviewer = make_person(Role.Kind.EDITOR)
    with django_capture_on_commit_callbacks(execute=True):
        _response, page = draft_of(signed_in(facilitator), topic)

    assert not page.live
    told = str(page.body)
    assert "Several sites split their snack" in told
    assert SAID[:40] in told
    assert "Ada Author" in told
    assert "Wobblegong" not in told + page.title
    assert page.get_view_restrictions().count() == 0
    assert page.current_workflow_state is not None
    assert [message.to for message in mail.outbox] == [[reviewer.email]]
    for reader in (None, make_person(Role.Kind.DIRECTOR)):
        seen = (signed_in(reader) if reader else client).get(
            page.url or "/resources/moving-a-snack/"
        )
        assert seen.status_code == 404
    editor = signed_in(make_person(Role.Kind.EDITOR))
    assert editor.get(f"/cms/pages/{page.pk}/edit/").status_code == 200


@pytest.mark.parametrize("said", ["unnamed", "declined", None])
def test_a_passage_goes_along_as_its_author_said(topic, facilitator, author, signed_in, said):
    summarising.write(topic, by=facilitator, text=OWN, for_whom="public")
    passage = summarising.ask(topic.first_post, by=facilitator, text=SAID, for_whom="public")
    if said:
        summarising.answer(passage, by=author, said=said)

    _response, page = draft_of(signed_in(facilitator), topic)

    assert (SAID in str(page.body)) == (said == "unnamed")
    assert "Ada Author" not in str(page.body)


def test_what_was_agreed_for_fewer_readers_does_not_go_to_more(
    topic, facilitator, author, signed_in
):
    summarising.write(topic, by=facilitator, text=OWN, for_whom="public")
    passage = summarising.ask(topic.first_post, by=facilitator, text=SAID, for_whom="members")
    summarising.answer(passage, by=author, said="named")

    _response, page = draft_of(signed_in(facilitator), topic)

    assert SAID not in str(page.body)


@pytest.mark.parametrize("meanwhile", ["edited", "removed"])
def test_words_that_were_taken_back_go_nowhere(
    topic, facilitator, author, agreed, signed_in, meanwhile
):
    if meanwhile == "edited":
        posting.edit(topic.first_post, by=author, content="Something else")
    else:
        other = posting.reply(topic, by=author, content="Another thing that was said here by me")
        passage = summarising.ask(other, by=facilitator, text=other.content.raw, for_whom="public")
        summarising.answer(passage, by=author, said="named")
        posting.remove(other, by=author)

    _response, page = draft_of(signed_in(facilitator), topic)

    told = str(page.body)
    assert "Another thing" not in told
    assert (SAID[:40] in told) == (meanwhile == "removed")


def test_a_draft_for_the_space_is_closed_to_everybody_else_from_the_start(
    topic, corner, facilitator, make_person, author, signed_in
):
    summarising.write(topic, by=facilitator, text=OWN, for_whom="space")

    _response, page = draft_of(signed_in(facilitator), topic)
    page.get_latest_revision().publish()

    (restriction,) = page.get_view_restrictions()
    assert list(restriction.groups.all()) == [corner.audience.group]
    assert signed_in(author).get(page.url).status_code == 200
    assert signed_in(make_person(Role.Kind.DIRECTOR)).get(page.url).status_code == 404


def test_one_draft_is_made_and_a_title_of_somebody_elses_words_is_refused(
    topic, facilitator, agreed, signed_in
):
    client = signed_in(facilitator)
    response, none = draft_of(client, topic, SAID)
    assert response.status_code == 422
    assert none is None

    assert draft_of(client, topic)[0].status_code == 302
    again, _page = draft_of(client, topic, "Another")
    assert again.status_code == 422
    assert ResourcePage.objects.filter(title="Another").count() == 0
    assert "is with the editors" in words(client.get(f"/threads/{topic.pk}/summary/"))


def test_two_drafts_of_one_title_have_two_addresses(
    topic, corner, facilitator, author, make_thread, signed_in
):
    other = make_thread(corner, author, "Something quite different was said")
    for each in (topic, other):
        summarising.write(each, by=facilitator, text=OWN, for_whom="space")
        assert draft_of(signed_in(facilitator), each)[0].status_code == 302

    assert ResourcePage.objects.filter(title="Moving a snack").count() == 2


# --- Copies ---------------------------------------------------------------------------------------


def test_a_copy_of_the_thread_holds_its_summary_its_sessions_and_its_posts(
    topic, facilitator, author, agreed, make_participant, cohort, signed_in
):
    before = posting.reply(topic, by=author, content="Said before it began")
    hosting.start(topic, by=facilitator, kind="follow-up")
    question = asking.ask(topic, by=author, text="How do you begin?")
    asking.vote(question, topic, by=make_participant(cohort))
    said = posting.reply(topic, by=facilitator, content="By *listening*.\n\n# No heading")
    asking.answered(question, topic, by=facilitator, post=said)
    asking.ask(topic, by=author, text="And then?")
    hosting.pin(before, by=facilitator)
    hosting.end(topic, by=facilitator)
    posting.remove(posting.reply(topic, by=author, content="Taken back"), by=author)
    posting.reply(topic, by=author, content="Said afterwards")
    unasked = summarising.ask(said, by=facilitator, text="By *listening*.", for_whom="members")

    found = signed_in(facilitator).get(f"/threads/{topic.pk}/summary/copy/")

    assert found.headers["Content-Type"] == "text/markdown; charset=utf-8"
    assert found.headers["Content-Disposition"].startswith("attachment;")
    text = found.content.decode()
    sentence = topic.forum.space.readers_sentence(access.epoch_of(facilitator))
    for words in (
        "# Wobblegong\n", "Zebrafinch room", sentence, f"> {OWN}", "Summed up by Fay Facilitator",
        "Agreed to for these readers: Everybody, on the web.", f"**Ada Author**\n\n> {SAID[:40]}",
        "## Follow-up discussion", "Hosted by Fay Facilitator",
        "- How do you begin?\n  (Ada Author, 1 vote, Answered)\n  Answered by Fay Facilitator:",
        "- And then?\n  (Ada Author, 0 votes, Open)",
        "### Pinned\n\n**Ada Author**\n\n> Said before it began",
        f"> {SAID}", "> By *listening*.", "> # No heading", "> Said afterwards",
    ):  # fmt: skip
        assert words in text, words
    assert "Taken back" not in text
    passages = text.partition("### Passages that go along")[2].partition("## Follow-up")[0]
    assert unasked.text not in passages
    assert signed_in(author).get(f"/threads/{topic.pk}/summary/copy/").status_code == 404


def test_a_copy_of_a_long_thread_takes_as_many_queries_as_one_of_a_short_one(
    topic, facilitator, author, agreed, make_participant, cohort, signed_in
):
    client = signed_in(facilitator)

    def cost():
        client.get(f"/threads/{topic.pk}/summary/copy/")
        with CaptureQueriesContext(connection) as captured:
            client.get(f"/threads/{topic.pk}/summary/copy/")
        return len(captured)

    def hold(number):
        hosting.start(topic, by=facilitator)
        for each in range(number):
            person = make_participant(cohort)
            asking.ask(topic, by=person, text=f"Question {each} of {person}?")
            hosting.pin(posting.reply(topic, by=person, content="A reply"), by=facilitator)
        hosting.end(topic, by=facilitator)

    hold(1)
    few = cost()
    hold(3)

    assert cost() == few


def test_a_copy_that_is_cut_off_says_so(topic, facilitator, author, signed_in, monkeypatch):
    monkeypatch.setattr(copying, "MOST_POSTS", 1)
    posting.reply(topic, by=author, content="One too many")

    text = signed_in(facilitator).get(f"/threads/{topic.pk}/summary/copy/").content.decode()

    assert "One too many" not in text
    assert "There is more. Only the first 1 are in this copy." in text


def test_what_somebody_did_in_a_session_and_summed_up_is_in_the_copy_of_their_data(
    topic, facilitator, author, agreed, make_participant, cohort
):
    hosting.start(topic, by=facilitator, kind="follow-up")
    question = asking.ask(topic, by=author, text="How do you begin?")
    voter = make_participant(cohort)
    asking.vote(question, topic, by=voter)
    asking.answered(question, topic, by=facilitator)
    hosting.pin(topic.first_post, by=facilitator)

    def copied(person):
        return {part.name: list(part.rows(person)) for part in inventory.parts()}

    thread = f"/threads/{topic.pk}/"
    theirs = copied(facilitator)
    (summed,) = theirs["summaries"]
    assert (summed["thread"], summed["you_summed_up"]) == (thread, OWN)
    hosted, pinned = theirs["questions"]
    assert hosted["you_hosted"] == "Follow-up discussion"
    assert pinned["you_pinned_the_post"] == topic.first_post_id
    (asked,) = copied(author)["questions"]
    assert (asked["you_asked"], asked["votes"]) == ("How do you begin?", 1)
    assert asked["state"] == "Answered"
    assert copied(author)["passages"][0]["answer"] == "Agreed, with their name"
    assert copied(voter)["questions"][0]["you_voted_for"] == "How do you begin?"

    for each in (facilitator, voter):
        roster.leave(each, cohort, by=None)
    assert copied(facilitator)["summaries"][0]["you_summed_up"] == OWN
    assert [row for row in copied(facilitator)["questions"] if "you_pinned_the_post" in row] == []
    assert copied(voter)["questions"][0]["you_voted_for"] is None
