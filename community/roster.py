"""Every write to who people are. A verb takes `by=`, asks `access`, writes in one transaction,
leaves one line in the log, and announces the change of standing on commit.

`by=None` is the shell of the installation (a management command): whoever has it has the database.
Nobody appoints themselves to anything.
"""

import secrets
import time

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth.models import Group
from django.db import transaction
from django.db.models import F, Q, Value
from django.db.models.functions import Greatest
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from community import access, inventory
from community.introductions import LEFT
from community.models import (
    Admission,
    Audience,
    Epoch,
    Membership,
    Person,
    Program,
    Role,
    RosterEntry,
    Worksite,
)
from community.signals import standing_changed


class Refused(Exception):
    """The policy says no, in a sentence for the person who asked."""


def ask(permitted, by, person=None):
    """Raise Refused unless the policy said yes; nobody's act upon themselves is permitted."""
    if by is None:
        return
    if person is not None and person.pk == by.pk:
        raise Refused(_("Nobody changes their own standing. Ask another facilitator or a steward."))
    if not permitted:
        raise Refused(_("You may not do this."))


def _may_keep_roster(by):
    return by is not None and access.may_keep_roster(access.standing_of(by))


def may_enrol(by, cohort, kind):
    return by is not None and access.may_enrol(access.standing_of(by), cohort.pk, kind)


def may_give(by, kind):
    return by is not None and access.may_appoint(access.standing_of(by), kind)


def log(by, person, verb, detail=""):
    RosterEntry.objects.create(by=by, person=person, verb=verb, detail=str(detail)[:255])


def advance_epoch():
    """Make every kept answer of the policy stale: whoever holds one asks again.

    The number is taken from the clock, so that one whose transaction was rolled back never comes
    again with other facts behind it; by a step that nobody can guess where the clock stands behind
    it, as that of a second machine does, or of one that was set back.
    """
    now, step = time.time_ns(), 1 + secrets.randbelow(1_000_000)
    if not Epoch.objects.filter(pk=1).update(value=Greatest(F("value") + step, Value(now))):
        Epoch.objects.get_or_create(pk=1, defaults={"value": now})


def hold(*people):
    """Lock these people's rows, in one order: of two who change somebody at once, one waits, and
    then asks about what the other one made of them."""
    keys = sorted({person.pk for person in people})
    list(Person.objects.select_for_update(no_key=True).filter(pk__in=keys).order_by("pk"))
    for person in people:
        access.forget(person)


def announce(*people, by=None):
    """Bring groups and admissions in step, advance the epoch, and tell on commit."""
    advance_epoch()
    keep_in_step((person.pk for person in people), by=by)
    ids = [person.pk for person in people]
    for person in people:
        access.forget(person)
    transaction.on_commit(lambda: standing_changed.send(sender=Person, person_ids=ids))


def keep_in_step(person_ids, by=None):
    """Make groups and admissions of these people what the policy answers now."""
    ids = list(person_ids)
    standings = access.standings_of(ids)
    audiences = list(Audience.objects.all())
    held = {(a.audience_id, a.person_id) for a in Admission.objects.filter(person_id__in=ids)}
    due = {
        (audience.pk, pk)
        for pk in ids
        for audience in audiences
        if access.admits(audience, standings.get(pk, access.VISITOR))
    }
    group_of = {audience.pk: audience.group_id for audience in audiences}
    Admission.objects.bulk_create(
        [Admission(audience_id=audience, person_id=pk, by=by) for audience, pk in due - held],
        ignore_conflicts=True,
    )
    for audience, pk in held - due:
        Admission.objects.filter(audience_id=audience, person_id=pk).delete()

    wanted = {(pk, group_of[audience]) for audience, pk in due}
    staff = {Group.objects.get_or_create(name=name)[0].pk: kind
             for kind, name in access.STAFF_GROUPS.items()}  # fmt: skip
    for group, kind in staff.items():
        wanted |= {
            (pk, group) for pk in ids if pk in standings and access.is_staff_as(kind, standings[pk])
        }
    kept = set(group_of.values()) | set(staff)
    through = Person.groups.through
    present = set(
        through.objects.filter(person_id__in=ids, group_id__in=kept).values_list(
            "person_id", "group_id"
        )
    )
    through.objects.bulk_create(
        [through(person_id=pk, group_id=group) for pk, group in wanted - present],
        ignore_conflicts=True,
    )
    for pk, group in present - wanted:
        through.objects.filter(person_id=pk, group_id=group).delete()


# --- Audiences ------------------------------------------------------------------------------


