"""What comes over the wire to a real daphne: too much, half of it, or nothing but a promise."""

import socket

import pytest
from playwright.sync_api import expect

MEGABYTE = 1024 * 1024


@pytest.fixture
def wire(site):
    """Send raw bytes to the site; returns what came back until it hung up or said enough."""

    def send(*parts, expect_answer=True):
        with socket.create_connection(("127.0.0.1", site.port), timeout=30) as connection:
            for part in parts:
                try:
                    connection.sendall(part)
                except (BrokenPipeError, ConnectionResetError):
                    break
            if not expect_answer:
                return b""
            answer = b""
            while len(answer) < 64 * 1024 and (more := _more(connection)):
                answer += more
                if b"</html>" in answer:
                    break
            return answer

    return send


def _more(connection):
    try:
        return connection.recv(64 * 1024)
    except ConnectionResetError:
        return b""


def head(site, path, *lines):
    return "\r\n".join(
        [f"POST {path} HTTP/1.1", f"Host: 127.0.0.1:{site.port}", *lines, "", ""]
    ).encode()


def left_behind(site):
    """Files that an upload might have left, beside those of the demo's own posts."""
    places = (site.data / "var" / "uploads", site.data / "passing")
    return {path for place in places for path in place.rglob("*") if path.is_file()}


def test_a_request_of_two_gigabytes_is_refused_before_it_is_sent(site, wire):
    before = left_behind(site)

    answer = wire(
        head(
            site,
            "/attachments/",
            f"Content-Length: {2 * 1024 * MEGABYTE}",
            "Content-Type: multipart/form-data; boundary=x",
        )
    )

    assert answer.startswith(b"HTTP/1.1 413")
    assert b"too large" in answer.lower()
    assert left_behind(site) == before


def test_nor_does_one_get_in_that_keeps_its_length_to_itself(site, wire):
    chunk = b"%x\r\n%s\r\n" % (MEGABYTE, b"x" * MEGABYTE)

    answer = wire(
        head(site, "/attachments/", "Transfer-Encoding: chunked", "Content-Type: text/plain"),
        *[chunk] * 80,
    )

    assert answer.startswith(b"HTTP/1.1 413")


def test_an_upload_that_breaks_off_leaves_nothing_and_harms_nobody(site, wire, open_as):
    maya = open_as("maya", "/spaces/1/start/")
    cookies = {cookie["name"]: cookie["value"] for cookie in maya.context.cookies()}
    before = left_behind(site)
    opening = (
        b'--x\r\nContent-Disposition: form-data; name="uploads"; filename="half.png"\r\n'
        b"Content-Type: image/png\r\n\r\n"
    )
    sent = head(
        site,
        "/attachments/",
        f"Cookie: sessionid={cookies['sessionid']}; csrftoken={cookies.get('csrftoken', '')}",
        f"X-CSRFToken: {cookies.get('csrftoken', '')}",
        f"Origin: {site.url}",
        "Content-Type: multipart/form-data; boundary=x",
        f"Content-Length: {5 * MEGABYTE}",
    )

    wire(sent + opening + b"x" * MEGABYTE, expect_answer=False)

    maya.reload()
    expect(maya.get_by_role("heading", level=1)).to_be_visible()
    assert left_behind(site) == before
