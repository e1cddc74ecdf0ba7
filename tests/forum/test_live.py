"""Live threads through the socket: in order, exactly once, and to nobody who may not read."""

import asyncio
import json
from datetime import timedelta

import pytest
from asgiref.sync import async_to_sync
from channels.db import database_sync_to_async
from channels.layers import get_channel_layer
from channels.testing import WebsocketCommunicator
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from community import roster
from community.models import Audience, Epoch, Membership, Person, Role
from config.asgi import application
from forum import posting
from forum.glass import breaking
from forum.live import events, room
from forum.live.models import Event, Thread
from forum.moderation import arranging, joining

pytestmark = pytest.mark.django_db(transaction=True)

PASSWORD, ANOTHER = "three unrelated words", "another three words"
HOST = [(b"origin", b"http://testserver"), (b"host", b"testserver")]


def cookie_of(person):
    client = Client()
    client.force_login(person)
    return client.cookies["sessionid"].value


class Reader:
    """A browser's socket: `async with Reader(topic, person) as reader`."""

    def __init__(self, topic, person=None, since=0, headers=HOST, path=None):
        self.path = path or f"/live/threads/{getattr(topic, 'pk', topic)}/?since={since}"
        self.person, self.headers = person, list(headers)

    async def connect(self):
        if self.person:
            cookie = await database_sync_to_async(cookie_of)(self.person)
            self.headers.append((b"cookie", f"sessionid={cookie}".encode()))
        self.socket = WebsocketCommunicator(application, self.path, headers=self.headers)
        return await self.socket.connect(timeout=5)

    async def __aenter__(self):
        connected, _ = await self.connect()
        assert connected
        return self

    async def __aexit__(self, *failure):
        await self.socket.disconnect()

    async def next(self):
        return json.loads(await self.socket.receive_from(timeout=5))

    async def events(self, count):
        found = []
        while len(found) < count:
            frame = await self.next()
            if frame["type"] == "event":
                found.append(frame)
        return found

    async def hello(self):
        frame = await self.next()
        while frame["type"] != "hello":
            frame = await self.next()
        return frame

    async def closed(self):
        """The code it was closed with; whatever is delivered before that is a failure."""
        message = await self.socket.receive_output(timeout=5)
        assert message["type"] == "websocket.close", message
        return message["code"]

    async def say(self, frame):
        await self.socket.send_to(text_data=json.dumps(frame))


@pytest.fixture
def walled(make_space, make_thread, make_participant, cohort):
    """`(topic, author, reader)` in a cohort's space."""
    author, reader = make_participant(cohort), make_participant(cohort)
    topic = make_thread(make_space(Audience.Kind.COHORT, cohort), author, "Opening words")
    return topic, author, reader


@pytest.fixture(autouse=True)
def epoch_row(db):
    Epoch.objects.get_or_create(pk=1)


def later(function, *args, **kwargs):
    return database_sync_to_async(function)(*args, **kwargs)


def test_a_reader_gets_each_event_once_and_in_order(walled):
    topic, author, reader = walled

    @async_to_sync
    async def scenario():
        async with Reader(topic, reader, since=1) as page:
            await page.hello()
            reply = await later(posting.reply, topic, by=author, content="A **bold** reply")
            await later(posting.edit, reply, by=author, content="A calmer reply")
            await later(posting.remove, reply, by=author)
            return reply, await page.events(3)

    reply, (posted, edited, removed) = scenario()

    assert [posted["seq"], edited["seq"], removed["seq"]] == [2, 3, 4]
    assert (posted["kind"], edited["kind"], removed["kind"]) == (
        "posted",
        "edited",
        "removed",
    )
    assert {posted["post"], edited["post"], removed["post"]} == {reply.pk}


def test_a_hint_that_was_lost_is_made_up_for_by_the_next(walled, monkeypatch):
    topic, author, reader = walled

    @async_to_sync
    async def scenario():
        async with Reader(topic, reader, since=1) as page:
            await page.hello()
            with monkeypatch.context() as lost:
                lost.setattr(events, "hint", lambda group: None)
                await later(posting.reply, topic, by=author, content="One")
            await later(posting.reply, topic, by=author, content="Two")
            return await page.events(2)

    assert [frame["seq"] for frame in scenario()] == [2, 3]


