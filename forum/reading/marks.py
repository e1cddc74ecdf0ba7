"""What is new to somebody. One row for each person holds it, however many threads there are.

Events are numbered across the network, and within a space they become visible in the order of
their numbers. So "read" is a number: one below which everything counts as read (`since`, or
further on in a single space), and a bounded list of threads that were read beyond it.
"""

import json
from dataclasses import dataclass

from django.db import transaction
from django.db.models import (
    BigIntegerField,
    Case,
    F,
    Func,
    JSONField,
    Max,
    OuterRef,
    Q,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import JSONObject

from forum.live.models import Event, Thread
from forum.reading.models import Mark

# How many threads may be remembered one by one. Beyond it, what somebody left unread for so many
# others counts as seen.
MOST_AHEAD = 200


class _Put(Func):
    """A JSON object with a number under a key."""

    output_field = JSONField()
    arity = 3

    def as_sqlite(self, compiler, connection, **context):
        column, key, number = self.get_source_expressions()
        sql, params = compiler.compile(column)
        return f"json_set({sql}, %s, %s)", (*params, f'$."{key.value}"', number.value)

    def as_postgresql(self, compiler, connection, **context):
        column, key, number = self.get_source_expressions()
        sql, params = compiler.compile(column)
        put = f"({sql} || jsonb_build_object(%s::text, %s::bigint))"
        return put, (*params, str(key.value), number.value)


def column():
    """What comes along with whoever is signed in: their mark, so that asking costs no query."""
    whose = Mark.objects.filter(pk=OuterRef("pk"))
    return Subquery(whose.values(mark=JSONObject(since="since", spaces="spaces", ahead="ahead")))


@dataclass(frozen=True, slots=True)
class ReadUpTo:
    """A mark as it was when its person was read. Keys are text, as JSON has them."""

    since: int
    spaces: dict
    ahead: dict

    def level(self, space_id):
        return max(self.since, self.spaces.get(str(space_id), 0))

    def is_unread(self, thread_id, space_id, bumped):
        """Whether a thread that was last brought forward by event `bumped` is new."""
        return bumped > self.level(space_id) and bumped > self.ahead.get(str(thread_id), 0)


# Whoever has no mark yet has nothing to catch up with.
NOTHING_IS_NEW = ReadUpTo(2**62, {}, {})


def of(person):
    """The ReadUpTo of a person: as it came with them, or read now."""
    if not hasattr(person, "mark_read"):
        found = type(person)._default_manager.filter(pk=person.pk).values_list(column())
        person.mark_read = found[0][0] if found else None
    if person.mark_read is None:
        return NOTHING_IS_NEW
    # SQLite brings JSON within JSON as text.
    return ReadUpTo(
        **{
            name: json.loads(value) if isinstance(value, str) else value
            for name, value in person.mark_read.items()
        }
    )


def _level(mark, at):
    """The number up to which a space was read, as an expression over rows with a space."""
    own = {int(key): number for key, number in mark.spaces.items() if number > mark.since}
    if not own:
        return Value(mark.since)
    further = [When(**{f"{at}space_id": key}, then=Value(number)) for key, number in own.items()]
    return Case(*further, default=Value(mark.since), output_field=BigIntegerField())


def unread_by(person, path=""):
    """What is new to a person, as a condition on rows whose thread lies at `path`."""
    at = f"{path}__" if path else ""
    mark = of(person)
    condition = Q(**{f"{at}bumped__gt": _level(mark, at)})
    if not mark.ahead:
        return condition
    # At most MOST_AHEAD keys, of which those that were brought forward since are new again.
    now = Thread.objects.filter(pk__in=mark.ahead).values_list("pk", "bumped")
    still_read = [pk for pk, bumped in now if bumped <= mark.ahead[str(pk)]]
    return condition & ~Q(**{f"{at}pk__in": still_read})


def with_news(spaces, person):
    """Of `{space key: bumped}`, the keys of spaces with a thread that is new to the person. No
    query where the newest thread of each tells it."""
    mark = of(person)
    forward = {key: bumped for key, bumped in spaces.items() if bumped > mark.level(key)}
    read = set(mark.ahead.values())
    news = {key for key, bumped in forward.items() if bumped not in read}
    unclear = forward.keys() - news
    if unclear:
        threads = Thread.objects.filter(space_id__in=unclear, topic__approved=True)
        news |= set(
            threads.filter(unread_by(person))
            .order_by()
            .values_list("space_id", flat=True)
            .distinct()
        )
    return news


def begin(person):
    """Whoever joins has nothing to catch up with."""
    Mark.objects.get_or_create(person=person, defaults={"since": _newest()})


def _newest():
    return Event.objects.aggregate(last=Max("pk"))["last"] or 0


def read(person, thread_id, number):
    """This thread was read up to a number. One query, unless the list has grown too long."""
    put = _Put(F("ahead"), Value(str(thread_id)), Value(number))
    if not Mark.objects.filter(pk=person.pk).update(ahead=put):
        begin(person)
    if len(of(person).ahead) > MOST_AHEAD:
        settle(person)


def first_unread(person, topic):
    """The first post of a thread that is new to a person, or None."""
    mark = of(person)
    level = max(mark.level(topic.thread.space_id), mark.ahead.get(str(topic.pk), 0))
    events = Event.objects.filter(
        thread_id=topic.pk,
        kind=Event.Kind.POSTED,
        post__topic_id=topic.pk,
        post__approved=True,
        pk__gt=level,
    )
    event = events.select_related("post").order_by("seq").first()
    return event and event.post


@transaction.atomic
def read_all(person, spaces):
    """Everything in these spaces was read. Returns the mark as it was, for `put_back`."""
    begin(person)
    mark = Mark.objects.select_for_update().get(pk=person.pk)
    before = {"spaces": dict(mark.spaces), "ahead": dict(mark.ahead)}
    for space in spaces:
        mark.spaces[str(space.pk)] = max(space.bumped, mark.spaces.get(str(space.pk), 0))
    _drop_what_is_below(mark)
    mark.save()
    return before


@transaction.atomic
def put_back(person, before):
    """Undo `read_all`; what was read since stays read."""
    mark = Mark.objects.select_for_update().get(pk=person.pk)
    mark.spaces = before["spaces"]
    mark.ahead = before["ahead"] | mark.ahead
    mark.save()


def _drop_what_is_below(mark):
    """Forget single threads that their space's number covers; returns `{space: [numbers]}`."""
    spaces = dict(Thread.objects.filter(pk__in=mark.ahead).values_list("pk", "space_id"))
    kept, numbers = {}, {}
    for key, number in mark.ahead.items():
        space = spaces.get(int(key))
        if space and number > max(mark.since, mark.spaces.get(str(space), 0)):
            kept[key] = number
            numbers.setdefault(str(space), []).append(number)
    mark.ahead = kept
    return numbers


@transaction.atomic
def settle(person):
    """Make the list of single threads short again, from the space where it is longest."""
    mark = Mark.objects.select_for_update().get(pk=person.pk)
    numbers = _drop_what_is_below(mark)
    while sum(map(len, numbers.values())) > MOST_AHEAD // 2:
        space = max(numbers, key=lambda key: len(numbers[key]))
        ordered = sorted(numbers[space])
        mark.spaces[space] = ordered[len(ordered) // 2]
        numbers = _drop_what_is_below(mark)
    mark.save()
