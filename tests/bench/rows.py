"""Many rows at once, written straight into the tables with right counters: for the benchmark and
for the tests of what must not grow with rows. The forum's verbs would take an hour for so many.

Needs the site's own settings. Everything is a member's to read: one participant of one cohort, and
spaces for all members, for coordinators and for that cohort in turn.
"""

from contextlib import contextmanager
from datetime import timedelta
from itertools import cycle, islice

from django.db.models import Max, Min, OuterRef, Subquery
from django.utils import timezone
from django.utils.text import slugify
from machina.apps.forum.models import Forum

from community import roster
from community.cohorts import agreeing
from community.cohorts.models import Acceptance
from community.models import (
    Audience,
    Cohort,
    Membership,
    Person,
    Program,
    Region,
    Role,
    Worksite,
)
from forum import markdown
from forum.live.models import Event, Thread
from forum.reading.models import Mark
from forum.spaces.models import Space
from forum.threads import Post, Topic

BATCH = 2_000
A_YEAR = timedelta(days=365)
FIRST_NAMES = ["Ana", "Bo", "Carmen", "Dev", "Ebele", "Finn", "Grace", "Hiro", "Ines", "Jonah"]
LAST_NAMES = ["Aspen", "Birch", "Cedar", "Dogwood", "Elm", "Fir", "Hazel", "Ivy", "Juniper"]

# Six hundred characters as people write them, with the Markdown that they use.
TEXT = """We tried this at our site on **day {number}**, and it went better than I feared:

- half of the group wanted to *lead* the game themselves,
- the younger ones needed the rules on a card, with pictures,
- snack moved to 3:45, so that nobody was hungry while we talked.

> What did you do about the ones who leave early?

They get the first turn. I wrote our steps down in [a short note](https://example.org/{number}),
take what you like and change the rest. Next week we try it outside; if it rains we go to the
gym. Has anybody done this with fewer than ten children, and did the second round still work for
them? I would love to hear how you {number} end it.
"""


def texts(count=200):
    """`[(Markdown, HTML)]`, as both sides keep them."""
    written = [TEXT.format(number=number) for number in range(count)]
    return [(text, markdown.render(text)) for text in written]


def members(count, cohort):
    """People who coordinate a site each and are participants of `cohort`."""
    program = Program.objects.get_or_create(name="Pinecone", defaults={"region": cohort.region})[0]
    sites = Worksite.objects.bulk_create(
        Worksite(name=f"{tree} Yard {number}", program=program)
        for number, tree in enumerate(islice(cycle(LAST_NAMES), 40))
        if not Worksite.objects.filter(program=program, name=f"{tree} Yard {number}").exists()
    ) or list(Worksite.objects.filter(program=program))
    before = Person.objects.count()
    names = zip(cycle(FIRST_NAMES), cycle(LAST_NAMES[1:]), strict=False)
    people = Person.objects.bulk_create(
        [
            Person(
                email=f"bench{before + n}@example.org", name=f"{a} {b} {before + n}", password="!"
            )
            for n, (a, b) in enumerate(islice(names, count))
        ],
        batch_size=BATCH,
    )
    Role.objects.bulk_create(
        [
            Role(person=person, kind=Role.Kind.COORDINATOR, worksite=worksite)
            for person, worksite in zip(people, cycle(sites), strict=False)
        ],
        batch_size=BATCH,
    )
    Membership.objects.bulk_create(
        [
            Membership(person=person, cohort=cohort, kind=Membership.Kind.PARTICIPANT)
            for person in people
        ],
        batch_size=BATCH,
    )
    newest = Event.objects.aggregate(n=Max("pk"))["n"] or 0
    Mark.objects.bulk_create(
        [Mark(person=person, since=newest) for person in people], batch_size=BATCH
    )
    for start in range(0, count, BATCH):
        roster.keep_in_step([person.pk for person in people[start : start + BATCH]])
    held = agreeing.current()
    if held:
        Acceptance.objects.bulk_create(
            [Acceptance(agreement=held, person=person) for person in people], batch_size=BATCH
        )
    return people


def cohort():
    """The one cohort, and the audiences of its members."""
    region = Region.objects.get_or_create(name="North")[0]
    made, created = Cohort.objects.get_or_create(
        name="North of the bench", defaults={"region": region, "year": 2026}
    )
    if created:
        roster.open_audience(Audience.Kind.COHORT, made)
        for kind in (Audience.Kind.MEMBERS, Audience.Kind.COORDINATORS):
            roster.open_audience(kind)
    return made


def spaces(count, cohort):
    """So many more spaces, each a tree of its own among machina's forums."""
    kinds = [Audience.Kind.MEMBERS, Audience.Kind.COORDINATORS, Audience.Kind.COHORT]
    audiences = [
        Audience.objects.get(kind=kind, cohort=cohort if kind == Audience.Kind.COHORT else None)
        for kind in kinds
    ]
    trees = Forum.objects.aggregate(last=Max("tree_id"))["last"] or 0
    forums = Forum.objects.bulk_create(
        Forum(
            name=f"Space {tree}",
            slug=f"space-{tree}",
            type=Forum.FORUM_POST,
            tree_id=tree,
            lft=1,
            rght=2,
            level=0,
        )
        for tree in range(trees + 1, trees + 1 + count)
    )
    made = Space.objects.bulk_create(
        Space(forum=forum, audience=audience, purpose="To ask, and to share what worked.")
        for forum, audience in zip(forums, cycle(audiences), strict=False)
    )
    roster.advance_epoch()
    return made


