"""Lists of threads and spaces for a person: rows of plain facts, each list in one query."""

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import NamedTuple

from django.core.paginator import Paginator
from django.db.models import Case, Exists, F, OuterRef, Q, When
from django.urls import reverse
from django.utils import timezone

from community.introductions import LEFT
from community.models import Audience, Cohort
from forum.reactions.models import Helped
from forum.reading import marks
from forum.shelf import muting
from forum.spaces.models import Space
from forum.threads import Post, Topic, readable_by

THREADS_ON_A_PAGE = 20


class Chip(NamedTuple):
    """An audience as its chip shows it."""

    kind: str
    label: str
    icon: str


@dataclass(frozen=True, slots=True)
class ListedSpace:
    """`news`: there is a thread in it that is new to the reader. `latest` is a ListedThread of
    which subject, url, last_author and last_post_on are known, or None."""

    pk: int
    name: str
    purpose: str
    url: str
    audience: Chip
    threads: int
    news: bool
    latest: "ListedThread | None"
    closed: bool = False


@dataclass(frozen=True, slots=True)
class ListedThread:
    pk: int
    subject: str
    url: str
    last_author: str
    last_post_on: datetime
    space: ListedSpace | None = None
    starter: str = ""
    replies: int = 0
    views: int = 0
    locked: bool = False
    pinned: bool = False
    announces: bool = False
    announced_until: datetime | None = None
    # A session is hosted in it now.
    live: bool = False
    unread: bool = False
    # Keys of the people behind the names; None for whoever left.
    starter_pk: int | None = None
    last_author_pk: int | None = None
    # Whether the reader muted who started it.
    muted: bool = False
    # One of its replies is marked as the answer that helped.
    helped: bool = False


def _chips():
    """`(kind, cohort name) -> Chip`, each made once for a list."""
    made = {}

    def chip(kind, cohort):
        if (kind, cohort) not in made:
            audience = Audience(kind=kind, cohort=Cohort(name=cohort) if cohort else None)
            made[kind, cohort] = Chip(kind, str(audience.label), audience.icon)
        return made[kind, cohort]

    return chip


@cache
def _way(name):
    """What stands before and after the key in an address of this name."""
    return reverse(name, args=[0]).split("0")


def _address(name, key):
    before, after = _way(name)
    return f"{before}{key}{after}"


def _name(name, active):
    return name if active else str(LEFT)


def _link_to(pk, active):
    return pk if active else None


def spaces_of(person):
    """The ListedSpaces open to this person, in the order of the tree: two queries for any number,
    mostly one."""
    last = "forum__last_post__"
    rows = list(
        Space.objects.open_to(person).values_list(
            "pk",
            "bumped",
            "closed_at",
            "forum__name",
            "purpose",
            "audience__kind",
            "audience__cohort__name",
            "forum__direct_topics_count",
            f"{last}topic_id",
            # The last word is shown where it stands and nowhere else, whatever the counter says.
            Case(When(**{f"{last}topic__forum": F("forum")}, then=f"{last}topic__subject")),
            f"{last}poster_id",
            f"{last}poster__name",
            f"{last}poster__is_active",
            f"{last}created",
        )
    )
    news = marks.with_news({row[0]: row[1] for row in rows}, person)
    chip = _chips()
    return [
        ListedSpace(
            pk=pk,
            name=name,
            purpose=purpose,
            url=_address("spaces:space", pk),
            audience=chip(kind, cohort),
            threads=count,
            closed=closed is not None,
            news=pk in news,
            latest=title
            and ListedThread(
                pk=topic,
                subject=title,
                url=_address("spaces:thread", topic),
                last_author=_name(author, active),
                last_author_pk=_link_to(who, active),
                last_post_on=on,
            ),
        )
        for (
            pk,
            _,
            closed,
            name,
            purpose,
            kind,
            cohort,
            count,
            topic,
            title,
            who,
            author,
            active,
            on,
        ) in rows
    ]


_COLUMNS = {
    "pk": "pk",
    "subject": "subject",
    "type": "type",
    "status": "status",
    "posts": "posts_count",
    "views": "views_count",
    "created": "created",
    "last_post_on": "last_post_on",
    "starter_pk": "poster_id",
    "starter": "poster__name",
    "starter_active": "poster__is_active",
    "last_pk": "last_post__poster_id",
    "last": "last_post__poster__name",
    "last_active": "last_post__poster__is_active",
    "space": "thread__space_id",
    "bumped": "thread__bumped",
    "space_name": "forum__name",
    "kind": "thread__space__audience__kind",
    "cohort": "thread__space__audience__cohort__name",
    "announced_until": "announcement__until",
    "helped": "has_answer",
    "live_until": "thread__live_until",
}


