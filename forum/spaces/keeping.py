"""Opening, naming, ordering and closing spaces. Verbs as in `forum.posting`.

A space keeps its audience for good: another one would carry what was said there to other readers.
Forums' rows are locked before spaces' and the epoch's, as posting and moving do; who opens or
orders locks them all, since places in the tree are numbers.
"""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from machina.apps.forum.models import Forum

from community import access, roster
from forum.hosting import hosting
from forum.moderation import acts
from forum.posting import Refused, slug_of
from forum.spaces.models import Space

# What a community begins with: name, what it is for, whose. Each can be renamed or closed.
FIRST_SPACES = (
    (
        _("Town square"),
        _("Everybody is here: questions, successes and news for the whole network."),
        "members",
    ),
    (
        _("Coordinators' corner"),
        _("For those who run a site. Be honest: no director can read or even see this."),
        "coordinators",
    ),
    (
        _("Graduates"),
        _("Stay in touch across cohorts, and plan how to give back."),
        "graduates",
    ),
    (
        _("Leaders' table"),
        _("For program directors: how to support what your sites try."),
        "leaders",
    ),
    (
        _("Facilitators' desk"),
        _("Plan meetings and compare notes."),
        "facilitators",
    ),
)


@transaction.atomic
def open_space(audience, *, by, name, purpose, holds=Space.Holds.NOBODY, parent=None):
    """A new space for an audience, last in the list (or below `parent`, a forum). `by` None is the
    shell of the installation."""
    if by is not None and not access.may_open_space(audience, access.standing_now(by)):
        raise Refused(_("You may not open a space for these readers."))
    _hold_every_forum()
    forum = Forum.objects.create(name=name, type=Forum.FORUM_POST, parent=parent)
    space = Space.objects.create(forum=forum, audience=audience, purpose=purpose, holds=holds)
    if by is not None:
        acts.leave("opened-space", by=by, space=space)
    return space


@transaction.atomic
def open_first_spaces():
    """The spaces of a new community; nothing where there is any space already."""
    _hold_every_forum()
    if Space.objects.exists():
        return []
    return [
        open_space(roster.open_audience(kind), by=None, name=str(name), purpose=str(purpose))
        for name, purpose, kind in FIRST_SPACES
    ]


def _hold_every_forum():
    list(Forum.objects.select_for_update(no_key=True).order_by("pk").values_list("pk"))


def _hold(space, by):
    """The space's row, locked after its forum's, for somebody who moderates there."""
    forum = Forum.objects.select_for_update(no_key=True).get(pk=space.forum_id)
    current = Space.objects.select_for_update(no_key=True).get(pk=space.pk)
    if not access.may_moderate(space.audience, access.standing_now(by)):
        raise Refused(_("You may not do this."))
    current.forum = forum
    return current


@transaction.atomic
def set_up(space, *, by, name, purpose, holds):
    """Say what a space is called, what it is for and whose posts wait there. What waits already
    goes on waiting."""
    current = _hold(space, by)
    if (current.name, current.purpose, current.holds) == (name, purpose, holds):
        return
    Forum.objects.filter(pk=current.forum_id).update(name=name, slug=slug_of(name))
    Space.objects.filter(pk=current.pk).update(purpose=purpose, holds=holds)
    acts.leave("set-up", by=by, space=space)


def places_before(space, by):
    """The spaces before which this one could stand: those beside it that are open to them."""
    beside = Space.objects.open_to(by).filter(forum__parent=space.forum.parent_id)
    return beside.exclude(pk=space.pk)


@transaction.atomic
def place(space, *, by, before=None):
    """Let a space stand before another one in every list; last, where `before` is None."""
    _hold_every_forum()
    current = _hold(space, by)
    beside = Forum.objects.filter(parent=current.forum.parent_id).exclude(pk=current.forum_id)
    if before is not None:
        goal, side = beside.filter(pk=before.forum_id).first(), "left"
    else:
        goal, side = beside.order_by("tree_id", "lft").last(), "right"
    if goal is not None:
        current.forum.move_to(goal, side)
        acts.leave("placed-space", by=by, space=space)


def close(space, *, by):
    """Nobody writes in a closed space; whoever could read it reads it still. What is hosted live
    in it ends, with what was begun while it closed."""
    with transaction.atomic():
        _set_closed(space, by, timezone.now(), "closed-space")
    hosting.end_all_in(space, by=by)


@transaction.atomic
def reopen(space, *, by):
    """Let people write in a closed space again."""
    _set_closed(space, by, None, "reopened-space")


def _set_closed(space, by, when, verb):
    current = _hold(space, by)
    if (current.closed_at is None) == (when is None):
        return
    current.closed_at = when
    current.save(update_fields=["closed_at"])
    acts.leave(verb, by=by, space=space)
