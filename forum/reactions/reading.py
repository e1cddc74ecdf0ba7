"""Reading reactions, the answer that helped and what was tried, to whom the posts are open."""

from dataclasses import dataclass
from datetime import datetime

from django.core.paginator import Paginator
from django.db.models import Count, IntegerField, OuterRef, Subquery
from django.urls import reverse

from community import access
from community.gathered import Gathered
from community.introductions import Introduction, introduce
from forum import threads
from forum.reactions.models import Helped, Reaction, Tally, Trial

PEOPLE_ON_A_PAGE = 50
TOLD_ON_A_PAGE = 20
KINDS = tuple(Reaction.Kind.values)


# --- What comes along with a thread's own row ---------------------------------------------------


def said_by(person):
    """What a topic brings along as `reacted`: `(post key, kind)` of what this person said in it."""
    own = Reaction.objects.filter(post__topic=OuterRef("pk"), person=person)
    return Gathered(own.order_by("pk"), "post_id", "kind")


def _helped():
    return Helped.objects.filter(post__topic=OuterRef("pk"), post__approved=True).order_by("-at")


def answer():
    """What a topic brings along as `answer`: the key of the post that helped, or None."""
    return Subquery(_helped().values("post_id")[:1])


def trials():
    """What a topic brings along as `trials`: how many of its posts tell how it went at a site."""
    told = Trial.objects.filter(post__topic=OuterRef("pk"), post__approved=True)
    counted = told.order_by().values("post__topic").annotate(count=Count("pk")).values("count")
    return Subquery(counted, output_field=IntegerField())


# --- What live frames carry ----------------------------------------------------------------------


def counts_for(topic, events, epoch):
    """For `log.shows`: the numbers of each post, as they are now."""
    tallies = Tally.objects.in_bulk({event.post_id for event in events})
    return {event.pk: {"counts": counts_of(tallies.get(event.post_id))} for event in events}


def counts_of(tally):
    return {kind: getattr(tally, kind, 0) for kind in KINDS}


def answer_for(topic, events, epoch):
    """For `log.shows`: which post of the thread helped, as it is now."""
    helped = Helped.objects.filter(post__topic=topic, post__approved=True).order_by("-at")
    found = helped.values_list("post_id", flat=True).first()
    return {event.pk: {"answer": found} for event in events}


# --- Who reacted ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Reacted:
    person: Introduction
    kind: str
    label: str


def mine(post, person):
    """The kinds that this person said of a post."""
    rows = Reaction.objects.filter(post=post, person=person)
    return frozenset(rows.order_by().values_list("kind", flat=True))


def page_of_reactions(post, reader, number):
    """A paginator page of Reacted on a post that was found readable, oldest first."""
    rows = Reaction.objects.filter(post=post).select_related("person")
    page = Paginator(rows, PEOPLE_ON_A_PAGE).get_page(number)
    found = list(page.object_list)
    people = introduce((row.person for row in found), access.epoch_of(reader))
    page.object_list = [
        Reacted(people[row.person_id], row.kind, row.get_kind_display()) for row in found
    ]
    return page


# --- How it went at a site -----------------------------------------------------------------------


@dataclass(frozen=True)
class Told:
    """One post that tells how something went at a site."""

    author: Introduction
    body: str
    created: datetime
    url: str
    subject: str
    space: object


def _told_in(topics):
    posts = threads.Post.objects.filter(trial__isnull=False, approved=True, topic__in=topics)
    return posts.order_by("-pk")


def told_in_thread(topic, reader, number):
    """A paginator page of Told in a thread that was found readable, newest first."""
    return _page_of_told(_told_in([topic.pk]), reader, number)


def told_of_page(page, reader, number):
    """The same over all threads about a page that this person may read."""
    return _page_of_told(_told_in(_about(page, reader).values("pk")), reader, number)


def count_told_of_page(page, reader):
    return _told_in(_about(page, reader).values("pk")).count()


def _about(page, reader):
    return threads.readable_by(reader).filter(thread__page_id=page.pk)


def _page_of_told(posts, reader, number):
    page = Paginator(posts, TOLD_ON_A_PAGE).get_page(number)
    way = "topic__forum__space"
    found = list(
        page.object_list.select_related("poster", f"{way}__audience__cohort", f"{way}__forum")
    )
    people = introduce((post.poster for post in found), access.epoch_of(reader))
    page.object_list = [
        Told(
            author=people[post.poster_id],
            body=post.content.rendered,
            created=post.created,
            url=f"{reverse('spaces:thread', args=[post.topic_id])}?post={post.pk}",
            subject=post.topic.subject,
            space=post.topic.forum.space,
        )
        for post in found
    ]
    return page
