"""Posts that wait for a facilitator: seen by nobody else, let in once, as if they were said now."""

import json
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from machina.apps.forum.models import Forum
from wagtail.models import Page

from community import access, roster
from community.models import Audience
from forum import listing, posting, threads
from forum.live import log
from forum.live.models import Event, Thread
from forum.moderation import approval, holding, queue
from forum.moderation.models import Act, Hold
from forum.polls import polling
from forum.spaces import keeping
from forum.spaces.models import Space
from forum.threads import Post, Topic

SECRET = "Tangerine"


@pytest.fixture
def room(make_space, make_thread, make_participant, make_facilitator, cohort):
    """`(space, topic, author, reader, facilitator)`: everybody's posts wait here."""
    space = make_space(Audience.Kind.COHORT, cohort, name="Waiting room")
    facilitator = make_facilitator(cohort, name="Fern Facilitator")
    topic = make_thread(space, make_participant(cohort), "Opening words", subject="Snack at four")
    set_holds(space, facilitator, Space.Holds.EVERYBODY)
    topic = Topic.objects.get(pk=topic.pk)
    return space, topic, make_participant(cohort), make_participant(cohort), facilitator


def set_holds(space, facilitator, holds):
    keeping.set_up(space, by=facilitator, name=space.name, purpose=space.purpose, holds=holds)
    space.refresh_from_db()


def fresh(topic):
    return Topic.objects.select_related("forum__space__audience__cohort").get(pk=topic.pk)


def told(forum_id):
    forum = Forum.objects.get(pk=forum_id)
    return forum.direct_posts_count, forum.direct_topics_count, forum.last_post_id


def doors(topic, held, held_thread):
    """Every address where a waiting post could come through to somebody in the same space."""
    space, thread = topic.forum.space, f"/threads/{topic.pk}/"
    unborn = f"/threads/{held_thread.topic_id}/"
    return [
        "/",
        "/spaces/",
        f"/spaces/{space.pk}/",
        "/me/",
        "/me/waiting/",
        "/me/acts/",
        "/me/reports/",
        "/moderation/",
        thread,
        f"{thread}?post={held.pk}",
        f"{thread}?held={held.pk}",
        f"{thread}reply/?quote={held.pk}",
        unborn,
        f"{unborn}reply/",
        *(
            f"{where}posts/{post.pk}/{act}/"
            for where, post in ((thread, held), (unborn, held_thread))
            for act in ("edit", "remove")
        ),
        *(
            f"/posts/{post.pk}/{act}/"
            for post in (held, held_thread)
            for act in ("report", "decide", "waiting", "withdraw", "decline")
        ),
    ]


def test_a_waiting_post_reaches_nobody_else_in_its_space_by_any_door(room, signed_in):
    space, topic, author, reader, facilitator = room
    before = told(space.forum_id), Thread.objects.get(pk=topic.pk).seq, space.bumped
    held = posting.reply(fresh(topic), by=author, content=f"{SECRET} reply")
    held_thread = posting.start(
        space, by=author, subject=f"{SECRET} subject", content=f"{SECRET} opening"
    )
    client = signed_in(reader)

    for door in doors(topic, held, held_thread):
        for verb in ("get", "post"):
            answer = getattr(client, verb)(door)
            assert answer.status_code in (200, 302, 404, 405, 422), door
            assert SECRET not in answer.content.decode() + str(answer.headers), (door, verb)
    answer = client.post(
        f"/threads/{topic.pk}/reply/",
        {"content": "Mine", "since": "0"},
        headers={"accept": "application/json"},
    )
    assert SECRET not in answer.content.decode()
    assert SECRET not in json.dumps(log.news(topic.pk, 0).as_frames())
    assert SECRET not in json.dumps(log.news(held_thread.topic_id, 0).as_frames())
    space.refresh_from_db()
    assert (told(space.forum_id), Thread.objects.get(pk=topic.pk).seq, space.bumped) == before
    assert Topic.objects.get(pk=topic.pk).posts_count == 1
    assert SECRET in signed_in(author).get("/me/waiting/").content.decode()
    assert SECRET in signed_in(facilitator).get("/moderation/").content.decode()


