"""The company in a room: who has the thread open in all processes, and who is writing.

Each process tells the others, over the layer, which people its own readers are: when that changed,
and at every beat. What a process told counts for less than a minute, so the readers of one that
crashed vanish. The database is asked, and never written.
"""

import asyncio
import json
import logging
import secrets
from contextlib import suppress

from channels.db import database_sync_to_async
from channels.layers import get_channel_layer

from community import access
from forum.live import presence
from forum.live.events import HINT_SECONDS, group_of

logger = logging.getLogger(__name__)

# What goes round in a thread's group beside hints; NAMES says that somebody is named now, or not.
HERE, TYPING, NAMES = "here", "typing", "names"

# Seconds between two times that a process says who its readers are.
BEAT = 20
# How long that counts, for whoever hears nothing further: one beat may be lost.
LASTS = 50
# The least time between two frames that say who is here; in a full room it is longer.
PACE = 3
READERS_IN_A_SECOND = 200
# How often somebody is said to be writing, and of how many at once.
TYPING_PACE = 3
MOST_WRITERS = 3
# How many frames are written before the loop may do something else.
BURST = 200


class Company:
    """Of one room. `listeners` are those of its readers who asked who is here."""

    def __init__(self, room):
        self.room = room
        self.key = secrets.token_hex(8)
        self.listeners = set()
        self.here = None
        self._others = {}
        self._untold = set()
        self._text = None
        self._told = None
        self._tell_by = 0
        self._writers = {}
        self._tasks = set()
        self._stirred = asyncio.Event()
        self._stirred.set()

    # --- What moves it -----------------------------------------------------------------------

    def stir(self):
        self._stirred.set()

    def listen(self, reader):
        """From now on tell this reader who is here, beginning with the next round."""
        self.listeners.add(reader)
        self._untold.add(reader)
        self.stir()

    def leave(self, reader):
        self.listeners.discard(reader)
        self._untold.discard(reader)
        self.stir()

    def hear(self, message):
        """What another process, or this one, sent to the group of the thread."""
        if message["type"] == TYPING:
            task = asyncio.create_task(self._show_writer(message))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
            return
        if message["type"] == HERE and message["key"] != self.key:
            until = asyncio.get_running_loop().time() + LASTS
            if message["people"]:
                self._others[message["key"]] = (until, frozenset(message["people"]))
            else:
                self._others.pop(message["key"], None)
            if message["asks"]:
                self._told = None
        if message.get("key") != self.key:
            self.stir()

    async def keep(self):
        """Go round whenever something moved, at a pace, and at every beat."""
        now = asyncio.get_running_loop().time
        # Before that, what the others answer would not be heard.
        await self.room.ready()
        while True:
            moments = [self._tell_by, *(until for until, _people in self._others.values())]
            with suppress(TimeoutError):
                await asyncio.wait_for(self._stirred.wait(), max(0, min(moments) - now()))
            self._stirred.clear()
            try:
                await self._go_round()
            except asyncio.CancelledError:
                raise
            except Exception as problem:  # noqa: BLE001 - the database may be away for a while
                logger.warning("Who is in a thread is not known: %s", type(problem).__name__)
                self.stir()
            await asyncio.sleep(max(PACE, len(self.listeners) / READERS_IN_A_SECOND))

    # --- Who is here -------------------------------------------------------------------------

    async def _go_round(self):
        now = asyncio.get_running_loop().time()
        self._others = {key: told for key, told in self._others.items() if told[0] > now}
        mine = frozenset(reader.seat.person_id for reader in self.room.readers)
        if mine != self._told or now >= self._tell_by:
            await self._send(people=sorted(mine), asks=self._tell_by == 0)
            self._told, self._tell_by = mine, now + BEAT
        if not self.listeners:
            return
        everybody = mine.union(*(people for _until, people in self._others.values()))
        here = await database_sync_to_async(presence.read)(self.room.thread_id, everybody)
        await self.room.ask_where_changed(here.epoch)
        self.here = here
        text = json.dumps(here.as_frame(), separators=(",", ":"))
        readers = self._untold if text == self._text else self.listeners
        self._text, readers, self._untold = text, list(readers), set()
        await self._write(text, readers)

    async def _send(self, *, people, asks):
        await self._to_group({"type": HERE, "key": self.key, "people": people, "asks": asks})

    async def farewell(self):
        """Let the other processes know at once that nobody is left here."""
        await self._send(people=[], asks=False)

    async def _to_group(self, message):
        """A layer that is away loses it: every process then knows of its own readers."""
        group = group_of(self.room.thread_id)
        try:
            await asyncio.wait_for(get_channel_layer().group_send(group, message), HINT_SECONDS)
        except Exception as problem:  # noqa: BLE001 - whatever a layer raises, readers read on
            logger.warning("Who is in a thread was not told: %s", type(problem).__name__)

    async def _write(self, text, readers):
        """To those who are seated still and whom the space admits as itself."""
        written = 0
        for reader in readers:
            if reader in self.listeners and reader.seat.person_id in self.here.people:
                await reader.write(text)
                written += 1
                if written % BURST == 0:
                    await asyncio.sleep(0)

    # --- Who is writing ----------------------------------------------------------------------

    async def say_writing(self, reader):
        """Tell all that this reader is writing; nothing where it was just told, where enough others
        are, or where they may not write."""
        now, person_id = asyncio.get_running_loop().time(), reader.seat.person_id
        self._writers = {pk: until for pk, until in self._writers.items() if until > now}
        if person_id in self._writers or len(self._writers) >= MOST_WRITERS:
            return
        self._writers[person_id] = now + TYPING_PACE
        told = await database_sync_to_async(presence.writer)(self.room.thread_id, person_id)
        if told is None:
            return
        frame = {"type": "typing"} if told[0] is None else {"type": "typing", "person": told}
        await self._to_group({"type": TYPING, "by": person_id, "frame": frame})

    async def _show_writer(self, message):
        """Where anybody's standing changed since it was last asked, this is lost: it says little,
        and the next one comes soon."""
        try:
            epoch = await database_sync_to_async(access.epoch)()
        except Exception as problem:  # noqa: BLE001 - the database may be away for a while
            logger.warning("Who writes was not shown: %s", type(problem).__name__)
            return
        if self.here is None or self.here.epoch != epoch or self.room.has_run_out():
            self.stir()
            return
        text = json.dumps(message["frame"], separators=(",", ":"))
        others = [one for one in self.listeners if one.seat.person_id != message["by"]]
        await self._write(text, others)
