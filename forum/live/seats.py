"""Who may sit in a thread's room: asked at the handshake, and again whenever it may have changed.

All of it for any number of readers in a fixed number of queries.
"""

from dataclasses import dataclass

from django.contrib.sessions.models import Session
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from community import access
from community.accounts import people_who_ask
from forum import threads
from forum.spaces.models import Space, is_open, looks_into


@dataclass(frozen=True)
class Seat:
    """What admitted a reader: a person, by a session, under a password that was not changed."""

    person_id: int
    session_key: str
    session_hash: str


def claim(person, session_key):
    """The Seat that somebody asks for, or None for whoever did not sign in. It is not theirs until
    it is found among those that are taken."""
    if not person.is_authenticated or not session_key:
        return None
    return Seat(person.pk, session_key, person.get_session_auth_hash())


def taken_in_each(claims):
    """`{(thread key, Seat): (whether it is theirs, valid_until)}` for claims in several threads."""
    threads_asked = {}
    for thread_id, seat in claims:
        threads_asked.setdefault(thread_id, []).append(seat)
    held = {thread_id: still_taken(thread_id, some) for thread_id, some in threads_asked.items()}
    return {
        (thread_id, seat): (seat in held[thread_id], held[thread_id].get(seat))
        for thread_id, seat in claims
    }


def _first(*moments):
    """What ends first, of moments that may be None for never."""
    return min((moment for moment in moments if moment), default=None)


def still_taken(thread_id, seats):
    """Those of `seats` whose session goes on and whose person the policy still admits, as
    `{seat: valid_until}`. Five queries, however many seats, also for a missing thread."""
    seats = set(seats)
    number = access.epoch()
    there = threads.Topic.objects.filter(pk=thread_id, approved=True)
    space_key, forum_id = there.values_list("thread__space", "forum").first() or (None, None)
    space = Space(pk=space_key, forum_id=forum_id)
    people = {
        person.pk: person
        for person in people_who_ask().filter(
            pk__in={seat.person_id for seat in seats}, is_active=True
        )
    }
    sessions = dict(
        Session.objects.filter(
            pk__in={seat.session_key for seat in seats}, expire_date__gt=timezone.now()
        ).values_list("pk", "expire_date")
    )
    standings = access.standings_of_loaded(people.values())
    hashes = {pk: person.get_session_auth_hash() for pk, person in people.items()}
    return {
        seat: _first(standings[seat.person_id].valid_until, sessions[seat.session_key])
        for seat in seats
        if seat.person_id in standings
        and seat.session_key in sessions
        and constant_time_compare(seat.session_hash, hashes[seat.person_id])
        and _may_sit(space, standings[seat.person_id], number)
        and not access.must_set_up_first(people[seat.person_id])
    }


def _may_sit(space, standing, number):
    return is_open(space.pk, standing, number) or looks_into(space, standing, number)
