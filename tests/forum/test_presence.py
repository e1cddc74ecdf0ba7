"""Who is in a thread and who is writing, through the socket: counted, by name for whoever lets
themselves be named, and told to nobody who may not read."""

import asyncio
import json
import random
import string
from weakref import WeakKeyDictionary

import pytest
from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.db import connection
from django.test.utils import CaptureQueriesContext

from community import profiles, roster
from community.directory.models import Card
from community.models import Audience, Role
from forum import posting
from forum.glass import breaking
from forum.live import company, events, presence, room, sockets
from tests.forum.test_live import Reader, later

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def quick(monkeypatch, epoch_row):
    monkeypatch.setattr(company, "PACE", 0.05)
    monkeypatch.setattr(company, "TYPING_PACE", 0.05)


@pytest.fixture
def hall(make_space, make_thread, make_participant, cohort):
    """`(topic, maya, fern)`: a thread in a cohort's space, and two who may read and write in it;
    Maya lets herself be named."""
    maya, fern = make_participant(cohort, name="Maya M"), make_participant(cohort, name="Fern F")
    profiles.be_named_here(maya, by=maya, named=True)
    topic = make_thread(make_space(Audience.Kind.COHORT, cohort), maya, "Opening words")
    return topic, maya, fern


@pytest.fixture
def another_process(monkeypatch):
    """Whoever enters from now on is seated as another process would seat them."""
    return lambda: monkeypatch.setattr(room, "_rooms", WeakKeyDictionary())


class Sitter(Reader):
    """A reader who asked who is here."""

    async def __aenter__(self):
        await super().__aenter__()
        await self.hello()
        await self.say({"type": "here"})
        return self

    async def told(self, kind):
        frame = await self.next()
        while frame["type"] != kind:
            frame = await self.next()
        return frame

    async def sees(self, count, *names):
        """Wait until they are told exactly this."""
        frame = await self.told("here")
        while (frame["count"], [name for _pk, name in frame["named"]]) != (count, list(names)):
            frame = await self.told("here")
        return frame

    async def hears_nothing(self, kind):
        """A beat is answered after everything that was written before it."""
        await self.say({"type": "beat"})
        frame = await self.next()
        while frame["type"] != "beat":
            assert frame["type"] != kind, frame
            frame = await self.next()


def sit(topic, person):
    return Sitter(topic, person, since=1)


# --- Who is here --------------------------------------------------------------------------------


def test_all_are_counted_and_only_who_agreed_is_named(hall):
    topic, maya, fern = hall

    @async_to_sync
    async def scenario():
        async with sit(topic, maya) as one:
            alone = await one.sees(1, "Maya M")
            async with sit(topic, fern) as other:
                await one.sees(2, "Maya M")
                together = await other.sees(2, "Maya M")
            await one.sees(1, "Maya M")
            return alone, together

    alone, together = scenario()
    assert alone == {"type": "here", "count": 1, "named": [[maya.pk, "Maya M"]]}
    assert together == alone | {"count": 2}


def test_nobody_is_named_before_they_said_so_and_from_then_on_at_once(hall, signed_in):
    topic, maya, fern = hall
    browser = signed_in(fern)

    @async_to_sync
    async def scenario():
        async with sit(topic, maya) as one, sit(topic, fern):
            await one.sees(2, "Maya M")
            await later(browser.post, "/me/here/", {"named": "yes"})
            await one.sees(2, "Fern F", "Maya M")
            await later(browser.post, "/me/here/", {"named": "no"})
            await one.sees(2, "Maya M")

    scenario()


def test_several_tabs_of_one_person_count_once(hall):
    topic, maya, fern = hall

    @async_to_sync
    async def scenario():
        async with sit(topic, maya) as one, sit(topic, fern):
            async with sit(topic, fern) as tab:
                await tab.sees(2, "Maya M")
            await one.sees(2, "Maya M")
            async with sit(topic, maya) as again:
                return await again.told("here")

    assert scenario()["count"] == 2


