"""Who may sit in a thread's room: asked at the handshake, and again whenever it may have changed.

All of it for any number of readers in a fixed number of queries.
"""

from dataclasses import dataclass
from datetime import datetime

from django.contrib.sessions.models import Session
from django.http import Http404
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from community import access
from community.models import Person
from forum import threads
from forum.spaces.models import Space


@dataclass(frozen=True)
class Seat:
    """What admitted a reader: a person, by a session, under a password that was not changed."""

    person_id: int
    session_key: str
    session_hash: str
    valid_until: datetime | None


def take(thread_id, person, session_key):
    """A Seat, or None: alike for what is closed to them and for what does not exist."""
    if not person.is_authenticated or not session_key:
        return None
    try:
        threads.thread_for(person, thread_id)
    except Http404:
        return None
    return Seat(
        person_id=person.pk,
        session_key=session_key,
        session_hash=person.get_session_auth_hash(),
        valid_until=access.standing_of(person).valid_until,
    )


def _first(*moments):
    """What ends first, of moments that may be None for never."""
    return min((moment for moment in moments if moment), default=None)


def still_taken(thread_id, seats):
    """Those of `seats` whose session goes on and whose person the policy still admits, as
    `{seat: valid_until}`. Five queries, however many seats."""
    seats = set(seats)
    topic = (
        threads.Topic.objects.filter(pk=thread_id, approved=True)
        .select_related("forum__space__audience")
        .first()
    )
    if topic is None:
        return {}
    people = {
        person.pk: person
        for person in Person.objects.filter(
            pk__in={seat.person_id for seat in seats}, is_active=True
        )
    }
    sessions = dict(
        Session.objects.filter(
            pk__in={seat.session_key for seat in seats}, expire_date__gt=timezone.now()
        ).values_list("pk", "expire_date")
    )
    standings = access.standings_of(people)
    open_spaces = Space.objects.above(topic.forum)
    hashes = {pk: person.get_session_auth_hash() for pk, person in people.items()}
    return {
        seat: _first(standings[seat.person_id].valid_until, sessions[seat.session_key])
        for seat in seats
        if seat.person_id in standings
        and seat.session_key in sessions
        and constant_time_compare(seat.session_hash, hashes[seat.person_id])
        and open_spaces is not None
        and all(access.admits(space.audience, standings[seat.person_id]) for space in open_spaces)
    }