def test_a_hint_that_comes_twice_or_too_late_delivers_nothing_twice(walled):
    topic, author, reader = walled

    @async_to_sync
    async def scenario():
        async with Reader(topic, reader, since=1) as page:
            await page.hello()
            await later(posting.reply, topic, by=author, content="One")
            for _ in range(3):
                await later(events.hint, events.group_of(topic.pk))
            first = await page.events(1)
            await later(posting.reply, topic, by=author, content="Two")
            return first + await page.events(1)

    assert [frame["seq"] for frame in scenario()] == [2, 3]


def test_without_any_hint_the_rooms_own_clock_finds_the_news(walled, monkeypatch):
    topic, author, reader = walled
    monkeypatch.setattr(room, "BEAT", 0.2)
    monkeypatch.setattr(events, "hint", lambda group: None)

    @async_to_sync
    async def scenario():
        async with Reader(topic, reader, since=1) as page:
            await page.hello()
            await later(posting.reply, topic, by=author, content="One")
            return await page.events(1)

    assert scenario()[0]["seq"] == 2


def test_a_reader_resumes_from_where_they_were(walled):
    topic, author, reader = walled
    for text in ("One", "Two", "Three"):
        posting.reply(topic, by=author, content=text)

    @async_to_sync
    async def scenario():
        async with Reader(topic, reader, since=2) as page:
            caught_up = await page.events(2)
            assert (await page.hello())["seq"] == 4
            await page.say({"type": "resume", "since": 3})
            return caught_up + await page.events(1)

    assert [frame["seq"] for frame in scenario()] == [3, 4, 4]


def test_a_reader_too_far_behind_is_told_to_load_the_page(walled, monkeypatch):
    from forum.live import log

    topic, author, reader = walled
    monkeypatch.setattr(log, "LONGEST_RESUME", 2)
    for text in ("One", "Two", "Three"):
        posting.reply(topic, by=author, content=text)

    @async_to_sync
    async def scenario():
        async with Reader(topic, reader, since=0) as page:
            return await page.next()

    assert scenario() == {"type": "reload"}


@pytest.mark.parametrize("first", [True, False])
def test_a_number_that_was_never_given_out_is_answered_with_load_the_page_and_deafens_nobody(
    walled, first
):
    topic, author, reader = walled
    ahead = 2**52

    @async_to_sync
    async def scenario():
        async with Reader(topic, author, since=ahead if first else 1) as one:
            if first:
                assert await one.next() == {"type": "reload"}
            else:
                await one.hello()
                await one.say({"type": "resume", "since": ahead})
                assert await one.next() == {"type": "reload"}
            async with Reader(topic, reader, since=1) as other:
                await other.hello()
                await later(posting.reply, topic, by=author, content="Hear me")
                (event,) = await other.events(1)
        return event

    assert "Hear me" in scenario()["html"]


def test_a_post_removed_meanwhile_comes_without_its_words(walled):
    topic, author, reader = walled
    reply = posting.reply(topic, by=author, content="Regretted words")
    posting.remove(reply, by=author)

    @async_to_sync
    async def scenario():
        async with Reader(topic, reader, since=1) as page:
            return await page.events(2)

    posted, removed = scenario()
    assert posted["html"] is None
    assert removed["kind"] == "removed"
    assert "Regretted" not in json.dumps([posted, removed])


def test_the_page_and_the_event_render_a_post_alike(walled, signed_in):
    topic, author, reader = walled

    @async_to_sync
    async def scenario():
        async with Reader(topic, reader, since=1) as page:
            await page.hello()
            await later(posting.reply, topic, by=author, content="Same *words*")
            return (await page.events(1))[0]["html"]

    html = scenario()

    page = signed_in(reader).get(f"/threads/{topic.pk}/").content.decode()
    assert " ".join(html.split()) in " ".join(page.split())
    assert "csrf" not in html


