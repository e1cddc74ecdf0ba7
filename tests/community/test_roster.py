"""The roster's verbs: who may, what follows at once, and what is left in the log."""

from datetime import timedelta

import pytest
import time_machine
from django.core.management import call_command
from django.db import transaction
from django.db.models import ProtectedError
from django.utils import timezone

from community import access, invitations, roster
from community.models import Audience, Epoch, Membership, Person, Role, RosterEntry


def test_every_change_of_standing_advances_the_epoch_and_is_logged(make_person, cohort):
    person, before = make_person(), access.epoch()

    roster.enrol(person, cohort, by=None)

    assert access.epoch() > before
    assert RosterEntry.objects.filter(person=person, verb="enrol").exists()


@pytest.mark.parametrize(
    ("actor", "kind", "may"),
    [
        (Role.Kind.FACILITATOR, Role.Kind.EXPERT, True),
        (Role.Kind.FACILITATOR, Role.Kind.EDITOR, True),
        (Role.Kind.FACILITATOR, Role.Kind.FACILITATOR, False),
        (Role.Kind.FACILITATOR, Role.Kind.STEWARD, False),
        (Role.Kind.STEWARD, Role.Kind.FACILITATOR, True),
        (Role.Kind.STEWARD, Role.Kind.STEWARD, True),
        (Role.Kind.EDITOR, Role.Kind.EXPERT, False),
        (Role.Kind.DIRECTOR, Role.Kind.EXPERT, False),
    ],
)
def test_who_may_appoint_whom(make_person, actor, kind, may):
    by, person = make_person(actor), make_person()

    if may:
        roster.appoint(person, kind, by=by)
    else:
        with pytest.raises(roster.Refused):
            roster.appoint(person, kind, by=by)

    assert Role.objects.filter(person=person, kind=kind).exists() is may


def test_nobody_appoints_themselves(make_person, cohort):
    steward, facilitator = (
        make_person(Role.Kind.STEWARD),
        make_person(Role.Kind.FACILITATOR),
    )

    with pytest.raises(roster.Refused):
        roster.appoint(steward, Role.Kind.FACILITATOR, by=steward)
    with pytest.raises(roster.Refused):
        roster.enrol(facilitator, cohort, by=facilitator, kind=Membership.Kind.FACILITATOR)


def test_a_promotion_ends_the_coordinator_and_closes_the_space_at_once(
    make_participant, cohort, program
):
    person = make_participant(cohort)
    audience = roster.open_audience(Audience.Kind.COORDINATORS)
    assert audience.group in person.groups.all()

    roster.appoint(person, Role.Kind.DIRECTOR, by=None, program=program)

    assert audience.group not in person.groups.all()
    assert not Role.objects.current().filter(person=person, kind="coordinator").exists()


def test_supervising_somebody_moves_the_supervisor_behind_the_wall(
    make_participant, make_person, cohort, worksite
):
    supervisor, person = make_participant(cohort), make_person()
    assert not access.standing_of(supervisor).behind_wall

    roster.appoint(person, Role.Kind.COORDINATOR, by=None, worksite=worksite, supervisor=supervisor)

    assert access.standing_of(Person.objects.get(pk=supervisor.pk)).behind_wall
    assert not supervisor.admissions.exclude(audience__kind="members").exists()


def test_a_change_of_supervisor_frees_the_one_before(
    make_person, make_participant, cohort, worksite
):
    before, after, person = make_participant(cohort), make_person(), make_person()
    roster.appoint(person, Role.Kind.COORDINATOR, by=None, worksite=worksite, supervisor=before)

    roster.appoint(person, Role.Kind.COORDINATOR, by=None, worksite=worksite, supervisor=after)

    assert before.admissions.filter(audience__kind="coordinators").exists()


def test_a_person_is_never_deleted(make_person):
    person = make_person()

    with pytest.raises(ProtectedError):
        person.delete()
    with pytest.raises(ProtectedError):
        Person.objects.filter(pk=person.pk).delete()


def test_only_a_graduate_can_be_a_mentor(make_participant, make_graduate, cohort, other_cohort):
    participant, graduate = make_participant(cohort), make_graduate(other_cohort)

    with pytest.raises(roster.Refused):
        roster.enrol(participant, cohort, by=None, kind=Membership.Kind.MENTOR)
    roster.enrol(graduate, cohort, by=None, kind=Membership.Kind.MENTOR)

    assert graduate.admissions.filter(audience__cohort=cohort).exists()


def test_appoint_from_the_shell_tells_plainly_what_is_missing(make_person, capsys):
    from django.core.management.base import CommandError

    person = make_person()

    with pytest.raises(CommandError, match="There is no program called Nowhere"):
        call_command("appoint", person.email, "director", program="Nowhere")
    with pytest.raises(CommandError, match="which program"):
        call_command("appoint", person.email, "director")