def test_who_did_not_ask_is_counted_and_told_nothing(hall):
    topic, maya, fern = hall

    @async_to_sync
    async def scenario():
        async with Reader(topic, fern, since=1) as quiet, sit(topic, maya) as one:
            await quiet.hello()
            await one.sees(2, "Maya M")
            await quiet.say({"type": "beat"})
            return await quiet.next()

    assert scenario()["type"] == "beat"


def test_a_steward_under_the_glass_is_neither_counted_nor_told(hall, make_person):
    topic, maya, fern = hall
    steward = make_person(Role.Kind.STEWARD, name="Stew")
    profiles.be_named_here(steward, by=steward, named=True)
    breaking.break_glass(topic.forum.space, by=steward, reason="x", told="x")

    @async_to_sync
    async def scenario():
        async with sit(topic, steward) as looking, sit(topic, maya) as one:
            await one.sees(1, "Maya M")
            async with sit(topic, fern):
                await one.sees(2, "Maya M")
                await looking.say({"type": "typing"})
                await one.hears_nothing("typing")
            await one.sees(1, "Maya M")
            await looking.hears_nothing("here")

    scenario()


@pytest.mark.parametrize("told", [True, False], ids=["told", "message lost"])
def test_who_lost_access_is_gone_from_it_and_hears_no_more(hall, program, told, monkeypatch):
    from forum.live import receivers

    topic, maya, fern = hall
    profiles.be_named_here(fern, by=fern, named=True)

    @async_to_sync
    async def scenario():
        async with sit(topic, maya) as one, sit(topic, fern) as other:
            await one.sees(2, "Fern F", "Maya M")
            await other.sees(2, "Fern F", "Maya M")
            with monkeypatch.context() as lost:
                if not told:
                    lost.setattr(receivers, "hint", lambda group, of="": None)
                await later(roster.appoint, fern, Role.Kind.DIRECTOR, by=None, program=program)
            await one.say({"type": "here"})
            await one.sees(1, "Maya M")
            return await other.closed()

    assert scenario() == 4404


def test_a_member_who_closed_their_account_is_not_named(hall):
    topic, maya, fern = hall
    roster.deactivate(maya, by=None)

    found = presence.read(topic.pk, [maya.pk, fern.pk])

    assert (found.people, found.named) == ({fern.pk}, ())


def test_what_is_read_does_not_cost_more_with_more_readers(hall, make_participant, cohort):
    topic, maya, fern = hall
    crowd = [make_participant(cohort).pk for _ in range(20)]
    Card.objects.bulk_create(Card(person_id=pk, here_by_name=True) for pk in crowd)
    presence.read(topic.pk, [maya.pk])

    def cost(people):
        with CaptureQueriesContext(connection) as captured:
            found = presence.read(topic.pk, people)
        return len(captured), found

    few, many = cost([maya.pk, fern.pk]), cost([maya.pk, fern.pk, *crowd])
    assert few[0] == many[0] <= 5
    assert len(many[1].people) == 22
    assert len(many[1].named) == presence.MOST_NAMED


# --- Saying whether one is named ----------------------------------------------------------------

HERE = "/me/here/"
JSON = {"accept": "application/json"}


def is_named(person):
    return Card.objects.filter(person=person, here_by_name=True).exists()


@pytest.mark.parametrize("headers", [{}, JSON], ids=["form", "script"])
def test_a_visitor_is_sent_to_sign_in_and_a_member_is_not(headers, hall, client, signed_in):
    _topic, _maya, fern = hall

    for way in ("get", "post", "put"):
        sent = getattr(client, way)(HERE, headers=headers)
        assert (sent.status_code, sent["Location"]) == (302, f"/accounts/login/?next={HERE}")
    client.post(HERE, {"named": "yes"}, headers=headers)
    assert not is_named(fern)

    assert signed_in(fern).get(HERE, headers=headers).status_code == 200
    answer = signed_in(fern).post(HERE, {"named": "yes"}, headers=headers)
    assert answer.status_code == (200 if headers else 302)
    assert is_named(fern)


