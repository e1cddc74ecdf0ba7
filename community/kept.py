"""What was worked out under one epoch, kept by the process until the epoch moves on.

The epoch is a row that every change of standing advances in its own transaction, and each request
reads it with the person who asks. So an answer that is kept under the epoch just read is as good
as one worked out anew, in every process, without a message that could be lost.
"""

from django.utils import timezone

MOST = 20_000


class Kept:
    """Answers by key. `until` is when an answer ends by the clock; None when it does not."""

    def __init__(self):
        self._answers = {}

    def get(self, epoch, key):
        """The answer kept for `key` under this very epoch, or None."""
        found = self._answers.get(key)
        if found is None or found[0] != epoch:
            return None
        if found[1] is not None and found[1] <= timezone.now():
            return None
        return found[2]

    def keep(self, epoch, key, answer, until=None):
        if len(self._answers) >= MOST:
            self._answers.clear()
        self._answers[key] = (epoch, until, answer)
        return answer
