"""What one person wrote, as one reader may see it.

A profile counts and lists what its viewer may read and nothing else, so no number, date or gap on
it depends on a space that is closed to them. machina's own page of a member's posts counted all of
them, also those that were never approved.
"""

from dataclasses import dataclass
from datetime import datetime

from django.core.paginator import Paginator
from django.db.models import Q
from django.urls import reverse

from forum import threads
from forum.excerpts import excerpt
from forum.spaces.models import Space
from forum.threads import Post

WRITTEN_ON_A_PAGE = 20


@dataclass(frozen=True)
class Written:
    """One row of a list of posts. `state` is empty for what stands in its thread, else one of
    waiting, removed and lost (its whole thread is gone)."""

    pk: int
    subject: str
    url: str
    space: Space
    words: str
    created: datetime
    starts: bool
    state: str = ""


def page_of_posts_by(person, number, *viewers):
    """A paginator page of what `person` wrote and every one of `viewers` may read, newest first."""
    posts = Post.objects.filter(poster=person, approved=True)
    for viewer in viewers:
        posts = posts.filter(topic__in=threads.readable_by(viewer).values("pk"))
    return _page(posts, number)


def page_of_my_posts(person, number, word=""):
    """A paginator page of a person's own posts in spaces open to them, newest first: with those
    that wait for approval or that somebody else removed, which their author may see."""
    posts = Post.objects.filter(
        Q(removal__isnull=True) | ~Q(removal__by=person),
        poster=person,
        topic__forum__in=Space.objects.open_to(person).values("forum"),
    )
    if word:
        posts = posts.filter(content__icontains=word)
    return _page(posts, number)


def _page(posts, number):
    """Sorted by keys alone: the texts of one page are read, however many there are."""
    keys = posts.order_by("-created", "-pk").values_list("pk", flat=True)
    page = Paginator(keys, WRITTEN_ON_A_PAGE).get_page(number)
    found = Post.objects.select_related(
        "removal", "topic__first_post__removal", "topic__forum__space__audience__cohort",
        "topic__forum__space__forum",
    ).in_bulk(list(page.object_list))  # fmt: skip
    page.object_list = [_written(found[pk]) for pk in page.object_list if pk in found]
    return page


def _written(post):
    topic, state = post.topic, _state(post)
    url = reverse("spaces:thread", args=[topic.pk]) if topic.approved else ""
    return Written(
        pk=post.pk,
        # The title of a thread that is gone is its starter's alone.
        subject=topic.subject if topic.approved or topic.poster_id == post.poster_id else "",
        url=url if state or not url else f"{url}?post={post.pk}",
        space=topic.forum.space,
        words=excerpt(post.content.raw),
        created=post.created,
        starts=post.pk == topic.first_post_id,
        state=state,
    )


def _state(post):
    if hasattr(post, "removal"):
        return "removed"
    first = post.topic.first_post
    if not post.topic.approved and first is not None and hasattr(first, "removal"):
        return "lost"
    return "" if post.approved and post.topic.approved else "waiting"