@pytest.mark.parametrize("headers", [{}, JSON], ids=["form", "script"])
def test_without_its_token_it_is_refused(headers, hall, client):
    _topic, _maya, fern = hall
    strict = type(client)(enforce_csrf_checks=True)
    strict.force_login(fern)
    strict.get(HERE)
    token = strict.cookies["csrftoken"].value

    refused = strict.post(HERE, {"named": "yes"}, headers=headers)
    assert refused.status_code == 403
    assert "Please send that again" in refused.content.decode()
    assert not is_named(fern)

    strict.post(HERE, {"named": "yes", "csrfmiddlewaretoken": token}, headers=headers)
    assert is_named(fern)


@pytest.mark.parametrize("way", ["put", "patch", "delete", "options"])
def test_by_another_method_it_is_refused_and_changes_nothing(way, hall, signed_in):
    _topic, maya, fern = hall

    for person in (maya, fern):
        answer = getattr(signed_in(person), way)(HERE, b"named=yes")
        assert (answer.status_code, answer["Allow"]) == (405, "GET, HEAD, POST")
    assert (is_named(maya), is_named(fern)) == (True, False)


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b'{"named": "yes"}', "application/json"),
        (b"\xff\xfe=\x00", "application/x-www-form-urlencoded"),
        (b"named=YES", "application/x-www-form-urlencoded"),
        (b"named=1&named=", "application/x-www-form-urlencoded"),
        (b"", "application/x-www-form-urlencoded"),
    ],
)
@pytest.mark.parametrize("headers", [{}, JSON], ids=["form", "script"])
def test_whatever_does_not_say_yes_names_nobody(headers, body, kind, hall, signed_in):
    _topic, maya, fern = hall

    for person in (maya, fern):
        answer = signed_in(person).post(HERE, body, content_type=kind, headers=headers)
        assert answer.status_code == (200 if headers else 302)
        if headers:
            assert answer.json() == {"named": False}
        assert not is_named(person)


def test_a_body_that_breaks_off_is_refused_and_changes_nothing(hall, signed_in):
    _topic, maya, fern = hall

    for person in (maya, fern):
        for headers in ({}, JSON):
            kind = "multipart/form-data"  # without its boundary
            answer = signed_in(person).post(HERE, b"--x", content_type=kind, headers=headers)
            assert answer.status_code == 400
    assert (is_named(maya), is_named(fern)) == (True, False)


# --- Several processes --------------------------------------------------------------------------


def test_processes_count_each_others_readers_once(hall, another_process):
    topic, maya, fern = hall

    @async_to_sync
    async def scenario():
        async with sit(topic, maya) as here:
            await here.sees(1, "Maya M")
            another_process()
            async with sit(topic, fern) as there, sit(topic, maya):
                await there.sees(2, "Maya M")
                await here.sees(2, "Maya M")
            await here.sees(1, "Maya M")

    scenario()


def test_the_readers_of_a_process_that_crashed_vanish(hall, monkeypatch):
    topic, maya, fern = hall
    monkeypatch.setattr(company, "LASTS", 0.3)

    @async_to_sync
    async def scenario():
        async with sit(topic, maya) as one:
            await one.sees(1, "Maya M")
            await get_channel_layer().group_send(
                events.group_of(topic.pk),
                {"type": "here", "key": "crashed", "people": [fern.pk], "asks": False},
            )
            await one.sees(2, "Maya M")
            await one.sees(1, "Maya M")

    scenario()


