"""Live sessions in threads: hosted by facilitators, with questions of everybody in the thread."""

import html
import re
from datetime import timedelta

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.db.models.signals import pre_save
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.html import strip_tags

from community import access
from community.models import Audience, Role
from forum import posting, threads
from forum.glass import breaking
from forum.hosting import asking, hosting
from forum.hosting.models import Pin, Question, QuestionVote, Session
from forum.live import log
from forum.live.models import Event, Thread
from forum.moderation import arranging, joining, undoing
from forum.moderation.models import Act
from forum.spaces import keeping
from forum.spaces.models import Space
from forum.threads import Post, Topic

JSON = {"accept": "application/json"}


@pytest.fixture
def space(make_space, cohort):
    return make_space(Audience.Kind.COHORT, cohort, name="Zebrafinch room")


@pytest.fixture
def host(make_facilitator, cohort):
    return make_facilitator(cohort, name="Jo Harlow")


@pytest.fixture
def member(make_participant, cohort):
    return make_participant(cohort, name="Maya Member")


@pytest.fixture
def other(make_graduate, cohort):
    return make_graduate(cohort, name="Luis Graduate")


@pytest.fixture
def topic(space, make_thread, host):
    return make_thread(space, host, "Opening words", "Marmalade reply", subject="Wobblegong")


@pytest.fixture
def live(topic, host):
    return hosting.start(topic, by=host, minutes=60)


@pytest.fixture
def asked(topic, live, member):
    return asking.ask(topic, by=member, text="How do you begin?")


def address(topic, tail=""):
    return f"/threads/{topic.pk}/{tail}"


def text_of(response):
    return html.unescape(" ".join(strip_tags(response.content.decode()).split()))


def page_of(client, topic):
    return client.get(address(topic)).content.decode()


def frames_of(topic, since):
    return [dict(frame) for frame in log.news(topic.pk, since).frames]


def seq_of(topic):
    return Thread.objects.get(pk=topic.pk).seq


# --- The session itself ---------------------------------------------------------------------------


def test_a_facilitator_starts_a_session_and_everybody_sees_until_when(
    topic, host, member, signed_in
):
    before = seq_of(topic)
    assert "Host a live session" in page_of(signed_in(host), topic)

    answer = signed_in(host).post(
        address(topic, "session/host/"), {"act": "start", "kind": "hallway", "minutes": "60"}
    )

    assert answer.headers["Location"] == address(topic, "#session")
    shown = text_of(signed_in(member).get(address(topic)))
    assert "Live now Open hallway until" in shown
    assert "hosted by Jo Harlow" in shown
    (frame,) = frames_of(topic, before)
    assert frame["kind"] == "session"
    assert "Jo Harlow" in frame["panel"]
    assert "csrf" not in frame["panel"]
    listed = signed_in(member).get(topic.forum.space.get_absolute_url())
    assert text_of(listed).count("Live now") == 2
    assert f"/threads/{topic.pk}/#session" in listed.content.decode()


def test_the_follow_up_of_a_webinar_is_a_session_of_its_kind(topic, host, member, signed_in):
    hosting.start(topic, by=host, kind=Session.Kind.FOLLOW_UP, minutes=30)

    assert "Follow-up discussion" in page_of(signed_in(member), topic)


def test_only_those_who_moderate_find_what_a_host_does(topic, live, asked, member, host, signed_in):
    post = topic.posts.last()
    for tail in ("session/host/", f"posts/{post.pk}/pin/", f"sessions/{live.pk}/copy/"):
        assert signed_in(member).get(address(topic, tail)).status_code == 404
        if "copy" not in tail:
            assert signed_in(member).post(address(topic, tail)).status_code == 404
        assert signed_in(host).get(address(topic, tail)).status_code == 200
    for act in ("answering", "answered", "reopen", "take"):
        answer = signed_in(member).post(address(topic, f"questions/{asked.pk}/"), {"act": act})
        assert answer.status_code == 422
    for verb in (hosting.end, hosting.start):
        with pytest.raises(posting.Refused):
            verb(topic, by=member)
    asked.refresh_from_db()
    assert asked.state == "open"


