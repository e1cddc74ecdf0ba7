"""Resuming as a property: whatever is written, changed, removed, put back, locked and moved,
whoever comes and goes, whichever hints are lost, doubled or late and whoever is let in or out
meanwhile, each reader ends with what the page shows, and nobody is sent a word that was written
after they lost the right to read.

The same sequences each time; `RESUME_EXAMPLES=500` looks further, at others each time.
"""

import asyncio
import contextlib
import itertools
import json
import os

import pytest
from asgiref.sync import async_to_sync
from channels.db import database_sync_to_async
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from community import roster
from community.accounts import people_who_ask
from community.models import Audience, Cohort, Role
from forum import posting, threads
from forum.live import events, log, receivers, room, seats
from forum.live.models import Thread
from forum.moderation import arranging, undoing
from forum.moderation.models import Act
from forum.rendering import render_post
from forum.threads import Post

pytestmark = pytest.mark.django_db(transaction=True)

EXAMPLES = os.environ.get("RESUME_EXAMPLES")
DEPTH = settings(
    max_examples=int(EXAMPLES or 8),
    derandomize=not EXAMPLES,
    phases=[Phase.explicit, Phase.generate],
    database=None,
    deadline=None,
    report_multiple_bugs=False,
    suppress_health_check=list(HealthCheck),
)

READERS = 3
WAIT = 10  # seconds, where a reader that was forgotten would wait for ever
LONGEST_RESUME = 5

SAID = ("reply", "reply", "reply", "edit", "remove", "take away", "put back", "lock", "unlock")
ARRANGED = ("move", "pin", "take the thread away")
ROSTER = ("leaves", "enrols", "directs", "directs no more")
CONNECTION = ("goes", "hears nothing", "comes back", "comes back", "resumes", "turn")
steps = st.lists(
    st.tuples(
        st.sampled_from([*SAID, *SAID, *ARRANGED, *ROSTER, *ROSTER, *CONNECTION, *CONNECTION]),
        st.integers(0, 59),
        st.sampled_from(["told", "told", "lost", "twice", "late"]),
    ),
    min_size=12,
    max_size=30,
)

# No room was told that somebody left: the next word must not reach them, nor what they ask for.
UNTOLD = (
    [("leaves", 0, "lost"), ("reply", 1, "told"), ("reply", 2, "told")],
    [("leaves", 0, "lost"), ("reply", 1, "lost"), ("resumes", 0, "told")],
    [("move", 0, "lost"), ("leaves", 0, "lost"), ("reply", 1, "told")],
)

_numbers = itertools.count(1)


def later(function, *args, **kwargs):
    return database_sync_to_async(function)(*args, **kwargs)


class Hints:
    """Stands where hints are given, and does to each what was drawn for it."""

    def __init__(self, monkeypatch):
        self.fate, self.late, self.give = "told", [], events.hint
        monkeypatch.setattr(events, "hint", self)
        monkeypatch.setattr(receivers, "hint", self)

    def __call__(self, group):
        if self.fate == "late":
            self.late.append(group)
        elif self.fate != "lost":
            for each in [group] * (2 if self.fate == "twice" else 1) + self.late:
                self.give(each)
            self.late = []


class Page:
    """What a browser shows, kept as thread.js keeps it: `posts` is `{key: HTML}` in their order."""

    def __init__(self, client, pk):
        answer = client.get(reverse("spaces:thread", args=[pk]))
        self.there = answer.status_code == 200
        if self.there:
            found = answer.context
            self.seq = found["since"]
            self.posts = {post.pk: render_post(post) for post in found["page_obj"].object_list}
            self.locked = found["topic"].is_locked
            assert not found["page_obj"].has_other_pages()

    def apply(self, frame):
        kind, key, html = frame["kind"], frame["post"], frame.get("html")
        if (kind == "posted" and html) or (kind == "edited" and html and key in self.posts):
            self.posts[key] = html
        elif kind == "changed" and key and html:
            self.posts = dict(sorted((self.posts | {key: html}).items()))
        elif kind == "removed":
            self.posts.pop(key, None)
        elif kind in ("locked", "unlocked"):
            self.locked = kind == "locked"


