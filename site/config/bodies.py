"""How much one request may carry, and what is said when it is more or when there is no room for it.

daphne 4.2 lets Twisted write a body to a temporary file to its end, parses forms out of it, and
only then calls the application, with all of it in memory. So the limit is set where the bytes come
in, in the request itself; and around the application once more, for every other server. In both
places what was received is let go of, and the sender reads a page.
"""

import errno

from daphne import http_protocol
from django.conf import settings
from django.template.loader import render_to_string
from twisted.internet import reactor

TOO_LARGE = 413
NO_ROOM = 507
_REASONS = {TOO_LARGE: b"Content Too Large", NO_ROOM: b"Insufficient Storage"}
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
# A browser reads the answer once it has stopped sending; what it still sends is thrown away.
LINGER_SECONDS = 20


class TooLarge(Exception):
    pass


def _answer(status):
    """`(headers, body)` of the page, which stands on no request."""
    body = render_to_string(f"{status}.html").encode()
    headers = [
        (b"Content-Type", b"text/html; charset=utf-8"),
        (b"Content-Length", str(len(body)).encode()),
        (b"Cache-Control", b"no-store"),
        (b"X-Content-Type-Options", b"nosniff"),
        (b"Content-Security-Policy", b"default-src 'self'; frame-ancestors 'none'"),
        (b"Connection", b"close"),
    ]
    return headers, body


def bounded(application):
    """The HTTP application with the limit around it."""

    async def serve(scope, receive, send):
        received, started = 0, False

        async def count():
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > settings.LARGEST_BODY:
                raise TooLarge
            return message

        async def watch(message):
            nonlocal started
            started = True
            await send(message)

        try:
            if _told(scope) > settings.LARGEST_BODY:
                raise TooLarge
            await application(scope, count, watch)
        except TooLarge:
            status = TOO_LARGE
        except OSError as problem:
            if started or problem.errno not in _FULL:
                raise
            status = NO_ROOM
        else:
            return
        headers, body = _answer(status)
        headers = [(name.lower(), value) for name, value in headers]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    return serve


def _told(scope):
    told = dict(scope["headers"]).get(b"content-length", b"0")
    return int(told) if told.isdigit() else 0


class BoundedRequest(http_protocol.WebRequest):
    """daphne's request, which stops keeping a body that is too large or finds no room."""

    def __init__(self, *args, **kwargs):
        # Django reads forms; Twisted would read the whole of each into memory for nobody.
        super().__init__(*args, **{**kwargs, "parsePOSTFormSubmission": False})
        self.refused = None

    def gotLength(self, length):  # noqa: N802 - Twisted's name
        if length is not None and length > settings.LARGEST_BODY:
            super().gotLength(0)
            self._refuse(TOO_LARGE)
            return
        try:
            super().gotLength(length)
        except OSError:
            super().gotLength(0)
            self._refuse(NO_ROOM)

    def handleContentChunk(self, data):  # noqa: N802
        if self.refused:
            return
        if self.content.tell() + len(data) > settings.LARGEST_BODY:
            self._refuse(TOO_LARGE)
            return
        try:
            super().handleContentChunk(data)
        except OSError:
            self._refuse(NO_ROOM)

    def requestReceived(self, command, path, version):  # noqa: N802
        if self.refused:
            self._hang_up()
        else:
            super().requestReceived(command, path, version)

    def _refuse(self, status):
        self.refused = status
        self.content.close()  # a temporary file is gone with that
        self.requestHeaders.removeHeader(b"expect")  # do not ask for the body after the answer
        headers, body = _answer(status)
        lines = [b"HTTP/1.1 %d %s" % (status, _REASONS[status])]
        lines += [name + b": " + value for name, value in headers]
        self.channel.transport.write(b"\r\n".join([*lines, b"", body]))
        self._hang_up_later = reactor.callLater(LINGER_SECONDS, self._hang_up)

    def _hang_up(self):
        if self._hang_up_later.active():
            self._hang_up_later.cancel()
        if self.channel is not None:
            self.channel.loseConnection()

    def connectionLost(self, reason):  # noqa: N802
        if self.refused and self._hang_up_later.active():
            self._hang_up_later.cancel()
        super().connectionLost(reason)


def bound_what_daphne_receives():
    """daphne looks this name up for every connection, and has no setting for it (4.2)."""
    http_protocol.WebRequest = BoundedRequest
