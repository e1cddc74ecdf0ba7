"""Polls: who may, what a vote is, that it is one, and that it is secret."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from community import access, roster
from community.models import Audience, Person, Role
from forum import posting, threads
from forum.live.models import Event
from forum.moderation.models import Act
from forum.polls import polling
from forum.polls.forms import PollForm
from forum.polls.models import Ballot, Option, Poll, Vote
from forum.polls.results import shown_poll
from forum.threads import Topic

WORDS = {"question": "Which day?", "options": ["Monday", "Friday", "Never"]}
FORM = {"question": "Which day?", "options": "Monday\nFriday\nNever", "choices": "1"}


@pytest.fixture
def room(make_space, make_participant, make_facilitator, cohort):
    """`(space, author, other, facilitator)` of one cohort."""
    return (
        make_space(Audience.Kind.COHORT, cohort),
        make_participant(cohort),
        make_participant(cohort),
        make_facilitator(cohort),
    )


@pytest.fixture
def make_poll(room, make_thread):
    """A poll in a thread of its author's."""

    def make(**words):
        topic = make_thread(room[0], room[1], "One", "Two")
        return polling.add(topic, by=room[1], **{**WORDS, **words})

    return make


def keys(poll):
    return list(poll.options.order_by("pk").values_list("pk", flat=True))


def chosen_by(person):
    return sorted(Vote.objects.filter(voter=person).values_list("poll_option__text", flat=True))


def seen_by(person, poll):
    """What a person sees, read as a new request would."""
    person = Person.objects.get(pk=person.pk)
    return shown_poll(threads.thread_for(person, poll.topic_id), person)


# --- Opening one --------------------------------------------------------------------------------


def test_a_thread_starts_with_a_poll(room, signed_in):
    space, author, *_ = room
    client = signed_in(author)
    words = {"subject": "Days", "content": "When?"}

    form = client.get(f"/spaces/{space.pk}/start/")
    answer = client.post(
        f"/spaces/{space.pk}/start/",
        {**words, "poll-days": "3", **{f"poll-{name}": value for name, value in FORM.items()}},
        follow=True,
    )

    assert 'name="poll-question"' in form.content.decode()
    assert "Which day?" in answer.content.decode()
    poll = Poll.objects.get()
    assert [option.text for option in poll.options.order_by("pk")] == WORDS["options"]
    ends_in = Ballot.objects.get(poll=poll).closes_at - timezone.now()
    assert timedelta(days=2, hours=23) < ends_in <= timedelta(days=3)


def test_a_thread_starts_without_a_poll_where_none_was_written(room, signed_in):
    space, author, *_ = room

    signed_in(author).post(
        f"/spaces/{space.pk}/start/",
        {"subject": "Days", "content": "When?", "poll-choices": "1", "poll-may_change": "on"},
    )

    assert Topic.objects.count() == 1
    assert Poll.objects.count() == 0


