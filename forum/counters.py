"""Whether what is counted is what is there, and putting it right.

Verbs move counters by delta and never count. Here everything is counted, in one query for each
kind of row, and what differs is looked at again under the locks that the verbs take: a post that is
being written meanwhile is no difference. The numbers of a removed thread are for nobody and are
not compared.

A difference names keys and columns, and quotes no title and no word of anybody.
"""

from dataclasses import dataclass
from itertools import batched

from django.db import transaction
from django.db.models import Count, F, Max, Min, OuterRef, Subquery
from django.db.models.functions import Coalesce
from machina.apps.forum.models import Forum

from forum.hosting.models import Question, QuestionVote
from forum.live.models import Event, Thread
from forum.reactions.models import Reaction, Tally
from forum.spaces.models import Space
from forum.threads import Post, Topic

BATCH = 200
# A thread with more numbers missing than this was not written by the forum's verbs.
LONGEST_GAP = 1_000


@dataclass(frozen=True)
class Difference:
    """`kept` is what the row says, `found` what is there."""

    thing: str
    pk: int
    column: str
    kept: object
    found: object

    def __str__(self):
        return f"{self.thing} {self.pk}: {WORDS[self.column]} is {self.kept}, not {self.found}."


WORDS = {
    "posts_count": "its number of posts",
    "first_post_id": "its first post",
    "last_post_id": "its last post",
    "last_post_on": "the time of its last post",
    "thread": "its row in the log",
    "space_id": "its space",
    "seq": "the number of its last event",
    "numbered": "how many events it has",
    "bumped": "the key of its last news",
    "direct_posts_count": "its number of posts",
    "direct_topics_count": "its number of threads",
    **{kind.value: f"how many said “{kind.label}”" for kind in Reaction.Kind},
    "votes": "its number of votes",
}


def check(repair=False):
    """Yield each Difference; with `repair`, each after it was put right. Every batch is a
    transaction of its own, so whoever stops half-way keeps what was done."""
    for thing, model, rows, hold in AUDITS:
        suspects = sorted({difference.pk for difference in _differences(thing, rows, None)})
        for keys in batched(suspects, BATCH, strict=False):
            with transaction.atomic():
                hold(keys)
                differences = list(_differences(thing, rows, keys))
                if repair:
                    _put_right(model, differences)
            yield from differences


def _differences(thing, rows, keys):
    for row in rows(keys):
        for name, found in row.items():
            if name.startswith("found_"):
                column = name.removeprefix("found_")
                if row[column] != found:
                    yield Difference(thing, row["pk"], column, row[column], found)


def _put_right(model, differences):
    changes = {}
    for difference in differences:
        changes.setdefault(difference.pk, {})[difference.column] = difference.found
    for pk, columns in changes.items():
        if "thread" in columns:
            _give_a_row(pk)
        elif "numbered" in columns:
            _fill_gaps(pk)
        elif columns:
            model.objects.filter(pk=pk).update(**columns)


# --- What is there, beside what the rows say ------------------------------------------------------


def _of(queryset, key, fact):
    """One number about the rows that hang on an outer row."""
    return Subquery(queryset.order_by().values(key).annotate(fact=fact).values("fact"))


def _only(queryset, keys):
    return queryset if keys is None else queryset.filter(pk__in=keys)


def _topics(keys):
    """The order of a thread is that of its posts' keys."""
    posts = Post.objects.filter(topic=OuterRef("pk"), approved=True)
    newest = posts.order_by("-pk")
    return (
        _only(Topic.objects.filter(approved=True), keys)
        .annotate(
            found_posts_count=Coalesce(_of(posts, "topic", Count("pk")), 0),
            # A thread that was emptied keeps its opening post.
            found_first_post_id=Coalesce(_of(posts, "topic", Min("pk")), F("first_post_id")),
            found_last_post_id=Subquery(newest.values("pk")[:1]),
            found_last_post_on=Subquery(newest.values("created")[:1]),
        )
        .values(
            "pk",
            *_both("posts_count", "first_post_id", "last_post_id", "last_post_on"),
        )
        .iterator()
    )


def _both(*columns):
    return [*columns, *(f"found_{column}" for column in columns)]


def _rows_of_the_log(keys):
    """Every topic in a space has a row in the log, by which its verbs are held apart."""
    return (
        _only(Topic.objects.filter(forum__space__isnull=False), keys)
        .filter(thread=None)
        .annotate(found_thread=F("pk"))
        .values("pk", "thread", "found_thread")
    )