def test_a_session_is_over_by_the_clock_and_refuses_politely(
    topic, live, asked, member, other, signed_in
):
    client = signed_in(other)
    with time_machine.travel(timezone.now() + timedelta(minutes=61), tick=False):
        shown = text_of(client.get(address(topic)))
        late = client.post(address(topic, "session/ask/"), {"text": "And then?"})
        by_script = client.post(
            address(topic, f"questions/{asked.pk}/"), {"act": "vote"}, headers=JSON
        )
        listed = text_of(client.get(topic.forum.space.get_absolute_url()))

    assert re.search("Open hallway It was on [^:]+: 1 question, 0 answered", shown)
    assert "How do you begin?" in shown
    assert "Live now" not in shown + listed
    assert late.status_code == by_script.status_code == 422
    assert "This session is over." in text_of(late)
    assert "And then?" in late.content.decode()
    assert not QuestionVote.objects.exists()


def test_a_host_extends_it_and_ends_it_early(topic, live, host, member, signed_in):
    url = address(topic, "session/host/")
    signed_in(host).post(url, {"act": "extend", "minutes": "30"})
    live.refresh_from_db()
    assert live.ends_at - live.started_at == timedelta(minutes=90)

    signed_in(host).post(url, {"act": "end"})
    signed_in(host).post(url, {"act": "end"})

    live.refresh_from_db()
    assert live.ended_by == host
    assert not live.is_live
    assert Thread.objects.get(pk=topic.pk).live_until is None
    assert "Live now" not in page_of(signed_in(member), topic)


@pytest.mark.parametrize("minutes", ["0", "-5", "241", "x", "", "9" * 30])
def test_a_session_without_a_sensible_length_is_refused_with_what_was_typed(
    topic, host, signed_in, minutes
):
    answer = signed_in(host).post(
        address(topic, "session/host/"), {"act": "start", "kind": "hallway", "minutes": minutes}
    )

    assert answer.status_code == 422
    assert not Session.objects.exists()


def test_no_session_is_extended_beyond_the_longest(topic, live, host, signed_in):
    url = address(topic, "session/host/")
    signed_in(host).post(url, {"act": "extend", "minutes": "180"})

    answer = signed_in(host).post(url, {"act": "extend", "minutes": "15"})

    assert answer.status_code == 422
    assert "from 5 minutes to 4 hours" in text_of(answer)


def test_one_session_at_a_time_and_former_ones_are_kept(
    topic, live, asked, host, member, signed_in
):
    with pytest.raises(posting.Refused):
        hosting.start(topic, by=host)
    hosting.end(topic, by=host)
    second = hosting.start(topic, by=host)

    assert "How do you begin?" not in page_of(signed_in(member), topic)
    listed = text_of(signed_in(member).get(address(topic, "sessions/")))
    assert listed.count("Open hallway") == 2
    former = text_of(signed_in(member).get(address(topic, f"sessions/{live.pk}/")))
    assert "How do you begin?" in former
    with pytest.raises(IntegrityError), transaction.atomic():
        Session.objects.create(topic=topic, host=host, ends_at=second.ends_at)


def test_nothing_starts_in_a_locked_thread_or_a_closed_space(topic, host, signed_in):
    url, body = address(topic, "session/host/"), {"act": "start", "kind": "hallway", "minutes": 60}
    posting.lock(topic, by=host)
    locked = signed_in(host).post(url, body)
    posting.unlock(topic, by=host)
    keeping.close(topic.forum.space, by=host)
    closed = signed_in(host).post(url, body)

    assert "This thread is locked." in text_of(locked)
    assert "This space is closed" in text_of(closed)
    assert locked.status_code == closed.status_code == 422
    assert not Session.objects.exists()


# --- Questions ------------------------------------------------------------------------------------


