"""Reading threads: the only way to get a topic, its posts, or a list of them for a person.

One way in, one answer for "closed to you" and "does not exist": the same query finds nothing.
"""

from dataclasses import dataclass
from datetime import datetime

from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef
from django.http import Http404
from django.urls import reverse
from machina.core.db.models import get_model

from community.introductions import Introduction, introduce, shown_name
from forum.live.models import Thread
from forum.spaces.models import Space

Topic = get_model("forum_conversation", "Topic")
Post = get_model("forum_conversation", "Post")

POSTS_ON_A_PAGE = 20
THREADS_ON_A_PAGE = 20


def space_for(person, pk):
    """The space `pk`, or Http404 alike where it is missing and where it is closed to them."""
    space = Space.objects.open_to(person).filter(pk=pk).first()
    if space is None:
        raise Http404
    return space


def readable_by(person):
    """The topics this person may read: approved, in spaces open to them."""
    spaces = Space.objects.open_to(person).values("forum_id")
    return Topic.objects.filter(approved=True, forum_id__in=spaces)


def thread_for(person, pk):
    """The topic `pk` with its space and thread row, or Http404 alike for missing and closed."""
    topic = (
        readable_by(person)
        .filter(pk=pk)
        .select_related("forum__space__audience__cohort", "forum__space__forum", "thread__page")
        .first()
    )
    if topic is None:
        raise Http404
    return topic


def post_for(person, topic, pk):
    """A post that is to be seen on `topic`'s page, or Http404."""
    post = Post.objects.filter(topic=topic, approved=True, pk=pk).first()
    if post is None:
        raise Http404
    post.topic = topic
    return post


# --- One page of a thread ----------------------------------------------------------------------


@dataclass(frozen=True)
class ShownPost:
    """A post as every reader sees it: nothing in it depends on who reads."""

    pk: int
    author: Introduction
    body: str
    created: datetime
    edited_at: datetime | None
    edited_by_moderator: bool
    opens_thread: bool
    topic_id: int


def show(posts, topic):
    """`ShownPost`s of these posts of one topic, in three queries however many they are."""
    posts = list(posts)
    people = introduce({post.poster_id for post in posts})
    return [
        ShownPost(
            pk=post.pk,
            author=people[post.poster_id],
            body=post.content.rendered,
            created=post.created,
            edited_at=post.updated if post.updates_count else None,
            edited_by_moderator=bool(post.updated_by_id and post.updated_by_id != post.poster_id),
            opens_thread=post.pk == topic.first_post_id,
            topic_id=topic.pk,
        )
        for post in posts
    ]


def page_of_posts(topic, number):
    """`(paginator page of ShownPosts, sequence it holds)`; the sequence is read before the posts,
    so that nothing falls between the page and the socket that opens with it."""
    since = Thread.objects.values_list("seq", flat=True).get(pk=topic.pk)
    posts = Post.objects.filter(topic=topic, approved=True).order_by("pk")
    paginator = Paginator(posts, POSTS_ON_A_PAGE)
    # The counter is kept under the thread's lock: no COUNT over posts for a page.
    paginator.count = Topic.objects.values_list("posts_count", flat=True).get(pk=topic.pk)
    page = paginator.get_page(number)
    page.object_list = show(page.object_list, topic)
    return page, since


def page_number_of(post):
    """On which page of its thread a post stands."""
    before = Post.objects.filter(topic_id=post.topic_id, approved=True, pk__lt=post.pk)
    return before.count() // POSTS_ON_A_PAGE + 1


# --- Lists --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class ListedThread:
    pk: int
    subject: str
    url: str
    space: Space
    starter: str
    last_author: str
    last_post_on: datetime
    replies: int
    locked: bool
    pinned: bool


def _listed(topics):
    return [
        ListedThread(
            pk=topic.pk,
            subject=topic.subject,
            url=reverse("spaces:thread", args=[topic.pk]),
            space=topic.forum.space,
            starter=shown_name(topic.poster),
            last_author=shown_name(topic.last_post.poster if topic.last_post else topic.poster),
            last_post_on=topic.last_post_on or topic.created,
            replies=max(topic.posts_count - 1, 0),
            locked=topic.is_locked,
            pinned=topic.is_sticky or topic.is_announce,
        )
        for topic in topics
    ]


def _with_names(topics):
    return topics.select_related(
        "forum__space__audience__cohort",
        "forum__space__forum",
        "poster",
        "last_post__poster",
    )


def page_of_threads(space, number):
    """A paginator page of ListedThreads of one space that was already found open."""
    topics = _with_names(Topic.objects.filter(forum=space.forum, approved=True)).order_by(
        "-type", "-last_post_on", "-pk"
    )
    paginator = Paginator(topics, THREADS_ON_A_PAGE)
    paginator.count = space.forum.direct_topics_count
    page = paginator.get_page(number)
    page.object_list = _listed(page.object_list)
    return page


def latest(person, limit=5):
    """The threads last written to, over all spaces open to this person."""
    return _listed(_with_names(readable_by(person)).order_by("-last_post_on")[:limit])


def latest_in_each(spaces):
    """`{forum_id: ListedThread}`: the last thread of each of these spaces, in one query."""
    newest = (
        Topic.objects.filter(forum_id=OuterRef("forum_id"), approved=True)
        .order_by("-last_post_on")
        .values("pk")[:1]
    )
    forums = [space.forum_id for space in spaces]
    topics = _with_names(Topic.objects.filter(forum_id__in=forums, approved=True)).filter(pk=newest)
    return {topic.forum_id: listed for topic, listed in zip(topics, _listed(topics), strict=True)}


def unanswered(person, limit=3):
    """The newest threads that nobody but their author has written in: questions to answer."""
    answered = Post.objects.filter(topic=OuterRef("pk"), approved=True).exclude(
        poster=OuterRef("poster")
    )
    topics = readable_by(person).filter(~Exists(answered), status=Topic.TOPIC_UNLOCKED)
    return _listed(_with_names(topics.exclude(poster=person)).order_by("-created")[:limit])


def on_page(page, person):
    """The threads that speak of a page and that this person may read."""
    return _listed(
        _with_names(readable_by(person).filter(thread__page_id=page.pk)).order_by("-last_post_on")
    )
