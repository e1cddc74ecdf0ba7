"""The community that is measured: who reads, what is there to read, and how it grows."""

from forum.reading.models import Mark
from forum.spaces.models import Space
from tests.bench import rows

CANARY = "What worked at our site"


def begin(posts, topics, long, short, posters, spaces):
    """One space with `topics` threads and `posts` posts, a few of them of `long` posts, and further
    spaces; where everything stands, in keys."""
    cohort = rows.cohort()
    people = rows.members(posters, cohort)
    reader, away, visitor, writer = rows.members(4, cohort)
    large, few, *others = rows.spaces(spaces, cohort)
    named = ["long", "reply ours", "reply machina", "followed ours", "followed machina"]
    rest = topics - len(named) - 1
    left = posts - len(named) * long - short
    sizes = [long] * len(named) + [short] + [left // rest + (n < left % rest) for n in range(rest)]
    made = rows.threads(large, sizes, people, subject=CANARY)
    rows.threads(few, [6] * 10, people, subject=CANARY)
    for space in others:
        rows.threads(space, [4] * 5, people, subject=CANARY)
    return {
        "reader": reader.pk,
        "away": away.pk,
        "visitor": visitor.pk,
        "writer": writer.pk,
        "large": large.forum_id,
        "few": few.forum_id,
        "short": made[len(named)].pk,
        **{name: topic.pk for name, topic in zip(named, made, strict=False)},
        "last page": (long - 1) // 20 + 1,
        "text": rows.texts(1)[0][0],
    }


def grow(to):
    """So many spaces in all; those that are new have five threads each."""
    cohort = rows.cohort()
    people = list(rows.Person.objects.filter(email__startswith="bench")[:50])
    for space in rows.spaces(to - Space.objects.count(), cohort):
        rows.threads(space, [4] * 5, people, subject=CANARY)


def news():
    """The forums where something is new to the reader: every other one."""
    return list(Space.objects.order_by("pk").values_list("forum_id", flat=True))[::2]


def marks(reader, half):
    """`reader` has read everything but the last post in each of these forums; with None, nothing
    for a year."""
    Mark.objects.filter(pk=reader).delete()
    read = {}
    if half is not None:
        read = {
            str(space.pk): space.bumped - (space.forum_id in half) for space in Space.objects.all()
        }
    Mark.objects.create(person_id=reader, since=0, spaces=read)


def followers(count):
    """So many people's keys, made if need be."""
    keys = list(rows.Person.objects.filter(email__startswith="bench").values_list("pk", flat=True))
    if len(keys) < count:
        keys += [person.pk for person in rows.members(count - len(keys), rows.cohort())]
    return keys[:count]


def subscribe(topic, people):
    """Let these people follow a thread, where there is such a thing."""
    try:
        from forum.subscriptions.models import Subscription
    except ImportError:
        return
    Subscription.objects.bulk_create(
        [Subscription(person_id=pk, thread_id=topic) for pk in people], batch_size=rows.BATCH
    )