def test_a_question_is_asked_voted_for_and_shown_to_all_in_the_order_of_votes(
    topic, live, member, other, signed_in
):
    signed_in(member).post(address(topic, "session/ask/"), {"text": " First\n question? "})
    signed_in(other).post(address(topic, "session/ask/"), {"text": "Second question?"})
    second = Question.objects.get(text="Second question?")

    told = signed_in(member).post(
        address(topic, f"questions/{second.pk}/"), {"act": "vote"}, headers=JSON
    )

    assert told.json() == {"said": "Your vote is counted."}
    shown = text_of(signed_in(other).get(address(topic)))
    assert shown.index("Second question?") < shown.index("First question?")
    assert "Graduate" in shown
    assert f'data-voted="{second.pk} "' in page_of(signed_in(member), topic)
    assert 'data-voted=""' in page_of(signed_in(other), topic)


def text_of_html(words):
    return html.unescape(" ".join(strip_tags(words).split()))


def test_a_vote_is_one_for_each_person_and_can_be_taken_back(asked, topic, member, other):
    for _ in range(2):
        asking.vote(asked, topic, by=other)
    asking.vote(asked, topic, by=member)
    asked.refresh_from_db()
    assert asked.votes == QuestionVote.objects.count() == 2

    for _ in range(2):
        asking.unvote(asked, topic, by=other)

    asked.refresh_from_db()
    assert asked.votes == QuestionVote.objects.count() == 1
    with pytest.raises(IntegrityError), transaction.atomic():
        QuestionVote.objects.create(question=asked, person=member)


def test_without_script_a_question_has_a_page_with_its_buttons(asked, topic, other, signed_in):
    client, url = signed_in(other), address(topic, f"questions/{asked.pk}/")
    assert "I want this answered too" in text_of(client.get(url))

    assert client.post(url, {"act": "vote"}).headers["Location"] == address(topic, "#session")

    page = text_of(client.get(url))
    assert "Take my vote back" in page
    assert "1 vote" in page
    assert "Withdraw my question" not in page


@pytest.mark.parametrize("text", ["", "   ", "x" * 301, "a\x00b"])
def test_a_question_that_does_not_fit_is_refused_with_its_words(
    topic, live, member, signed_in, text
):
    url = address(topic, "session/ask/")

    answer = signed_in(member).post(url, {"text": text})
    by_script = signed_in(member).post(url, {"text": text}, headers=JSON)

    assert answer.status_code == by_script.status_code == 422
    assert by_script.json()["errors"]["text"]
    assert not Question.objects.exists()


def test_the_same_question_sent_twice_is_one_and_nobody_has_more_than_five(topic, live, member):
    first = asking.ask(topic, by=member, text="Question 0?")
    assert asking.ask(topic, by=member, text="Question  0?") == first
    for number in range(1, 5):
        asking.ask(topic, by=member, text=f"Question {number}?")

    with pytest.raises(posting.Refused, match="5 open questions"):
        asking.ask(topic, by=member, text="Question 5?")

    asking.withdraw(first, topic, by=member)
    asking.ask(topic, by=member, text="Question 5?")
    with pytest.raises(posting.Refused, match="5 open questions"):
        asking.bring_back(first, topic, by=member)


def test_ones_own_question_is_withdrawn_and_put_back_with_its_votes(
    asked, topic, member, other, signed_in
):
    asking.vote(asked, topic, by=other)
    url = address(topic, f"questions/{asked.pk}/")
    assert signed_in(other).post(url, {"act": "withdraw"}).status_code == 422

    answer = signed_in(member).post(url, {"act": "withdraw"}, follow=True)

    assert "Put it back" in text_of(answer)
    assert "How do you begin?" not in page_of(signed_in(other), topic)
    assert signed_in(other).get(url).status_code == 404
    signed_in(member).post(url, {"act": "back"})
    asked.refresh_from_db()
    assert (asked.state, asked.votes) == ("open", 1)


def test_what_is_taken_away_is_told_to_its_author_with_the_reason(
    asked, topic, host, member, signed_in
):
    url = address(topic, f"questions/{asked.pk}/")

    signed_in(host).post(url, {"act": "take", "reason": "Asked before"})

    assert "How do you begin?" not in page_of(signed_in(member), topic)
    act = Act.objects.get(verb="took-question")
    assert (act.concerns, act.reason) == (member, "Asked before")
    mine = text_of(signed_in(member).get("/me/acts/"))
    assert "Jo Harlow took a question of yours out of a live session" in mine
    with pytest.raises(posting.Refused):
        asking.bring_back(asked, topic, by=member)