@transaction.atomic
def open_audience(kind, cohort=None):
    """The audience of that kind (of that cohort), made with its group where it is missing."""
    existing = Audience.objects.filter(kind=kind, cohort=cohort).first()
    if existing:
        return existing
    name = f"Audience: {cohort.name} cohort" if cohort else f"Audience: {kind}"
    group, _created = Group.objects.get_or_create(name=name)
    audience = Audience.objects.create(kind=kind, cohort=cohort, group=group)
    concerned = Person.objects.filter(is_active=True)
    if cohort:
        # Whoever is nothing to a cohort is not let in, whoever they are.
        concerned = concerned.filter(memberships__cohort=cohort).distinct()
    announce(*concerned)
    return audience


# --- Places ---------------------------------------------------------------------------------


@transaction.atomic
def found_worksite(name, program_name, region, *, by):
    """The site of that name in that program, each made where nobody named it before. The program
    keeps the region that it has."""
    ask(_may_keep_roster(by), by)
    program = Program.objects.filter(name__iexact=program_name).first()
    program = program or Program.objects.create(name=program_name, region=region)
    worksite = Worksite.objects.filter(name__iexact=name, program=program).first()
    return worksite or Worksite.objects.create(name=name, program=program)


# --- People ---------------------------------------------------------------------------------


@transaction.atomic
def register(email, name, password=None, *, by=None, demo=False):
    """A new person with a verified address and no role yet: a member."""
    ask(_may_keep_roster(by), by)
    if Person.objects.filter(email=email.strip().lower()).exists():
        raise Refused(_("Somebody with this address is already a member."))
    person = Person.objects.create_user(email, name, password, is_demo=demo)
    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    log(by, person, "register")
    announce(person, by=by)
    return person


# Says nothing of a supervisor, where None says that there is none.
UNCHANGED = object()


@transaction.atomic
def appoint(person, kind, *, by, program=None, worksite=None, supervisor=UNCHANGED, ends_at=None):
    """Give a role: a director needs `program`, a coordinator `worksite`; twice the same is one.

    Appointing a director ends the person's roles as a coordinator: the wall stands from here on.
    A supervisor is changed only where one is named, or None: forgetting must not open the wall.
    """
    ask(may_give(by, kind), by, person)
    hold(person)
    if kind == Role.Kind.DIRECTOR and program is None:
        raise Refused(_("Say which program they direct."))
    if kind == Role.Kind.COORDINATOR and worksite is None:
        raise Refused(_("Say at which site they work."))
    named = None if supervisor is UNCHANGED else supervisor
    if named is not None and by is not None:
        ask(may_change(by, named), by, named)
    role, created = Role.objects.current().get_or_create(
        person=person,
        kind=kind,
        program=program,
        worksite=worksite,
        defaults={"supervisor": named, "ends_at": ends_at},
    )
    affected = {person.pk: person}
    if not created:
        if supervisor is not UNCHANGED and role.supervisor != named:
            if role.supervisor:
                affected[role.supervisor_id] = role.supervisor
            role.supervisor = named
        role.ends_at = ends_at or role.ends_at
        role.save(update_fields=["supervisor", "ends_at"])
    if named:
        affected[named.pk] = named
    if kind == Role.Kind.DIRECTOR:
        affected |= _end(person, Role.Kind.COORDINATOR)
    told = [str(kind), str(program or worksite or "")]
    if supervisor is not UNCHANGED:
        told.append(f"supervisor: {named.name if named else 'nobody'}")
    log(by, person, "appoint", " ".join(filter(None, told)))
    announce(*affected.values(), by=by)
    return role


def may_change(by, person):
    """Whether `by` might have given this person every role that they hold."""
    held = Role.objects.current().filter(person=person).values_list("kind", flat=True)
    standing = access.standing_of(by)
    return access.may_keep_roster(standing) and all(
        access.may_appoint(standing, kind) for kind in held
    )


@transaction.atomic
def dismiss(person, kind, *, by):
    """End every current role of that kind."""
    ask(may_give(by, kind), by, person)
    hold(person)
    supervisors = _end(person, kind)
    log(by, person, "dismiss", kind)
    announce(*({person.pk: person} | supervisors).values(), by=by)


def _end(person, kind):
    """End every current role of that kind; `{key: person}` of those who supervised in them, who may
    be on this side of the wall again."""
    roles = list(Role.objects.current().filter(person=person, kind=kind))
    Role.objects.filter(pk__in=[role.pk for role in roles]).update(ends_at=timezone.now())
    return {role.supervisor_id: role.supervisor for role in roles if role.supervisor_id}


