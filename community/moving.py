"""What becomes of people in the network: graduating together, moving, changing site, going and
coming back. Verbs as in `roster`, each with one line in the log for each person.
"""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from community import roster
from community.models import Membership, Person, Role
from community.roster import Refused

Kind = Membership.Kind


def _current(people, cohort, kind):
    return Membership.objects.current().filter(person__in=people, cohort=cohort, kind=kind)


def _swap(people, cohort, old, new):
    """End one kind of membership of these people and begin another; returns who had the first."""
    ended = _current(people, cohort, old)
    changed = list(Person.objects.filter(pk__in=ended.values("person")).order_by("pk"))
    ended.update(ends_at=timezone.now())
    have = set(_current(changed, cohort, new).values_list("person_id", flat=True))
    Membership.objects.bulk_create(
        [
            Membership(person=person, cohort=cohort, kind=new)
            for person in changed
            if person.pk not in have
        ]
    )
    return changed


@transaction.atomic
def graduate_together(people, cohort, *, by):
    """Participants of a cohort become its graduates, all or none. Whoever is no participant any
    more is left as they are; returns those who graduated."""
    return _together(people, cohort, Kind.PARTICIPANT, Kind.GRADUATE, "graduate", by)


@transaction.atomic
def put_back(people, cohort, *, by):
    """Graduates become participants of their cohort again, as if they had not graduated; what they
    were as mentors stays. Returns those who were put back."""
    return _together(people, cohort, Kind.GRADUATE, Kind.PARTICIPANT, "put_back", by)


def _together(people, cohort, old, new, verb, by):
    for person in people:
        roster.ask(roster.may_enrol(by, cohort, Kind.GRADUATE), by, person)
    roster.hold(*people)
    changed = _swap(people, cohort, old, new)
    for person in changed:
        roster.log(by, person, verb, cohort)
    if changed:
        roster.announce(*changed, by=by)
    return changed


@transaction.atomic
def end_mentoring(person, cohort, *, by):
    """A mentor of a cohort is one no longer."""
    roster.ask(roster.may_enrol(by, cohort, Kind.MENTOR), by, person)
    roster.hold(person)
    if not _current([person], cohort, Kind.MENTOR).update(ends_at=timezone.now()):
        raise Refused(_("They are no mentor of this cohort any more."))
    roster.log(by, person, "end_mentoring", cohort)
    roster.announce(person, by=by)


@transaction.atomic
def change_cohort(person, origin, target, *, by, worksite=None):
    """A participant goes on in another cohort, and with `worksite` at another site: a region is
    where one's site is. Both cohorts' facilitator must agree, so it is for whoever is one of
    both."""
    if worksite is not None:
        roster.ask(roster.may_give(by, Role.Kind.COORDINATOR), by, person)
    for cohort in (origin, target):
        roster.ask(roster.may_enrol(by, cohort, Kind.PARTICIPANT), by, person)
    roster.hold(person)
    if origin == target:
        raise Refused(_("They are in this cohort already. Choose another one."))
    if not _current([person], origin, Kind.PARTICIPANT).update(ends_at=timezone.now()):
        raise Refused(_("They are no participant of that cohort any more."))
    Membership.objects.current().get_or_create(person=person, cohort=target, kind=Kind.PARTICIPANT)
    supervisors = _settle_at(person, worksite) if worksite is not None else set()
    moved = f"{origin} → {target}"
    roster.log(by, person, "change_cohort", f"{moved}, {worksite}" if worksite else moved)
    roster.announce(person, *supervisors, by=by)


def _coordinates(person):
    return Role.objects.current().filter(person=person, kind=Role.Kind.COORDINATOR)


@transaction.atomic
def change_worksite(person, worksite, *, by):
    """A coordinator works at another site from now on. Their supervisor stays: forgetting one must
    not open the wall."""
    roster.ask(roster.may_give(by, Role.Kind.COORDINATOR), by, person)
    roster.hold(person)
    supervisors = _settle_at(person, worksite)
    roster.log(by, person, "change_worksite", worksite)
    roster.announce(person, *supervisors, by=by)


def _settle_at(person, worksite):
    """Let a held person coordinate this site and no other; returns who supervised them."""
    held = list(_coordinates(person).order_by("-supervisor", "pk"))
    if not held:
        raise Refused(_("They coordinate no site. Give them the role of a coordinator first."))
    if [role.worksite_id for role in held] == [worksite.pk]:
        raise Refused(_("They work at this site already. Choose another one."))
    supervisors = {role.supervisor for role in held if role.supervisor_id}
    now = timezone.now()
    Role.objects.filter(pk__in=[role.pk for role in held]).update(ends_at=now)
    Role.objects.create(
        person=person,
        kind=Role.Kind.COORDINATOR,
        worksite=worksite,
        supervisor=next((role.supervisor for role in held if role.supervisor_id), None),
        starts_at=now,
    )
    return supervisors


@transaction.atomic
def supervise(person, supervisor, *, by):
    """Say who a coordinator's supervisor is, or None for nobody. Whoever is named stands on the
    other side of the wall from here on."""
    roster.ask(roster.may_give(by, Role.Kind.COORDINATOR), by, person)
    if supervisor is not None:
        if supervisor == person:
            raise Refused(_("Nobody supervises themselves."))
        roster.ask(by is None or roster.may_change(by, supervisor), by, supervisor)
    roster.hold(person, *([supervisor] if supervisor else []))
    held = list(_coordinates(person).select_related("supervisor"))
    if not held:
        raise Refused(_("They coordinate no site, so nobody supervises them here."))
    before = {role.supervisor_id: role.supervisor for role in held if role.supervisor_id}
    _coordinates(person).update(supervisor=supervisor)
    roster.log(by, person, "supervise", supervisor.pk if supervisor else "none")
    concerned = {person.pk: person} | before | ({supervisor.pk: supervisor} if supervisor else {})
    roster.announce(*concerned.values(), by=by)


@transaction.atomic
def reactivate(person, *, by):
    """Somebody who left comes back as a member: no role and no cohort of before comes with them."""
    roster.ask(by is None or roster.may_change(by, person), by, person)
    roster.hold(person)
    current = Person.objects.get(pk=person.pk)
    if current.is_active:
        raise Refused(_("They are a member already."))
    if roster.has_closed(current):
        raise Refused(_("They closed their account: nothing is left to come back to. Invite them."))
    roles = Role.objects.current().filter(person=current)
    supervisors = {
        role.supervisor for role in roles.select_related("supervisor") if role.supervisor
    }
    now = timezone.now()
    roles.update(ends_at=now)
    Membership.objects.current().filter(person=current).update(ends_at=now)
    person.is_active = True
    person.save(update_fields=["is_active"])
    roster.log(by, person, "reactivate")
    roster.announce(person, *supervisors, by=by)