def test_who_decides_sees_the_poll_that_appears_with_a_waiting_thread(room, signed_in):
    space, _topic, author, reader, facilitator = room
    poll = {"question": "Which Quokka day?", "options": ["Monday", "Friday"]}
    poll |= {"choices": 1, "days": None, "may_change": True}
    polling.start(space, by=author, poll=poll, subject="A vote", content="Please vote")

    shown = signed_in(facilitator).get("/moderation/").content.decode()

    for said in ("Which Quokka day?", "Monday", "Friday"):
        assert said in shown
    assert "Quokka" not in signed_in(reader).get(f"/spaces/{space.pk}/").content.decode()


def test_no_list_of_threads_knows_of_a_waiting_one(room, signed_in):
    space, topic, author, reader, _facilitator = room
    held = posting.start(space, by=author, subject="Waits", content="Waits")

    listed = listing.page_of_threads(space, reader, 1).object_list + listing.latest_news(reader)
    listed += listing.unanswered(reader) + listing.page_of_news(reader, 1).object_list
    pages = signed_in(reader).get("/spaces/").content.decode()

    assert {thread.pk for thread in listed} == {topic.pk}
    assert "Waits" not in pages
    assert held.topic_id != topic.pk


def test_its_author_is_told_and_sees_it_where_they_wrote_it(room, signed_in):
    space, topic, author, _reader, _facilitator = room
    client = signed_in(author)
    assert (
        "A facilitator looks at what you post here first"
        in client.get(f"/threads/{topic.pk}/").content.decode()
    )

    answer = client.post(f"/threads/{topic.pk}/reply/", {"content": SECRET}, follow=True)

    page = answer.content.decode()
    assert answer.redirect_chain[-1][0].startswith(f"/threads/{topic.pk}/?page=1&held=")
    assert "A facilitator looks at it first" in page
    assert SECRET in page

    answer = client.post(
        f"/spaces/{space.pk}/start/", {"subject": "New", "content": "Opening"}, follow=True
    )
    assert answer.redirect_chain[-1][0] == "/me/waiting/"
    assert "Opening" in answer.content.decode()


def test_a_script_that_posted_is_sent_to_where_it_waits(room, signed_in):
    _space, topic, author, _reader, _facilitator = room
    data = {"content": SECRET, "since": "1", "key": uuid.uuid4()}
    client = signed_in(author)

    answers = [
        client.post(f"/threads/{topic.pk}/reply/", data, headers={"accept": "application/json"})
        for _ in range(2)
    ]

    assert answers[0].json() == answers[1].json()
    assert "held=" in answers[0].json()["url"]
    assert Hold.objects.count() == 1


def test_moderators_see_it_in_its_thread_and_in_their_queue(room, signed_in):
    _space, topic, author, _reader, facilitator = room
    posting.reply(fresh(topic), by=author, content=SECRET)
    client = signed_in(facilitator)

    for address in (f"/threads/{topic.pk}/", "/moderation/"):
        page = client.get(address).content.decode()
        assert SECRET in page
        assert "Let it in" in page
    assert '<span class="person-menu__count">1' in client.get("/me/").content.decode()


