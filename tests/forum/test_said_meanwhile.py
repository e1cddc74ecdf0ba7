"""What was said, asked or decided between a look and an act: behind the wall it stays there."""

import uuid

import pytest

from community.models import Audience, Role
from forum import posting, threads
from forum.moderation import approval, arranging, joining, queue, reports
from forum.moderation.models import Hold
from forum.polls import polling
from forum.polls.models import Poll
from forum.spaces import keeping
from forum.spaces.models import Space
from forum.threads import Topic

CANARY = "Wobblegong"


def fresh(topic):
    return Topic.objects.select_related("forum__space__audience__cohort").get(pk=topic.pk)


@pytest.fixture
def square(make_space):
    return make_space(Audience.Kind.MEMBERS, name="Town square")


@pytest.fixture
def den(make_space, cohort):
    return make_space(Audience.Kind.COHORT, cohort, name="Den")


@pytest.fixture
def facilitator(make_facilitator, cohort):
    return make_facilitator(cohort)


@pytest.fixture
def of_another_cohort(make_facilitator, other_cohort):
    return make_facilitator(other_cohort)


@pytest.fixture
def director(make_person):
    return make_person(Role.Kind.DIRECTOR)


@pytest.fixture
def author(make_participant, cohort):
    return make_participant(cohort)


@pytest.fixture
def topic(square, author, make_thread):
    return make_thread(square, author, "Said to all", "And more")


def hold_everything(space, held="everybody"):
    Space.objects.filter(pk=space.pk).update(holds=held)


# --- Taking a move back carries no word to readers it was not said to -----------------------------


def a_title(client, topic):
    address = f"/threads/{topic.pk}/posts/{topic.first_post_id}/edit/"
    return client.post(address, {"content": "Said to all", "subject": CANARY})


def a_poll(client, topic):
    told = {"question": CANARY, "options": "Yes\nNo", "choices": "1"}
    return client.post(f"/threads/{topic.pk}/poll/add/", told)


def a_report(client, topic):
    reply = topic.posts.order_by("pk").last()
    return client.post(f"/posts/{reply.pk}/report/", {"why": "other", "words": CANARY})


@pytest.mark.parametrize("say", [a_title, a_poll, a_report])
def test_a_move_is_not_taken_back_with_what_was_said_beside_the_posts(
    topic, den, author, facilitator, of_another_cohort, director, make_participant, cohort,
    signed_in, say,
):  # fmt: skip
    act = arranging.move(fresh(topic), den, by=facilitator)
    speaker = make_participant(cohort) if say is a_report else author
    assert say(signed_in(speaker), fresh(topic)).status_code == 302

    answer = signed_in(facilitator).post(f"/acts/{act.pk}/undo/", follow=True)

    assert "the thread stays" in answer.content.decode()
    assert signed_in(director).get(f"/threads/{topic.pk}/").status_code == 404
    assert CANARY not in signed_in(of_another_cohort).get("/moderation/").content.decode()


def test_a_move_with_nothing_said_since_is_taken_back(topic, den, facilitator, director, signed_in):
    act = arranging.move(fresh(topic), den, by=facilitator)

    signed_in(facilitator).post(f"/acts/{act.pk}/undo/")

    assert signed_in(director).get(f"/threads/{topic.pk}/").status_code == 200


@pytest.mark.parametrize("arrange", ["move", "merge"])
@pytest.mark.parametrize("approved", [True, False])
def test_nor_with_a_waiting_post_that_was_changed_behind_the_wall(
    topic, square, den, author, facilitator, of_another_cohort, director, make_participant,
    make_thread, cohort, signed_in, arrange, approved,
):  # fmt: skip
    walled = make_thread(den, author, "Said to a cohort")
    hold_everything(square)
    writer = make_participant(cohort)
    signed_in(writer).post(f"/threads/{topic.pk}/reply/", {"content": "Harmless"})
    held = Hold.objects.get()
    if arrange == "move":
        act = arranging.move(fresh(topic), den, by=facilitator)
    else:
        act = joining.merge(fresh(topic), fresh(walled), by=facilitator)
    changed = signed_in(writer).post(f"/posts/{held.post_id}/waiting/", {"content": CANARY})
    assert changed.status_code == 302
    if approved:
        signed_in(facilitator).post(f"/posts/{held.post_id}/approve/", {"version": "2"})

    signed_in(facilitator).post(f"/acts/{act.pk}/undo/")

    assert CANARY not in signed_in(director).get(f"/threads/{topic.pk}/").content.decode()
    assert CANARY not in signed_in(of_another_cohort).get("/moderation/").content.decode()


# --- Who decides is asked about where a thread stands now ----------------------------------------