def test_one_question_is_being_answered_at_a_time_and_a_post_may_answer_it(
    asked, topic, host, member, other, signed_in
):
    second = asking.ask(topic, by=other, text="What comes after?")
    url = address(topic, "questions/{}/")
    client = signed_in(host)
    client.post(url.format(asked.pk), {"act": "answering"})
    client.post(url.format(second.pk), {"act": "answering"})
    states = set(Question.objects.values_list("pk", "state"))
    assert states == {(asked.pk, "open"), (second.pk, "answering")}
    assert "Answering now What comes after?" in text_of(signed_in(member).get(address(topic)))
    post = topic.posts.last()

    client.post(url.format(second.pk), {"act": "answered", "post": post.pk})

    page = page_of(signed_in(member), topic)
    assert f'/threads/{topic.pk}/?post={post.pk}">Answered in this post' in page
    with pytest.raises(posting.Refused):
        asking.vote(second, topic, by=member)
    posting.remove(post, by=host)
    assert "Answered in this post" not in page_of(signed_in(member), topic)
    with pytest.raises(IntegrityError), transaction.atomic():
        Question.objects.update(state="answering")


def test_a_post_of_another_thread_answers_nothing(asked, topic, host, make_thread, signed_in):
    stranger = make_thread(topic.forum.space, host, "Elsewhere").first_post

    answer = signed_in(host).post(
        address(topic, f"questions/{asked.pk}/"), {"act": "answered", "post": stranger.pk}
    )

    asked.refresh_from_db()
    assert answer.status_code == 422
    assert asked.state == "open"


def test_a_locked_thread_takes_no_questions_and_no_votes(asked, topic, host, other, signed_in):
    posting.lock(topic, by=host)
    client = signed_in(other)

    asked_late = client.post(address(topic, "session/ask/"), {"text": "And now?"})
    voted = client.post(address(topic, f"questions/{asked.pk}/"), {"act": "vote"})

    assert asked_late.status_code == voted.status_code == 422
    assert "This thread is locked" in text_of(asked_late)
    assert Question.objects.count() == 1
    assert not QuestionVote.objects.exists()


def test_whoever_must_be_looked_at_first_cannot_ask_past_the_facilitator(
    topic, live, host, member, signed_in
):
    space = topic.forum.space
    hold = {"name": space.name, "purpose": space.purpose, "holds": Space.Holds.EVERYBODY}
    keeping.set_up(space, by=host, **hold)

    answer = signed_in(member).post(address(topic, "session/ask/"), {"text": "Unseen?"})

    assert answer.status_code == 422
    assert not Question.objects.exists()


def test_a_hostile_question_is_text(topic, live, member, other, signed_in):
    asking.ask(topic, by=member, text='<script>alert(1)</script> "><b>')

    page = page_of(signed_in(other), topic)

    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_the_panel_holds_fifty_questions_and_leads_to_all(topic, live, member, signed_in):
    Question.objects.bulk_create(
        [Question(session=live, by=member, text=f"Question number {n};") for n in range(60)]
    )

    page = page_of(signed_in(member), topic)

    assert len(set(re.findall(r"Question number \d+;", page))) == 50
    assert f"/threads/{topic.pk}/sessions/{live.pk}/" in page
    rest = text_of(signed_in(member).get(address(topic, f"sessions/{live.pk}/?page=2")))
    assert len(set(re.findall(r"Question number \d+;", rest))) == 10


@pytest.mark.parametrize("act", ["", "nonsense", "take"])
def test_half_a_form_is_refused_and_changes_nothing(asked, topic, other, signed_in, act):
    answer = signed_in(other).post(address(topic, f"questions/{asked.pk}/"), {"act": act})

    assert answer.status_code == 422
    assert Question.objects.get().state == "open"