class Reader:
    """A browser with its page and its socket. The room knows of it what its interface says."""

    def __init__(self, person, pk):
        self.person, self.pk, self.client = person, pk, Client()
        self.client.force_login(person)
        asking = people_who_ask().get(pk=person.pk)
        self.seat = seats.claim(asking, self.client.session.session_key)
        self.room = None
        self.lost_at = (
            None  # the thread's number when they lost the right to read; None: they have it
        )
        self.told, self.ended = asyncio.Event(), True
        self.delivered = self.losses = 0
        self.wrong = []  # what a room raises, it logs: so it is kept here

    # --- What the room asks of it ---------------------------------------------------------------

    async def write(self, text):
        frame = json.loads(text)
        if frame["type"] == "event":
            # Whatever comes tells of what was written while they could read. That a thread is
            # closed says so, and nothing else.
            late = self.lost_at is not None and frame["seq"] > self.lost_at
            if late and frame["kind"] != "closed":
                self.wrong.append(f"written after {self.lost_at}, when they left: {frame}")
        if self.deaf:
            return
        if frame["type"] == "reload":
            self.behind = True
        elif frame["type"] == "event":
            self._receive(frame)
        self.told.set()

    async def end(self):
        self.ended = True
        self.told.set()

    def _receive(self, frame):
        if frame["seq"] <= self.page.seq:
            if not self.asked_again:
                self.wrong.append(f"doubled: {frame}")
            return
        if frame["seq"] != self.page.seq + 1:
            self.wrong.append(f"after {self.page.seq}: {frame}")
        self.page.seq = frame["seq"]
        self.page.apply(frame)
        self.delivered += 1
        if frame["kind"] == "closed":
            self.closed = True

    # --- What its person does -------------------------------------------------------------------

    async def come(self):
        """Load the page where there is none or it is at its end, and open its socket."""
        self.go()
        if self.ended:
            self.page = await later(Page, self.client, self.pk)
            if not self.page.there:
                return
        self.deaf = self.behind = self.closed = self.asked_again = False
        admitted, self.valid_until = await room.ask_at_the_door(self.pk, self.seat)
        self.ended, self.seq = not admitted, 0
        if admitted:
            self.room = await room.enter(self.pk, self, self.page.seq)

    def go(self):
        if self.room:
            self.room.leave(self)
            self.room = None

    async def hear(self):
        self.told.clear()
        try:
            await asyncio.wait_for(self.told.wait(), WAIT)
        except TimeoutError:
            self.wrong.append("is forgotten")
            self.ended = True

    def is_open(self):
        return self.room and not (self.ended or self.closed or self.deaf or self.behind)

    async def resume(self):
        if self.room and not self.ended:
            self.asked_again = True
            await self.room.catch_up(self, self.page.seq)

    async def be_up_to_date(self, seq):
        """Whoever still has a page open waits for `seq`; whoever was told to loads it anew."""
        while not self.ended and self.page.seq < seq:
            if not self.is_open():
                self.ended = self.behind or self.closed
                await self.come()
                continue
            await self.hear()