def test_what_is_let_in_is_said_now(room, signed_in):
    space, topic, author, reader, facilitator = room
    held = posting.reply(fresh(topic), by=author, content=SECRET)
    between = posting.reply(fresh(topic), by=facilitator, content="Said meanwhile")
    seq, bumped = Thread.objects.values_list("seq", "bumped").get(pk=topic.pk)

    answer = signed_in(facilitator).post(
        f"/posts/{held.pk}/approve/", {"version": "1", "from": "thread"}, follow=True
    )

    assert SECRET in answer.content.decode()
    posts = list(Post.objects.filter(topic=topic, approved=True).order_by("pk"))
    assert [post.content.raw for post in posts] == ["Opening words", "Said meanwhile", SECRET]
    said = posts[-1]
    assert said.created > between.created
    assert said.poster_id == author.pk
    topic.refresh_from_db()
    assert (topic.posts_count, topic.last_post_id) == (3, said.pk)
    assert told(space.forum_id) == (3, 1, said.pk)
    event = Event.objects.get(thread_id=topic.pk, seq=seq + 1)
    assert (event.kind, event.post_id) == ("posted", said.pk)
    assert Thread.objects.get(pk=topic.pk).bumped == event.pk > bumped
    assert SECRET in signed_in(reader).get(f"/threads/{topic.pk}/").content.decode()
    act = Act.objects.get(verb="approved")
    assert (act.by, act.concerns, act.post_id) == (facilitator, author, said.pk)
    assert Hold.objects.get().post_id == said.pk
    assert not Post.objects.filter(approved=False).exists()


def test_the_key_of_a_form_gives_the_post_also_after_it_was_let_in(room):
    _space, topic, author, _reader, facilitator = room
    key = uuid.uuid4()
    held = posting.reply(fresh(topic), by=author, content=SECRET, key=key)
    posting.reply(fresh(topic), by=facilitator, content="Meanwhile")

    said = approval.approve(held.hold, by=facilitator, version=1)

    assert said.pk != held.hold.pk
    assert posting.reply(fresh(topic), by=author, content=SECRET, key=key).pk == said.pk
    assert Post.objects.filter(topic=topic).count() == 3


def test_a_waiting_thread_is_let_in_with_its_counters(room, signed_in):
    space, _topic, author, reader, facilitator = room
    held = posting.start(space, by=author, subject="A new thread", content=SECRET)
    assert signed_in(reader).get(f"/threads/{held.topic_id}/").status_code == 404

    said = approval.approve(held.hold, by=facilitator, version=1)

    assert said.pk == held.pk
    assert told(space.forum_id) == (2, 2, held.pk)
    page = signed_in(reader).get(f"/spaces/{space.pk}/").content.decode()
    assert "A new thread" in page
    assert SECRET in signed_in(reader).get(f"/threads/{held.topic_id}/").content.decode()
    assert Event.objects.get(thread_id=held.topic_id).kind == "posted"


def test_two_waiting_threads_about_a_page_do_not_become_two_about_it(room):
    space, _topic, author, reader, facilitator = room
    page = Page.objects.first()
    held = [
        posting.discuss(page, space, by=person, subject="About it", content=SECRET)
        for person in (author, reader)
    ]

    for post in held:
        approval.approve(post.hold, by=facilitator, version=1)

    assert [Thread.objects.get(pk=post.topic_id).page_id for post in held] == [page.pk, None]
    assert Topic.objects.filter(forum=space.forum_id, approved=True).count() == 3


def test_who_is_declined_reads_why_and_keeps_their_text(room, signed_in):
    _space, topic, author, reader, facilitator = room
    held = posting.reply(fresh(topic), by=author, content=SECRET)

    client = signed_in(facilitator)
    assert SECRET in client.get(f"/posts/{held.pk}/decline/").content.decode()
    client.post(f"/posts/{held.pk}/decline/", {"answer": "Please leave the name out."})

    page = signed_in(author).get("/me/waiting/").content.decode()
    assert SECRET in page
    assert "Please leave the name out." in page
    assert "Please leave the name out." in signed_in(author).get("/me/acts/").content.decode()
    assert SECRET not in signed_in(author).get(f"/threads/{topic.pk}/").content.decode()
    assert SECRET not in signed_in(reader).get(f"/threads/{topic.pk}/").content.decode()
    assert queue.count(facilitator) == 0
    assert Act.objects.filter(verb="declined").count() == 1


