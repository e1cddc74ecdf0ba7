"""A reader of a live thread who takes nothing that is written to them, on a real daphne."""

import base64
import os
import select
import socket

from playwright.sync_api import expect

from .test_live_thread import live, reply

LONG = "A long line. " * 1_500


def frame(text):
    """A text frame as a browser sends it, masked with zeros."""
    assert len(text) < 126
    return bytes([0x81, 0x80 | len(text), 0, 0, 0, 0]) + text.encode()


def handshake(site, page, address):
    cookies = {cookie["name"]: cookie["value"] for cookie in page.context.cookies()}
    key = base64.b64encode(os.urandom(16)).decode()
    return "\r\n".join(
        [f"GET /live{address}?since=0 HTTP/1.1", f"Host: 127.0.0.1:{site.port}",
         f"Origin: {site.url}", f"Cookie: sessionid={cookies['sessionid']}",
         "Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Version: 13",
         f"Sec-WebSocket-Key: {key}", "", ""]
    ).encode()  # fmt: skip


def is_hung_up_on(slow):
    """Whether the other side ends it, well before daphne's own patience is over (50 seconds)."""
    waiting = select.poll()
    waiting.register(slow, 0)  # that it was hung up on is told in any case
    return bool(waiting.poll(30_000))


def test_who_takes_nothing_is_hung_up_on_and_keeps_nobody_waiting(site, open_as, start_thread):
    address, maya = start_thread("maya", "North 2026", "A slow reader", LONG)
    live(maya)
    for number in range(1, 12):
        reply(maya, LONG)
        expect(maya.locator(".post")).to_have_count(number + 1)
    luis = live(open_as("luis", address))

    with socket.socket() as slow:
        slow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        slow.settimeout(60)
        slow.connect(("127.0.0.1", site.port))
        slow.sendall(handshake(site, luis, address))
        assert b" 101 " in slow.recv(20)
        expect(luis.locator("[data-presence-who]")).to_have_text("2 people are here")
        for _ in range(50):
            slow.sendall(frame('{"type":"resume","since":0}'))
        reply(maya, "Nobody waits for that one")
        expect(luis.locator(".post__body").last).to_have_text("Nobody waits for that one")

        assert is_hung_up_on(slow)