# --- What a vote brings --------------------------------------------------------------------------


def add_questions(session, by, count):
    Question.objects.bulk_create(
        [Question(session=session, by=by, text=f"Question number {n};") for n in range(count)]
    )


def voted(question, topic, by):
    """The frames of one vote, and that it was taken back."""
    before = seq_of(topic)
    asking.vote(question, topic, by=by)
    frames = frames_of(topic, before)
    asking.unvote(question, topic, by=by)
    return frames


def test_a_vote_brings_one_number_however_many_questions_there_are(asked, topic, other, member):
    found = []
    for more in (0, 29, 30):
        add_questions(asked.session, member, more)
        (frame,) = voted(asked, topic, other)
        found.append({key: value for key, value in frame.items() if key != "seq"})

    assert Question.objects.count() == 60
    assert found[0] == found[1] == found[2]
    # Nothing in it says who voted.
    assert found[0] == {
        "type": "event", "kind": "voted", "post": None,
        "question": asked.pk, "votes": 1, "words": "1 vote",
    }  # fmt: skip


def test_votes_that_somebody_missed_each_say_the_number_of_now_in_as_many_queries(
    asked, topic, other, member
):
    before = seq_of(topic)
    asking.vote(asked, topic, by=other)
    with CaptureQueriesContext(connection) as one:
        frames_of(topic, before)
    asking.vote(asked, topic, by=member)
    second = asking.ask(topic, by=member, text="And then?")
    between = seq_of(topic)
    asking.vote(second, topic, by=other)
    asking.unvote(asked, topic, by=other)

    with CaptureQueriesContext(connection) as many:
        frames = frames_of(topic, between)

    assert [(each["question"], each["votes"]) for each in frames] == [(second.pk, 1), (asked.pk, 1)]
    assert len(one) == len(many)
    asking.withdraw(second, topic, by=member)
    withdrawn, *_rest = frames_of(topic, between)
    assert withdrawn["kind"] == "voted"
    assert "question" not in withdrawn


def test_only_a_vote_that_lets_a_question_into_a_full_panel_brings_the_panel(
    asked, topic, other, member
):
    add_questions(asked.session, member, 59)
    last = Question.objects.order_by("pk").last()
    before = seq_of(topic)

    asking.vote(last, topic, by=other)
    asking.vote(last, topic, by=member)
    asking.unvote(last, topic, by=member)
    asking.unvote(last, topic, by=other)

    frames = frames_of(topic, before)
    assert [each["kind"] for each in frames] == ["session", "voted", "voted", "session"]
    assert f'data-question="{last.pk}"' not in frames[-1]["panel"]


# --- Once it is over -----------------------------------------------------------------------------


def panel_in(page):
    return re.search(r"<details class=\"session__panel\"[^>]*>", page)[0]


def test_a_panel_is_open_while_it_is_live_and_folded_once_it_is_over(
    asked, topic, host, member, other, signed_in
):
    asking.answered(asked, topic, by=host)
    add_questions(asked.session, member, 60)
    assert panel_in(page_of(signed_in(other), topic)).endswith(" open>")
    before = seq_of(topic)

    hosting.end(topic, by=host)

    page = page_of(signed_in(other), topic)
    (frame,) = frames_of(topic, before)
    for found in (page, frame["panel"]):
        assert " open" not in panel_in(found)
        summary = text_of_html(re.search(r"<summary class=.*?</summary>", found, re.DOTALL)[0])
        assert re.fullmatch(r"Open hallway It was on .+, \d{4}: 61 questions, 1 answered", summary)


# --- Pins -----------------------------------------------------------------------------------------


def test_a_post_is_pinned_and_vanishes_from_the_panel_when_it_is_removed(
    topic, live, host, member, signed_in
):
    post = topic.posts.order_by("pk").last()
    url = address(topic, f"posts/{post.pk}/pin/")
    for _ in range(2):
        signed_in(host).post(url, {"pinned": "yes"})
    assert Pin.objects.count() == 1
    panel = page_of(signed_in(member), topic).split('id="session-pins"')[1]
    assert panel.index("Marmalade reply") < panel.index('id="session-questions"')

    posting.remove(post, by=host)

    assert 'id="session-pins"' not in page_of(signed_in(member), topic)