def listed(topics, person, muted=frozenset()):
    """ListedThreads of a queryset of topics that were found readable, in one query; `muted` are
    keys of people whose threads are marked."""
    chip = _chips()
    mark = marks.of(person)
    helped = Helped.objects.filter(post__topic=OuterRef("pk"), post__approved=True)
    now = timezone.now()
    rows = topics.annotate(has_answer=Exists(helped)).values_list(*_COLUMNS.values())
    found = []
    for values in rows:
        row = dict(zip(_COLUMNS, values, strict=True))
        found.append(
            ListedThread(
                pk=row["pk"],
                subject=row["subject"],
                url=_address("spaces:thread", row["pk"]),
                last_author=_name(row["last"] or row["starter"], row["last_active"] is not False),
                last_post_on=row["last_post_on"] or row["created"],
                space=ListedSpace(
                    pk=row["space"],
                    name=row["space_name"],
                    purpose="",
                    url=_address("spaces:space", row["space"]),
                    audience=chip(row["kind"], row["cohort"]),
                    threads=0,
                    news=False,
                    latest=None,
                ),
                starter=_name(row["starter"], row["starter_active"]),
                starter_pk=_link_to(row["starter_pk"], row["starter_active"]),
                last_author_pk=_link_to(
                    row["last_pk"] or row["starter_pk"], row["last_active"] is not False
                ),
                muted=row["starter_pk"] in muted and row["type"] != Topic.TOPIC_ANNOUNCE,
                replies=max(row["posts"] - 1, 0),
                views=row["views"],
                locked=row["status"] == Topic.TOPIC_LOCKED,
                pinned=row["type"] == Topic.TOPIC_STICKY,
                announces=row["type"] == Topic.TOPIC_ANNOUNCE,
                announced_until=row["announced_until"],
                helped=row["helped"],
                live=row["live_until"] is not None and row["live_until"] > now,
                unread=mark.is_unread(row["pk"], row["space"], row["bumped"]),
            )
        )
    return found


def page_of_threads(space, person, number):
    """A paginator page of ListedThreads of one space that was already found open."""
    topics = Topic.objects.filter(forum=space.forum_id, approved=True)
    ordered = topics.order_by("-type", "-last_post_on", "-pk")
    paginator = Paginator(ordered.values("pk"), THREADS_ON_A_PAGE)
    paginator.count = space.forum.direct_topics_count
    page = paginator.get_page(number)
    muted = muting.muted_in(space, person)
    page.object_list = listed(ordered.filter(pk__in=page.object_list), person, muted)
    return page


def latest_news(person, limit=5):
    """The newest of what is new to a person over all their spaces."""
    return listed(_news(person)[:limit], person)


def unanswered(person, limit=3):
    """The newest threads that nobody but their author has written in: questions to answer."""
    answered = Post.objects.filter(topic=OuterRef("pk"), approved=True).exclude(
        poster=OuterRef("poster")
    )
    topics = readable_by(person).filter(~Exists(answered), status=Topic.TOPIC_UNLOCKED)
    others = topics.exclude(poster__in=[person.pk, *muting.muted_by(person)])
    return listed(others.order_by("-created")[:limit], person)


def _news(person):
    """Threads that are new to a person, newest first; without those that were started by somebody
    whom they muted, but for announcements."""
    muted = Q(poster__in=muting.muted_by(person)) & ~Q(type=Topic.TOPIC_ANNOUNCE)
    topics = readable_by(person).filter(marks.unread_by(person, "thread")).exclude(muted)
    return topics.order_by("-thread__bumped")


def page_of_news(person, number):
    """A page of the threads that are new to a person over all their spaces, newest first."""
    paginator = Paginator(_news(person), THREADS_ON_A_PAGE)
    page = paginator.get_page(number)
    page.object_list = listed(page.object_list, person)
    return page


def on_page(page, person):
    """The threads that speak of a page and that this person may read."""
    topics = readable_by(person).filter(thread__page_id=page.pk)
    return listed(topics.order_by("-last_post_on"), person)
