"""That a session goes on, written once an hour and never at a request between.

The hour of the last note lies in the session itself, which every request has read anyway: to look
costs no query. A session that changed its key, or that was there before these rows, gets its row at
the next note.
"""

import time

from django.utils import timezone

from community.sessions.browsers import in_words
from community.sessions.models import OpenSession

NOTED = "noted_at"
HOUR = 60 * 60


def note(request):
    """Called for every request of somebody who is signed in."""
    if time.time() - request.session.get(NOTED, 0) >= HOUR:
        write(request, request.user)


def write(request, person):
    """Write that this session is this person's, and from what browser."""
    session = request.session
    session[NOTED] = int(time.time())
    if session.session_key is None:  # somebody else was signed in here a moment ago
        session.create()
    OpenSession.objects.update_or_create(
        key=session.session_key,
        defaults={
            "person_id": person.pk,
            "browser": in_words(request.META.get("HTTP_USER_AGENT", "")),
            "seen_at": timezone.now(),
        },
    )