@contextmanager
def _dates_as_given():
    """machina's dates are those of the saving; here a year of talk is written in a minute."""
    dated = [
        model._meta.get_field(name) for model in (Topic, Post) for name in ("created", "updated")
    ]
    kept = [(field.auto_now, field.auto_now_add) for field in dated]
    for field in dated:
        field.auto_now = field.auto_now_add = False
    try:
        yield
    finally:
        for field, (now, add) in zip(dated, kept, strict=True):
            field.auto_now, field.auto_now_add = now, add


def threads(space, sizes, people, subject="What worked at our site"):
    """One thread of so many posts for each of `sizes`, spread over the year before now, with its
    events, and counters that are right; the topics in that order."""
    now = timezone.now()
    sizes = list(sizes)
    pace = A_YEAR / (len(sizes) + 1)
    begun = [now - A_YEAR + pace * number for number in range(len(sizes))]
    with _dates_as_given():
        topics = _topics(space, sizes, begun, people, subject)
        _posts(topics, sizes, begun, now, people)
    _log(space, topics)
    _count(space, topics)
    return list(Topic.objects.filter(pk__in=[topic.pk for topic in topics[:500]]).order_by("pk"))


def _topics(space, sizes, begun, people, subject):
    made = Topic.objects.bulk_create(
        [
            Topic(
                forum_id=space.forum_id,
                poster=poster,
                subject=f"{subject} {number}",
                slug=slugify(f"{subject} {number}"),
                type=Topic.TOPIC_POST,
                status=Topic.TOPIC_UNLOCKED,
                approved=True,
                posts_count=size,
                created=at,
                updated=at,
            )
            for number, (size, at, poster) in enumerate(
                zip(sizes, begun, cycle(people), strict=False), start=1
            )
        ],
        batch_size=BATCH,
    )
    Thread.objects.bulk_create(
        [Thread(topic=topic, space=space) for topic in made], batch_size=BATCH
    )
    return made


def _posts(topics, sizes, begun, now, people):
    said, posters = cycle(texts()), cycle(people)
    batch = []
    for topic, size, at in zip(topics, sizes, begun, strict=True):
        pace = (now - at) / (size + 1)
        for number in range(size):
            raw, rendered = next(said)
            written = at + pace * number
            post = Post(
                topic=topic,
                poster=topic.poster if number == 0 else next(posters),
                subject=topic.subject,
                content=raw,
                approved=True,
                enable_signature=False,
                created=written,
                updated=written,
            )
            post._content_rendered = rendered
            batch.append(post)
        if len(batch) >= BATCH * 5:
            Post.objects.bulk_create(batch, batch_size=BATCH)
            batch = []
    Post.objects.bulk_create(batch, batch_size=BATCH)


def _log(space, topics):
    """One event for each post, numbered within its thread, with keys in the order of time."""
    keys = {topic.pk for topic in topics}
    rows = Post.objects.filter(topic__forum_id=space.forum_id).order_by("created", "pk")
    number = dict.fromkeys(keys, 0)
    batch = []
    for pk, topic_id, created in rows.values_list("pk", "topic_id", "created").iterator():
        if topic_id in keys:
            number[topic_id] += 1
            batch.append(
                Event(
                    thread_id=topic_id,
                    seq=number[topic_id],
                    kind=Event.Kind.POSTED,
                    post_id=pk,
                    at=created,
                )
            )
    Event.objects.bulk_create(batch, batch_size=BATCH)
    events = Event.objects.filter(thread=OuterRef("pk")).order_by().values("thread")
    Thread.objects.filter(space=space, seq=0).update(
        seq=Subquery(events.annotate(n=Max("seq")).values("n")),
        bumped=Subquery(events.annotate(n=Max("pk")).values("n")),
    )


def _count(space, topics):
    posts = Post.objects.filter(topic=OuterRef("pk")).order_by().values("topic")
    mine = Topic.objects.filter(forum_id=space.forum_id)
    mine.filter(first_post=None).update(
        first_post=Subquery(posts.annotate(n=Min("pk")).values("n")),
        last_post=Subquery(posts.annotate(n=Max("pk")).values("n")),
        last_post_on=Subquery(posts.annotate(n=Max("created")).values("n")),
    )
    newest = mine.order_by("-last_post_on", "-pk").first()
    Forum.objects.filter(pk=space.forum_id).update(
        direct_topics_count=mine.count(),
        direct_posts_count=Post.objects.filter(topic__forum_id=space.forum_id).count(),
        last_post_id=newest.last_post_id,
        last_post_on=newest.last_post_on,
    )
    Space.objects.filter(pk=space.pk).update(
        bumped=Thread.objects.filter(space=space).aggregate(n=Max("bumped"))["n"]
    )
