"""What is new to whom, for many people in a number of queries that does not grow with them.

Everything is asked afresh each time: who may read where, what was removed or moved meanwhile, and
how far each has read.
"""

from collections import defaultdict
from dataclasses import dataclass

from django.db.models import F, Max
from django.utils import timezone

from community import access
from community.introductions import shown_name
from community.models import Person
from forum.live.models import Event
from forum.reading.models import Mark
from forum.shelf import muting
from forum.spaces.models import is_open, may_be_named_outside
from forum.threads import Topic


@dataclass(frozen=True)
class Word:
    """The newest post of one author in one thread."""

    event: int
    author: Person
    opens: bool


@dataclass(frozen=True)
class Piece:
    """One thread in which something is new to one person. `named` says whether a mail may carry
    its title and the author's name."""

    thread: object
    author: str
    opens: bool
    named: bool


class Outlook:
    """What the policy and the log said at one moment about these subscriptions and their people.

    Six queries. `epoch` was read before all else: while it is unchanged, so are the answers.
    """

    def __init__(self, subscriptions):
        self.epoch = access.epoch()
        people = {subscription.person_id for subscription in subscriptions}
        self.standings = access.standings_of(people)
        self.marks = {mark.pk: mark for mark in Mark.objects.filter(pk__in=people)}
        self.muted = muting.muted_by_each(people)
        self.words = _words(
            {subscription.thread_id for subscription in subscriptions} - {None}, openings=False
        )
        spaces = {subscription.space_id for subscription in subscriptions} - {None}
        # Whoever may not read there now may have been told last a long time ago.
        since = min(
            (
                each.told
                for each in subscriptions
                if each.space_id and self.admits(each.person_id, each.space_id)
            ),
            default=0,
        )
        self.openings = _words(spaces, openings=True, since=since)

    def seen(self, person_id, thread):
        """How far they have read in a thread."""
        return read_up_to(self.marks.get(person_id), thread)

    def admits(self, person_id, space_id):
        standing = self.standings.get(person_id)
        if standing is None:
            return False
        over = standing.valid_until is not None and standing.valid_until <= timezone.now()
        return not over and is_open(space_id, standing, self.epoch)

    def names(self, space_id):
        return may_be_named_outside(space_id, self.epoch)

    def pieces(self, subscription):
        """What is new to its person by others, and not read yet; newest first."""
        person = subscription.person_id
        if subscription.thread_id:
            found = self.words.get(subscription.thread_id, ())
        else:
            found = self.openings.get(subscription.space_id, ())
        newest = {}
        for thread, word in sorted(found, key=lambda pair: -pair[1].event):
            fresh = word.event > max(subscription.told, self.seen(person, thread))
            unheard = {person}
            if not (word.opens and thread.topic.type == Topic.TOPIC_ANNOUNCE):
                unheard |= self.muted.get(person, set())
            if fresh and word.author.pk not in unheard and self.admits(person, thread.space_id):
                newest.setdefault(
                    thread.pk,
                    Piece(thread, shown_name(word.author), word.opens, self.names(thread.space_id)),
                )
        return list(newest.values())


def read_up_to(mark, thread):
    """The number of the last event in a thread that a Mark counts as read."""
    if mark is None:
        return 0
    in_space = mark.spaces.get(str(thread.space_id), 0)
    return max(mark.since, in_space, mark.ahead.get(str(thread.pk), 0))


def _words(keys, *, openings, since=0):
    """`{key: [(thread, Word)]}` of threads, or with `openings` the opening posts of spaces: what
    stands there now. One query."""
    if not keys:
        return {}
    posted = Event.objects.filter(
        kind=Event.Kind.POSTED,
        post__approved=True,
        post__topic=F("thread__topic"),
        thread__topic__approved=True,
    )
    if openings:
        posted = posted.filter(
            thread__space__in=keys, post=F("thread__topic__first_post"), pk__gt=since
        )
    else:
        posted = posted.filter(thread__in=keys)
    newest = posted.order_by().values("thread", "post__poster").annotate(newest=Max("pk"))
    events = Event.objects.filter(pk__in=newest.values("newest")).select_related(
        "thread__topic", "thread__space__forum", "post__poster"
    )
    found = defaultdict(list)
    for event in events:
        thread = event.thread
        word = Word(event.pk, event.post.poster, event.post_id == thread.topic.first_post_id)
        found[thread.space_id if openings else thread.pk].append((thread, word))
    return found