def test_the_same_form_sent_twice_is_one_thread_with_one_poll(room, signed_in):
    space, author, *_ = room
    data = {"subject": "Days", "content": "When?", "key": "2f0f8d0e-6a0e-4d25-8a39-6a0f5c1d2e3b"}
    data |= {f"poll-{name}": value for name, value in FORM.items()}

    for _time in range(2):
        assert signed_in(author).post(f"/spaces/{space.pk}/start/", data).status_code == 302

    assert (Topic.objects.count(), Poll.objects.count()) == (1, 1)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"question": ""}, "Write the question"),
        ({"question": "x" * 161}, "at most 160"),
        ({"question": "Null \x00"}, "Null characters"),
        ({"options": ""}, "Write the answers"),
        ({"options": "Kept alone"}, "There is 1 now"),
        ({"options": "\n".join(f"Answer {n}" for n in range(11))}, "There are 11 now"),
        ({"options": "Same\n  sAME "}, "stands there twice"),
        ({"options": "Same\nSa\u200bme"}, "stands there twice"),
        ({"options": "One\n\u200b\n   \n"}, "There is 1 now"),
        ({"options": "Short\n" + "x" * 101}, "Answer 2 is longer"),
        ({"options": "x" * 50_000}, "This is too long"),
        ({"choices": "0"}, "from 1 to 10"),
        ({"choices": "9" * 5_000}, "from 1 to 10"),
        ({"choices": "4"}, "only 3 answers"),
        ({"choices": ""}, "how many answers"),
        ({"days": "366"}, "from 1 to 365"),
        ({"days": "soon"}, "from 1 to 365"),
    ],
)
def test_what_is_refused_comes_back_with_its_words(room, make_thread, signed_in, wrong, said):
    space, author, *_ = room
    client, topic = signed_in(author), make_thread(space, author)
    data = {**FORM, **wrong}

    alone = client.post(f"/threads/{topic.pk}/poll/add/", data)
    within = client.post(
        f"/spaces/{space.pk}/start/",
        {"subject": "Kept", "content": "Kept", **{f"poll-{n}": v for n, v in data.items()}},
    )
    by_script = client.post(
        f"/spaces/{space.pk}/start/",
        {"subject": "Kept", "content": "Kept", **{f"poll-{n}": v for n, v in data.items()}},
        headers={"accept": "application/json"},
    )

    for answer in (alone, within):
        assert answer.status_code == 422
        assert said in answer.content.decode()
    assert by_script.status_code == 422
    assert all(name.startswith("poll-") for name in by_script.json()["errors"])
    assert (Topic.objects.count(), Poll.objects.count()) == (1, 0)


def test_an_empty_form_for_a_poll_of_its_own_is_refused(room, make_thread, signed_in):
    space, author, *_ = room
    topic = make_thread(space, author)

    assert signed_in(author).post(f"/threads/{topic.pk}/poll/add/").status_code == 422


def test_answers_are_trimmed_and_keep_their_order():
    form = PollForm({**FORM, "options": " Two  words \r\n\r\n<b>Bold</b>\n"})

    assert form.is_valid()
    assert form.cleaned_data["options"] == ["Two words", "<b>Bold</b>"]


def test_only_whoever_started_the_thread_adds_a_poll_and_only_one(room, make_thread, signed_in):
    space, author, other, facilitator = room
    topic = make_thread(space, author)
    address = f"/threads/{topic.pk}/poll/add/"

    for person in (other, facilitator):
        assert signed_in(person).get(address).status_code == 404
        assert signed_in(person).post(address, FORM).status_code == 404
        with pytest.raises(posting.Refused):
            polling.add(topic, by=person, **WORDS)
    assert signed_in(author).post(address, FORM).headers["Location"] == f"/threads/{topic.pk}/#poll"
    again = signed_in(author).post(address, FORM)

    assert again.status_code == 422
    assert "has a poll already" in again.content.decode()
    assert Poll.objects.count() == 1
    assert Event.objects.filter(thread_id=topic.pk).last().kind == "changed"


def test_a_poll_is_reworded_until_the_first_vote(make_poll, room, signed_in):
    _space, author, other, facilitator = room
    poll = make_poll(days=5)
    address = f"/threads/{poll.topic_id}/poll/change/"
    new = {**FORM, "question": "Which evening?", "options": "Monday\nTuesday", "days": "5"}
    ends = Ballot.objects.get().closes_at

    assert signed_in(other).get(address).status_code == 404
    assert signed_in(facilitator).post(address, new).status_code == 404
    assert "Friday" in signed_in(author).get(address).content.decode()
    assert signed_in(author).post(address, new).status_code == 302
    assert Ballot.objects.get().closes_at == ends
    polling.vote(poll, by=other, options=keys(poll)[:1])
    refused = signed_in(author).post(address, {**new, "question": "Which month?"})

    assert refused.status_code == 422
    assert "Somebody has voted already" in refused.content.decode()
    assert "Which month?" in refused.content.decode()
    poll.refresh_from_db()
    assert poll.question == "Which evening?"
    assert chosen_by(other) == ["Monday"]


# --- Voting -------------------------------------------------------------------------------------