class Crowd:
    """A thread, those who write in it, and those who read it."""

    def __init__(self, hints, makers, walled):
        make_space, make_thread, make_participant, make_facilitator, region = makers
        number = next(_numbers)
        self.cohort = Cohort.objects.create(name=f"Cohort {number}", region=region, year=2026)
        roster.open_audience(Audience.Kind.COHORT, self.cohort)
        self.author = make_participant(self.cohort)
        self.facilitator = make_facilitator(self.cohort)
        self.program = self.author.roles.get().worksite.program
        self.spaces = [
            make_space(Audience.Kind.COHORT, self.cohort),
            make_space(Audience.Kind.COHORT, self.cohort),
            make_space(Audience.Kind.MEMBERS),
        ]
        space = self.spaces[0] if walled else self.spaces[2]
        self.pk = make_thread(space, self.author, "Opening words", "An answer").pk
        self.people = [make_participant(self.cohort) for _ in range(READERS)]
        self.hints = hints

    def act(self, act, number):
        reader = self.people[number % READERS]
        if act == "leaves":
            roster.leave(reader, self.cohort, by=None)
        elif act == "enrols":
            roster.enrol(reader, self.cohort, by=None)
        elif act == "directs":
            roster.appoint(reader, Role.Kind.DIRECTOR, by=None, program=self.program)
        elif act == "directs no more":
            roster.dismiss(reader, Role.Kind.DIRECTOR, by=None)
        elif act == "put back":
            found = Act.objects.filter(undone_at=None, topic=self.pk, verb__in=undoing.TAKERS)
            if found:
                undoing.undo(found[number % len(found)], by=self.facilitator)
        else:
            self.act_in_thread(act, number)

    def act_in_thread(self, act, number):
        by, topic = self.facilitator, threads.thread_for(self.facilitator, self.pk)
        shown = Post.objects.filter(topic=topic, approved=True).order_by("pk")
        if act == "reply":
            if topic.posts_count < threads.POSTS_ON_A_PAGE:
                posting.reply(topic, by=self.author, content=f"Reply {number}")
        elif act in ("lock", "unlock"):
            getattr(posting, act)(topic, by=by)
        elif act == "pin":
            (arranging.pin if number % 2 else arranging.unpin)(topic, by=by)
        elif act == "move":
            arranging.move(topic, self.spaces[number % 3], by=by)
        elif act == "take the thread away":
            if number % 4 == 0:
                arranging.take_away(threads.post_for(by, topic, topic.first_post_id), by=by)
        else:
            post = threads.post_for(by, topic, shown[number % len(shown)].pk)
            if act == "edit":
                posting.edit(post, by=by, content=f"Changed to {number}")
            elif post.pk != topic.first_post_id:
                remove, by = (
                    (posting.remove, self.author)
                    if act == "remove"
                    else (arranging.take_away, self.facilitator)
                )
                remove(post, by=by)

    def facts(self):
        """`(the thread's number, who may read it)`."""
        seq = Thread.objects.values_list("seq", flat=True).get(pk=self.pk)
        may_read = [
            threads.readable_by(people_who_ask().get(pk=person.pk)).filter(pk=self.pk).exists()
            for person in self.people
        ]
        return seq, may_read

    async def live(self, todo):
        """All of it; the readers as they are at the end, and who of them may still read."""
        readers = [await later(Reader, person, self.pk) for person in self.people]
        for reader in readers:
            await reader.come()
        before, may_read = await later(self.facts)
        for act, number, fate in todo:
            self.hints.fate = fate
            reader = readers[number % READERS]
            if act in CONNECTION:
                await self.connection(act, reader)
                continue
            with contextlib.suppress(posting.Refused, roster.Refused, threads.Http404):
                await later(self.act, act, number)
            seq, may_read = await later(self.facts)
            for each, may in zip(readers, may_read, strict=True):
                if may:
                    each.lost_at = None
                elif each.lost_at is None:
                    each.lost_at, each.losses = before, each.losses + 1
            before = seq
        await self.settle(readers, may_read, before)
        return readers, may_read

    async def connection(self, act, reader):
        if act == "goes":
            reader.go()
        elif act == "hears nothing":
            reader.deaf = True
        elif act == "comes back":
            await reader.come()
        elif act == "resumes":
            await reader.resume()
        else:
            await asyncio.sleep(0)

    async def settle(self, readers, may_read, seq):
        """One hint of each kind comes through; whoever may read comes back, as pages do."""
        self.hints.fate = "told"
        await later(self.hints, events.group_of(self.pk))
        await later(self.hints, events.STANDING)
        for reader, may in zip(readers, may_read, strict=True):
            if may:
                await reader.be_up_to_date(seq)
                if reader.ended:
                    await reader.come()
            while not may and reader.is_open():
                await reader.hear()
        for reader in readers:
            reader.go()


def test_whatever_happens_each_reader_ends_with_what_the_page_shows(
    monkeypatch, make_space, make_thread, make_participant, make_facilitator, region
):
    # The hints that are lost are not made up for by the clock.
    monkeypatch.setattr(room, "BEAT", 600)
    monkeypatch.setattr(log, "LONGEST_RESUME", LONGEST_RESUME)
    hints = Hints(monkeypatch)
    makers = make_space, make_thread, make_participant, make_facilitator, region
    seen = {"delivered": 0, "losses": 0}

    @DEPTH
    @given(steps, st.booleans())
    @example(todo=UNTOLD[0], walled=True)
    @example(todo=UNTOLD[1], walled=True)
    @example(todo=UNTOLD[2], walled=False)
    def whatever_happens(todo, walled):
        hints.fate = "told"
        crowd = Crowd(hints, makers, walled)
        readers, may_read = async_to_sync(crowd.live)(todo)
        for reader, may in zip(readers, may_read, strict=True):
            assert reader.wrong == []
            seen["delivered"] += reader.delivered
            seen["losses"] += reader.losses
            page = Page(reader.client, crowd.pk)
            assert page.there == may
            if may:
                assert reader.page.seq == page.seq
                assert list(reader.page.posts.items()) == list(page.posts.items())
                assert reader.page.locked == page.locked

    whatever_happens()

    assert seen["delivered"] > 50, "hardly anything came: nothing is proven"
    assert seen["losses"] > 5, "hardly anybody lost anything: nothing is proven"
