"""How many sockets one person may hold in a process. The newest stays: of a phone's, the old ones
are often half dead, and whoever is turned away at the door cannot say why."""

import asyncio
from weakref import WeakKeyDictionary

MOST = 8

# By event loop, then by the key of a person: their sockets, the oldest first. No entry is empty.
_held = WeakKeyDictionary()


def hold(person_id, socket):
    """Count one more; returns those that have to give way."""
    people = _held.setdefault(asyncio.get_running_loop(), {})
    sockets = people.setdefault(person_id, [])
    sockets.append(socket)
    oldest, people[person_id] = sockets[:-MOST], sockets[-MOST:]
    return oldest


def let_go(person_id, socket):
    people = _held.get(asyncio.get_running_loop(), {})
    sockets = people.get(person_id, [])
    if socket in sockets:
        sockets.remove(socket)
    if not sockets:
        people.pop(person_id, None)
