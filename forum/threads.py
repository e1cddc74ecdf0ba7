"""Reading threads: the only way to get a space, a topic or its posts for a person.

One way in, one answer for "closed to you" and "does not exist": the same query finds nothing.
Lists of threads are `forum.listing`'s.
"""

from dataclasses import dataclass
from datetime import datetime
from functools import cache

from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404
from machina.core.db.models import get_model

from community.introductions import Introduction, introduce
from forum.attachments.attaching import ShownAttachment, attached, gathered, shown
from forum.live.models import Event
from forum.spaces.models import Space, keys_open_to, keys_seen_by

Topic = get_model("forum_conversation", "Topic")
Post = get_model("forum_conversation", "Post")

POSTS_ON_A_PAGE = 20


def space_for(person, pk, **annotations):
    """The space `pk`, or Http404 alike where it is missing and where it is closed to them."""
    return _one(Space.objects.open_to(person), pk, annotations)


def space_to_read(person, pk, **annotations):
    """The same for its page alone, which may be read under the glass too."""
    return _one(Space.objects.seen_by(person), pk, annotations)


def _one(rows, pk, annotations):
    found = rows.filter(pk=pk).annotate(**annotations).first()
    if found is None:
        raise Http404
    return found


def readable_by(person):
    """The topics this person may read: approved, in spaces open to them."""
    return Topic.objects.filter(approved=True, thread__space_id__in=keys_open_to(person))


def thread_for(person, pk, **annotations):
    """The topic `pk` with its space and thread row, or Http404 alike for missing and closed."""
    return _whole(readable_by(person), pk, annotations)


def thread_to_read(person, pk, topics=None):
    """The same for its page, its files and its socket, which may be read under the glass too.
    `topics` is a queryset with what else is to come along."""
    topics = Topic.objects.all() if topics is None else topics
    seen = topics.filter(approved=True, thread__space_id__in=keys_seen_by(person))
    return _whole(seen, pk, {})


def _whole(topics, pk, annotations):
    rows = topics.select_related("forum", "thread__space__audience__cohort", "poll", "summary__by")
    return in_one_space(_one(rows, pk, annotations))


def in_one_space(topic):
    """The topic with one space, by whichever way it is reached."""
    topic.forum.space = topic.thread.space
    topic.forum.space.forum = topic.forum
    return topic


def post_for(person, topic, pk):
    """A post that is to be seen on `topic`'s page, or Http404."""
    post = Post.objects.filter(topic=topic, approved=True, pk=pk).first()
    if post is None:
        raise Http404
    post.topic = topic
    return post


def standing_post(person, pk):
    """The post `pk` where it is to be seen by this person, in whichever thread, or Http404."""
    post = (
        Post.objects.filter(pk=pk, approved=True, topic__in=readable_by(person))
        .select_related("topic__forum", "topic__thread__space__audience__cohort")
        .first()
    )
    if post is None:
        raise Http404
    in_one_space(post.topic)
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
    attachments: tuple[ShownAttachment, ...] = ()
    # How many said what of it, as `(kind, number)`.
    reactions: tuple = ()
    helped: bool = False
    # It tells how something went at its author's site.
    trial: bool = False


@cache
def _posts():
    # Built once: that takes longer than asking.
    around = ("poster", "tally", "helped", "trial")
    return Post.objects.select_related(*around).annotate(files=attached())


def show(keys, topic, epoch, beside=()):
    """`ShownPost`s of the posts of one topic that `keys` names (keys, or a query of them) and that
    were found readable, in their order and with their files: in two queries however many they are;
    in one where their authors were introduced under this epoch before. `beside` are further
    keys."""
    named = Q(pk__in=keys)
    if beside:
        named = Q(named | Q(pk__in=beside), topic=topic)
    posts = list(_posts().filter(named).order_by("pk"))
    people = introduce((post.poster for post in posts), epoch)
    return [
        _shown(
            post,
            topic,
            people[post.poster_id],
            gathered(post.files),
            reactions=_counts(getattr(post, "tally", None)),
            helped=hasattr(post, "helped"),
            trial=hasattr(post, "trial"),
        )
        for post in posts
    ]


def _counts(tally):
    if tally is None:
        return ()
    kinds = ("thanks", "me_too", "tried")
    return tuple((kind, getattr(tally, kind)) for kind in kinds if getattr(tally, kind))


def show_new(post, files, epoch, trial):
    """The ShownPost of a post that its author just wrote with these attachments; `trial`: it tells
    how something went at their site. No query where they were introduced under this epoch before.
    """
    author = introduce([post.poster], epoch)[post.poster_id]
    files = sorted(files, key=lambda attachment: attachment.pk)
    return _shown(
        post, post.topic, author, tuple(shown(attachment) for attachment in files), trial=trial
    )


def _shown(post, topic, author, attachments, **around):
    return ShownPost(
        pk=post.pk,
        author=author,
        body=post.content.rendered,
        created=post.created,
        edited_at=post.updated if post.updates_count else None,
        edited_by_moderator=bool(post.updated_by_id and post.updated_by_id != post.poster_id),
        opens_thread=post.pk == topic.first_post_id,
        topic_id=topic.pk,
        attachments=attachments,
        **around,
    )


def page_of_posts(topic, number, epoch, beside=()):
    """A paginator page of ShownPosts, in one query or two: the thread's own row says how many there
    are, and one range of an index says which. What comes after that row was read is in the log,
    from `topic.thread.seq` on, and the socket opens with it. `beside` are keys of posts that stand
    on no page (they wait), and come as the page's `beside`."""
    posts = Post.objects.filter(topic=topic, approved=True).order_by("pk")
    paginator = Paginator(posts.values("pk"), POSTS_ON_A_PAGE)
    # The counter is kept under the thread's lock: no COUNT over posts for a page.
    paginator.count = topic.posts_count
    page = paginator.get_page(number)
    posts = show(page.object_list, topic, epoch, beside)
    page.object_list = [post for post in posts if post.pk not in beside]
    page.beside = [post for post in posts if post.pk in beside]
    return page


def page_number_of(post):
    """On which page of its thread a post stands."""
    before = Post.objects.filter(topic_id=post.topic_id, approved=True, pk__lt=post.pk)
    return before.count() // POSTS_ON_A_PAGE + 1


def last_page_number(topic):
    """On which page of a thread its newest post stands, by the counter."""
    return max(topic.posts_count - 1, 0) // POSTS_ON_A_PAGE + 1


# --- What was carried elsewhere -----------------------------------------------------------------


def merged_into(person, pk):
    """The key of the thread where the opening post of the merged thread `pk` stands now, or None:
    alike where there is none and where it is closed to them. One query more than a 404 costs."""
    gone = Topic.objects.filter(pk=pk, approved=False, first_post__approved=True)
    found = gone.filter(first_post__topic__in=readable_by(person).values("pk"))
    return found.values_list("first_post__topic_id", flat=True).first()


def carried_post(person, topic, pk):
    """A post that was said in `topic` and stands in another thread now, or Http404."""
    said_here = Event.objects.filter(thread_id=topic.pk, post_id=pk).values("post_id")
    open_to_them = readable_by(person).values("pk")
    post = Post.objects.filter(pk__in=said_here, approved=True, topic__in=open_to_them).first()
    if post is None:
        raise Http404
    return post