def test_a_process_that_says_so_again_in_time_keeps_its_readers(hall, monkeypatch):
    assert company.BEAT * 2 < company.LASTS < 60
    topic, maya, fern = hall
    monkeypatch.setattr(company, "BEAT", 0.1)
    heard, both = [], sorted([maya.pk, fern.pk])
    hear = company.Company.hear

    def listen_in(self, message):
        heard.append(message["people"])
        hear(self, message)

    monkeypatch.setattr(company.Company, "hear", listen_in)

    @async_to_sync
    async def scenario():
        async with sit(topic, maya) as one, sit(topic, fern):
            await one.sees(2, "Maya M")
            # What was said before both sat here may still be on its way.
            async with asyncio.timeout(60):
                while not heard or heard[-1] != both:
                    await asyncio.sleep(0)
                heard.clear()
                while len(heard) < 3:
                    await asyncio.sleep(0)
            await one.hears_nothing("here")

    scenario()
    assert heard[:3] == [both] * 3


def test_no_beat_writes_to_the_database(hall, monkeypatch):
    topic, maya, fern = hall
    monkeypatch.setattr(company, "BEAT", 0.01)
    reads = []
    read = presence.read

    def watched(*args):
        with CaptureQueriesContext(connection) as captured:
            found = read(*args)
        reads.append([query["sql"] for query in captured])
        return found

    monkeypatch.setattr(presence, "read", watched)

    @async_to_sync
    async def scenario():
        async with sit(topic, maya) as one, sit(topic, fern):
            await one.sees(2, "Maya M")
            while len(reads) < 5:
                await asyncio.sleep(0)

    scenario()
    statements = [sql for each in reads for sql in each]
    assert statements
    assert all(sql.startswith("SELECT") for sql in statements)


def test_many_who_come_at_once_are_few_frames(hall, monkeypatch, make_participant, cohort):
    topic, maya, _fern = hall
    crowd = [make_participant(cohort) for _ in range(12)]
    monkeypatch.setattr(company, "PACE", 1)

    @async_to_sync
    async def scenario():
        frames = 0
        async with sit(topic, maya) as one:
            await one.sees(1, "Maya M")
            pages = [Reader(topic, person, since=1) for person in crowd]
            for page in pages:
                await page.connect()
            while (await one.told("here"))["count"] < 13:
                frames += 1
            for page in pages:
                await page.socket.disconnect()
        return frames

    assert scenario() < 12


# --- Who is writing -----------------------------------------------------------------------------


def test_who_is_writing_is_told_to_the_others_by_name_or_without(hall):
    topic, maya, fern = hall

    @async_to_sync
    async def scenario():
        async with sit(topic, maya) as one, sit(topic, fern) as other:
            await one.sees(2, "Maya M")
            await other.sees(2, "Maya M")
            await one.say({"type": "typing"})
            named = await other.told("typing")
            await other.say({"type": "typing"})
            nameless = await one.told("typing")
            await other.hears_nothing("typing")
            return named, nameless

    named, nameless = scenario()
    assert named == {"type": "typing", "person": [maya.pk, "Maya M"]}
    assert nameless == {"type": "typing"}


def test_who_may_not_write_there_is_not_heard(hall, make_facilitator, cohort):
    topic, maya, fern = hall
    posting.lock(topic, by=make_facilitator(cohort))

    @async_to_sync
    async def scenario():
        async with sit(topic, maya) as one, sit(topic, fern) as other:
            await one.sees(2, "Maya M")
            await other.sees(2, "Maya M")
            await one.say({"type": "typing"})
            await one.hears_nothing("typing")
            await other.hears_nothing("typing")

    scenario()


def test_typing_more_often_says_it_no_more_often(hall, monkeypatch):
    topic, maya, fern = hall
    monkeypatch.setattr(company, "TYPING_PACE", 60)

    @async_to_sync
    async def scenario():
        async with sit(topic, maya) as one, sit(topic, fern) as other:
            await one.sees(2, "Maya M")
            await other.sees(2, "Maya M")
            for _ in range(5):
                await one.say({"type": "typing"})
            await other.told("typing")
            await one.hears_nothing("typing")
            await other.hears_nothing("typing")

    scenario()