@pytest.mark.parametrize("held", [0, 1, 300])
def test_a_reader_five_hundred_events_behind_loads_the_page_and_is_live_again(walled, held):
    topic, author, reader = walled
    first = topic.first_post
    Event.objects.bulk_create(
        Event(thread_id=topic.pk, seq=seq, kind=Event.Kind.EDITED, post=first)
        for seq in range(2, 502)
    )
    Thread.objects.filter(pk=topic.pk).update(seq=501)

    @async_to_sync
    async def scenario():
        async with Reader(topic, reader, since=held) as behind:
            assert await behind.next() == {"type": "reload"}
        client = Client()
        await later(client.force_login, reader)
        page = await later(client.get, f"/threads/{topic.pk}/")
        async with Reader(topic, reader, since=page.context["since"]) as again:
            assert (await again.hello())["seq"] == 501
            await later(posting.reply, topic, by=author, content="After all that")
            return await again.events(1)

    assert [frame["seq"] for frame in scenario()] == [502]


def test_a_layer_that_forgets_everything_in_the_middle_loses_nothing(walled, monkeypatch):
    topic, author, reader = walled
    monkeypatch.setattr(room, "BEAT", 0.2)

    @async_to_sync
    async def scenario():
        async with Reader(topic, reader, since=1) as page:
            await page.hello()
            await later(posting.reply, topic, by=author, content="Before")
            seen = await page.events(1)
            await get_channel_layer().flush()
            for text in ("While it forgot", "After"):
                await later(posting.reply, topic, by=author, content=text)
            seen += await page.events(2)
            await later(posting.reply, topic, by=author, content="Later")
            return seen + await page.events(1)

    assert [frame["seq"] for frame in scenario()] == [2, 3, 4, 5]


@pytest.fixture
def open_thread(
    make_space, make_thread, make_participant, make_facilitator, make_person, cohort, audiences
):
    """`(topic, reader, change)`: a thread of all members, and what may become of it."""
    author, facilitator = make_participant(cohort), make_facilitator(cohort)
    reader = make_person(Role.Kind.COORDINATOR)
    space = make_space(Audience.Kind.MEMBERS)
    walled_space = make_space(Audience.Kind.COHORT, cohort)
    topic = make_thread(space, author, "Opening words")
    target = make_thread(space, author, "Another thread")

    def change(what):
        if what == "moved to a space of fewer":
            arranging.move(topic, walled_space, by=facilitator)
        elif what == "merged into another":
            joining.merge(topic, target, by=facilitator)
        elif what == "removed by its author":
            posting.remove(topic.first_post, by=author)
        else:
            arranging.take_away(topic.first_post, by=facilitator)

    return topic, reader, change


MEANWHILE = (
    "moved to a space of fewer", "merged into another", "removed by its author",
    "removed by a facilitator",
)  # fmt: skip


@pytest.mark.parametrize("what", MEANWHILE)
def test_whoever_comes_back_to_a_thread_that_is_not_theirs_any_more_is_refused(open_thread, what):
    topic, reader, change = open_thread

    @async_to_sync
    async def scenario():
        async with Reader(topic, reader, since=1) as before:
            await before.hello()
        await later(change, what)
        back = Reader(topic, reader, since=1)
        answer = await back.connect()
        await back.socket.wait()
        return answer

    assert scenario() == (False, 1000)


@pytest.mark.parametrize("what", MEANWHILE)
def test_whoever_is_there_as_it_goes_is_told_no_word_of_it_and_ends(open_thread, what, monkeypatch):
    topic, reader, change = open_thread
    monkeypatch.setattr(room, "BEAT", 0.2)

    @async_to_sync
    async def scenario():
        async with Reader(topic, reader, since=1) as page:
            await page.hello()
            await later(change, what)
            told = []
            while (message := await page.socket.receive_output(timeout=5))["type"] != (
                "websocket.close"
            ):
                told.append(json.loads(message["text"]))
            return told, message["code"]

    told, code = scenario()
    assert code == 4404
    assert {frame["kind"] for frame in told} <= {"moved", "closed"}
    assert not any("html" in frame for frame in told)
    if what == "moved to a space of fewer":
        assert told == []


