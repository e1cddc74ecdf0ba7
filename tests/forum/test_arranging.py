"""Pinned, announced, moved: who may, what it leaves behind, and what nobody else can tell."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from community import access, roster
from community.models import Audience, Epoch, Role
from forum import posting
from forum.live.models import Event
from forum.moderation import acts, arranging, notes, undoing
from forum.moderation.models import Act, Announcement, Note
from forum.threads import Post, Topic

from .counting import assert_counters_are_right

Kind = Audience.Kind


@pytest.fixture
def square(make_space):
    return make_space(Kind.MEMBERS, name="Town square")


@pytest.fixture
def den(make_space, cohort):
    return make_space(Kind.COHORT, cohort, name="Zebrafinch den")


@pytest.fixture
def facilitator(make_facilitator, cohort):
    return make_facilitator(cohort, name="Fay Facilitator")


@pytest.fixture
def author(make_participant, cohort):
    return make_participant(cohort, name="Ada Author")


@pytest.fixture
def topic(square, author, make_thread):
    return make_thread(square, author, "Marmalade words", "Marmalade again", subject="Wobblegong")


def kinds(topic):
    return list(Event.objects.filter(thread_id=topic.pk).values_list("kind", flat=True))


# --- The policy ----------------------------------------------------------------------------------

# Where words of an audience may go, beside the same audience. Everything else is refused.
MAY_GO = {(Kind.MEMBERS, kind) for kind in Kind if kind not in (Kind.PUBLIC, Kind.MEMBERS)}


@pytest.mark.parametrize("origin", Kind.values)
@pytest.mark.parametrize("target", Kind.values)
def test_words_are_carried_to_the_same_people_or_to_fewer(db, cohort, origin, target):
    def audience(kind):
        if kind == Kind.PUBLIC:  # pages and files only: it has no row
            return Audience(kind=kind)
        return roster.open_audience(kind, cohort if kind == Kind.COHORT else None)

    same = origin == target != Kind.PUBLIC
    expected = same or (origin, target) in MAY_GO

    assert access.may_carry(audience(origin), audience(target)) is expected


def test_words_do_not_go_from_one_cohort_to_another(db, cohort, other_cohort):
    one = roster.open_audience(Kind.COHORT, cohort)
    other = roster.open_audience(Kind.COHORT, other_cohort)

    assert not access.may_carry(one, other)


def test_a_space_below_a_walled_one_keeps_its_words(
    make_space, make_thread, den, square, cohort, author, facilitator
):
    below = make_space(Kind.MEMBERS, name="Below the den", parent=den.forum)
    topic = make_thread(below, author, "Said within the den")
    beside = make_space(Kind.MEMBERS, name="Beside it", parent=den.forum)

    places = arranging.places_for(topic.forum.space, facilitator)

    assert square not in places
    assert {place.name for place in places} == {"Beside it", "Zebrafinch den"}
    with pytest.raises(posting.Refused):
        arranging.move(topic, square, by=facilitator)
    assert beside in places


@pytest.mark.parametrize("who", ["author", "director", "other facilitator", "expert"])
def test_only_a_moderator_of_both_spaces_moves(
    who, topic, den, author, make_person, make_facilitator, other_cohort
):
    person = {
        "author": lambda: author,
        "director": lambda: make_person(Role.Kind.DIRECTOR),
        "other facilitator": lambda: make_facilitator(other_cohort),
        "expert": lambda: make_person(Role.Kind.EXPERT),
    }[who]()

    with pytest.raises(posting.Refused):
        arranging.move(topic, den, by=person)

    topic.refresh_from_db()
    assert topic.forum.space != den
    assert kinds(topic) == ["posted", "posted"]


# --- Moving --------------------------------------------------------------------------------------


def test_a_move_takes_everything_along(topic, square, den, facilitator, author, make_thread):
    make_thread(den, author, "There before")
    epoch = Epoch.objects.get(pk=1).value

    act = arranging.move(topic, den, by=facilitator, reason="It is about our cohort.")

    assert_counters_are_right()
    topic = Topic.objects.get(pk=topic.pk)
    assert (topic.forum_id, topic.thread.space_id) == (den.forum_id, den.pk)
    assert kinds(topic) == ["posted", "posted", "moved"]
    square.refresh_from_db()
    den.refresh_from_db()
    assert den.bumped == topic.thread.bumped == Event.objects.latest("pk").pk
    assert square.bumped == 0
    assert Epoch.objects.get(pk=1).value > epoch
    assert (act.verb, act.space, act.concerns) == ("moved", square, author)
    assert act.reason == "It is about our cohort."
    assert Act.objects.filter(verb="received", space=den, topic=topic).exists()
    assert arranging.move(topic, den, by=facilitator) is None


def test_who_cannot_read_the_new_place_finds_no_trace(
    topic, square, den, facilitator, signed_in, make_person, make_participant, other_cohort
):
    outsiders = {
        "director": make_person(Role.Kind.DIRECTOR),
        "another cohort": make_participant(other_cohort),
    }
    for person in outsiders.values():
        assert b"Marmalade" in signed_in(person).get(f"/threads/{topic.pk}/").content

    arranging.move(topic, den, by=facilitator)

    for name, person in outsiders.items():
        client = signed_in(person)
        assert client.get(f"/threads/{topic.pk}/").status_code == 404, name
        for address in ("/", "/spaces/", f"/spaces/{square.pk}/", "/me/"):
            page = client.get(address).content.decode()
            for word in ("Wobblegong", "Marmalade", "Zebrafinch"):
                assert word not in page, (name, address)
        assert client.get(f"/threads/{topic.pk}/?post={topic.first_post_id}").status_code == 404


def test_who_can_read_the_new_place_sees_a_notice_for_a_fortnight(
    topic, square, den, facilitator, author, signed_in
):
    arranging.move(topic, den, by=facilitator)
    client = signed_in(author)

    page = client.get(f"/spaces/{square.pk}/").content.decode()

    assert "Moved:" in page
    assert "Wobblegong" in page
    assert "Zebrafinch den" in page
    arranging.Notice.objects.update(at=timezone.now() - timedelta(days=15))
    assert "Moved:" not in client.get(f"/spaces/{square.pk}/").content.decode()


def test_nobody_writes_into_a_space_that_is_closed_to_them_since_a_move(
    topic, den, facilitator, make_person
):
    member = make_person()
    page = Topic.objects.select_related("forum__space__audience").get(pk=topic.pk)
    mine = posting.reply(page, by=member, content="Before")
    mine = Post.objects.select_related("topic__forum__space__audience").get(pk=mine.pk)
    arranging.move(topic, den, by=facilitator)

    with pytest.raises(posting.Refused):
        posting.reply(page, by=member, content="After")
    with pytest.raises(posting.Refused):
        posting.edit(mine, by=member, content="After")
    with pytest.raises(posting.Refused):
        posting.remove(mine, by=member)


def test_what_was_said_for_fewer_does_not_go_back_to_more(topic, den, square, facilitator, author):
    act = arranging.move(topic, den, by=facilitator)
    said = posting.reply(topic, by=author, content="Only for us")

    with pytest.raises(posting.Refused, match="stays"):
        undoing.undo(act, by=facilitator)

    posting.remove(said, by=author)
    with pytest.raises(posting.Refused, match="stays"):
        undoing.undo(act, by=facilitator)
    assert Topic.objects.get(pk=topic.pk).forum_id == den.forum_id


def test_a_change_of_words_keeps_a_thread_where_fewer_read(topic, den, facilitator, author):
    act = arranging.move(topic, den, by=facilitator)
    first = Post.objects.select_related("topic__forum__space").get(pk=topic.first_post_id)
    posting.edit(first, by=author, content="Now that we are among us")

    with pytest.raises(posting.Refused, match="stays"):
        undoing.undo(act, by=facilitator)


def test_between_spaces_of_the_same_people_a_move_goes_back_with_new_replies(
    topic, square, make_space, facilitator, author
):
    other = make_space(Kind.MEMBERS, name="Second square")
    act = arranging.move(topic, other, by=facilitator)
    posting.reply(topic, by=author, content="Meanwhile")

    assert undoing.undo(act, by=facilitator) == (1, [])

    assert_counters_are_right()
    topic.refresh_from_db()
    assert (topic.forum_id, topic.posts_count) == (square.forum_id, 3)


@pytest.mark.django_db(transaction=True)
def test_replies_while_a_thread_moves_are_all_there_once(
    topic, square, make_space, facilitator, author
):
    other = make_space(Kind.MEMBERS, name="Second square")
    places = [other, square]

    def act(number):
        try:
            page = Topic.objects.select_related("forum__space__audience__cohort").get(pk=topic.pk)
            if number % 4 == 0:
                arranging.move(page, places[number // 4 % 2], by=facilitator)
            elif number % 4 == 3:
                arranging.pin(page, by=facilitator)
                arranging.unpin(page, by=facilitator)
            else:
                posting.reply(page, by=author, content=f"Reply {number}")
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(act, range(24)))

    assert topic.posts.count() == 2 + 12
    assert_counters_are_right()


# --- Pinned and announced -------------------------------------------------------------------------


def test_what_is_pinned_and_announced_stands_on_top_and_says_so(
    topic, square, author, facilitator, make_thread, signed_in
):
    make_thread(square, author, subject="Plain and newer")
    pinned = make_thread(square, author, subject="Kept on top")
    make_thread(square, author, subject="Plain and newest")
    act = arranging.announce(topic, by=facilitator, until=timezone.now() + timedelta(days=3))
    arranging.pin(pinned, by=facilitator)

    page = signed_in(author).get(f"/spaces/{square.pk}/").content.decode()

    places = [page.index(word) for word in ("Wobblegong", "Kept on top", "Plain and newest")]
    assert places == sorted(places)
    assert page.count("Announcement from a facilitator") == 1
    assert kinds(topic)[-1] == kinds(pinned)[-1] == "changed"
    assert (act.verb, act.concerns) == ("announced", author)


def test_doing_it_twice_is_doing_it_once(topic, facilitator):
    assert arranging.pin(topic, by=facilitator)
    assert arranging.pin(topic, by=facilitator) is None
    assert arranging.unpin(topic, by=facilitator)
    assert arranging.unpin(topic, by=facilitator) is None

    assert kinds(topic) == ["posted", "posted", "changed", "changed"]


def test_an_announcement_ends_with_its_last_day(topic, facilitator, make_thread, square):
    for_good = make_thread(square, facilitator)
    arranging.announce(topic, by=facilitator, until=timezone.now() + timedelta(hours=1))
    arranging.announce(for_good, by=facilitator)
    assert arranging.end_announcements() == 0

    Announcement.objects.filter(pk=topic.pk).update(until=timezone.now() - timedelta(hours=1))

    assert arranging.end_announcements() == 1
    assert arranging.end_announcements() == 0
    topic.refresh_from_db()
    for_good.refresh_from_db()
    assert (topic.type, for_good.type) == (Topic.TOPIC_POST, Topic.TOPIC_ANNOUNCE)


def test_members_are_not_offered_to_announce(square, author, facilitator, signed_in):
    body = {"subject": "Mine", "content": "Words", "stands": "announced"}
    assert b'name="stands"' not in signed_in(author).get(f"/spaces/{square.pk}/start/").content
    assert b'name="stands"' in signed_in(facilitator).get(f"/spaces/{square.pk}/start/").content

    signed_in(author).post(f"/spaces/{square.pk}/start/", body)
    signed_in(facilitator).post(f"/spaces/{square.pk}/start/", body)

    types = list(Topic.objects.order_by("pk").values_list("type", flat=True))
    assert types == [Topic.TOPIC_POST, Topic.TOPIC_ANNOUNCE]


@pytest.mark.parametrize(
    "until", ["2001-01-01", "9999-12-31", "never", "0", "2026-02-31", "\x00", "9" * 5000]
)
def test_a_day_that_cannot_be_is_an_error_beside_its_field(topic, facilitator, signed_in, until):
    address = f"/threads/{topic.pk}/pin/"

    answer = signed_in(facilitator).post(
        address, {"stands": "announced", "until": until, "reason": "Kept words"}
    )

    assert answer.status_code == 422
    assert b"Kept words" in answer.content
    assert not Announcement.objects.exists()


# --- Pages ---------------------------------------------------------------------------------------


def test_the_move_form_offers_only_where_it_may_go(
    topic, square, den, facilitator, signed_in, make_space, other_cohort
):
    make_space(Kind.COHORT, other_cohort, name="Closed to her")
    make_space(Kind.LEADERS, name="Leaders' table")
    address = f"/threads/{topic.pk}/move/"
    client = signed_in(facilitator)

    page = client.get(address).content.decode()
    refused = client.post(address, {"target": square.pk})
    nonsense = client.post(address, {"target": "9" * 20 + "\x00", "reason": "Kept words"})
    moved = client.post(address, {"target": den.pk, "reason": "Ours"}, follow=True)

    assert "Zebrafinch den" in page
    assert "Leaders&#x27; table" in page
    assert "Closed to her" not in page
    assert "no longer can" in page
    assert refused.status_code == nonsense.status_code == 422
    assert b"Kept words" in nonsense.content
    assert b"/undo/" in moved.content
    assert b"The thread is in Zebrafinch den now." in moved.content


def test_an_act_is_taken_back_by_its_page_for_a_day(topic, den, square, facilitator, signed_in):
    act = arranging.move(topic, den, by=facilitator)
    client, address = signed_in(facilitator), f"/acts/{act.pk}/undo/"
    assert b"Take this back?" in client.get(address).content

    first = client.post(address, follow=True)
    again = client.post(address, follow=True)

    assert b"It is as it was before." in first.content
    assert b"taken back already" in again.content
    topic.refresh_from_db()
    assert topic.forum_id == square.forum_id
    assert Act.objects.filter(verb="moved-undone").count() == 1


def test_after_a_day_there_is_no_way_back(topic, den, facilitator, signed_in):
    act = arranging.move(topic, den, by=facilitator)
    Act.objects.filter(pk=act.pk).update(at=timezone.now() - timedelta(hours=25))
    client, address = signed_in(facilitator), f"/acts/{act.pk}/undo/"

    page, refused = client.get(address), client.post(address)

    assert b"cannot be taken back any more" in page.content
    assert refused.status_code == 409
    topic.refresh_from_db()
    assert topic.forum_id == den.forum_id


def test_a_thread_that_changed_meanwhile_is_left_as_it_is(topic, facilitator, signed_in):
    act = arranging.pin(topic, by=facilitator)
    arranging.announce(topic, by=facilitator)

    refused = signed_in(facilitator).post(f"/acts/{act.pk}/undo/")

    assert refused.status_code == 409
    assert b"changed meanwhile" in refused.content
    topic.refresh_from_db()
    assert topic.is_announce


def test_an_act_that_has_no_way_back_says_so(topic, square, facilitator, signed_in):
    act = acts.leave("changed", by=facilitator, space=square, topic=topic)

    assert b"cannot be taken back" in signed_in(facilitator).get(f"/acts/{act.pk}/undo/").content


@pytest.mark.parametrize("page", ["pin", "move", "merge", "posts", "notes"])
def test_no_page_costs_more_where_there_is_more(
    page, topic, square, facilitator, author, make_space, make_thread, signed_in
):
    client = signed_in(facilitator)

    def cost():
        client.get(f"/threads/{topic.pk}/{page}/")
        with CaptureQueriesContext(connection) as captured:
            assert client.get(f"/threads/{topic.pk}/{page}/").status_code == 200
        return len(captured)

    notes.leave_note(topic, by=facilitator, text="A first note")
    few = cost()
    for number in range(5):
        make_space(Kind.MEMBERS)
        make_thread(square, author)
        posting.reply(topic, by=author, content="More")
        notes.leave_note(topic, by=facilitator, text=f"Note {number}")

    assert cost() == few


# --- Notes ---------------------------------------------------------------------------------------


def test_a_note_is_its_moderators_alone(topic, facilitator, author, make_facilitator, signed_in):
    other = make_facilitator()
    client, address = signed_in(facilitator), f"/threads/{topic.pk}/notes/"

    client.post(address, {"text": "Talked with both of them.", "post": topic.first_post_id})

    assert b"Talked with both" in signed_in(other).get(address).content
    assert signed_in(author).get(address).status_code == 404
    assert b"Talked with both" not in signed_in(author).get(f"/threads/{topic.pk}/").content
    assert Note.objects.get().post_id == topic.first_post_id


def test_a_note_that_quotes_is_refused_with_its_words_kept(
    square, facilitator, author, signed_in, make_thread
):
    said = "We lost two staff this week and, frankly, I do not know how to go on."
    topic = make_thread(square, author, "Hello", said)
    client, address = signed_in(facilitator), f"/threads/{topic.pk}/notes/"

    quoting = {"text": "She says: “TWO staff this week -- and frankly: I do not know”"}
    refused = client.post(address, quoting)
    short = client.post(address, {"text": "She lost two staff this week and needs a call."})

    assert refused.status_code == 422
    assert "TWO staff" in refused.content.decode()
    assert b"quotes nothing" in refused.content
    assert short.status_code == 302
    assert Note.objects.count() == 1


@pytest.mark.parametrize(
    ("text", "refused"),
    [
        ("He wrote: Sam hit Lee!", True),
        ("About “snack at four”, see the log.", True),
        ("Sam and Lee: called both homes.", False),
        ("Thank you for the call.", False),
    ],
)
def test_a_short_post_and_a_title_are_not_quoted_whole(
    square, facilitator, author, make_thread, text, refused
):
    topic = make_thread(square, author, "Sam hit Lee.", "Thank you", subject="Snack at four")

    if refused:
        with pytest.raises(posting.Refused):
            notes.leave_note(topic, by=facilitator, text=text)
    else:
        notes.leave_note(topic, by=facilitator, text=text)


def test_notes_stay_with_the_space_they_were_written_in(topic, den, facilitator, make_facilitator):
    notes.leave_note(topic, by=facilitator, text="For all of us")
    act = arranging.move(topic, den, by=facilitator)
    topic.refresh_from_db()
    assert not notes.notes_on(topic).exists()
    notes.leave_note(topic, by=facilitator, text="For the den only")

    undoing.undo(act, by=facilitator)
    topic.refresh_from_db()

    assert [note.text for note in notes.notes_on(topic)] == ["For all of us"]


def test_one_takes_back_ones_own_note_only(topic, facilitator, make_facilitator, signed_in):
    note = notes.leave_note(topic, by=facilitator, text="Mine")
    body, address = {"take_back": note.pk}, f"/threads/{topic.pk}/notes/"

    for client, asked in (
        (signed_in(make_facilitator()), body),
        (signed_in(facilitator), {"take_back": "x" * 99}),
    ):
        answer = client.post(address, asked, follow=True)
        assert b"no such note of yours" in answer.content
        assert Note.objects.get() == note

    taken_back = signed_in(facilitator).post(address, body)

    assert not Note.objects.exists()
    assert taken_back.context["form"]["text"].value() == "Mine"
    again = signed_in(facilitator).post(address, body, follow=True)
    assert b"no such note of yours" in again.content


def test_everybody_who_wrote_in_a_thread_is_told_that_it_was_moved_and_moved_back(
    square, den, topic, author, facilitator, make_participant, cohort, signed_in
):
    replier = make_participant(cohort)
    posting.reply(topic, by=replier, content="A reply")

    act = arranging.move(topic, den, by=facilitator)

    def told(person):
        return signed_in(person).get("/me/acts/").content.decode()

    assert "moved a thread that you wrote in to another space" in told(replier)
    assert "moved a thread that you started to another space" in told(author)
    assert "that you wrote in" not in told(author)
    undoing.undo(act, by=facilitator)
    assert "that you wrote in back to where it was" in told(replier)
