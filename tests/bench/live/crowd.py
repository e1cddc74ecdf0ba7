"""Many readers of one thread, as cheap as can be: the measuring must not be what takes the time.

A reader speaks as much of the WebSocket protocol as a server needs, keeps every number that it was
sent, and comes back as the page's own script does.
"""

import asyncio
import base64
import json
import os
import random
import struct
import time
from contextlib import suppress
from urllib.parse import urlencode

AT_ONCE = 64  # handshakes under way
PATIENCE = 30  # seconds for one of them
TRIES = 5
TEXT, CLOSE, PING, PONG = 0x1, 0x8, 0x9, 0xA
LONGEST_WAIT = 30


class Reader(asyncio.Protocol):
    """`got` are the numbers of the events in the order in which they came; `held` is the last one
    before which none is missing."""

    def __init__(self, crowd, key, held):
        self.crowd, self.key, self.held = crowd, key, held
        self.got = []
        self.port = None
        self.transport = None
        self.ready = None

    async def connect(self, port):
        """Open it; ours is ready with its hello, the peer when it is accepted."""
        loop = asyncio.get_running_loop()
        self.buffer, self.accepted = bytearray(), False
        self.port, self.ready = port, loop.create_future()
        try:
            async with asyncio.timeout(PATIENCE):
                await loop.create_connection(lambda: self, "127.0.0.1", port)
                await self.ready
        except BaseException:
            if self.transport:
                self.transport.abort()
            raise

    def connection_made(self, transport):
        self.transport = transport
        host = f"127.0.0.1:{self.port}"
        nonce = base64.b64encode(os.urandom(16)).decode()
        transport.write(
            f"GET {self.crowd.path}?since={self.held} HTTP/1.1\r\nHost: {host}\r\n"
            f"Origin: http://{host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Key: {nonce}\r\nSec-WebSocket-Version: 13\r\n"
            f"Cookie: sessionid={self.key}\r\n\r\n".encode()
        )

    def connection_lost(self, problem):
        self.transport = None
        if not self.ready.done():
            self.ready.set_exception(ConnectionResetError())
        elif not self.ready.cancelled() and not self.ready.exception():
            self.crowd.lost(self)

    def data_received(self, data):
        self.buffer += data
        if not self.accepted and not self._accept():
            return
        now = time.monotonic()
        while (frame := self._frame()) is not None:
            kind, payload = frame
            if kind == TEXT:
                self.crowd.take(self, payload, now)
            elif kind == PING:
                mask = os.urandom(4)
                masked = bytes(one ^ mask[at % 4] for at, one in enumerate(payload))
                self.transport.write(bytes([0x80 | PONG, 0x80 | len(payload)]) + mask + masked)
            elif kind == CLOSE:
                self.transport.close()
                return

    def _accept(self):
        end = self.buffer.find(b"\r\n\r\n")
        if end < 0:
            return False
        if not self.buffer.startswith(b"HTTP/1.1 101"):
            self.transport.abort()
            return False
        del self.buffer[: end + 4]
        self.accepted = True
        if not self.crowd.greeted:
            self.be_ready()
        return True

    def be_ready(self):
        if not self.ready.done():
            self.ready.set_result(None)

    def _frame(self):
        """`(kind, payload)` of the next whole frame, or None."""
        buffer = self.buffer
        if len(buffer) < 2:
            return None
        size, start = buffer[1], 2
        if size == 126:
            size, start = struct.unpack_from("!H", buffer, 2)[0] if len(buffer) > 4 else 2**60, 4
        elif size == 127:
            size, start = struct.unpack_from("!Q", buffer, 2)[0] if len(buffer) > 10 else 2**60, 10
        if len(buffer) < start + size:
            return None
        frame = buffer[0] & 0x0F, bytes(buffer[start : start + size])
        del buffer[: start + size]
        return frame