def _threads(keys):
    events = Event.objects.filter(thread=OuterRef("pk"))
    posted = events.filter(kind=Event.Kind.POSTED)
    rows = (
        _only(Thread.objects.filter(topic__forum__space__isnull=False), keys)
        .annotate(
            found_space_id=F("topic__forum__space"),
            found_seq=Coalesce(_of(events, "thread", Max("seq")), 0),
            newest=Coalesce(_of(events, "thread", Max("pk")), 0),
            posted=Coalesce(_of(posted, "thread", Max("pk")), 0),
        )
        .values("pk", *_both("space_id", "seq"), "bumped", "newest", "posted")
    )
    for row in rows.iterator():
        # News are posts, and what facilitators bring from elsewhere with another event.
        is_right = row["posted"] <= row["bumped"] <= row["newest"]
        row["found_bumped"] = row["bumped"] if is_right else row["posted"] or row["newest"]
        yield row


def _numbers(keys):
    events = Event.objects.filter(thread=OuterRef("pk"))
    return (
        _only(Thread.objects.all(), keys)
        .annotate(
            numbered=Coalesce(_of(events, "thread", Count("pk")), 0),
            found_numbered=Coalesce(_of(events, "thread", Max("seq")), 0),
        )
        .values("pk", *_both("numbered"))
        .iterator()
    )


def _forums(keys):
    topics = Topic.objects.filter(forum=OuterRef("pk"), approved=True)
    posts = Post.objects.filter(topic__forum=OuterRef("pk"), topic__approved=True, approved=True)
    newest = topics.exclude(last_post=None).order_by("-last_post_on", "-last_post")
    return (
        _only(Forum.objects.all(), keys)
        .annotate(
            found_direct_posts_count=Coalesce(_of(posts, "topic__forum", Count("pk")), 0),
            found_direct_topics_count=Coalesce(_of(topics, "forum", Count("pk")), 0),
            found_last_post_id=Subquery(newest.values("last_post")[:1]),
            found_last_post_on=Subquery(newest.values("last_post_on")[:1]),
        )
        .values(
            "pk",
            *_both("direct_posts_count", "direct_topics_count", "last_post_id", "last_post_on"),
        )
        .iterator()
    )


def _spaces(keys):
    threads = Thread.objects.filter(space=OuterRef("pk"))
    return (
        _only(Space.objects.all(), keys)
        .annotate(found_bumped=Coalesce(_of(threads, "space", Max("bumped")), 0))
        .values("pk", *_both("bumped"))
        .iterator()
    )


def _tallies(keys):
    kinds = Reaction.Kind.values
    said = Reaction.objects.filter(post=OuterRef("pk"))
    return (
        _only(Tally.objects.all(), keys)
        .annotate(
            **{
                f"found_{kind}": Coalesce(_of(said.filter(kind=kind), "post", Count("pk")), 0)
                for kind in kinds
            }
        )
        .values("pk", *_both(*kinds))
        .iterator()
    )


def _questions(keys):
    voices = QuestionVote.objects.filter(question=OuterRef("pk"))
    return (
        _only(Question.objects.all(), keys)
        .annotate(found_votes=Coalesce(_of(voices, "question", Count("pk")), 0))
        .values("pk", *_both("votes"))
        .iterator()
    )


def _hold_threads_of_posts(keys):
    topics = Post.objects.filter(pk__in=keys).order_by().values("topic")
    _HOLD_THREADS(topics)


# --- Putting right ------------------------------------------------------------------------------


def _give_a_row(topic_id):
    space = Space.objects.get(forum__topics=topic_id)
    thread = Thread.objects.create(topic_id=topic_id, space=space)
    posts = Post.objects.filter(topic=topic_id, approved=True).order_by("pk")
    Event.objects.bulk_create(
        Event(thread=thread, seq=seq, kind=Event.Kind.POSTED, post=post)
        for seq, post in enumerate(posts, start=1)
    )


def _fill_gaps(thread_id):
    """Readers count on every number: what is missing becomes an event that says nothing more than
    that the thread changed. Nothing is numbered anew."""
    numbers = set(Event.objects.filter(thread=thread_id).values_list("seq", flat=True))
    missing = sorted(set(range(1, max(numbers) + 1)) - numbers)
    Event.objects.bulk_create(
        Event(thread_id=thread_id, seq=seq, kind=Event.Kind.CHANGED)
        for seq in missing[:LONGEST_GAP]
    )


def _hold(queryset):
    # Without the key: a post that is being added to a row does not stand in the way.
    def hold(keys):
        list(queryset.select_for_update(no_key=True).filter(pk__in=keys).order_by("pk"))

    return hold


_HOLD_THREADS = _hold(Thread.objects.select_related("topic"))
# In this order each builds on what the one before put right.
AUDITS = [
    ("Thread", Topic, _rows_of_the_log, _hold(Topic.objects)),
    ("Thread", Topic, _topics, _HOLD_THREADS),
    ("Thread", Thread, _numbers, _HOLD_THREADS),
    ("Thread", Thread, _threads, _HOLD_THREADS),
    ("Forum", Forum, _forums, _hold(Forum.objects)),
    ("Space", Space, _spaces, _hold(Space.objects)),
    ("Post", Tally, _tallies, _hold_threads_of_posts),
    ("Question", Question, _questions, _hold(Question.objects)),
]