@pytest.fixture
def held(topic, square, director):
    hold_everything(square)
    posting.reply(fresh(topic), by=director, content="From a director")
    hold_everything(square, "nobody")
    return Hold.objects.get()


@pytest.mark.parametrize(
    "decide",
    [
        lambda found, by: approval.approve(found, by=by, version=1),
        lambda found, by: approval.decline(found, by=by),
    ],
)
def test_a_facilitator_of_another_cohort_decides_nothing_in_a_thread_that_moved_away(
    topic, held, den, facilitator, of_another_cohort, decide
):
    found = queue.hold_for(of_another_cohort, held.post_id)
    arranging.move(fresh(topic), den, by=facilitator)

    with pytest.raises(posting.Refused):
        decide(found, of_another_cohort)

    held.refresh_from_db()
    assert held.outcome == ""


def test_nor_on_a_report(topic, den, facilitator, of_another_cohort):
    post = threads.standing_post(of_another_cohort, topic.posts.order_by("pk").last().pk)
    reports.report(post, by=facilitator, why="hurtful")
    arranging.move(fresh(topic), den, by=facilitator)

    with pytest.raises(posting.Refused):
        reports.decide(post, by=of_another_cohort, outcome="left")


def test_a_director_changes_no_waiting_post_in_a_thread_that_moved_behind_the_wall(
    topic, held, den, facilitator, director
):
    found = queue.hold_for(director, held.post_id)
    arranging.move(fresh(topic), den, by=facilitator)

    with pytest.raises(posting.Refused):
        approval.change(found, by=director, content="Words behind the wall")


def test_nor_adds_a_poll(square, den, facilitator, director, make_thread):
    topic = make_thread(square, director, "Mine")
    found = threads.thread_for(director, topic.pk)
    arranging.move(fresh(topic), den, by=facilitator)

    with pytest.raises(posting.Refused):
        polling.add(found, by=director, question="Which?", options=["A", "B"])


@pytest.mark.parametrize(
    "act",
    [
        lambda post, by: posting.edit(post, by=by, content="After the lock"),
        lambda post, by: posting.remove(post, by=by),
    ],
)
def test_a_lock_holds_from_the_moment_it_is_set(topic, author, facilitator, act):
    found = threads.thread_for(author, topic.pk)
    post = threads.post_for(author, found, topic.posts.order_by("pk").last().pk)
    posting.lock(fresh(topic), by=facilitator)

    with pytest.raises(posting.Refused):
        act(post, author)


def test_so_does_a_closed_space(den, author, facilitator):
    found = threads.space_for(author, den.pk)
    keeping.close(den, by=facilitator)

    with pytest.raises(posting.Refused):
        posting.start(found, by=author, subject="New", content="Words")


def test_the_key_of_a_reply_opens_no_poll_in_the_thread_that_was_replied_to(
    topic, square, facilitator, make_person, signed_in
):
    key = str(uuid.uuid4())
    client = signed_in(make_person())
    client.post(f"/threads/{topic.pk}/reply/", {"content": "Hello", "key": key})
    posting.lock(fresh(topic), by=facilitator)
    poll = {"poll-question": CANARY, "poll-options": "A\nB", "poll-choices": "1"}

    client.post(
        f"/spaces/{square.pk}/start/", {"subject": "Mine", "content": "Words", "key": key, **poll}
    )

    assert not Poll.objects.filter(topic=topic).exists()
    assert Poll.objects.get().topic.subject == "Mine"


# --- What happens behind the wall after somebody left --------------------------------------------


def test_whoever_left_hears_nothing_of_what_facilitators_do_there(
    den, author, facilitator, make_thread, make_participant, make_person, cohort, signed_in
):
    replier = make_participant(cohort)
    topic = make_thread(den, author, "Said to a cohort")
    posting.reply(fresh(topic), by=replier, content="A reply")
    posting.lock(fresh(topic), by=facilitator)
    assert "locked" in signed_in(author).get("/me/acts/").content.decode()
    for person in (author, replier):
        make_person.appoint(person, Role.Kind.DIRECTOR)

    post = fresh(topic).posts.order_by("pk").first()
    post.topic = fresh(topic)
    posting.remove(post, by=facilitator)

    for person in (author, replier):
        told = signed_in(person).get("/me/acts/").content.decode()
        assert "removed" not in told
        assert "locked" not in told


def test_the_last_word_of_a_space_is_shown_where_it_stands_and_nowhere_else(
    topic, square, den, facilitator, director, signed_in
):
    arranging.move(fresh(topic), den, by=facilitator)
    square.forum.refresh_from_db()
    # A counter that was left behind, by whatever accident.
    type(square.forum).objects.filter(pk=square.forum_id).update(last_post=topic.last_post)

    assert topic.subject not in signed_in(director).get("/spaces/").content.decode()