def test_a_vote_is_counted_shown_and_can_be_changed(make_poll, room, signed_in):
    _space, _author, other, _facilitator = room
    poll, client = make_poll(), signed_in(room[2])
    monday, friday, _never = keys(poll)
    thread = f"/threads/{poll.topic_id}/"

    before = client.get(thread).content.decode()
    voted = client.post(f"{thread}poll/vote/", {"option": monday}, follow=True)
    after = voted.content.decode()
    again = client.get(f"{thread}poll/vote/").content.decode()
    client.post(f"{thread}poll/vote/", {"option": friday})

    assert "poll__bar" not in before
    assert "Nobody has voted yet." in before
    assert voted.redirect_chain[-1][0] == f"{thread}#poll"
    assert "Your vote is counted." in after
    assert "1 vote" in after
    assert "Your vote" in after
    assert f'value="{monday}" checked' in again
    assert chosen_by(other) == ["Friday"]


def test_counts_are_for_those_who_voted_and_for_all_at_the_end(make_poll, room):
    _space, author, other, facilitator = room
    poll = make_poll()
    polling.vote(poll, by=other, options=keys(poll)[:1])

    for person in (author, facilitator):
        seen = seen_by(person, poll)
        assert not seen.counted
        assert {option.votes for option in seen.options} == {None}
        assert {option.percent for option in seen.options} == {None}
    assert [option.votes for option in seen_by(other, poll).options] == [1, 0, 0]
    polling.close(poll, by=author)

    assert [option.votes for option in seen_by(facilitator, poll).options] == [1, 0, 0]
    assert not any(option.mine for option in seen_by(facilitator, poll).options)


def test_nobody_sees_who_chose_what(make_poll, room, signed_in):
    space, author, other, facilitator = room
    poll = make_poll()
    polling.vote(poll, by=other, options=keys(poll)[:1])
    polling.close(poll, by=facilitator)
    # Only the voter's posts carry their name, and they have written nothing here.
    for person in (author, facilitator):
        for page in (f"/threads/{poll.topic_id}/", f"/threads/{poll.topic_id}/poll/"):
            text = signed_in(person).get(page).content.decode()
            assert "1 vote" in text
            assert other.name not in text
    assert not Event.objects.filter(thread_id=poll.topic_id).exclude(kind__in=("posted", "changed"))
    assert Act.objects.filter(space=space).count() == 1


def test_several_answers_up_to_the_number_allowed(make_poll, room):
    _space, _author, other, _facilitator = room
    poll = make_poll(choices=2)

    polling.vote(poll, by=other, options=keys(poll)[:2])
    with pytest.raises(posting.Refused, match="2 answers at most"):
        polling.vote(poll, by=other, options=keys(poll))

    seen = seen_by(other, poll)
    assert chosen_by(other) == ["Friday", "Monday"]
    assert (seen.voters, [option.percent for option in seen.options]) == (1, [100, 100, 0])


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ([], "Choose an answer first."),
        (["987654"], "Choose from the answers of this poll."),
        (["9" * 5_000], "Choose from the answers"),
        (["-1"], "Choose from the answers"),
        (["½", "²"], "Choose from the answers"),
        (["1 OR 1=1", "\x00"], "Choose from the answers"),
        (["elsewhere"], "Choose from the answers"),
        (["every"], "Choose one answer only."),
    ],
)
def test_a_hostile_vote_is_a_plain_sentence_and_the_page_is_kept(
    make_poll, room, signed_in, sent, said
):
    poll, elsewhere = make_poll(), make_poll()
    if sent == ["elsewhere"]:
        sent = [keys(elsewhere)[0], keys(poll)[0]]
    elif sent == ["every"]:
        sent = keys(poll)

    answer = signed_in(room[2]).post(f"/threads/{poll.topic_id}/poll/vote/", {"option": sent})

    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert "Monday" in answer.content.decode()
    assert Vote.objects.count() == 0


