"""Reading what waits: the moderators' queue, and each person's own waiting posts and reports.

What stands here is shown to whoever may see it now: the policy is asked when the page is, and
nothing of a space is kept beside the post that is in it.
"""

from dataclasses import dataclass, field
from datetime import datetime

from django.core.paginator import Paginator
from django.db.models import CharField, F, Min, Q, Value
from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from community import access, readers
from community.introductions import Introduction, introduce, shown_name
from community.models import Person
from forum import threads
from forum.attachments.attaching import ShownAttachment, attached, gathered
from forum.moderation.models import Hold, Report
from forum.polls.models import Option
from forum.spaces.models import Space, is_open

ITEMS_ON_A_PAGE = 20
REPORT, HELD = "report", "held"
KINDS = {REPORT: _("Reported posts"), HELD: _("Posts that wait")}

_WITH_PLACE = ("topic__forum__space__audience__cohort", "topic__forum__space__forum")
_WITH_PEOPLE = ("poster", *_WITH_PLACE)

# A reply waits as long as its thread is there; an opening post is what its thread waits for.
_WAITS = Q(outcome="") & (Q(post__topic__approved=True) | Q(post__topic__first_post=F("post")))


@dataclass(frozen=True)
class Asked:
    """A poll that appears with the thread that waits."""

    question: str
    options: tuple


@dataclass(frozen=True)
class Waiting:
    """A post that needs a look, as those see it who may decide on it (and its author)."""

    kind: str
    pk: int
    author: Introduction
    body: str
    said: datetime
    topic: threads.Topic
    space: Space
    opens_thread: bool
    attachments: tuple[ShownAttachment, ...] = ()
    hold: Hold | None = None
    poll: Asked | None = None
    reports: list = field(default_factory=list)

    @property
    def context_url(self):
        """Where it stands; None where it opens a thread that is not there yet."""
        address = reverse("spaces:thread", args=[self.topic.pk])
        if self.kind == REPORT:
            return f"{address}?post={self.pk}"
        return None if self.opens_thread else address


# --- The queue ----------------------------------------------------------------------------------


def _rows(person, spaces, kind=None):
    """`(post key, since when, kind)` of all that waits for this person in these spaces: nobody
    decides on what they wrote themselves."""
    reported = (
        Report.objects.filter(
            outcome="",
            post__approved=True,
            post__topic__approved=True,
            post__topic__forum__space__in=spaces,
        )
        .exclude(post__poster=person)
        .order_by()
        .values("post_id")
        .annotate(since=Min("at"), what=Value(REPORT, output_field=CharField()))
        .values_list("post_id", "since", "what")
    )
    held = (
        Hold.objects.filter(_WAITS, post__topic__forum__space__in=spaces)
        .exclude(post__poster=person)
        .order_by()
        .annotate(since=F("at"), what=Value(HELD, output_field=CharField()))
        .values_list("post_id", "since", "what")
    )
    if kind == REPORT:
        return reported.order_by("since", "post_id")
    if kind == HELD:
        return held.order_by("since", "post_id")
    return reported.union(held, all=True).order_by("since", "post_id")


def count(person):
    """How much waits for this person; no query for somebody who moderates nothing."""
    if not access.moderates_somewhere(access.standing_of(person)):
        return 0
    return _rows(person, Space.objects.moderated_by(person).values("pk")).count()


def page(person, number, *, space=None, kind=None):
    """A paginator page of `Waiting`, oldest first, over all spaces that this person moderates or
    over the one that was found to be among them."""
    spaces = [space] if space else Space.objects.moderated_by(person).values("pk")
    found = Paginator(_rows(person, spaces, kind), ITEMS_ON_A_PAGE).get_page(number)
    found.object_list = _show([(pk, what) for pk, _since, what in found.object_list], person)
    return found


def _show(rows, person):
    """`Waiting` for these `(post key, kind)`, in their order and a fixed number of queries."""
    keys = [pk for pk, _what in rows]
    posts = threads.Post.objects.select_related("hold", *_WITH_PEOPLE).annotate(files=attached())
    posts = posts.in_bulk(keys)
    people = introduce((post.poster for post in posts.values()), access.epoch_of(person))
    reports = {}
    for report in (
        Report.objects.filter(post__in=keys, outcome="").select_related("by").order_by("at", "pk")
    ):
        reports.setdefault(report.post_id, []).append(report)
    polls = _polls_of([posts[pk].topic_id for pk, what in rows if what == HELD and pk in posts])
    return [
        _waiting(posts[pk], what, people, posts[pk].files, reports.get(pk, ()), polls)
        for pk, what in rows
        if pk in posts
    ]


def _polls_of(topics):
    """`{topic key: Asked}`, in one query."""
    found = {}
    options = Option.objects.filter(poll__topic__in=topics).select_related("poll")
    for option in options.order_by("pk"):
        found.setdefault(option.poll.topic_id, (option.poll.question, []))[1].append(option.text)
    return {topic: Asked(question, tuple(texts)) for topic, (question, texts) in found.items()}


def _waiting(post, kind, people, files, reports=(), polls=None):
    topic = post.topic
    return Waiting(
        kind=kind,
        pk=post.pk,
        author=people[post.poster_id],
        body=post.content.rendered,
        said=post.created,
        topic=topic,
        space=topic.forum.space,
        opens_thread=topic.first_post_id == post.pk,
        attachments=gathered(files),
        hold=post.hold if kind == HELD else None,
        poll=(polls or {}).get(topic.pk)
        if kind == HELD and topic.first_post_id == post.pk
        else None,
        reports=[
            {"why": report.get_why_display(), "words": report.words, "by": shown_name(report.by)}
            for report in reports
        ],
    )