def test_what_was_changed_meanwhile_is_not_let_in_unread(room, signed_in):
    _space, topic, author, _reader, facilitator = room
    held = posting.reply(fresh(topic), by=author, content="Harmless")
    moderator = signed_in(facilitator)

    signed_in(author).post(f"/posts/{held.pk}/waiting/", {"content": SECRET})
    late = moderator.post(f"/posts/{held.pk}/approve/", {"version": "1"}, follow=True)

    assert "has changed it since you read it" in late.content.decode()
    assert not Post.objects.get(pk=held.pk).approved
    moderator.post(f"/posts/{held.pk}/approve/", {"version": "2"})
    assert Post.objects.get(pk=held.pk).content.raw == SECRET
    assert Post.objects.get(pk=held.pk).approved


def test_a_waiting_post_is_changed_by_script_too(room, signed_in):
    _space, topic, author, _reader, _facilitator = room
    held = posting.reply(fresh(topic), by=author, content="Before")
    client, json_please = signed_in(author), {"accept": "application/json"}
    address = f"/posts/{held.pk}/waiting/"

    refused = client.post(address, {"content": ""}, headers=json_please)
    saved = client.post(address, {"content": "After"}, headers=json_please)

    assert refused.status_code == 422
    assert refused.json()["errors"]["content"][0]["message"] == "Write something first."
    assert saved.json() == {"url": "/me/waiting/"}
    assert Post.objects.get(pk=held.pk).content.raw == "After"


def test_an_author_takes_back_what_waits(room, signed_in):
    _space, topic, author, _reader, facilitator = room
    held = posting.reply(fresh(topic), by=author, content=SECRET)
    client = signed_in(author)

    assert SECRET in client.get(f"/posts/{held.pk}/withdraw/").content.decode()
    client.post(f"/posts/{held.pk}/withdraw/")

    assert SECRET not in client.get("/me/waiting/").content.decode()
    assert queue.count(facilitator) == 0
    with pytest.raises(posting.Refused, match="withdrawn"):
        approval.approve(Hold.objects.get(), by=facilitator, version=1)
    assert not Post.objects.get(pk=held.pk).approved


def test_only_whom_it_concerns_may_decide_or_change(room, make_facilitator, other_cohort):
    _space, topic, author, reader, facilitator = room
    held = posting.reply(fresh(topic), by=author, content=SECRET)
    hold = queue.hold_for(author, held.pk)

    for stranger in (author, reader, make_facilitator(other_cohort)):
        for decide in (
            lambda by: approval.approve(hold, by=by, version=1),
            lambda by: approval.decline(hold, by=by),
        ):
            with pytest.raises(posting.Refused):
                decide(stranger)
    for stranger in (reader, facilitator):
        with pytest.raises(posting.Refused):
            approval.change(hold, by=stranger, content="Mine now")
        with pytest.raises(posting.Refused):
            approval.withdraw(hold, by=stranger)
    assert Hold.objects.get().outcome == ""


def test_whoever_left_is_not_let_in_any_more(room, cohort, signed_in):
    _space, topic, author, _reader, facilitator = room
    held = posting.reply(fresh(topic), by=author, content=SECRET)
    roster.leave(author, cohort, by=None)

    with pytest.raises(posting.Refused, match="can no longer write here"):
        approval.approve(held.hold, by=facilitator, version=1)
    with pytest.raises(posting.Refused):
        approval.change(held.hold, by=author, content="Changed from outside")

    assert SECRET not in signed_in(author).get("/me/waiting/").content.decode()
    assert signed_in(author).get(f"/posts/{held.pk}/waiting/").status_code == 404