def test_a_thread_that_moved_within_its_audience_is_resumed_where_it_is(
    walled, make_space, make_facilitator, cohort
):
    topic, author, reader = walled
    target = make_space(Audience.Kind.COHORT, cohort)
    facilitator = make_facilitator(cohort)

    @async_to_sync
    async def scenario():
        async with Reader(topic, reader, since=1) as before:
            await before.hello()
        await later(arranging.move, topic, target, by=facilitator)
        await later(posting.reply, topic, by=author, content="Here")
        async with Reader(topic, reader, since=1) as page:
            return await page.events(2)

    assert [frame["kind"] for frame in scenario()] == ["moved", "posted"]


# --- Refusals -----------------------------------------------------------------------------------


def test_every_refusal_is_one_and_the_same(
    walled, make_person, make_participant, make_facilitator, cohort, other_cohort
):
    topic, _author, reader = walled
    director = make_person(Role.Kind.DIRECTOR)
    former, promoted, supervisor = (make_participant(cohort) for _ in range(3))
    roster.leave(former, cohort, by=None)
    make_person.appoint(promoted, Role.Kind.DIRECTOR)
    make_person(Role.Kind.COORDINATOR, supervisor=supervisor)
    superuser = make_person()
    Person.objects.filter(pk=superuser.pk).update(is_superuser=True)
    foreign = [(b"origin", b"http://elsewhere.example"), (b"host", b"testserver")]
    refused = {
        "visitor": Reader(topic),
        "director": Reader(topic, director),
        "superuser": Reader(topic, superuser),
        "member": Reader(topic, make_person()),
        "former member": Reader(topic, former),
        "director who was a coordinator": Reader(topic, promoted),
        "supervisor who takes part": Reader(topic, supervisor),
        "expert": Reader(topic, make_person(Role.Kind.EXPERT)),
        "editor": Reader(topic, make_person(Role.Kind.EDITOR)),
        "steward": Reader(topic, make_person(Role.Kind.STEWARD)),
        "facilitator of another cohort": Reader(topic, make_facilitator(other_cohort)),
        "other cohort": Reader(topic, make_participant(other_cohort)),
        "missing thread": Reader(999_999, reader),
        "huge number": Reader(topic, reader, path="/live/threads/99999999999999999999999/"),
        "unknown address": Reader(topic, reader, path="/live/nothing/here/"),
        "from another site": Reader(topic, reader, headers=foreign),
        "without an origin": Reader(topic, reader, headers=[(b"host", b"testserver")]),
    }

    @async_to_sync
    async def scenario():
        answers = {}
        for name, page in refused.items():
            answers[name] = await page.connect()
        await asyncio.gather(*(page.socket.wait() for page in refused.values()))
        async with Reader(topic, reader) as page:
            await page.hello()
        return answers

    assert set(scenario().values()) == {(False, 1000)}


@pytest.mark.parametrize("told", [True, False], ids=["told", "message lost"])
@pytest.mark.parametrize(
    "change",
    ["promoted", "supervises", "left the cohort", "deactivated", "signed out", "new password",
     "session gone"],
)  # fmt: skip
def test_whoever_lost_access_gets_nothing_written_after_that(
    walled, change, told, make_person, program, worksite, monkeypatch
):
    topic, author, reader = walled
    subordinate = make_person()
    membership = Membership.objects.get(person=reader)
    reader.set_password(PASSWORD)
    reader.save()
    client = Client()
    client.force_login(reader)
    cookie = client.cookies["sessionid"].value

    def lose():
        if change == "promoted":
            roster.appoint(reader, Role.Kind.DIRECTOR, by=None, program=program)
        elif change == "supervises":
            roster.appoint(
                subordinate,
                Role.Kind.COORDINATOR,
                by=None,
                worksite=worksite,
                supervisor=reader,
            )
        elif change == "left the cohort":
            roster.leave(reader, membership.cohort, by=None)
        elif change == "deactivated":
            roster.deactivate(reader, by=None)
        elif change == "signed out":
            client.post("/accounts/logout/")
        elif change == "new password":
            client.post(
                "/accounts/password/change/",
                {"oldpassword": PASSWORD, "password1": ANOTHER, "password2": ANOTHER},
            )
            assert Person.objects.get(pk=reader.pk).check_password(ANOTHER)
        else:
            Session.objects.filter(pk=cookie).delete()

    from forum.live import receivers

    @async_to_sync
    async def scenario():
        page = Reader(topic, headers=[*HOST, (b"cookie", f"sessionid={cookie}".encode())], since=1)
        async with page, Reader(topic, author, since=1) as witness:
            await page.hello()
            await witness.hello()
            with monkeypatch.context() as lost:
                if not told:
                    lost.setattr(receivers, "hint", lambda group: None)
                await later(lose)
            await later(posting.reply, topic, by=author, content="Not for them")
            assert (await witness.events(1))[0]["kind"] == "posted"
            return await page.closed()

    if change == "session gone":
        # Nothing announces this: the room's own clock asks again, within one beat.
        monkeypatch.setattr(room, "BEAT", 0.1)

        @async_to_sync
        async def by_the_clock():
            headers = [*HOST, (b"cookie", f"sessionid={cookie}".encode())]
            async with Reader(topic, headers=headers, since=1) as page:
                await page.hello()
                await later(lose)
                return await page.closed()

        assert by_the_clock() == 4404
    else:
        assert scenario() == 4404