class Crowd:
    """All readers of a thread. `greeted` where the server says hello once they are up to date;
    `arrivals` is `[(seq, when)]` since it was last emptied."""

    def __init__(self, path, keys, held, *, greeted):
        self.path, self.greeted, self.since = path, greeted, held
        self.readers = [Reader(self, key, held) for key in keys]
        self.arrivals, self.refused = [], 0
        self.coming_back = None  # a function that gives the port to come back to
        self._known, self._returning = {}, set()

    def take(self, reader, payload, now):
        found = self._known.get(payload)
        if found is None:
            frame = json.loads(payload)
            found = self._known[payload] = frame["type"], frame.get("seq")
        kind, seq = found
        if kind == "event":
            reader.got.append(seq)
            if seq == reader.held + 1:
                reader.held = seq
            self.arrivals.append((seq, now))
        elif kind == "hello":
            reader.be_ready()
        elif kind == "reload":
            self.refused += 1

    async def open(self, port_of):
        """Connect everybody, a few at a time; seconds until the last one is ready. `port_of` says
        which port is the n-th reader's."""
        gate = asyncio.Semaphore(AT_ONCE)
        began = time.monotonic()

        async def one(number, reader):
            async with gate:
                for _ in range(TRIES):
                    with suppress(OSError, TimeoutError):
                        await reader.connect(port_of(number))
                        return
                raise ConnectionError(f"A reader could not connect in {TRIES} tries.")

        await asyncio.gather(*(one(number, reader) for number, reader in enumerate(self.readers)))
        return time.monotonic() - began

    # --- Going away and coming back ------------------------------------------------------------

    def lost(self, reader):
        if self.coming_back:
            returning = asyncio.ensure_future(self._come_back(reader))
            self._returning.add(returning)
            returning.add_done_callback(self._returning.discard)

    async def _come_back(self, reader):
        """As `later` in the page's thread.js."""
        failures = 0
        while True:
            failures += 1
            await asyncio.sleep(min(LONGEST_WAIT, 0.5 * 2**failures) * (0.5 + random.random() / 2))
            with suppress(OSError, TimeoutError):
                await reader.connect(self.coming_back())
                return

    async def all_back(self):
        while self._returning:
            await asyncio.wait(self._returning)

    def drop(self):
        """Every connection is gone at once."""
        for reader in self.readers:
            reader.transport.abort()

    def leave(self):
        self.coming_back = None
        for returning in self._returning:
            returning.cancel()
        for reader in self.readers:
            if reader.transport:
                reader.transport.abort()

    # --- What came -------------------------------------------------------------------------------

    async def have(self, seq, patience):
        """Wait until everybody holds `seq`, or nothing has come for so many seconds."""
        before, quiet = len(self.arrivals), time.monotonic()
        while any(reader.held < seq for reader in self.readers):
            await asyncio.sleep(0.05)
            if len(self.arrivals) > before:
                before, quiet = len(self.arrivals), time.monotonic()
            elif time.monotonic() - quiet > patience:
                return

    def faults(self, last):
        """`{lost, doubled, disordered}` of all events after which they came, up to `last`."""
        wanted = set(range(self.since + 1, last + 1))
        found = {"lost": 0, "doubled": 0, "disordered": 0}
        for reader in self.readers:
            had = set(reader.got)
            found["lost"] += len(wanted - had)
            found["doubled"] += len(reader.got) - len(had)
            highest = self.since
            for seq in reader.got:
                found["disordered"] += seq < highest
                highest = max(highest, seq)
        return found


async def ask(port, address, *, key="", form=None):
    """`(status, body)` of a page; with a form it is sent as the page's own script sends it."""
    body, token = urlencode(form or {}), "b" * 32
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(
            f"{'GET' if form is None else 'POST'} {address} HTTP/1.0\r\nHost: 127.0.0.1:{port}\r\n"
            f"Accept: application/json\r\nX-CSRFToken: {token}\r\n"
            f"Cookie: sessionid={key}; csrftoken={token}\r\n"
            "Content-Type: application/x-www-form-urlencoded\r\n"
            f"Content-Length: {len(body)}\r\n\r\n{body}".encode()
        )
        head, _, said = (await reader.read()).partition(b"\r\n\r\n")
    finally:
        writer.close()
    if not head:
        raise ConnectionResetError
    return int(head.split()[1]), said