def test_what_waits_in_a_thread_that_was_removed_leaves_the_queue(room, signed_in):
    _space, topic, author, _reader, facilitator = room
    held = posting.reply(fresh(topic), by=author, content=SECRET)
    posting.remove(threads.standing_post(facilitator, topic.first_post_id), by=facilitator)

    assert queue.count(facilitator) == 0
    with pytest.raises(posting.Refused):
        approval.approve(held.hold, by=facilitator, version=1)
    page = signed_in(author).get("/me/waiting/").content.decode()
    assert "Its thread was removed" in page
    assert "Snack at four" not in page


def test_the_first_posts_of_newcomers_wait_and_then_no_more(room, make_participant, cohort):
    space, topic, _author, _reader, facilitator = room
    set_holds(space, facilitator, Space.Holds.NEWCOMERS)
    newcomer = make_participant(cohort)
    for number in range(holding.FIRST_POSTS):
        held = posting.reply(fresh(topic), by=newcomer, content=f"Post {number}")
        assert not held.approved
        approval.approve(held.hold, by=facilitator, version=1)

    assert posting.reply(fresh(topic), by=newcomer, content="At once").approved
    assert posting.reply(fresh(topic), by=facilitator, content="A facilitator's").approved
    assert not posting.reply(fresh(topic), by=make_participant(cohort), content="Waits").approved


def test_where_nobodys_posts_wait_posting_costs_what_it_did(room):
    space, _topic, author, _reader, facilitator = room
    set_holds(space, facilitator, Space.Holds.NOBODY)
    access.standing_of(author)

    with CaptureQueriesContext(connection) as captured:
        assert not holding.would_wait(space, author)

    assert len(captured) == 0


def test_facilitators_say_what_a_space_is_for_and_whose_posts_wait(room, signed_in):
    space, _topic, author, _reader, facilitator = room
    address = f"/spaces/{space.pk}/settings/"
    client = signed_in(facilitator)

    assert signed_in(author).get(address).status_code == 404
    assert signed_in(author).post(address, {"purpose": "X", "holds": "nobody"}).status_code == 404
    refused = client.post(address, {"name": "Room", "purpose": "", "holds": "perhaps"})
    assert refused.status_code == 422
    assert "Say what this space is for." in refused.content.decode()
    for _ in range(2):
        client.post(address, {"name": space.name, "purpose": "For snack", "holds": "newcomers"})

    space.refresh_from_db()
    assert (space.purpose, space.holds) == ("For snack", "newcomers")
    assert "For snack" in client.get(f"/spaces/{space.pk}/").content.decode()
    assert Act.objects.filter(verb="set-up", space=space).count() == 2


def test_the_queue_costs_the_same_however_much_waits(
    room, make_space, make_thread, make_participant, cohort, signed_in
):
    space, topic, author, _reader, facilitator = room
    client = signed_in(facilitator)
    posting.reply(fresh(topic), by=author, content="One")
    pages = ("/moderation/", f"/threads/{topic.pk}/", f"/spaces/{space.pk}/acts/")

    def costs():
        found = []
        for page in pages:
            with CaptureQueriesContext(connection) as captured:
                assert client.get(page).status_code == 200
            found.append(len(captured))
        return found

    costs()
    few = costs()
    for number in range(8):
        posting.reply(fresh(topic), by=make_participant(cohort), content=f"More {number}")
        other = make_space(Audience.Kind.MEMBERS)
        set_holds(other, facilitator, Space.Holds.EVERYBODY)
        posting.start(other, by=make_participant(cohort), subject="New", content="New")

    costs()  # what is kept under an epoch is found anew after people came
    assert costs() == few
    assert queue.count(facilitator) == 17