def test_a_membership_that_ends_by_the_clock_ends_the_socket(walled, monkeypatch):
    import time_machine

    topic, author, reader = walled
    Membership.objects.filter(person=reader).update(ends_at=timezone.now() + timedelta(hours=1))

    @async_to_sync
    async def scenario():
        async with Reader(topic, reader, since=1) as page:
            await page.hello()
            with time_machine.travel(timezone.now() + timedelta(hours=2), tick=True):
                await later(posting.reply, topic, by=author, content="Too late for them")
                return await page.closed()

    assert scenario() == 4404


def test_an_end_that_was_set_while_looking_holds_at_delivery(walled):
    import time_machine

    topic, author, reader = walled
    cohort = Membership.objects.get(person=reader).cohort

    @async_to_sync
    async def scenario():
        async with Reader(topic, reader, since=1) as page:
            await page.hello()
            end = timezone.now() + timedelta(hours=1)
            await later(roster.enrol, reader, cohort, by=None, ends_at=end)
            await later(posting.reply, topic, by=author, content="Still in time")
            assert (await page.events(1))[0]["seq"] == 2
            with time_machine.travel(end + timedelta(minutes=1), tick=True):
                await later(posting.reply, topic, by=author, content="Too late for them")
                return await page.closed()

    assert scenario() == 4404


def test_a_socket_under_the_glass_opens_and_ends_with_its_hour(walled, make_person, monkeypatch):
    import time_machine

    topic, author, _reader = walled
    steward, space = make_person(Role.Kind.STEWARD), topic.forum.space
    monkeypatch.setattr(room, "BEAT", 0.1)

    @async_to_sync
    async def scenario():
        before, _ = await Reader(topic, steward).connect()
        await later(breaking.break_glass, space, by=steward, reason="x", told="x")
        async with Reader(topic, steward, since=1) as page:
            await page.hello()
            await later(posting.reply, topic, by=author, content="While they look")
            seen = await page.events(1)
            # Nobody says anything any more: the room's own clock ends it within one beat.
            with time_machine.travel(timezone.now() + timedelta(minutes=61), tick=True):
                return before, seen[0]["kind"], await page.closed()

    assert scenario() == (False, "posted", 4404)


def test_a_glass_that_is_mended_early_ends_its_socket_before_another_word(walled, make_person):
    topic, author, _reader = walled
    steward = make_person(Role.Kind.STEWARD)
    broken = breaking.break_glass(topic.forum.space, by=steward, reason="x", told="x")

    @async_to_sync
    async def scenario():
        async with Reader(topic, steward, since=1) as page:
            await page.hello()
            await later(breaking.end, broken, by=steward)
            await later(posting.reply, topic, by=author, content="Not for them")
            return await page.closed()

    assert scenario() == 4404


@pytest.mark.parametrize(
    "noise",
    [" ", "not json", "[]", "{}", '{"type": "resume"}', '{"type": "resume", "since": -1}',
     '{"type": "resume", "since": 1e400}', '{"type": "resume", "since": true}', "x" * 300,
     "[" * 200],
)  # fmt: skip
def test_noise_closes_the_socket_and_harms_nobody_else(walled, noise):
    topic, author, reader = walled

    @async_to_sync
    async def scenario():
        async with (
            Reader(topic, reader, since=1) as loud,
            Reader(topic, author, since=1) as calm,
        ):
            await loud.hello()
            await calm.hello()
            await loud.socket.send_to(text_data=noise)
            code = await loud.closed()
            await later(posting.reply, topic, by=author, content="Still here")
            return code, (await calm.events(1))[0]["seq"]

    assert scenario() == (4400, 2)