def test_five_posts_are_pinned_at_most_and_one_can_be_taken_off(topic, live, host):
    posts = [posting.reply(topic, by=host, content=f"Post {n}") for n in range(6)]
    for post in posts[:5]:
        hosting.pin(post, by=host)
    with pytest.raises(posting.Refused, match="5 posts are pinned"):
        hosting.pin(posts[5], by=host)

    hosting.unpin(posts[0], by=host)
    hosting.pin(posts[5], by=host)

    assert Pin.objects.count() == 5


# --- Slow mode ------------------------------------------------------------------------------------


def test_in_slow_mode_a_member_waits_and_a_facilitator_does_not(
    topic, live, host, member, signed_in
):
    signed_in(host).post(address(topic, "session/host/"), {"act": "slow", "seconds": "60"})
    client = signed_in(member)
    assert "Slow mode: each of you can reply once in a minute." in page_of(client, topic)
    assert client.post(address(topic, "reply/"), {"content": "First"}).status_code == 302

    refused = client.post(address(topic, "reply/"), {"content": "Second, too soon"})

    assert refused.status_code == 422
    assert re.search(r"You can post again in \d+ seconds?\.", text_of(refused))
    assert "Second, too soon" in refused.content.decode()
    for words in ("A host", "A host again"):
        posting.reply(topic, by=host, content=words)
    with time_machine.travel(timezone.now() + timedelta(seconds=61), tick=False):
        posting.reply(topic, by=member, content="Second, in time")
    hosting.slow_down(topic, by=host, seconds=0)
    posting.reply(topic, by=member, content="Third, as it likes")


def test_slow_mode_ends_with_its_session(topic, live, host, member):
    hosting.slow_down(topic, by=host, seconds=300)
    posting.reply(topic, by=member, content="First")
    with pytest.raises(posting.Refused, match="5 minutes"):
        posting.reply(topic, by=member, content="Second")

    nearly = time_machine.travel(timezone.now() + timedelta(seconds=290), tick=False)
    with nearly, pytest.raises(posting.Refused, match=r"\d seconds"):
        posting.reply(topic, by=member, content="Second")
    hosting.end(topic, by=host)

    posting.reply(topic, by=member, content="Second")


def test_slow_mode_costs_a_reply_one_query(topic, live, host, member, signed_in):
    client = signed_in(member)
    client.get(address(topic))
    with CaptureQueriesContext(connection) as fast:
        client.post(address(topic, "reply/"), {"content": "One"})
    hosting.slow_down(topic, by=host, seconds=30)
    later = time_machine.travel(timezone.now() + timedelta(minutes=1), tick=False)
    with later, CaptureQueriesContext(connection) as slow:
        client.post(address(topic, "reply/"), {"content": "Two"})

    assert Post.objects.filter(poster=member).count() == 2
    assert len(slow) == len(fast) + 1


# --- Elsewhere and afterwards ---------------------------------------------------------------------


def test_a_merged_thread_takes_its_session_along_and_gets_it_back(
    asked, topic, live, host, member, make_thread, signed_in
):
    target = make_thread(topic.forum.space, host, "Target", subject="Target")

    act = joining.merge(topic, target, by=host)

    live.refresh_from_db()
    assert not live.is_live
    assert "How do you begin?" in page_of(signed_in(member), target)
    assert Thread.objects.get(pk=topic.pk).live_until is None
    assert signed_in(member).get(address(topic, "sessions/")).status_code == 404
    undoing.undo(act, by=host)
    assert "How do you begin?" in page_of(signed_in(member), topic)
    assert "How do you begin?" not in page_of(signed_in(member), target)


