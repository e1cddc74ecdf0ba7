"""Invitations: the only way in. Each leads to one address, works once, and ends by itself.

What an accepted one makes of somebody is written by `roster`; nothing else writes an Invitation.
"""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from community import access, profiles, roster
from community.models import Invitation, Membership, Person, Role
from community.roster import Refused


def objection(email):
    """Why this address is not invited, with the way on; "" where it may be."""
    person = Person.objects.filter(email=email.strip().lower()).first()
    if person is None:
        return ""
    if person.is_active:
        return _(
            "Somebody with this address is already a member. Find them on the roster, and put them"
            " into the cohort there."
        )
    return _(
        "Somebody with this address was a member and left. Find them on the roster, and let them"
        " come back there."
    )


@transaction.atomic
def invite(email, kind, *, by, cohort=None, worksite=None, program=None):
    """An invitation, mailed on commit. An open one for the same address is withdrawn first."""
    roster.ask(access.may_appoint(access.standing_of(by), kind), by)
    email = email.strip().lower()
    if words := objection(email):
        raise Refused(words)
    if kind == Role.Kind.DIRECTOR and program is None:
        raise Refused(_("Say which program they direct."))
    if kind == Role.Kind.COORDINATOR and worksite is None:
        raise Refused(_("Say at which site they work."))
    if cohort is not None and kind != Role.Kind.COORDINATOR:
        raise Refused(_("Only a coordinator joins a cohort by invitation."))
    if cohort is not None:
        roster.ask(
            access.may_enrol(access.standing_of(by), cohort.pk, Membership.Kind.PARTICIPANT), by
        )
    waiting = Invitation.objects.filter(email=email, accepted_at=None, withdrawn_at=None)
    standing = access.standing_of(by)
    if not all(access.may_appoint(standing, found.kind) for found in waiting):
        raise Refused(_("Somebody else has already invited this address."))
    waiting.update(withdrawn_at=timezone.now())
    invitation = Invitation.objects.create(
        email=email, kind=kind, cohort=cohort, worksite=worksite, program=program, invited_by=by
    )
    _mail(invitation)
    return invitation


@transaction.atomic
def resend(invitation, *, by):
    """Mail an invitation again under a new link; the old link stops working. One that was taken
    back stays so: whoever did that may have had a reason that a page of before does not show."""
    roster.ask(access.may_appoint(access.standing_of(by), invitation.kind), by)
    current = Invitation.objects.select_for_update().get(pk=invitation.pk)
    if current.accepted_at:
        raise Refused(_("This invitation was already accepted."))
    if current.withdrawn_at:
        raise Refused(_("This invitation was taken back or sent again meanwhile."))
    withdraw(current, by=by)
    return invite(
        current.email,
        current.kind,
        by=by,
        cohort=current.cohort,
        worksite=current.worksite,
        program=current.program,
    )


@transaction.atomic
def withdraw(invitation, *, by):
    """Make an invitation's link stop working."""
    roster.ask(access.may_appoint(access.standing_of(by), invitation.kind), by)
    Invitation.objects.filter(pk=invitation.pk, accepted_at=None).update(
        withdrawn_at=timezone.now()
    )


@transaction.atomic
def accept(token, name, password):
    """Turn an open invitation into a person who can sign in; raises Refused when it is not open.

    The link was mailed to the address, so opening it proves the address. Of two at once one wins.
    Where a member has this name already, theirs gets a number: whoever holds a link is told of no
    member before they are one.
    """
    invitation = Invitation.objects.select_for_update().filter(token=token).first()
    if invitation is None or not invitation.is_open:
        raise Refused(_("This invitation can no longer be used."))
    inviter = invitation.invited_by
    may = access.may_appoint(access.standing_of(inviter), invitation.kind)
    if invitation.cohort:
        may = may and access.may_enrol(
            access.standing_of(inviter), invitation.cohort_id, Membership.Kind.PARTICIPANT
        )
    if not may:
        raise Refused(_("This invitation can no longer be used."))
    name = profiles.distinct_name(name)
    person = roster.register(invitation.email, name, password, by=inviter)
    roster.appoint(
        person,
        invitation.kind,
        by=inviter,
        program=invitation.program,
        worksite=invitation.worksite,
    )
    if invitation.cohort:
        roster.enrol(person, invitation.cohort, by=inviter)
    invitation.accepted_at = timezone.now()
    invitation.save(update_fields=["accepted_at"])
    return person


def _mail(invitation):
    from community.tasks import mail_invitation  # the task's module imports models at its top

    transaction.on_commit(lambda: mail_invitation.enqueue(invitation.pk))