def who_removed(pk, person):
    """The name of whoever removed the post `pk` over a report, for somebody who might have decided
    on it as well; or None."""
    report = (
        Report.objects.filter(
            # A number that no row can have would be too large to compare with a column.
            post__in=threads.Post.objects.filter(pk=pk).values("pk"),
            post__approved=False,
            outcome=Report.Outcome.REMOVED,
            decided_by__isnull=False,
            post__topic__thread__space__in=Space.objects.moderated_by(person),
        )
        .exclude(post__poster=person.pk)
        .select_related("decided_by")
        .first()
    )
    return report and shown_name(report.decided_by)


def reported(post, person):
    """One reported post as the queue shows it; None where nothing is open on it."""
    found = _show([(post.pk, REPORT)], person)
    return found[0] if found and found[0].reports else None


# --- Posts that wait, for their authors and where they stand --------------------------------------


def _holds():
    return Hold.objects.select_related("post", *(f"post__{name}" for name in _WITH_PLACE))


def hold_for(person, pk):
    """The hold of the post `pk`, for its author and the moderators of its space; for everybody
    else, and where there is none, one and the same Http404."""
    spaces = Space.objects.open_to(person)
    hold = _holds().filter(post__pk=pk, post__topic__forum__space__in=spaces).first()
    standing = access.standing_of(person)
    if hold is None or not (
        hold.post.poster_id == person.pk
        or access.may_moderate(hold.post.topic.forum.space.audience, standing)
    ):
        raise Http404
    return hold


def held_in(topic, person):
    """`{key: version}` of the posts that wait in a thread that was found open and brought `waiting`
    along, for this person: their own, or for a moderator everybody's."""
    moderates = access.may_moderate(topic.forum.space.audience, access.standing_of(person))
    return {
        post: version for post, author, version in topic.waiting if moderates or author == person.pk
    }


def shown_held(posts, versions, topic):
    """`Waiting` for the ShownPosts of `held_in`."""
    return [
        Waiting(
            kind=HELD,
            pk=post.pk,
            author=post.author,
            body=post.body,
            said=post.created,
            topic=topic,
            space=topic.forum.space,
            opens_thread=False,
            attachments=post.attachments,
            hold=Hold(post_id=post.pk, version=versions[post.pk]),
        )
        for post in posts
    ]


@dataclass(frozen=True)
class OwnWaiting:
    """One's own post that waits or was not posted; `title` only where one may read it."""

    pk: int
    body: str
    attachments: tuple[ShownAttachment, ...]
    at: datetime
    space: Space
    title: str
    declined: bool
    thread_gone: bool
    answer: str


def page_of_own_holds(person, number):
    """A paginator page of `OwnWaiting`, newest first, in spaces that are open to this person."""
    holds = (
        _holds()
        .filter(
            post__poster=person,
            post__topic__forum__space__in=Space.objects.open_to(person),
            outcome__in=["", Hold.Outcome.DECLINED],
        )
        .order_by("-at", "-pk")
        .annotate(files=attached("post"))
    )
    found = Paginator(holds, ITEMS_ON_A_PAGE).get_page(number)
    found.object_list = [_own(hold) for hold in found.object_list]
    return found


def _own(hold):
    topic = hold.post.topic
    opens = topic.first_post_id == hold.post_id
    return OwnWaiting(
        pk=hold.post_id,
        body=hold.post.content.rendered,
        attachments=gathered(hold.files),
        at=hold.at,
        space=topic.forum.space,
        title=topic.subject if opens or topic.approved else "",
        declined=hold.outcome == Hold.Outcome.DECLINED,
        thread_gone=not (opens or topic.approved),
        answer=hold.answer,
    )


# --- Reports, for those who made them ------------------------------------------------------------


@dataclass(frozen=True)
class OwnReport:
    """One's own report. Where its post is in no space that is open, only what one said oneself;
    `title` and `url` only where the post is still to be seen."""

    why: str
    words: str
    at: datetime
    closed: bool
    outcome: str = ""
    outcome_label: str = ""
    answer: str = ""
    decided_at: datetime | None = None
    space: Space | None = None
    title: str = ""
    url: str = ""


def page_of_own_reports(person, number):
    """A paginator page of `OwnReport`, newest first."""
    reports = Report.objects.filter(by=person).select_related(
        "post", *(f"post__{name}" for name in _WITH_PLACE)
    )
    forums = set(Space.objects.open_to(person).values_list("forum_id", flat=True))
    found = Paginator(reports, ITEMS_ON_A_PAGE).get_page(number)
    found.object_list = [_own_report(report, forums) for report in found.object_list]
    return found


def _own_report(report, forums):
    said = {"why": report.get_why_display(), "words": report.words, "at": report.at}
    topic = report.post.topic
    if topic.forum_id not in forums:
        return OwnReport(closed=True, **said)
    stands = topic.approved and report.post.approved
    return OwnReport(
        closed=False,
        outcome=report.outcome,
        outcome_label=report.get_outcome_display(),
        answer=report.answer,
        decided_at=report.decided_at,
        space=topic.forum.space,
        title=topic.subject if topic.approved else "",
        url=f"{reverse('spaces:thread', args=[topic.pk])}?post={report.post_id}" if stands else "",
        **said,
    )


def deciders(post):
    """The names of those who would decide on a report about this post: the moderators of its
    space, without its author."""
    space, number = post.topic.forum.space, access.epoch()
    moderators = readers.moderators_of(space.audience)
    keys = {pk for pk, found in moderators.items() if is_open(space.pk, found, number)}
    people = Person.objects.filter(pk__in=keys - {post.poster_id}, is_active=True)
    return list(people.order_by("name").values_list("name", flat=True))
