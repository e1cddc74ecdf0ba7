"""What the community itself keeps about people, and what signing in rests on."""

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.db.models import TextField
from django.db.models.functions import Cast
from django.utils.translation import gettext_lazy as _
from django_tasks_db.models import DBTaskResult

from community import inventory
from community.inventory import CLEARED, KEPT, REMOVED
from community.models import Invitation, Membership, Role, RosterEntry

# What somebody was here, from when to when, stays as a number in lists and reports.
inventory.declare("community.Role.person", KEPT, "roles")
inventory.declare("community.Role.supervisor", CLEARED)
inventory.declare("community.Membership.person", KEPT, "cohorts")
inventory.declare("community.RosterEntry.person", KEPT, "roster")
inventory.declare("community.RosterEntry.by", KEPT)
inventory.declare("community.Admission.person", REMOVED)
inventory.declare("community.Admission.by", KEPT)
inventory.declare("community.Invitation.invited_by", KEPT, "invitations")
inventory.declare("community.Person_groups.person", REMOVED)
inventory.declare("community.Person_user_permissions.person", REMOVED)
inventory.declare("account.EmailAddress.user", REMOVED, "account")
inventory.declare("mfa.Authenticator.user", REMOVED, "second_factors")


def _addresses(person):
    others = EmailAddress.objects.filter(user=person).values_list("email", flat=True)
    return {person.email, *others}


@inventory.add_step
def forget_invitations_to_their_addresses(person):
    for address in _addresses(person):
        Invitation.objects.filter(email__iexact=address).delete()


@inventory.add_step
def forget_mails_to_their_addresses(person):
    """The worker's records of finished tasks keep, for some days, where a mail went."""
    for address in _addresses(person):
        tasks = DBTaskResult.objects.annotate(said=Cast("args_kwargs", TextField()))
        tasks.filter(said__icontains=address).delete()


def _account(person):
    yield {
        "name": person.name,
        "email": person.email,
        "pronouns": person.pronouns,
        "about": person.about,
        "joined": person.joined_at,
        "last_sign_in": person.last_login,
        "addresses": [
            {"email": row.email, "confirmed": row.verified, "used_to_sign_in": row.primary}
            for row in EmailAddress.objects.filter(user=person)
        ],
    }


def _roles(person):
    for role in Role.objects.filter(person=person).select_related(
        "program", "worksite", "supervisor"
    ):
        yield {
            "role": role.get_kind_display(),
            "program": role.program and role.program.name,
            "site": role.worksite and role.worksite.name,
            "supervisor": role.supervisor and role.supervisor.name,
            "from": role.starts_at,
            "until": role.ends_at,
        }


def _cohorts(person):
    for membership in Membership.objects.filter(person=person).select_related("cohort"):
        yield {
            "cohort": membership.cohort.name,
            "as": membership.get_kind_display(),
            "from": membership.starts_at,
            "until": membership.ends_at,
        }


def _roster(person):
    """What was done, not by whom: that is somebody else's."""
    for entry in RosterEntry.objects.filter(person=person):
        yield {"at": entry.at, "what": entry.verb, "detail": entry.detail}


def _invitations(person):
    for address in _addresses(person):
        for found in Invitation.objects.filter(email__iexact=address):
            yield {"to": address, "as": found.role_label, "at": found.created}
    for sent in Invitation.objects.filter(invited_by=person):
        yield {"sent_by_you_as": sent.role_label, "at": sent.created}


def _second_factors(person):
    """That there is one, never its secret: a copy may lie about."""
    for row in Authenticator.objects.filter(user=person):
        yield {"kind": str(row), "added": row.created_at, "last_used": row.last_used_at}


inventory.add_part("account", _("Your account and profile"), _account)
inventory.add_part("roles", _("Your roles"), _roles)
inventory.add_part("cohorts", _("Your cohorts"), _cohorts)
inventory.add_part("roster", _("What was done with your roles and cohorts"), _roster)
inventory.add_part("invitations", _("Invitations"), _invitations)
inventory.add_part("second_factors", _("Second factors and passkeys"), _second_factors)
