"""The policy as a table that a facilitator can read: rows are people, columns are spaces.

y: enters, .: does not. Written by hand from the promise; the code is held against it.
"""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from community import access, roster
from community.models import Admission, Audience, Membership, Person, Role

K = Audience.Kind
COLUMNS = (
    K.MEMBERS,
    "own",
    "other",
    K.COORDINATORS,
    K.GRADUATES,
    K.LEADERS,
    K.FACILITATORS,
)

#                                          memb own oth coo gra lea fac
TABLE = {
    "visitor":                             ". . . . . . .",
    "closed account":                      ". . . . . . .",
    "member without a role":               "y . . . . . .",
    "participant":                         "y y . y . . .",
    "participant without a site":          "y y . y . . .",
    "graduate who coordinates":            "y y . y y . .",
    "graduate who moved on":               "y y . . y . .",
    "mentor":                              "y y . y y . .",
    "facilitator of the cohort":           "y y . y y y y",
    "facilitator of no cohort":            "y . . y y y y",
    "facilitator who coordinates":         "y . . y y . y",
    "director":                            "y . . . . y .",
    "director who takes part":             "y . . . . y .",
    "director who graduated":              "y . . . . y .",
    "director who facilitates the cohort": "y . . . . y y",
    "supervisor who takes part":           "y . . . . . .",
    "expert":                              "y . . . . . .",
    "editor":                              "y . . . . . .",
    "steward":                             "y . . . . . .",
    "superuser":                           "y . . . . . .",
    "former participant":                  "y . . . . . .",
    "participant whose time is up":        "y . . . . . .",
    "director dismissed, participant":     "y y . y . . .",
    "facilitator dismissed":               "y . . . . . .",
    "mentor who left their own cohort":    "y . . . . . .",
}  # fmt: skip


@pytest.fixture
def people(make_person, cohort, other_cohort):
    coordinator, director, facilitator = (
        Role.Kind.COORDINATOR,
        Role.Kind.DIRECTOR,
        Role.Kind.FACILITATOR,
    )
    member = Membership.Kind

    def enrolled(person, kind=member.PARTICIPANT, **facts):
        roster.enrol(person, cohort, by=None, kind=kind, **facts)
        return person

    def graduated(person):
        roster.graduate(person, cohort, by=None)
        return person

    def supervisor():
        person = enrolled(make_person())
        make_person(coordinator, supervisor=person)
        return person

    def closed():
        person = enrolled(make_person(coordinator))
        roster.deactivate(person, by=None)
        return person

    def superuser():
        person = make_person()
        Person.objects.filter(pk=person.pk).update(is_superuser=True)
        return person

    def former():
        person = enrolled(make_person(coordinator))
        roster.leave(person, cohort, by=None)
        return person

    def ended(person):
        from datetime import timedelta

        from django.utils import timezone

        Membership.objects.filter(person=person).update(
            ends_at=timezone.now() - timedelta(seconds=1)
        )
        roster.sweep()
        return person

    def dismissed():
        person = enrolled(make_person(director))
        roster.dismiss(person, director, by=None)
        return person

    def mentor():
        person = graduated(make_person(coordinator))
        return enrolled(person, member.MENTOR)

    def dismissed_facilitator():
        person = enrolled(make_person(facilitator), member.FACILITATOR)
        roster.dismiss(person, facilitator, by=None)
        return person

    def mentor_who_left():
        person = make_person(coordinator)
        roster.graduate(person, other_cohort, by=None)
        enrolled(person, member.MENTOR)
        roster.leave(person, other_cohort, by=None)
        return person

    return {
        "visitor": None,
        "closed account": closed(),
        "member without a role": make_person(),
        "participant": enrolled(make_person(coordinator)),
        "participant without a site": enrolled(make_person()),
        "graduate who coordinates": graduated(make_person(coordinator)),
        "graduate who moved on": graduated(make_person()),
        "mentor": mentor(),
        "facilitator of the cohort": enrolled(make_person(facilitator), member.FACILITATOR),
        "facilitator of no cohort": make_person(facilitator),
        "facilitator who coordinates": make_person(facilitator, coordinator),
        "director": make_person(director),
        "director who takes part": enrolled(make_person(director)),
        "director who graduated": graduated(make_person(director)),
        "director who facilitates the cohort": enrolled(
            make_person(facilitator, director), member.FACILITATOR
        ),
        "supervisor who takes part": supervisor(),
        "expert": make_person(Role.Kind.EXPERT),
        "editor": make_person(Role.Kind.EDITOR),
        "steward": make_person(Role.Kind.STEWARD),
        "superuser": superuser(),
        "former participant": former(),
        "participant whose time is up": ended(enrolled(make_person(coordinator))),
        "director dismissed, participant": dismissed(),
        "facilitator dismissed": dismissed_facilitator(),
        "mentor who left their own cohort": mentor_who_left(),
    }


