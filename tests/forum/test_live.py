"""Live threads through the socket: in order, exactly once, and to nobody who may not read."""

import asyncio
import json
from datetime import timedelta

import pytest
from asgiref.sync import async_to_sync
from channels.db import database_sync_to_async
from channels.testing import WebsocketCommunicator
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from community import roster
from community.models import Audience, Epoch, Membership, Person, Role
from config.asgi import application
from forum import posting
from forum.live import events, room
from forum.live.models import Event, Thread

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
            await page.socket.wait()
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


def test_queries_for_an_event_do_not_grow_with_readers(
    walled, make_participant, cohort, django_assert_max_num_queries
):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from forum.live import log, seats

    topic, author, _reader = walled
    posting.reply(topic, by=author, content="One")

    def cost(count):
        crowd = [
            seats.Seat(make_participant(cohort).pk, f"key{n}", "hash", None) for n in range(count)
        ]
        with CaptureQueriesContext(
            connection,
        ) as captured:
            log.news(topic.pk, 1)
            seats.still_taken(topic.pk, crowd)
        return len(captured)

    assert cost(2) == cost(20)


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