def test_a_vote_that_cannot_be_changed_stays(make_poll, room, signed_in):
    _space, _author, other, _facilitator = room
    poll = make_poll(may_change=False)
    monday, friday, _never = keys(poll)
    address = f"/threads/{poll.topic_id}/poll/vote/"

    first = signed_in(other).post(address, {"option": monday})
    doubled = signed_in(other).post(address, {"option": monday})
    changed = signed_in(other).post(address, {"option": friday})
    withdrawn = signed_in(other).post(f"/threads/{poll.topic_id}/poll/withdraw/")

    assert (first.status_code, doubled.status_code) == (302, 302)
    assert (changed.status_code, withdrawn.status_code) == (422, 409)
    assert "cannot be changed" in changed.content.decode()
    assert "cannot be changed" in withdrawn.content.decode()
    assert chosen_by(other) == ["Monday"]


def test_a_vote_is_taken_back_and_the_counts_are_hidden_again(make_poll, room, signed_in):
    _space, author, other, _facilitator = room
    poll, client = make_poll(), signed_in(room[2])
    address = f"/threads/{poll.topic_id}/poll/withdraw/"
    for person in (author, other):
        polling.vote(poll, by=person, options=keys(poll)[:1])

    asked = client.get(address).content.decode()
    taken = client.post(address, follow=True).content.decode()

    assert "Keep my vote" in asked
    assert "Your vote is taken back." in taken
    assert chosen_by(other) == []
    assert chosen_by(author) == ["Monday"]
    assert not seen_by(other, poll).counted
    assert client.post(address).status_code == 302
    assert "no vote of yours" in client.get(address).content.decode()


def test_nobody_votes_in_a_locked_thread(make_poll, room, signed_in):
    _space, _author, other, facilitator = room
    poll = make_poll()
    posting.lock(poll.topic, by=facilitator)

    for person in (other, facilitator):
        answer = signed_in(person).post(
            f"/threads/{poll.topic_id}/poll/vote/", {"option": keys(poll)[0]}
        )
        assert answer.status_code == 422
        alert = answer.content.decode().split('role="alert"')[1].split("</p>")[0]
        assert "This thread is locked" in alert
    page = signed_in(other).get(f"/threads/{poll.topic_id}/").content.decode()
    assert 'name="option"' not in page
    assert Vote.objects.count() == 0


@pytest.mark.parametrize("ends", ["closed", "locked", "for good"])
def test_a_vote_that_was_refused_is_not_shown_as_ones_vote(ends, make_poll, room, signed_in):
    _space, author, other, facilitator = room
    poll = make_poll(may_change=ends != "for good")
    monday, friday, _never = keys(poll)
    polling.vote(poll, by=other, options=[monday])
    if ends == "closed":
        polling.close(poll, by=author)
    elif ends == "locked":
        posting.lock(poll.topic, by=facilitator)

    answer = signed_in(other).post(f"/threads/{poll.topic_id}/poll/vote/", {"option": friday})

    assert answer.status_code == 422
    mine = answer.content.decode().split("poll__result--mine")
    assert len(mine) == 2
    assert "Monday" in mine[1].split("</li>")[0]


def test_whoever_comes_too_late_has_no_vote_in_a_closed_poll(make_poll, room, signed_in):
    _space, author, other, _facilitator = room
    poll = make_poll()
    polling.close(poll, by=author)

    answer = signed_in(other).post(
        f"/threads/{poll.topic_id}/poll/vote/", {"option": keys(poll)[0]}
    )

    assert answer.status_code == 422
    assert "This poll is closed." in answer.content.decode()
    assert "poll__result--mine" not in answer.content.decode()


def test_a_choice_that_was_refused_stays_in_the_form(make_poll, room, signed_in):
    _space, _author, other, _facilitator = room
    poll = make_poll()
    monday, friday, _never = keys(poll)

    refused = signed_in(other).post(
        f"/threads/{poll.topic_id}/poll/vote/", {"option": [monday, friday]}
    )

    assert refused.status_code == 422
    page = refused.content.decode()
    for key in (monday, friday):
        assert f'name="option" value="{key}" checked' in page


def test_a_poll_closes_by_the_clock(make_poll, room, signed_in):
    _space, author, other, _facilitator = room
    poll = make_poll(days=2)
    polling.vote(poll, by=author, options=keys(poll)[:1])

    with time_machine.travel(timezone.now() + timedelta(days=2, seconds=1)):
        late = signed_in(other).post(
            f"/threads/{poll.topic_id}/poll/vote/", {"option": keys(poll)[0]}
        )
        page = late.content.decode()

    assert late.status_code == 422
    assert "This poll is closed." in page
    assert "1 vote" in page
    assert Vote.objects.count() == 1


