"""The socket of a live thread. It is only told what the page would show.

A connection is admitted by the policy through `seats` and by nothing else. Every refusal, for
whatever reason, and every address that nobody owns, closes before it is accepted: the browser
sees one and the same answer.
"""

import json
import time
from urllib.parse import parse_qs, urlsplit

from channels.exceptions import StopConsumer
from channels.generic.websocket import AsyncWebsocketConsumer

from forum.live import room, seats, sockets

GONE = 4404  # the thread is not, or no longer, open to this reader: do not come back
CROWDED = 4409  # this person opened too many others since: do not come back by yourself
NOISE = 4400  # frames that are malformed, too large or too many
LONGEST_FRAME = 256
FRAMES_IN_A_MINUTE = 60


def _same_origin(scope):
    headers = dict(scope["headers"])
    origin, host = headers.get(b"origin", b""), headers.get(b"host", b"")
    return bool(host) and urlsplit(origin.decode("latin-1")).netloc == host.decode("latin-1")


def _since(scope):
    value = parse_qs(scope["query_string"].decode("latin-1")).get("since", ["0"])[0]
    return int(value) if value.isdecimal() and len(value) < 18 else 0


class Refusal(AsyncWebsocketConsumer):
    """For every socket address that nobody owns."""

    async def connect(self):
        await self.close()


class ThreadConsumer(AsyncWebsocketConsumer):
    # The room holds the layer's subscription for all its readers: none of their own.
    channel_layer_alias = None

    async def __call__(self, scope, receive, send):
        self.seat = None
        self.room = None
        self.seq = 0
        self.valid_until = None
        self.ended = False
        self._minute, self._frames = 0, 0
        return await super().__call__(scope, receive, send)

    async def connect(self):
        thread_id = self.scope["url_route"]["kwargs"]["pk"]
        if _same_origin(self.scope):
            self.seat = seats.claim(self.scope["user"], self.scope["session"].session_key)
        if self.seat is None or not await self._is_admitted(thread_id):
            await self.close()
            return
        await self.accept()
        for oldest in sockets.hold(self.seat.person_id, self):
            await oldest.give_way()
        self.room = await room.enter(thread_id, self, _since(self.scope))
        if self.ended:
            self.room.leave(self)

    async def give_way(self):
        """For a newer socket of the same person. Its room does not wait for the browser to agree:
        it may be away."""
        if self.room:
            self.room.leave(self)
        await self.end(CROWDED)

    async def _is_admitted(self, thread_id):
        admitted, self.valid_until = await room.ask_at_the_door(thread_id, self.seat)
        return admitted

    async def disconnect(self, code):
        self.ended = True
        if self.seat:
            sockets.let_go(self.seat.person_id, self)
        if self.room:
            self.room.leave(self)

    async def websocket_disconnect(self, message):
        await self.disconnect(message.get("code"))
        raise StopConsumer

    # --- What the room asks of a reader ------------------------------------------------------

    async def write(self, text):
        if not self.ended:
            await self.base_send({"type": "websocket.send", "text": text})

    async def end(self, code=GONE):
        if not self.ended:
            self.ended = True
            await self.close(code)

    # --- What the browser may say ------------------------------------------------------------

    async def receive(self, text_data=None, bytes_data=None):
        """`{"type": "beat"}`, `{"type": "resume", "since": n}`, `{"type": "here"}` to be told from
        now on who is here, and `{"type": "typing"}`; anything else ends it."""
        if self.ended:
            return
        said = self._understand(text_data)
        if said is None or self.room is None:
            await self.end(NOISE)
        elif said["type"] == "beat":
            await self.write(room.encode({"type": "beat", "seq": self.room.seq}))
        elif said["type"] == "here":
            self.room.company.listen(self)
        elif said["type"] == "typing":
            await self.room.company.say_writing(self)
        else:
            await self.room.catch_up(self, said["since"])

    def _understand(self, text):
        minute = int(time.monotonic() // 60)
        self._frames = self._frames + 1 if minute == self._minute else 1
        self._minute = minute
        if self._frames > FRAMES_IN_A_MINUTE or not text or len(text) > LONGEST_FRAME:
            return None
        try:
            said = json.loads(text)
        except (ValueError, RecursionError):
            return None
        if not isinstance(said, dict):
            return None
        if said.get("type") in ("beat", "here", "typing"):
            return said
        since = said.get("since")
        if said.get("type") == "resume" and type(since) is int and 0 <= since < 2**53:
            return said
        return None