@pytest.fixture
def columns(audiences, cohort, other_cohort):
    own, other = (roster.open_audience(K.COHORT, found) for found in (cohort, other_cohort))
    return [{"own": own, "other": other}.get(column) or audiences[column] for column in COLUMNS]


def test_the_policy_answers_as_the_table_says(people, columns):
    standings = access.standings_of(person.pk for person in people.values() if person)

    def row(person):
        standing = standings.get(getattr(person, "pk", None), access.VISITOR)
        return " ".join("y" if access.admits(found, standing) else "." for found in columns)

    answers = {name: row(person) for name, person in people.items()}

    assert answers == TABLE


def test_groups_admissions_and_open_spaces_agree_with_the_policy(people, columns, make_space):
    from forum.spaces.models import Space

    for audience in columns:
        make_space(audience.kind, audience.cohort)
    for name, person in people.items():
        if person is None:
            continue
        fresh = Person.objects.get(pk=person.pk)
        policy = {
            audience.pk
            for audience in columns
            if access.admits(audience, access.standing_of(fresh))
        }

        assert set(fresh.admissions.values_list("audience_id", flat=True)) == policy, name
        assert (
            set(fresh.groups.filter(audience__in=columns).values_list("audience", flat=True))
            == policy
        ), name
        assert set(Space.objects.open_to(fresh).values_list("audience_id", flat=True)) == policy, (
            name
        )


def test_public_admits_everybody_but_nobody_writes_to_it():
    from community.models import PUBLIC

    assert access.admits(PUBLIC, access.VISITOR)
    assert not access.may_write(PUBLIC, access.Standing(person_id=1, active=True))


def test_a_child_space_is_never_wider_than_its_parent(
    make_space, make_person, make_participant, cohort
):
    from forum.spaces.models import Space

    parent = make_space(K.COHORT, cohort)
    child = make_space(K.MEMBERS, parent=parent.forum)
    outsider, insider = make_person(), make_participant(cohort)

    assert child not in Space.objects.open_to(outsider)
    assert child in Space.objects.open_to(insider)


def test_a_forum_without_a_space_closes_everything_below_it(make_space, make_person):
    from machina.apps.forum.models import Forum

    from forum.spaces.models import Space

    orphan = Forum.objects.create(name="No space", type=Forum.FORUM_POST)
    child = make_space(K.MEMBERS, parent=orphan)

    assert child not in Space.objects.open_to(make_person())


def test_the_sentence_counts_who_can_read(make_participant, make_facilitator, make_person, cohort):
    make_participant(cohort), make_participant(cohort), make_facilitator(cohort)
    make_person(Role.Kind.DIRECTOR)
    audience = roster.open_audience(K.COORDINATORS)

    assert access.readers_sentence(audience) == (
        "2 coordinators and graduates and 1 facilitator can read this. No director can."
    )


def test_standing_costs_one_query_and_many_standings_two(
    make_participant, cohort, django_assert_num_queries
):
    people = [make_participant(cohort) for _ in range(3)]
    person = Person.objects.get(pk=people[0].pk)

    with django_assert_num_queries(1):
        access.standing_of(person)
    with django_assert_num_queries(2):
        access.standings_of([found.pk for found in people])


ACTS = st.lists(
    st.tuples(
        st.sampled_from(
            ["coordinator", "director", "facilitator", "dismiss", "enrol", "graduate", "leave",
             "supervise"]
        ),
        st.integers(0, 2),
    ),
    max_size=8,
)  # fmt: skip


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(acts=ACTS)
def test_whatever_the_roster_does_nobody_behind_the_wall_is_inside(
    acts, make_person, cohort, worksite, program
):
    from django.db import transaction

    with transaction.atomic():
        people = [make_person() for _ in range(3)]
        for verb, index in acts:
            person, next_one = people[index], people[(index + 1) % 3]
            try:
                if verb == "coordinator":
                    roster.appoint(person, verb, by=None, worksite=worksite)
                elif verb == "director":
                    roster.appoint(person, verb, by=None, program=program)
                elif verb == "facilitator":
                    roster.appoint(person, verb, by=None)
                elif verb == "dismiss":
                    roster.dismiss(person, Role.Kind.DIRECTOR, by=None)
                elif verb == "supervise":
                    roster.appoint(
                        next_one,
                        "coordinator",
                        by=None,
                        worksite=worksite,
                        supervisor=person,
                    )
                else:
                    getattr(roster, verb)(person, cohort, by=None)
            except roster.Refused:
                pass

            for found in people:
                behind = (
                    Role.objects.current().filter(person=found, kind="director").exists()
                    or Role.objects.current().filter(supervisor=found).exists()
                )
                walled = Admission.objects.filter(
                    person=found,
                    audience__kind__in=["cohort", "coordinators", "graduates"],
                )
                assert not (behind and walled.exists())
        transaction.set_rollback(True)