def test_the_starter_or_a_moderator_closes_it_early(make_poll, room, signed_in):
    _space, author, other, facilitator = room
    mine, moderated = make_poll(), make_poll()
    address = "/threads/{}/poll/close/"

    assert signed_in(other).get(address.format(mine.topic_id)).status_code == 404
    assert signed_in(other).post(address.format(mine.topic_id)).status_code == 404
    with pytest.raises(posting.Refused):
        polling.close(mine, by=other)
    assert "Keep it open" in signed_in(author).get(address.format(mine.topic_id)).content.decode()
    assert not Ballot.objects.get(poll=mine).closed
    closed = signed_in(author).post(address.format(mine.topic_id), follow=True)
    signed_in(facilitator).post(address.format(moderated.topic_id))

    assert "The poll is closed." in closed.content.decode()
    assert f"Closed by {author.name}" in closed.content.decode()
    first = Ballot.objects.get(poll=mine).closes_at
    polling.close(mine, by=facilitator)
    assert Ballot.objects.get(poll=mine).closes_at == first
    assert "closed already" in signed_in(author).get(address.format(mine.topic_id)).content.decode()
    # What somebody does with their own poll is nobody's act of moderation.
    act = Act.objects.get()
    assert (act.verb, act.by, act.concerns) == ("closed-poll", facilitator, author)


def test_a_refused_verb_leaves_nothing_behind(make_poll, room, make_person, cohort):
    _space, author, other, _facilitator = room
    poll, director = make_poll(), make_person(Role.Kind.DIRECTOR)
    polling.vote(poll, by=other, options=keys(poll)[:1])
    roster.leave(other, cohort, by=None)

    for attempt in (
        lambda: polling.vote(poll, by=director, options=keys(poll)[:1]),
        lambda: polling.vote(poll, by=other, options=keys(poll)[1:2]),
        lambda: polling.withdraw(poll, by=other),
        lambda: polling.close(poll, by=director),
        lambda: polling.change(poll, by=other, **WORDS),
    ):
        with pytest.raises(posting.Refused):
            attempt()

    # A vote that was given while they belonged stays counted.
    assert chosen_by(other) == ["Monday"]
    assert Vote.objects.count() == 1
    assert not Ballot.objects.get().closed
    polling.close(poll, by=author)


def test_a_poll_goes_with_its_thread(make_poll, room, signed_in):
    _space, author, _other, facilitator = room
    poll = make_poll()
    posting.remove(poll.topic.first_post, by=facilitator)

    assert signed_in(author).get(f"/threads/{poll.topic_id}/poll/").status_code == 404
    with pytest.raises(posting.Refused):
        polling.vote(poll, by=author, options=keys(poll)[:1])
    with pytest.raises(posting.Refused):
        polling.close(poll, by=author)


def test_a_thread_without_a_poll_has_no_poll_pages(room, make_thread, signed_in):
    space, author, *_ = room
    topic = make_thread(space, author)
    client = signed_in(author)

    for page in ("", "vote/", "withdraw/", "close/", "change/"):
        assert client.get(f"/threads/{topic.pk}/poll/{page}").status_code == 404
    assert f"/threads/{topic.pk}/poll/add/" in client.get(f"/threads/{topic.pk}/").content.decode()


def test_what_people_wrote_is_text(make_poll, room, signed_in):
    poll = make_poll(question="<script>1</script>", options=["<img src=x>", "\u202eevil"])

    page = signed_in(room[2]).get(f"/threads/{poll.topic_id}/").content.decode()

    assert "<script>1" not in page
    assert "<img src=x>" not in page
    assert "<bdi>\u202eevil</bdi>" in page


