"""Reading the log of moderation: for the person concerned, and for the moderators of a space.

A line is made of the verb and of what its reader may see now: the title and the address of a
thread come from the thread, never from the log, and only where it is open to the reader.
"""

from dataclasses import dataclass
from datetime import datetime

from django.core.paginator import Paginator
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from community.introductions import shown_name
from forum.moderation import sweeps, undoing
from forum.moderation.facilitating import words
from forum.moderation.models import Act
from forum.spaces.models import Space

ACTS_ON_A_PAGE = 30

# What was done with what somebody wrote, as it is told to them, and to the moderators.
TO_ITS_AUTHOR = {
    "changed": _("%(name)s changed a post of yours"),
    "removed": _("%(name)s removed a post of yours"),
    "erased-version": _("%(name)s deleted what a post of yours said before"),
    "approved": _("%(name)s looked at a post of yours and let it in"),
    "declined": _("%(name)s looked at a post of yours and did not post it"),
    "locked": _("%(name)s locked a thread that you started"),
    "unlocked": _("%(name)s opened a thread of yours again"),
    "removed-thread": _("%(name)s removed a thread that you wrote in"),
    "moved-with": _("%(name)s moved a thread that you wrote in to another space"),
    "removed-thread-undone": _("%(name)s put a thread back that you wrote in"),
    "moved-with-undone": _("%(name)s moved a thread that you wrote in back to where it was"),
    "closed-poll": _("%(name)s closed a poll of yours"),
    **words.TO_ITS_AUTHOR,
}
TO_MODERATORS = {
    **words.TO_MODERATORS,
    "changed": _("%(name)s changed somebody's post"),
    "removed": _("%(name)s removed somebody's post"),
    "erased-version": _("%(name)s deleted what a post said before"),
    "approved": _("%(name)s let a waiting post in"),
    "declined": _("%(name)s did not post a waiting post"),
    "locked": _("%(name)s locked a thread"),
    "unlocked": _("%(name)s opened a thread again"),
    "report-left": _("%(name)s looked at a report and left the post as it is"),
    "report-changed": _("%(name)s looked at a report; the post was changed"),
    "set-up": _("%(name)s changed the settings of the space"),
    "placed-space": _("%(name)s changed the place of the space in the list"),
    "opened-space": _("%(name)s opened the space"),
    "closed-space": _("%(name)s closed the space"),
    "reopened-space": _("%(name)s opened the space again"),
    "closed-poll": _("%(name)s closed a poll"),
}
ABOUT_REPORTS = ("report-left", "report-changed")
# Lines that say the same again to each who is concerned; the act itself is in the log once.
TOLD_TO_EACH = (
    "removed-thread",
    "removed-thread-undone",
    "moved-with",
    "moved-with-undone",
    "split-with",
    "split-with-undone",
    "merged-with",
    "merged-with-undone",
    "merged-into",
    "merged-into-undone",
)


@dataclass(frozen=True)
class Line:
    """`space`, `title`, `url` and `reason` are empty where the reader may not know them; `undo` is
    the address that takes the act back, where its reader may and there is still a way. `threads`
    and `more` are those of a `sweeps.Sweep`."""

    at: datetime
    said: str
    undone: bool
    space: Space | None = None
    concerns: str = ""
    title: str = ""
    url: str = ""
    reason: str = ""
    undo: str = ""
    threads: tuple = ()
    more: int = 0


def _acts():
    return Act.objects.select_related(
        "by",
        "concerns",
        "space__forum",
        "space__audience__cohort",
        "post",
        "topic",
    )


def page_for_the_person_concerned(person, number):
    """A paginator page of `Line`s about what this person wrote, newest first. Of a space that has
    closed to them they hear nothing: neither that it goes on, nor when."""
    spaces, forums = _open_to(person)
    acts = _acts().filter(concerns=person, space__in=spaces)
    found = Paginator(acts, ACTS_ON_A_PAGE).get_page(number)
    found.object_list = [_to_its_author(act, forums) for act in found.object_list]
    return found


def _open_to(person):
    """Keys of the spaces open to this person, and of their forums."""
    pairs = list(Space.objects.open_to(person).values_list("pk", "forum_id"))
    return {space for space, _forum in pairs}, {forum for _space, forum in pairs}


def _to_its_author(act, forums):
    said = TO_ITS_AUTHOR.get(act.verb, _("%(name)s did something with what you wrote"))
    title, url = _place(act, forums)
    return Line(
        at=act.at,
        said=said % {"name": shown_name(act.by)},
        undone=bool(act.undone_at),
        space=act.space,
        title=title,
        url=url,
        reason=act.reason,
    )


def page_for_moderators(space, person, number):
    """A paginator page of `Line`s of a space that this person was found to moderate. What was
    decided on reports about their own posts is not told to them."""
    about_me = Q(verb__in=ABOUT_REPORTS, post__poster=person)
    _spaces, forums = _open_to(person)
    acts = _acts().filter(space=space).exclude(verb__in=TOLD_TO_EACH)
    acts = acts.exclude(pk__in=Act.objects.filter(about_me).values("pk"))
    found = Paginator(acts, ACTS_ON_A_PAGE).get_page(number)
    swept = sweeps.sweeps_among(found.object_list, forums)
    found.object_list = [_to_moderators(act, forums, swept) for act in found.object_list]
    return found


def _to_moderators(act, forums, swept):
    said = TO_MODERATORS.get(act.verb, _("%(name)s did something in this space"))
    sweep = swept.get(act.pk)
    title, url = _place(act, forums)
    return Line(
        at=act.at,
        said=sweep.said if sweep else said % {"name": shown_name(act.by)},
        undone=bool(act.undone_at),
        concerns=shown_name(act.concerns) if act.concerns else "",
        title=title,
        url=url,
        reason=act.reason,
        undo=reverse("facilitating:undo", args=[act.pk]) if undoing.may_undo(act) else "",
        threads=sweep.threads if sweep else (),
        more=sweep.more if sweep else 0,
    )


def _place(act, forums):
    """The thread's title and address as they are now, where it is open to the reader now."""
    topic = act.topic
    if topic is None or not topic.approved or topic.forum_id not in forums:
        return "", ""
    address = reverse("spaces:thread", args=[topic.pk])
    stands = act.post is not None and act.post.approved and act.post.topic_id == topic.pk
    return topic.subject, f"{address}?post={act.post_id}" if stands else address
