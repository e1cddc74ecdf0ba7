"""The live benchmark counts right: what it says of lost, doubled and late events gates a change.

All of it runs with `BENCH=small make bench-live`, in a minute or two.
"""

import asyncio
import json
import struct

import pytest

from tests.bench.live.crowd import Crowd
from tests.bench.live.run import faults_of


class Wire:
    """What a reader writes to."""

    def __init__(self):
        self.written, self.closed = b"", False

    def write(self, data):
        self.written += data

    def close(self):
        self.closed = True


def framed(kind, payload):
    size = len(payload)
    length = bytes([size]) if size < 126 else bytes([126]) + struct.pack("!H", size)
    return bytes([0x80 | kind]) + length + payload


def event(seq):
    text = json.dumps({"type": "event", "seq": seq, "html": "x" * 300})
    return framed(0x1, text.encode())


@pytest.fixture
def crowd():
    """Two readers who hold 5, connected."""

    async def connected():
        crowd = Crowd("/live/threads/1/", ["one", "two"], 5, greeted=True)
        for reader in crowd.readers:
            reader.buffer, reader.accepted, reader.port = bytearray(), False, 1
            reader.ready = asyncio.get_running_loop().create_future()
            reader.connection_made(Wire())
            reader.data_received(b"HTTP/1.1 101 Switching Protocols\r\n\r\n")
        return crowd

    return asyncio.run(connected())


def test_what_comes_in_pieces_is_put_together_and_a_ping_is_answered(crowd):
    one, _two = crowd.readers
    said = event(6) + framed(0x9, b"abc") + event(7)

    for byte in said:
        one.data_received(bytes([byte]))

    assert (one.got, one.held) == ([6, 7], 7)
    pong = one.transport.written[-9:]
    assert pong[:2] == bytes([0x8A, 0x83])
    assert bytes(a ^ b for a, b in zip(pong[2:5], pong[6:], strict=True)) == b"abc"


def test_lost_doubled_and_disordered_events_are_counted(crowd):
    one, two = crowd.readers
    for seq in (6, 7, 8, 9):
        one.data_received(event(seq))
    assert crowd.faults(9)["lost"] == 4
    for seq in (6, 8, 7, 7):
        two.data_received(event(seq))

    assert crowd.faults(9) == {"lost": 1, "doubled": 1, "disordered": 2}


def test_whatever_must_not_be_is_said():
    fine = {"count": 5, "queries": 4, "lost": 0, "doubled": 0, "disordered": 0, "failed": 0}
    storm = {"name": "a storm", "lost": 0, "failed": 0}

    assert list(faults_of([fine, fine | {"count": 10}, storm])) == []
    assert list(faults_of([fine | {"lost": 2}, storm | {"failed": 1}])) == [
        "5 readers: 2 lost",
        "a storm: 1 failed",
    ]
    assert "grow" in next(faults_of([fine, fine | {"queries": 5}]))