def test_a_beat_is_answered_with_where_the_thread_is(walled):
    topic, _author, reader = walled

    @async_to_sync
    async def scenario():
        async with Reader(topic, reader, since=1) as page:
            await page.hello()
            await page.say({"type": "beat"})
            return await page.next()

    assert scenario() == {"type": "beat", "seq": 1}


@pytest.mark.parametrize("second_factor", [True, False])
def test_queries_for_an_event_do_not_grow_with_readers(
    walled, make_participant, make_facilitator, cohort, settings, second_factor
):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from forum.live import log, seats

    settings.STAFF_SECOND_FACTOR = second_factor
    topic, author, _reader = walled
    for number in range(3):
        posting.reply(topic, by=author, content=f"Number {number}")

    def cost(count):
        people = [make_participant(cohort) for _ in range(count)] + [make_facilitator(cohort)]
        crowd = [seats.claim(person, cookie_of(person)) for person in people]
        with CaptureQueriesContext(connection) as captured:
            log.news(topic.pk, 1)
            log.news_for_each(topic.pk, {number % 4 for number in range(count)})
            held = seats.still_taken(topic.pk, crowd)
        assert set(held) == set(crowd)
        return len(captured)

    cost(1)
    assert cost(2) == cost(20)


def test_readers_who_hold_different_numbers_are_each_told_what_they_miss(walled, monkeypatch):
    from forum.live import log

    monkeypatch.setattr(log, "LONGEST_RESUME", 3)
    topic, author, _reader = walled
    for number in range(5):
        posting.reply(topic, by=author, content=f"Number {number}")

    found = log.news_for_each(topic.pk, {0, 2, 3, 5, 6, 7, 2**52})

    assert {
        since: "reload" if news.too_far else [frame["seq"] for frame in news.frames]
        for since, news in found.items()
    } == {0: "reload", 2: "reload", 3: [4, 5, 6], 5: [6], 6: [], 7: "reload", 2**52: "reload"}


def test_whoever_asks_at_the_same_time_is_answered_by_one_reading():
    from forum.live.together import Together

    readings = []

    def read(questions):
        readings.append(questions)
        if "broken" in questions:
            raise ConnectionError
        return {question: question * 2 for question in questions}

    @async_to_sync
    async def scenario():
        together = Together(read)
        many = await asyncio.gather(*(together.ask(number % 40) for number in range(80)))
        with pytest.raises(ConnectionError):
            await together.ask("broken")
        gone = asyncio.ensure_future(together.ask(1))
        gone.cancel()
        return many, await together.ask(21)

    many, after = scenario()
    assert many == [number % 40 * 2 for number in range(80)]
    assert after == 42
    assert readings[:2] == [set(range(40)), {"broken"}]


def test_a_room_without_readers_is_gone(walled):
    topic, _author, reader = walled

    @async_to_sync
    async def scenario():
        async with Reader(topic, reader) as page:
            await page.hello()
            within = dict(room._rooms[asyncio.get_running_loop()])
        return within, dict(room._rooms[asyncio.get_running_loop()])

    within, after = scenario()
    assert list(within) == [topic.pk]
    assert after == {}


def test_a_layer_that_is_away_never_fails_a_post(walled, monkeypatch):
    topic, author, _reader = walled

    class Away:
        async def group_send(self, group, message):
            raise ConnectionError

    monkeypatch.setattr(events, "get_channel_layer", Away)

    posting.reply(topic, by=author, content="Kept all the same")

    assert Event.objects.filter(thread_id=topic.pk).count() == 2
    assert Thread.objects.get(pk=topic.pk).seq == 2


def test_sessions_name_their_person(walled):
    """Guards the helper above: the cookie signs in whom it says."""
    _topic, author, _reader = walled

    session = Session.objects.get(pk=cookie_of(author))

    assert session.get_decoded()[SESSION_KEY] == str(author.pk)
