"""Every write to who people are. A verb takes `by=`, asks `access`, writes in one transaction,
leaves one line in the log, and announces the change of standing on commit.

`by=None` is the shell of the installation (a management command): whoever has it has the database.
Nobody appoints themselves to anything.
"""

from allauth.account.models import EmailAddress
from django.contrib.auth.models import Group
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from community import access
from community.models import (
    Admission,
    Audience,
    Epoch,
    Membership,
    Person,
    Role,
    RosterEntry,
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


def _may_enrol(by, cohort, kind):
    return by is not None and access.may_enrol(access.standing_of(by), cohort.pk, kind)


def _log(by, person, verb, detail=""):
    RosterEntry.objects.create(by=by, person=person, verb=verb, detail=str(detail)[:255])


def advance_epoch():
    """Make every kept answer of the policy stale: whoever holds one asks again."""
    Epoch.objects.filter(pk=1).update(value=F("value") + 1)


def _changed(*people, by=None):
    """Bring groups and admissions in step, advance the epoch, and tell on commit."""
    advance_epoch()
    keep_in_step((person.pk for person in people), by=by)
    ids = [person.pk for person in people]
    for person in people:
        vars(person).pop("_standing", None)
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
        wanted |= {(pk, group) for pk in ids if pk in standings and standings[pk].has(kind)}
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
    _changed(*Person.objects.filter(is_active=True))
    return audience


# --- People ---------------------------------------------------------------------------------


@transaction.atomic
def register(email, name, password=None, *, by=None, demo=False):
    """A new person with a verified address and no role yet: a member."""
    ask(_may_keep_roster(by), by)
    person = Person.objects.create_user(email, name, password, is_demo=demo)
    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    _log(by, person, "register")
    _changed(person, by=by)
    return person


# Says nothing of a supervisor, where None says that there is none.
UNCHANGED = object()


@transaction.atomic
def appoint(person, kind, *, by, program=None, worksite=None, supervisor=UNCHANGED, ends_at=None):
    """Give a role: a director needs `program`, a coordinator `worksite`; twice the same is one.

    Appointing a director ends the person's roles as a coordinator: the wall stands from here on.
    A supervisor is changed only where one is named, or None: forgetting must not open the wall.
    """
    ask(by is not None and access.may_appoint(access.standing_of(by), kind), by, person)
    if kind == Role.Kind.DIRECTOR and program is None:
        raise Refused(_("Say which program they direct."))
    if kind == Role.Kind.COORDINATOR and worksite is None:
        raise Refused(_("Say at which site they work."))
    named = None if supervisor is UNCHANGED else supervisor
    if named is not None and by is not None:
        ask(_may_change(by, named), by, named)
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
        Role.objects.current().filter(person=person, kind=Role.Kind.COORDINATOR).update(
            ends_at=timezone.now()
        )
    told = [str(kind), str(program or worksite or "")]
    if supervisor is not UNCHANGED:
        told.append(f"supervisor: {named.pk if named else 'none'}")
    _log(by, person, "appoint", " ".join(filter(None, told)))
    _changed(*affected.values(), by=by)
    return role


def _may_change(by, person):
    """Whether `by` might have given this person every role that they hold."""
    held = Role.objects.current().filter(person=person).values_list("kind", flat=True)
    standing = access.standing_of(by)
    return access.may_keep_roster(standing) and all(
        access.may_appoint(standing, kind) for kind in held
    )


@transaction.atomic
def dismiss(person, kind, *, by):
    """End every current role of that kind."""
    ask(by is not None and access.may_appoint(access.standing_of(by), kind), by, person)
    roles = list(Role.objects.current().filter(person=person, kind=kind))
    supervisors = {role.supervisor_id: role.supervisor for role in roles if role.supervisor_id}
    Role.objects.filter(pk__in=[role.pk for role in roles]).update(ends_at=timezone.now())
    _log(by, person, "dismiss", kind)
    _changed(*({person.pk: person} | supervisors).values(), by=by)


@transaction.atomic
def enrol(person, cohort, *, by, kind=Membership.Kind.PARTICIPANT, ends_at=None):
    """Put somebody on a cohort's roster: participant, mentor (a graduate) or facilitator."""
    ask(_may_enrol(by, cohort, kind), by, person)
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
    _log(by, person, "enrol", f"{kind} {cohort}")
    _changed(person, by=by)
    return membership


@transaction.atomic
def graduate(person, cohort, *, by):
    """A participant becomes a graduate of their cohort: they keep its space and gain another."""
    ask(_may_enrol(by, cohort, Membership.Kind.GRADUATE), by, person)
    now = timezone.now()
    Membership.objects.current().filter(
        person=person, cohort=cohort, kind=Membership.Kind.PARTICIPANT
    ).update(ends_at=now)
    membership, _created = Membership.objects.current().get_or_create(
        person=person, cohort=cohort, kind=Membership.Kind.GRADUATE
    )
    _log(by, person, "graduate", cohort)
    _changed(person, by=by)
    return membership


@transaction.atomic
def leave(person, cohort, *, by):
    """End everything somebody is to a cohort."""
    ask(_may_enrol(by, cohort, Membership.Kind.PARTICIPANT), by, person)
    Membership.objects.current().filter(person=person, cohort=cohort).update(ends_at=timezone.now())
    _log(by, person, "leave", cohort)
    _changed(person, by=by)


@transaction.atomic
def deactivate(person, *, by):
    """Close the door to somebody: sign-in, sessions and sockets end; what they wrote stays."""
    ask(by is not None and _may_change(by, person), by, person)
    person.is_active = False
    person.save(update_fields=["is_active"])
    _log(by, person, "deactivate")
    _changed(person, by=by)


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
            _changed(*changed)
    return len(changed)