def test_whoever_is_in_a_thread_sees_what_was_hosted_in_the_one_that_is_merged_into_it(
    asked, topic, host, make_thread
):
    first, second = (make_thread(topic.forum.space, host, "T", subject=s) for s in ("One", "Two"))
    before = seq_of(first)

    joining.merge(topic, first, by=host)

    *_others, last = frames_of(first, before)
    assert last["kind"] == "session"
    assert "How do you begin?" in last["panel"]
    hosting.start(second, by=host)
    before = seq_of(second)
    joining.merge(first, second, by=host)
    assert "session" not in [frame["kind"] for frame in frames_of(second, before)]


def test_whoever_is_in_a_thread_sees_what_was_hosted_leave_it_when_the_merge_is_taken_back(
    asked, topic, host, member, make_thread, signed_in
):
    target = make_thread(topic.forum.space, host, "Target", subject="Target")
    act = joining.merge(topic, target, by=host)
    before = {each: seq_of(each) for each in (topic, target)}

    undoing.undo(act, by=host)

    *_others, gone = frames_of(target, before[target])
    assert gone["kind"] == "session"
    assert gone["panel"].strip() == '<div data-panel data-state="none"></div>'
    assert gone["panel"].strip() in page_of(signed_in(member), target)
    *_others, back = frames_of(topic, before[topic])
    assert back["kind"] == "session"
    assert "How do you begin?" in back["panel"]
    assert 'data-state="over"' in back["panel"]


def test_what_was_hosted_in_another_merged_thread_stands_on_top_once_the_first_has_gone(
    asked, topic, host, member, make_thread, signed_in
):
    target, second = (
        make_thread(topic.forum.space, host, "T", subject=s) for s in ("Target", "Second")
    )
    hosting.start(second, by=host, minutes=30)
    asking.ask(second, by=member, text="And the second?")
    act = joining.merge(topic, target, by=host)
    joining.merge(second, target, by=host)
    before = seq_of(target)
    assert "And the second?" not in page_of(signed_in(member), target)

    undoing.undo(act, by=host)

    *_others, last = frames_of(target, before)
    for shown in (last["panel"], page_of(signed_in(member), target)):
        assert "And the second?" in shown
        assert "How do you begin?" not in shown


def test_taking_back_a_merge_in_which_nothing_was_hosted_tells_of_no_session(
    topic, host, make_thread
):
    target = make_thread(topic.forum.space, host, "Target", subject="Target")
    act = joining.merge(topic, target, by=host)
    before = seq_of(target)

    undoing.undo(act, by=host)

    assert "session" not in [frame["kind"] for frame in frames_of(target, before)]


def test_a_thread_moves_with_its_session(asked, topic, host, member, make_space, cohort, signed_in):
    elsewhere = make_space(Audience.Kind.COHORT, cohort)

    arranging.move(topic, elsewhere, by=host)

    assert "How do you begin?" in page_of(signed_in(member), topic)
    assert "Live now" in text_of(signed_in(member).get(elsewhere.get_absolute_url()))


def test_closing_a_space_ends_what_is_live_in_it(topic, live, host, member, signed_in):
    before = seq_of(topic)
    keeping.close(topic.forum.space, by=host)

    live.refresh_from_db()
    assert not live.is_live
    assert [frame["kind"] for frame in frames_of(topic, before)] == ["session"]
    assert "Live now" not in page_of(signed_in(member), topic)


def test_what_is_begun_at_the_moment_the_space_closes_ends_as_well(topic, host, member, signed_in):
    def begin(instance, **kwargs):
        if not Session.objects.exists():
            hosting.start(topic, by=host, minutes=60)

    pre_save.connect(begin, sender=Space)
    try:
        keeping.close(topic.forum.space, by=host)
    finally:
        pre_save.disconnect(begin, sender=Space)

    assert not Session.objects.get().is_live
    assert Thread.objects.get(pk=topic.pk).live_until is None
    for place in (address(topic), topic.forum.space.get_absolute_url()):
        assert "Live now" not in text_of(signed_in(member).get(place))


def test_whoever_may_not_close_a_space_ends_nothing_in_it(topic, live, member):
    with pytest.raises(posting.Refused):
        keeping.close(topic.forum.space, by=member)

    assert Session.objects.get().is_live


