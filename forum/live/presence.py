"""Who of the people with a thread open may be counted and named to the others, as the policy says
now. Nothing of it is written anywhere."""

from dataclasses import dataclass

from django.http import Http404

from community import access
from community.accounts import people_who_ask
from community.introductions import shown_name
from community.models import Person
from forum import posting, threads
from forum.live.models import Thread
from forum.spaces.models import is_open

MOST_NAMED = 12


@dataclass(frozen=True)
class Here:
    """`people` holds keys of all whom the space admits: whoever looks in under the glass is not
    among them. `named` are `(key, name)` of the first who let themselves be named; `epoch` was read
    after everything else."""

    people: frozenset
    named: tuple
    epoch: int

    def as_frame(self):
        return {"type": "here", "count": len(self.people), "named": self.named}


def read(thread_id, keys):
    """Here, of people who have the thread open. Five queries, however many they are."""
    number = access.epoch()
    live = Thread.objects.filter(pk=thread_id, topic__approved=True)
    space_key = live.values_list("space_id", flat=True).first()
    people = frozenset(
        pk
        for pk, standing in access.standings_of(keys).items()
        if space_key is not None and is_open(space_key, standing, number)
    )
    named = Person.objects.filter(pk__in=people, card__here_by_name=True).order_by("name", "pk")
    return Here(
        people=people,
        named=tuple((person.pk, shown_name(person)) for person in named[:MOST_NAMED]),
        epoch=access.epoch(),
    )


def writer(thread_id, person_id):
    """What the others may be told of somebody who is writing here: `(key, name)`, both None for
    whoever is not named; None where they may not write here now."""
    person = people_who_ask().filter(pk=person_id, is_active=True).first()
    if person is None:
        return None
    try:
        topic = threads.thread_for(person, thread_id)
    except Http404:
        return None
    if not posting.may_reply(topic, person):
        return None
    return (person.pk, shown_name(person)) if person.named_here else (None, None)
