"""How much may wait for a reader who does not take it.

daphne 4.2 hands every frame to Twisted at once and tells the application nothing of how fast it
goes out: nobody waits for a slow reader, and what waits for one has no bound. Twisted says when
more than its buffer waits, and when all of it went out. Whoever stays behind longer, or has too
much waiting, is hung up on, and resumes.
"""

from daphne import ws_protocol
from twisted.internet import reactor

# From when something waits until all of it went out. Whoever is hung up on resumes after what did
# arrive.
LONGEST_BEHIND_SECONDS = 15
# More than a whole resume of long posts, so that one alone never fails for its size.
MOST_WAITING = 16 * 1024 * 1024


class BoundedSocket(ws_protocol.WebSocketProtocol):
    """daphne's socket, which is told of its transport's pressure as a producer."""

    def connectionMade(self):  # noqa: N802 - Twisted's name
        super().connectionMade()
        self._hang_up_later = None
        self._waiting = 0
        # Until here the transport told the HTTP channel, which has no more to do with it.
        self.transport.unregisterProducer()
        self.transport.registerProducer(_Pressure(self), streaming=True)

    def serverSend(self, content, binary=False):  # noqa: N802 - daphne's name
        if self.state != self.STATE_OPEN:
            # Between hanging up and daphne's hearing of it the application may still write: to
            # nobody, which is no error of its own.
            return
        if self._hang_up_later is not None:
            self._waiting += len(content)
            if self._waiting > MOST_WAITING:
                self.hang_up()
                return
        super().serverSend(content, binary)

    def fall_behind(self):
        if self._hang_up_later is None:
            self._hang_up_later = reactor.callLater(LONGEST_BEHIND_SECONDS, self.hang_up)

    def catch_up(self):
        if self._hang_up_later is not None and self._hang_up_later.active():
            self._hang_up_later.cancel()
        self._hang_up_later, self._waiting = None, 0

    def hang_up(self):
        self.catch_up()
        self.dropConnection(abort=True)

    def onClose(self, wasClean, code, reason):  # noqa: N802, N803 - autobahn's names
        self.catch_up()
        super().onClose(wasClean, code, reason)


class _Pressure:
    """What Twisted calls a producer: it asks this to pause once its buffer is full."""

    def __init__(self, bounded):
        self._bounded = bounded

    def pauseProducing(self):  # noqa: N802
        self._bounded.fall_behind()

    def resumeProducing(self):  # noqa: N802
        self._bounded.catch_up()

    def stopProducing(self):  # noqa: N802
        self._bounded.catch_up()


def bound_what_daphne_sends():
    """daphne has no setting for it (4.2)."""
    ws_protocol.WebSocketFactory.protocol = BoundedSocket