def test_a_copy_says_what_was_asked_and_said_and_who_may_read_it(
    asked, topic, live, host, member, other, signed_in
):
    asking.vote(asked, topic, by=other)
    answer = posting.reply(topic, by=host, content="By *listening*.\n\n# No heading")
    asking.answered(asked, topic, by=host, post=answer)
    hosting.pin(answer, by=host)
    gone = posting.reply(topic, by=member, content="Taken back")
    posting.remove(gone, by=member)

    found = signed_in(host).get(address(topic, f"sessions/{live.pk}/copy/"))

    assert found.headers["Content-Type"] == "text/markdown; charset=utf-8"
    assert found.headers["Content-Disposition"].startswith("attachment;")
    text = found.content.decode()
    sentence = topic.forum.space.readers_sentence(access.epoch_of(host))
    for words in (
        "# Wobblegong", sentence, "- How do you begin?\n  (Maya Member, 1 vote, Answered)",
        "> By *listening*.", "> # No heading", "## Pinned", "Hosted by Jo Harlow",
    ):  # fmt: skip
        assert words in text
    assert "Taken back" not in text
    assert "Marmalade reply" not in text


def test_a_steward_under_the_glass_reads_the_panel_and_does_nothing(
    asked, topic, live, make_person, signed_in
):
    steward = make_person(Role.Kind.STEWARD)
    breaking.break_glass(topic.forum.space, by=steward, reason="A reason", told="Words")
    client = signed_in(steward)

    assert "How do you begin?" in page_of(client, topic)
    assert "data-ask" not in page_of(client, topic).replace("data-ask-", "")
    for tail in (
        "session/ask/", "session/host/", "sessions/", f"sessions/{live.pk}/",
        f"questions/{asked.pk}/", f"sessions/{live.pk}/copy/",
    ):  # fmt: skip
        for verb in ("get", "post"):
            answer = getattr(client, verb)(address(topic, tail), {"act": "vote", "text": "I?"})
            assert answer.status_code in (404, 405)
            assert answer.status_code == 404 or verb == "post"
    assert Question.objects.count() == 1


def test_a_director_finds_no_door_of_a_session(asked, topic, live, make_person, signed_in):
    client = signed_in(make_person(Role.Kind.DIRECTOR))

    for tail in ("", "sessions/", f"questions/{asked.pk}/", "session/ask/", "session/host/"):
        assert client.get(address(topic, tail)).status_code == 404


def test_an_event_of_a_session_carries_the_panel_once_whoever_reads(asked, topic, host, member):
    before = seq_of(topic)
    asking.answer_now(asked, topic, by=host)
    asking.reopen(asked, topic, by=host)

    first, last = frames_of(topic, before)

    assert "panel" not in first
    assert "How do you begin?" in text_of_html(last["panel"])
    assert "Answering now" not in text_of_html(last["panel"])
    with CaptureQueriesContext(connection) as one:
        frames_of(topic, before)
    Question.objects.bulk_create(
        [Question(session=asked.session, by=member, text=f"{n}?") for n in range(20)]
    )
    with CaptureQueriesContext(connection) as many:
        frames_of(topic, before)
    assert len(one) == len(many)


def test_a_frame_of_a_session_that_is_gone_carries_no_more_than_the_page_shows(topic, live):
    Session.objects.all().delete()
    Event.objects.create(thread_id=topic.pk, seq=seq_of(topic) + 1, kind=Event.Kind.SESSION)

    *_before, last = frames_of(topic, 0)

    assert last["kind"] == "session"
    assert last["panel"].strip() == '<div data-panel data-state="none"></div>'


def test_a_question_of_another_thread_is_missing_here(asked, host, make_thread, signed_in, topic):
    elsewhere = make_thread(topic.forum.space, host, "Elsewhere")

    for person in (host, asked.by):
        answer = signed_in(person).get(address(elsewhere, f"questions/{asked.pk}/"))
        assert answer.status_code == 404
    assert threads.thread_for(host, elsewhere.pk).pk != Topic.objects.get(pk=topic.pk).pk
