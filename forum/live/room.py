"""One room for each process and thread: it holds the layer's subscription for all readers here.

An event is read and encoded once, and the same frame is written straight to each connection. What
wakes a room is a hint or its own clock; either way it reads the log, so a hint that was lost,
doubled or late changes nothing. Who may still read is asked before anything is delivered.
"""

import asyncio
import json
import logging
from weakref import WeakKeyDictionary

from channels.db import database_sync_to_async
from channels.layers import get_channel_layer
from django.utils import timezone

from forum.live import log, seats
from forum.live.company import Company
from forum.live.events import STANDING, group_of
from forum.live.together import Together

logger = logging.getLogger(__name__)

# Seconds between two looks at the log and at everybody's right to sit here, without any hint.
BEAT = 20
# How often a reader is brought up again because the room moved on meanwhile.
TURNS = 20
# How many frames are written before the loop may do something else.
BURST = 200

# Keyed by event loop: a process has one, a test run has many.
_rooms = WeakKeyDictionary()
_doors = WeakKeyDictionary()


def encode(frame):
    return json.dumps(frame, separators=(",", ":"))


async def ask_at_the_door(thread_id, seat):
    """`(whether the policy admits them to the thread, until when)`."""
    loop = asyncio.get_running_loop()
    if loop not in _doors:
        _doors[loop] = Together(seats.taken_in_each)
    return await _doors[loop].ask((thread_id, seat))


async def enter(thread_id, reader, since):
    """Seat a reader who was admitted, and bring them up from `since`. Returns the room."""
    rooms = _rooms.setdefault(asyncio.get_running_loop(), {})
    room = rooms.get(thread_id)
    if room is None:
        room = rooms[thread_id] = Room(thread_id, rooms)
    room.readers.add(reader)
    room.company.stir()
    await room.ready()
    await room.catch_up(reader, since)
    return room


class Room:
    """A reader is anything with `seat`, `seq`, `valid_until`, `write(text)` and `end()`."""

    def __init__(self, thread_id, rooms):
        self.thread_id = thread_id
        self.readers = set()
        self.seq = None
        self.epoch = None
        self.company = Company(self)
        self._rooms = rooms
        self._wake = asyncio.Event()
        self._subscribed = asyncio.Event()
        self._behind = Together(self._read_for)
        self._tasks = [
            asyncio.create_task(self._listen()),
            asyncio.create_task(self._work()),
            asyncio.create_task(self.company.keep()),
        ]

    async def ready(self):
        """Wait until hints reach this room: only then is a sequence read that can be relied on."""
        await self._subscribed.wait()

    def leave(self, reader):
        self.readers.discard(reader)
        self.company.leave(reader)
        if not self.readers and self._rooms.get(self.thread_id) is self:
            del self._rooms[self.thread_id]
            for task in self._tasks:
                task.cancel()

    # --- What wakes it ---------------------------------------------------------------------

    async def _listen(self):
        """Turn every hint into a wake. Without a layer the clock alone wakes the room."""
        layer = get_channel_layer()
        channel = await layer.new_channel()
        groups = [group_of(self.thread_id), STANDING]
        try:
            while True:
                try:
                    for group in groups:
                        await layer.group_add(group, channel)
                    self._subscribed.set()
                    self._wake.set()
                    while True:
                        message = await layer.receive(channel)
                        if message["type"] == "hint":
                            self._wake.set()
                        else:
                            self.company.hear(message)
                except asyncio.CancelledError:
                    raise
                except Exception as problem:  # noqa: BLE001 - whatever a layer raises, go on
                    logger.warning("The live layer is away: %s", type(problem).__name__)
                    self._subscribed.set()
                    await asyncio.sleep(BEAT / 4)
        finally:
            await asyncio.shield(self.company.farewell())
            for group in groups:
                try:
                    await asyncio.shield(layer.group_discard(group, channel))
                except Exception:  # noqa: BLE001 - the layer forgets the channel by itself
                    logger.debug("A live subscription was left to expire.")

    async def _work(self):
        while True:
            ticked = False
            try:
                await asyncio.wait_for(self._wake.wait(), BEAT)
            except TimeoutError:
                ticked = True
            self._wake.clear()
            try:
                await self._advance(ticked)
            except asyncio.CancelledError:
                raise
            except Exception as problem:  # noqa: BLE001 - the database may be away for a while
                logger.warning("A live thread waits: %s", type(problem).__name__)
                await asyncio.sleep(1)
                self._wake.set()

    # --- What it does ----------------------------------------------------------------------

    async def _advance(self, ticked):
        """Read what is new, ask who may still read, deliver. Queries do not grow with readers."""
        if self.seq is None:
            return
        news = await database_sync_to_async(log.news)(self.thread_id, self.seq)
        await self.ask_where_changed(news.epoch, ticked)
        self.seq = news.seq
        if news.too_far:
            await self._deliver([(None, encode({"type": "reload"}))])
        else:
            await self._deliver([(frame["seq"], encode(frame)) for frame in news.frames])

    def has_run_out(self):
        """Whether the clock has ended what admitted one of the readers."""
        now = timezone.now()
        return any(reader.valid_until and reader.valid_until <= now for reader in self.readers)

    async def ask_where_changed(self, epoch, ticked=False):
        """Before anything is delivered that was read under this epoch."""
        if ticked or self.has_run_out() or epoch != self.epoch:
            await self._ask_again()
            self.company.stir()
            self.epoch = epoch

    async def _ask_again(self):
        """Close the sockets of everybody who may no longer sit here."""
        readers = list(self.readers)
        held = await database_sync_to_async(seats.still_taken)(
            self.thread_id, [reader.seat for reader in readers]
        )
        for reader in readers:
            if reader.seat in held:
                reader.valid_until = held[reader.seat]
            else:
                self.leave(reader)
                await reader.end()

    async def _deliver(self, frames):
        written = 0
        for reader in list(self.readers):
            for seq, text in frames:
                if reader not in self.readers:
                    break
                if seq is None or reader.seq == seq - 1:
                    reader.seq = seq or reader.seq
                    await reader.write(text)
                    written += 1
            if written >= BURST:
                written = 0
                await asyncio.sleep(0)

    def _read_for(self, asked):
        """`{(seat, since): (News, its frames as text, whether the seat is theirs, until when)}`."""
        news = log.news_for_each(self.thread_id, {since for _seat, since in asked})
        held = seats.still_taken(self.thread_id, [seat for seat, _since in asked])
        texts = {one["seq"]: encode(one) for each in news.values() for one in each.frames}
        return {
            (seat, since): (news[since], texts, seat in held, held.get(seat))
            for seat, since in asked
        }

    async def catch_up(self, reader, since):
        """Bring one reader from `since` to where the room is, with the policy asked again after
        the log was read: what was written after somebody left is not theirs."""
        for _turn in range(TURNS):
            news, texts, held, until = await self._behind.ask((reader.seat, since))
            if not held:
                self.leave(reader)
                await reader.end()
                return
            reader.valid_until = until
            if news.too_far:
                break
            if self.seq is None:
                self.seq, self.epoch = news.seq, news.epoch
            for frame in news.frames:
                await reader.write(texts[frame["seq"]])
            reader.seq = since = news.seq
            await reader.write(encode({"type": "hello", "seq": news.seq}))
            if news.seq >= self.seq:
                if news.seq > self.seq:
                    self._wake.set()
                return
            # The room moved on meanwhile, while this reader was not in step: once more.
        await reader.write(encode({"type": "reload"}))