def test_the_first_steward_comes_from_the_shell(make_person, capsys):
    person = make_person()

    call_command("appoint_steward", person.email)

    assert access.standing_of(Person.objects.get(pk=person.pk)).has(Role.Kind.STEWARD)
    assert person.groups.filter(name=access.STEWARDS).exists()


def test_there_is_one_epoch(db):
    assert Epoch.objects.count() == 1


def test_forgetting_to_name_the_supervisor_leaves_the_wall_standing(
    make_participant, make_person, cohort, worksite
):
    supervisor, person = make_participant(cohort), make_person()
    roster.appoint(person, Role.Kind.COORDINATOR, by=None, worksite=worksite, supervisor=supervisor)

    call_command("appoint", person.email, "coordinator", worksite=worksite.name)
    assert access.standing_of(Person.objects.get(pk=supervisor.pk)).behind_wall
    call_command("appoint", person.email, "coordinator", worksite=worksite.name, supervisor="none")

    assert not access.standing_of(Person.objects.get(pk=supervisor.pk)).behind_wall
    assert "supervisor: nobody" in RosterEntry.objects.filter(person=person).first().detail


def test_an_end_that_is_named_later_holds(make_participant, cohort, worksite):
    person, end = make_participant(cohort), timezone.now() + timedelta(days=3)

    roster.enrol(person, cohort, by=None, ends_at=end)
    roster.appoint(person, Role.Kind.COORDINATOR, by=None, worksite=worksite, ends_at=end)

    assert access.standing_of(Person.objects.get(pk=person.pk)).valid_until == end


def test_a_roster_is_its_own_facilitators(
    make_facilitator, make_person, cohort, other_cohort, worksite
):
    """A second account must not be a way round the wall for who keeps the roster."""
    own = make_facilitator(cohort)
    stranger = make_facilitator(other_cohort)
    steward = make_person(Role.Kind.STEWARD)
    directs = make_facilitator(cohort)
    make_person.appoint(directs, Role.Kind.DIRECTOR)
    person, facilitator = make_person(), make_facilitator()

    for by in (stranger, steward, directs):
        with pytest.raises(roster.Refused):
            roster.enrol(person, cohort, by=by)
        with pytest.raises(roster.Refused):
            roster.graduate(person, cohort, by=by)
        with pytest.raises(roster.Refused):
            roster.leave(own, cohort, by=by)
        with pytest.raises(roster.Refused):
            invitations.invite(
                "second@example.org", "coordinator", by=by, cohort=cohort, worksite=worksite
            )
    roster.enrol(person, cohort, by=own)
    roster.enrol(facilitator, cohort, by=steward, kind=Membership.Kind.FACILITATOR)

    assert person.admissions.get(audience__cohort=cohort).by == own


def test_a_facilitator_has_no_power_over_who_is_above_or_beside_them(
    make_facilitator, make_person, cohort, worksite
):
    fern, jo, stella = make_facilitator(cohort), make_facilitator(), make_person(Role.Kind.STEWARD)
    person = make_person()

    for verb in (
        lambda: roster.deactivate(stella, by=fern),
        lambda: roster.deactivate(jo, by=fern),
        lambda: roster.appoint(person, "coordinator", by=fern, worksite=worksite, supervisor=jo),
        lambda: roster.appoint(person, "coordinator", by=fern, worksite=worksite, supervisor=fern),
    ):
        with pytest.raises(roster.Refused):
            verb()
    invitations.invite("boss@example.org", "steward", by=stella)
    with pytest.raises(roster.Refused):
        invitations.invite("boss@example.org", "expert", by=fern)
    roster.deactivate(person, by=fern)

    assert Person.objects.filter(is_active=False).get() == person
    assert Role.objects.filter(supervisor__isnull=False).count() == 0


def test_a_change_that_was_undone_leaves_its_number_to_no_other(make_person, cohort):
    """Also where the clock is behind the number: it was set back, or is another machine's."""
    person, other = make_person(), make_person()
    audience = roster.open_audience(Audience.Kind.COHORT, cohort)
    with time_machine.travel(timezone.now() - timedelta(hours=1), tick=False):
        with transaction.atomic():
            roster.enrol(person, cohort, by=None)
            inside = access.standing_of(Person.objects.get(pk=person.pk))
            transaction.set_rollback(True)
        roster.enrol(other, cohort, by=None)

        after = access.standing_of(Person.objects.get(pk=person.pk))

    assert access.admits(audience, inside)
    assert not access.admits(audience, after)