def test_the_poll_stands_under_the_opening_post_and_later_pages_lead_to_it(
    make_poll, room, signed_in
):
    poll = make_poll()
    for number in range(threads.POSTS_ON_A_PAGE):
        posting.reply(poll.topic, by=room[1], content=f"Reply {number}")
    client = signed_in(room[2])

    first = client.get(f"/threads/{poll.topic_id}/").content.decode()
    second = client.get(f"/threads/{poll.topic_id}/?page=2").content.decode()

    posts = first.split("<article")
    assert 'id="poll"' in posts[1]
    assert 'id="poll"' not in second
    assert f"/threads/{poll.topic_id}/poll/" in second
    assert "Which day?" in client.get(f"/threads/{poll.topic_id}/poll/").content.decode()


# --- At once, and many ----------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_votes_at_once_are_one_vote_for_each_person(make_poll, room, make_participant, cohort):
    _space, author, other, facilitator = room
    poll = make_poll()
    options = keys(poll)
    people = [author, other, facilitator, make_participant(cohort)]

    def say(number):
        try:
            polling.vote(
                poll,
                by=Person.objects.get(pk=people[number % 4].pk),
                options=[options[number % 3]],
            )
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(say, range(32)))

    assert Vote.objects.count() == 4
    assert {len(chosen_by(person)) for person in people} == {1}
    assert sum(option.votes for option in seen_by(author, poll).options) == 4


@pytest.mark.django_db(transaction=True)
def test_a_final_vote_sent_twice_at_once_is_final_once(make_poll, room):
    _space, _author, other, _facilitator = room
    poll = make_poll(may_change=False)
    options = keys(poll)

    def say(number):
        try:
            polling.vote(poll, by=Person.objects.get(pk=other.pk), options=[options[number % 3]])
        except posting.Refused:
            return "refused"
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(say, range(24)))

    assert Vote.objects.count() == 1
    assert answers.count(None) == 8  # the same choice again changes nothing
    assert answers.count("refused") == 16


@pytest.mark.django_db(transaction=True)
def test_polls_added_at_once_are_one_poll(room, make_thread):
    space, author, *_ = room
    topic = make_thread(space, author)

    def say(_number):
        try:
            person = Person.objects.get(pk=author.pk)
            polling.add(threads.thread_for(person, topic.pk), by=person, **WORDS)
        except posting.Refused:
            return "refused"
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(say, range(4)))

    assert (Poll.objects.count(), Ballot.objects.count(), Option.objects.count()) == (1, 1, 3)
    assert answers.count("refused") == 3


def cost(person, poll):
    person = Person.objects.get(pk=person.pk)
    topic = threads.thread_for(person, poll.topic_id)
    with CaptureQueriesContext(connection) as captured:
        shown_poll(topic, person)
    return len(captured)


def vote_cost(person, poll, option):
    with CaptureQueriesContext(connection) as captured:
        polling.vote(poll, by=person, options=[option])
    return len(captured)


def test_a_poll_costs_one_query_with_five_votes_or_five_thousand(make_poll, room):
    _space, author, other, _facilitator = room
    few = make_poll()
    many = make_poll(options=[f"Answer {number}" for number in range(10)])
    crowd = Person.objects.bulk_create(
        Person(email=f"crowd{number}@example.org", name=f"Crowd {number}")
        for number in range(5_000)
    )
    options = keys(many)
    Vote.objects.bulk_create(
        Vote(poll_option_id=options[number % 10], voter=person)
        for number, person in enumerate(crowd)
    )
    Vote.objects.bulk_create(
        Vote(poll_option_id=keys(few)[0], voter=person) for person in crowd[:5]
    )

    assert cost(author, few) == cost(author, many) == 1
    access.standing_of(Person.objects.get(pk=other.pk))  # found once, until somebody's changes
    assert vote_cost(other, few, keys(few)[0]) == vote_cost(other, many, options[0])
    assert seen_by(other, many).voters == 5_001
    assert [option.votes for option in seen_by(other, many).options] == [501] + [500] * 9


def test_a_thread_without_a_poll_pays_nothing_for_it(room, make_thread):
    space, author, *_ = room
    topic = make_thread(space, author)
    person = Person.objects.get(pk=author.pk)
    topic = threads.thread_for(person, topic.pk)

    with CaptureQueriesContext(connection) as captured:
        assert shown_poll(topic, person) is None

    assert len(captured) == 0
