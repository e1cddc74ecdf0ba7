"""Feeds for one person, at addresses that hold a secret of theirs.

The address is the whole proof, and it lies with somebody else's program: it can leak. So a feed
carries of a members' space what a mail may carry, title and author, and of any other at most one
line a day that says that there is something new, with no number, no name and no hour. Words it
never carries. The policy is asked at every request.

The views are functions: machina's feed keeps the asking person on an object that all requests
share, so that two at the same moment cross.
"""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.crypto import salted_hmac
from django.utils.feedgenerator import Atom1Feed
from django.utils.http import quote_etag
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from community import access
from community.introductions import shown_name
from forum import threads
from forum.live.models import Thread
from forum.spaces.models import Space, may_be_named_outside
from forum.subscriptions import keys

LONGEST = 50


@dataclass(frozen=True)
class Entry:
    key: str
    title: str
    author: str | None
    link: str
    at: datetime


@require_safe
def of_everything(request, token):
    """All spaces of the address's owner."""
    return _answer(request, token, lambda person: (None, None))


@require_safe
def of_space(request, token, pk):
    return _answer(request, token, lambda person: (threads.space_for(person, pk), None))


@require_safe
def of_thread(request, token, pk):
    def find(person):
        topic = threads.thread_for(person, pk)
        return topic.forum.space, topic

    return _answer(request, token, find)


def _answer(request, token, find):
    """The feed of what `find` gives for a person: `(space or None, topic or None)`."""
    person = keys.recognise(token)
    if person is None:
        raise Http404
    space, topic = find(person)
    keys.note_use(person.feed_key)
    return _respond(request, _atom(person, space, topic))


def _respond(request, body):
    """304 to whoever has it already. Only the tag decides: after a post was removed the newest
    date is an older one, and a reader that compares dates would keep what is gone."""
    etag = quote_etag(
        salted_hmac("forum.subscriptions.feeds", body, algorithm="sha256").hexdigest()[:32]
    )
    response = HttpResponse(body, content_type="application/atom+xml; charset=utf-8")
    response.headers["ETag"] = etag
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex"
    return get_conditional_response(request, etag=etag, response=response)


def _absolute(address):
    return settings.WAGTAILADMIN_BASE_URL + address


def _atom(person, space, topic):
    spaces = [space] if space else list(Space.objects.open_to(person))
    named = _named(spaces)
    at = _absolute(_place(space, topic))
    feed = Atom1Feed(
        title=_title(space, topic, named),
        link=at,
        description=None,
        feed_url=None,  # it would carry the secret into whatever the feed is copied to
        feed_guid=at,
        author_name=settings.WAGTAIL_SITE_NAME,
    )
    posts = _newest_posts(spaces, named, topic)
    entries = sorted(_entries(posts, named, space, topic), key=lambda each: each.at, reverse=True)
    for entry in entries:
        feed.add_item(
            title=entry.title,
            link=_absolute(entry.link),
            description=None,
            unique_id=_absolute(entry.key),
            author_name=entry.author,
            pubdate=entry.at,
            updateddate=entry.at,
        )
    return feed.writeString("utf-8")


def _place(space, topic):
    if topic:
        return reverse("spaces:thread", args=[topic.pk])
    return space.get_absolute_url() if space else reverse("spaces:index")


def _named(spaces):
    """The keys of those spaces that may be named outside the house."""
    return {space.pk for space in spaces if may_be_named_outside(space.pk, access.epoch())}


def _title(space, topic, named):
    if space is None:
        return _("Hallway: your spaces")
    if space.pk not in named:
        return _("Hallway: a thread of yours") if topic else _("Hallway: a space of yours")
    return topic.subject if topic else space.name


def _newest_posts(spaces, named, topic):
    """The newest posts of places that may be named, and beside them those of the others, so that
    what is said there pushes nothing out that is told by name. Every one of them is in a thread
    that was bumped as lately, so two ranges of an index find them however many there are."""
    kinds = {space.pk in named for space in spaces}
    return [
        post
        for kind in sorted(kinds, reverse=True)
        for post in _newest_in([s for s in spaces if (s.pk in named) is kind], topic)
    ]


def _newest_in(spaces, topic):
    if topic:
        found = [topic.pk]
    else:
        bumped = Thread.objects.filter(space__in=spaces, topic__approved=True)
        found = list(bumped.order_by("-bumped").values_list("pk", flat=True)[:LONGEST])
    return (
        threads.Post.objects.filter(topic__in=found, approved=True)
        .select_related("topic__forum__space", "poster")
        .order_by("-pk")[:LONGEST]
    )


def _entries(posts, named, space, topic):
    days = set()
    place = _place(space, topic)
    for post in posts:
        thread = reverse("spaces:thread", args=[post.topic_id])
        if post.topic.forum.space.pk in named:
            yield Entry(
                key=f"{thread}?post={post.pk}",
                title=post.topic.subject,
                author=shown_name(post.poster),
                link=f"{thread}?post={post.pk}",
                at=post.created,
            )
            continue
        day = timezone.localtime(post.created).replace(hour=0, minute=0, second=0, microsecond=0)
        if day not in days:
            days.add(day)
            yield Entry(
                key=f"{place}#{day:%Y-%m-%d}",
                title=_("New post in a thread of yours")
                if topic
                else _("New post in a space of yours"),
                author=None,
                link=place,
                at=day,
            )