def test_the_queue_is_filtered_by_space_and_kind_and_knows_nothing_of_others(
    room, make_space, make_participant, make_facilitator, other_cohort, signed_in
):
    space, topic, author, reader, facilitator = room
    posting.reply(fresh(topic), by=author, content=SECRET)
    elsewhere = make_space(Audience.Kind.MEMBERS, name="Town square")
    client = signed_in(facilitator)

    assert SECRET in client.get(f"/moderation/?space={space.pk}&kind=held").content.decode()
    for query in (f"space={elsewhere.pk}", "kind=report"):
        assert SECRET not in client.get(f"/moderation/?{query}").content.decode()
    for query in ("space=x&kind=x", "page=x", "page=" + "9" * 40, "space=" + "9" * 30):
        assert client.get(f"/moderation/?{query}").status_code == 200
    stranger = make_facilitator(other_cohort)
    assert SECRET not in signed_in(stranger).get("/moderation/").content.decode()
    hidden = signed_in(stranger).get(f"/moderation/?space={space.pk}").content.decode()
    assert "Waiting room" not in hidden
    assert "Nothing needs a look" in hidden
    assert signed_in(reader).get("/moderation/").status_code == 404


def test_everybody_who_moderates_anywhere_moderates_wherever_they_read(
    make_space, make_person, make_facilitator, make_participant, cohort, other_cohort
):
    for kind in Audience.Kind:
        if kind == Audience.Kind.COHORT:
            make_space(kind, cohort)
            make_space(kind, other_cohort)
        elif kind != Audience.Kind.PUBLIC:
            make_space(kind)
    people = [make_person(), make_facilitator(cohort), make_facilitator(), make_participant(cohort)]
    people += [make_person("facilitator", "director"), make_person("facilitator", "coordinator")]

    for person in people:
        standing = access.standing_of(person)
        asked = [
            space
            for space in Space.objects.open_to(person)
            if access.may_moderate(space.audience, standing)
        ]
        assert list(Space.objects.moderated_by(person)) == asked


@pytest.mark.parametrize("verb", ["approve", "decline"])
@pytest.mark.parametrize("said_meanwhile", [False, True])
def test_who_decides_second_is_told_so(
    room, signed_in, make_facilitator, cohort, verb, said_meanwhile
):
    _space, topic, author, _reader, facilitator = room
    held = posting.reply(fresh(topic), by=author, content=SECRET)
    if said_meanwhile:  # What is let in then gets a key of its own.
        posting.reply(fresh(topic), by=facilitator, content="Said meanwhile")
    first, second = (signed_in(make_facilitator(cohort, name=name)) for name in ("Fay", "Gil"))
    body = {"version": "1"}

    first.post(f"/posts/{held.pk}/approve/", body)
    answer = second.post(f"/posts/{held.pk}/{verb}/", body, follow=True)

    told_so = "This post does not wait any more." if said_meanwhile else "Fay has decided on this"
    assert answer.redirect_chain == [("/moderation/", 302)]
    assert told_so in answer.content.decode()
    assert Act.objects.filter(verb__in=["approved", "declined"]).count() == 1
    # Nobody else learns whether it ever waited.
    outsider = signed_in(author)
    alike = [outsider.post(f"/posts/{pk}/{verb}/", body).status_code for pk in (held.pk, 10**6)]
    assert alike == [404, 404]


@pytest.mark.django_db(transaction=True)
def test_of_those_who_decide_at_once_one_does(room, make_facilitator, cohort):
    space, topic, author, _reader, _facilitator = room
    held = posting.reply(fresh(topic), by=author, content=SECRET)
    both = [make_facilitator(cohort) for _ in range(4)]
    holds = [queue.hold_for(person, held.pk) for person in both]

    def decide(number):
        try:
            if number % 2:
                approval.decline(holds[number], by=both[number])
            else:
                approval.approve(holds[number], by=both[number], version=1)
        except posting.Refused:
            return "refused"
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(decide, range(4)))

    hold = Hold.objects.get()
    assert Act.objects.filter(verb__in=["approved", "declined"]).count() == 1
    assert Post.objects.get(pk=hold.post_id).approved is (hold.outcome == "approved")
    kept = Topic.objects.get(pk=topic.pk).posts_count
    assert kept == Post.objects.filter(topic=topic, approved=True).count()
    assert told(space.forum_id)[0] == kept
