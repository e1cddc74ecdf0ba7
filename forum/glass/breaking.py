"""Breaking the glass: the one way in which a steward looks into a space that is closed to them.

They read one space for an hour, its children not among it, and do nothing there. It is announced
before they have read a word: a notice on the space and a mail to its members come with the act, in
the same transaction. There is no silent way, and no way to take the line out of the log.
"""

from functools import partial

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from community import access, roster
from community.glass.models import LASTS, Breaking, Ending
from community.models import Person, RosterEntry
from community.roster import Refused
from community.signals import standing_changed
from forum.spaces.models import Space, chain_of, chains, is_open


def breakable_by(person):
    """The spaces into which this steward might look: closed to them, and not by the wall."""
    standing, number = access.standing_of(person), access.epoch_of(person)
    keys = [
        key
        for key in chains(number)
        if (audiences := chain_of(key, number))
        and access.may_break_into(audiences, standing)
        and not is_open(key, standing, number)
    ]
    return Space.objects.filter(pk__in=keys).select_related("forum", "audience__cohort")


@transaction.atomic
def break_glass(space, *, by, reason, told):
    """Read `space` for an hour. `told` is what its members read, `reason` what is kept in the log
    for stewards and the space's facilitators."""
    # Two forms sent at once: the second waits here, and then finds the first one's row.
    Person.objects.select_for_update().get(pk=by.pk)
    standing = access.standing_now(by)
    audiences = chain_of(space.pk, access.epoch_of(by))
    if not audiences or not access.may_break_into(audiences, standing):
        raise Refused(_("You may not look into this space."))
    if is_open(space.pk, standing, access.epoch_of(by)):
        raise Refused(_("This space is open to you already. There is no glass to break."))
    if Breaking.objects.current().filter(by=by, forum=space.forum_id).exists():
        raise Refused(_("You can read this space already, until the hour is over."))
    now = timezone.now()
    breaking = Breaking.objects.create(
        forum=space.forum, by=by, reason=reason, told=told, at=now, ends_at=now + LASTS
    )
    _log(by, by, "break glass", breaking)
    _announce_change(by)
    from forum.glass.tasks import mail_members  # the task's module imports this one

    transaction.on_commit(partial(mail_members.enqueue, breaking.pk))
    return breaking


@transaction.atomic
def end(breaking, *, by):
    """End it before the hour is over: whoever broke it, or a facilitator of the space. Ending what
    has ended changes nothing."""
    person = Person.objects.select_for_update().get(pk=breaking.by_id)
    access.standing_now(by)
    if not may_end(breaking, by):
        raise Refused(_("Only whoever broke the glass, or a facilitator of the space, ends it."))
    if not Breaking.objects.current().filter(pk=breaking.pk).exists():
        return
    Ending.objects.create(breaking=breaking, by=by)
    _log(by, person, "mend glass", breaking)
    _announce_change(person, by)


def may_end(breaking, person):
    audiences = _audiences(breaking, access.epoch_of(person))
    return access.may_end_glass(audiences, access.standing_of(person), breaking)


def _audiences(breaking, number):
    space = getattr(breaking.forum, "space", None)
    return chain_of(space.pk, number) if space else ()


def known_to(person):
    """The log as far as it is theirs: all of it for a steward, and for a facilitator what was done
    to the spaces where they are one."""
    breakings = Breaking.objects.select_related(
        "by", "forum__space__audience__cohort", "ending__by"
    )
    if access.may_break_glass(access.standing_of(person)):
        return breakings
    return breakings.filter(forum__space__in=Space.objects.moderated_by(person).values("pk"))


def keeps_log(person):
    """Whether there is a log of the glass for them at all."""
    standing = access.standing_of(person)
    return access.may_break_glass(standing) or access.moderates_somewhere(standing)


def _log(by, person, verb, breaking):
    detail = f"space {breaking.forum.name}, breaking {breaking.pk}"
    RosterEntry.objects.create(by=by, person=person, verb=verb, detail=detail[:255])


def _announce_change(*people):
    roster.advance_epoch()
    for person in people:
        access.forget(person)
    ids = [people[0].pk]
    transaction.on_commit(lambda: standing_changed.send(sender=Person, person_ids=ids))