# --- Limits -------------------------------------------------------------------------------------


def test_the_oldest_of_too_many_sockets_gives_way_to_the_newest(hall, monkeypatch):
    topic, maya, fern = hall
    monkeypatch.setattr(sockets, "MOST", 2)

    @async_to_sync
    async def scenario():
        async with sit(topic, fern) as other:
            tabs = [Reader(topic, maya, since=1) for _ in range(3)]
            for tab in tabs:
                await tab.connect()
                await tab.hello()
            code = await tabs[0].closed()
            await later(posting.reply, topic, by=fern, content="Still heard")
            heard = [(await tab.events(1))[0]["seq"] for tab in (*tabs[1:], other)]
            seated = len(next(iter(room._rooms[asyncio.get_running_loop()].values())).readers)
            for tab in tabs:
                await tab.socket.disconnect()
            held = dict(sockets._held[asyncio.get_running_loop()])
        return code, heard, seated, list(held)

    assert scenario() == (4409, [2, 2, 2], 3, [fern.pk])


def noises(count):
    """Frames that a broken or hostile browser might send, the same each time."""
    dice = random.Random(4)
    kinds = ["beat", "resume", "here", "typing", "event", "", None, 1, [], {}, "\ud83d", "x" * 90]
    numbers = [0, 1, -1, 2**53, 2**64, 1.5, True, None, "1", [], {}, float("nan"), "9" * 200]
    marks = string.printable + "\x00\u202e\ud800é"
    for _ in range(count):
        shape = dice.randrange(4)
        if shape == 0:
            yield {"bytes_data": dice.randbytes(dice.randrange(300))}
        elif shape == 1:
            yield {"text_data": "".join(dice.choices(marks, k=dice.randrange(300)))}
        elif shape == 2:
            said = {"type": dice.choice(kinds), "since": dice.choice(numbers)}
            yield {"text_data": json.dumps(said)[: dice.choice([None, dice.randrange(40)])]}
        else:
            said = json.dumps([dice.choice(kinds)] * dice.randrange(9))
            yield {"text_data": dice.choice("[{\"'") * dice.randrange(300) + said}


def test_ten_thousand_malformed_frames_raise_nothing_and_harm_nobody(hall, monkeypatch, caplog):
    from forum.live import consumer

    topic, maya, fern = hall
    monkeypatch.setattr(consumer, "FRAMES_IN_A_MINUTE", 10**6)
    written = []
    found = []

    @async_to_sync
    async def scenario():
        async with sit(topic, fern) as calm:
            await calm.sees(1)
            async with Reader(topic, maya, since=1) as loud:
                await loud.hello()
                (rooms,) = room._rooms[asyncio.get_running_loop()].values()
                (victim,) = [one for one in rooms.readers if one.seat.person_id == maya.pk]

                async def send(message):
                    written.append(message["type"])

                monkeypatch.setattr(victim, "base_send", send)
                for noise in noises(10_000):
                    victim.ended = False
                    await victim.receive(**noise)
            await later(posting.reply, topic, by=maya, content="Still here")
            found.extend(await calm.events(1))

    scenario()
    assert found[0]["seq"] == 2
    assert written.count("websocket.close") > 9_000
    assert not [record for record in caplog.records if record.exc_info]


def test_noise_of_every_kind_is_answered_or_closed_at_the_front_door(hall):
    topic, maya, fern = hall

    @async_to_sync
    async def scenario():
        async with sit(topic, fern) as calm:
            for noise in noises(60):
                async with Reader(topic, maya, since=1) as loud:
                    await loud.hello()
                    await loud.socket.send_to(**noise)
                    await loud.say({"type": "beat"})
                    answer = await loud.socket.receive_output(timeout=5)
                    assert answer["type"] in ("websocket.send", "websocket.close")
            await later(posting.reply, topic, by=maya, content="Still here")
            return await calm.events(1)

    assert scenario()[0]["seq"] == 2
