"""Asking for a copy of everything about oneself, making it, and letting it go again.

One at a time for each person. A task whose worker was killed comes back by itself and begins anew;
one that never comes back is marked as failed here, so that its person can ask again.
"""

from datetime import timedelta

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from community import access
from community.roster import Refused
from community.takeout import packing, storage
from community.takeout.models import LASTS, STALLED, Takeout

State = Takeout.State


def latest(person):
    """The copy that their screen tells of, or None."""
    return Takeout.objects.filter(person=person).first()


@transaction.atomic
def ask(person, *, by):
    """Begin a copy; one that is under way is returned as it is. An earlier one goes."""
    if by.pk != person.pk:
        raise Refused(_("Everybody takes their own data."))
    give_up_stalled(person)
    under_way = Takeout.objects.filter(person=person, state__in=Takeout.UNDER_WAY).first()
    if under_way:
        return under_way
    try:
        with transaction.atomic():
            takeout = Takeout.objects.create(person=person)
    except IntegrityError:  # asked for twice at the same moment
        return Takeout.objects.get(person=person, state__in=Takeout.UNDER_WAY)
    discard(Takeout.objects.filter(person=person).exclude(pk=takeout.pk))
    from community.takeout.tasks import make_copy  # the task's module imports this one

    transaction.on_commit(lambda: make_copy.enqueue(takeout.pk))
    return takeout


def make(pk):
    """Write the copy. What was made or given up meanwhile is left alone; what another worker began
    and did not end is begun anew."""
    takeout = _under_way(pk).first()
    if takeout is None:
        return
    storage.delete(takeout.file)
    name = storage.new_name()
    standing = access.mark_of(access.standing_of(takeout.person))
    _move_on(takeout, state=State.RUNNING, percent=0, file=name, standing=standing)
    try:
        with storage.create(name) as target:
            packing.pack(takeout.person, target, lambda percent: _move_on(takeout, percent=percent))
            size = target.tell()
        _move_on(takeout, state=State.READY, percent=100, ready_at=timezone.now(), size=size)
    except Exception:
        storage.delete(name)
        _under_way(pk).update(state=State.FAILED, file="")
        raise


class GivenUp(Exception):
    """The copy is nobody's any more: its account was closed, or it was asked for anew."""


def _under_way(pk):
    return Takeout.objects.filter(pk=pk, state__in=Takeout.UNDER_WAY)


def _move_on(takeout, **what):
    if not _under_way(takeout.pk).update(moved_on_at=timezone.now(), **what):
        raise GivenUp


def give_up_stalled(person=None):
    """Mark as failed what has not moved on for so long that nobody works at it any more."""
    stalled = Takeout.objects.filter(
        state__in=Takeout.UNDER_WAY, moved_on_at__lt=timezone.now() - STALLED
    )
    if person is not None:
        stalled = stalled.filter(person=person)
    for takeout in stalled:
        storage.delete(takeout.file)
        stalled.filter(pk=takeout.pk).update(state=State.FAILED, file="")


def is_of_now(takeout):
    """Whether its person stands as they did when the copy was made: it holds what was open to them
    then. One who stands otherwise, even for a moment while it was made, asks for another."""
    return takeout.standing == access.mark_of(access.standing_of(takeout.person))


def discard(takeouts):
    """Delete rows at once and their files once that is committed."""
    names = [takeout.file for takeout in takeouts if takeout.file]
    takeouts.delete()
    transaction.on_commit(lambda: [storage.delete(name) for name in names])


def sweep():
    """Expired copies go with their files; so do files that no row knows."""
    give_up_stalled()
    before = timezone.now() - LASTS
    with transaction.atomic():
        discard(
            Takeout.objects.filter(
                Q(ready_at__lt=before) | Q(state=State.FAILED, asked_at__lt=before)
            )
        )
    known = set(Takeout.objects.exclude(file="").values_list("file", flat=True))
    for found in storage.folder().iterdir():
        if found.name not in known and _is_old(found):
            found.unlink(missing_ok=True)


def _is_old(found):
    """Its row may be a moment younger than it."""
    try:
        modified = found.stat().st_mtime
    except FileNotFoundError:  # deleted meanwhile
        return False
    return modified < (timezone.now() - timedelta(hours=1)).timestamp()