@transaction.atomic
def enrol(person, cohort, *, by, kind=Membership.Kind.PARTICIPANT, ends_at=None):
    """Put somebody on a cohort's roster: participant, mentor (a graduate) or facilitator."""
    ask(may_enrol(by, cohort, kind), by, person)
    hold(person)
    if kind == Membership.Kind.MENTOR and not _has_graduated(person):
        raise Refused(_("Only a graduate can be a mentor."))
    if kind == Membership.Kind.FACILITATOR and not access.standing_of(person).has(
        Role.Kind.FACILITATOR
    ):
        raise Refused(_("Only a facilitator can be assigned to a cohort."))
    membership, created = Membership.objects.current().get_or_create(
        person=person, cohort=cohort, kind=kind, defaults={"ends_at": ends_at}
    )
    if ends_at and not created:
        membership.ends_at = ends_at
        membership.save(update_fields=["ends_at"])
    log(by, person, "enrol", f"{kind} {cohort}")
    announce(person, by=by)
    return membership


@transaction.atomic
def graduate(person, cohort, *, by):
    """A participant becomes a graduate of their cohort: they keep its space and gain another."""
    ask(may_enrol(by, cohort, Membership.Kind.GRADUATE), by, person)
    hold(person)
    now = timezone.now()
    Membership.objects.current().filter(
        person=person, cohort=cohort, kind=Membership.Kind.PARTICIPANT
    ).update(ends_at=now)
    membership, _created = Membership.objects.current().get_or_create(
        person=person, cohort=cohort, kind=Membership.Kind.GRADUATE
    )
    log(by, person, "graduate", cohort)
    announce(person, by=by)
    return membership


@transaction.atomic
def leave(person, cohort, *, by):
    """End everything somebody is to a cohort."""
    ask(may_enrol(by, cohort, Membership.Kind.PARTICIPANT), by, person)
    hold(person)
    Membership.objects.current().filter(person=person, cohort=cohort).update(ends_at=timezone.now())
    log(by, person, "leave", cohort)
    announce(person, by=by)


@transaction.atomic
def deactivate(person, *, by):
    """Close the door to somebody: sign-in, sessions and sockets end; what they wrote stays."""
    ask(by is not None and may_change(by, person), by, person)
    hold(person)
    person.is_active = False
    person.save(update_fields=["is_active"])
    log(by, person, "deactivate")
    announce(person, by=by)


@transaction.atomic
def mend(person, *, by):
    """Make somebody's groups and admissions again what the policy answers, where something beside
    the roster changed them."""
    ask(_may_keep_roster(by), by, person)
    hold(person)
    log(by, person, "mend")
    announce(person, by=by)


# A name that is reserved for what leads nowhere: no mail can ever be sent there.
CLOSED = "closed.invalid"


def has_closed(person):
    """Whether nothing is left of somebody but a row that others hang on."""
    return person.email.endswith(f"@{CLOSED}")


@transaction.atomic
def close_account(person, *, by):
    """Make of a person somebody who left: everything that is theirs alone goes, what others hang on
    stays and names nobody. Only they themselves may ask for it, or the shell.

    Whether the network can do without them is asked before (`community.leaving.closing`).
    """
    if by is not None and by.pk != person.pk:
        raise Refused(_("Everybody closes their own account."))
    hold(person)
    person = Person.objects.get(pk=person.pk)
    supervisors = list(
        Person.objects.filter(supervised_roles__in=Role.objects.current().filter(person=person))
    )
    inventory.let_go(person)
    now = timezone.now()
    ahead = Q(ends_at=None) | Q(ends_at__gt=now)
    Role.objects.filter(ahead, person=person).update(ends_at=now)
    Membership.objects.filter(ahead, person=person).update(ends_at=now)
    with translation.override(settings.LANGUAGE_CODE):
        person.name = str(LEFT)
    person.email = f"closed-{person.pk}@{CLOSED}"
    person.pronouns = person.about = ""
    person.last_login = None
    person.is_active = person.is_superuser = False
    person.set_unusable_password()
    person.save()
    log(by, person, "close_account")
    announce(person, *supervisors)


def _has_graduated(person):
    return access.standing_of(person).belongs(Membership.Kind.GRADUATE)


def sweep():
    """Bring in step whoever's standing was ended by the clock since the last time.

    Reading never waits for this (`access` compares the clock itself); lists and counts do.
    """
    with transaction.atomic():
        people = list(Person.objects.filter(admissions__isnull=False).distinct())
        due = access.standings_of(person.pk for person in people)
        audiences = list(Audience.objects.all())
        held = {}
        for audience_id, pk in Admission.objects.values_list("audience_id", "person_id"):
            held.setdefault(pk, set()).add(audience_id)
        changed = [
            person
            for person in people
            if held[person.pk]
            != {a.pk for a in audiences if access.admits(a, due.get(person.pk, access.VISITOR))}
        ]
        if changed:
            announce(*changed)
    return len(changed)
