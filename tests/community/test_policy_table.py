"""The policy is what `policy.md` says, which was written by hand: for the people it names, made by
the roster's verbs and read from the database, and for every combination of what one can be."""

import inspect
import itertools
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.utils import timezone

from community import access, roster
from community.models import PUBLIC, Audience, Membership, Person, Role, Worksite
from forum.spaces.models import Space

POLICY = Path(__file__).with_name("policy.md")
K = Audience.Kind
SPACES = {
    "public": K.PUBLIC,
    "all members": K.MEMBERS,
    "their cohort": "own",
    "another cohort": "other",
    "coordinators": K.COORDINATORS,
    "graduates": K.GRADUATES,
    "leaders": K.LEADERS,
    "facilitators": K.FACILITATORS,
}


def table(heading):
    """`(columns, rows)` of the table under a heading of `policy.md`; a row begins with its name."""
    section = POLICY.read_text().split(f"## {heading}\n")[1].split("\n## ")[0]
    lines = [
        [cell.strip() for cell in line.strip("|\n").split("|")]
        for line in section.splitlines()
        if line.startswith("|") and not line.startswith("|---")
    ]
    return lines[0][1:], lines[1:]


def most(audience, standing):
    """The most that somebody may do there, in the table's words."""
    if not access.admits(audience, standing):
        assert not access.may_write(audience, standing)
        assert not access.may_moderate(audience, standing)
        return "nothing"
    if access.may_moderate(audience, standing):
        assert access.may_write(audience, standing)
        return "moderates"
    return "writes" if access.may_write(audience, standing) else "reads"


# --- The people of the table -------------------------------------------------------------------


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

    def graduated(person, of=cohort):
        roster.graduate(person, of, by=None)
        return person

    def supervising(person):
        make_person(coordinator, supervisor=person)
        return person

    def closed(person):
        roster.deactivate(person, by=None)
        return person

    def superuser(person):
        Person.objects.filter(pk=person.pk).update(is_superuser=True)
        return person

    def left(person, what=cohort):
        roster.leave(person, what, by=None)
        return person

    def timed(person, **when):
        Membership.objects.filter(person=person).update(**when)
        roster.keep_in_step([person.pk])
        return person

    def dismissed(person, kind):
        roster.dismiss(person, kind, by=None)
        return person

    now = timezone.now()
    facilitates = enrolled(make_person(facilitator), member.FACILITATOR)
    mentor_of_another = enrolled(graduated(make_person(coordinator), other_cohort), member.MENTOR)
    return {
        "visitor": None,
        "closed account": closed(enrolled(make_person(coordinator))),
        "closed account of a facilitator": closed(
            enrolled(make_person(facilitator), member.FACILITATOR)
        ),
        "member without a role": make_person(),
        "coordinator of no cohort": make_person(coordinator),
        "participant": enrolled(make_person(coordinator)),
        "participant without a site": enrolled(make_person()),
        "participant whose time is up": timed(
            enrolled(make_person(coordinator)), ends_at=now - timedelta(seconds=1)
        ),
        "participant whose time has not begun": timed(
            enrolled(make_person(coordinator)), starts_at=now + timedelta(days=1)
        ),
        "former participant": left(enrolled(make_person(coordinator))),
        "graduate who coordinates": graduated(make_person(coordinator)),
        "graduate who moved on": graduated(make_person()),
        "mentor": enrolled(graduated(make_person(coordinator)), member.MENTOR),
        "mentor who left their own cohort": left(mentor_of_another, other_cohort),
        "facilitator of the cohort": facilitates,
        "facilitator of no cohort": make_person(facilitator),
        "facilitator who coordinates": make_person(facilitator, coordinator),
        "facilitator who takes part": enrolled(make_person(facilitator)),
        "facilitator who graduated": graduated(make_person(facilitator)),
        "facilitator dismissed": dismissed(
            enrolled(make_person(facilitator), member.FACILITATOR), facilitator
        ),
        "director": make_person(director),
        "director who takes part": enrolled(make_person(director)),
        "director who graduated": graduated(make_person(director)),
        "director who facilitates the cohort": enrolled(
            make_person(facilitator, director), member.FACILITATOR
        ),
        "director dismissed, participant": dismissed(enrolled(make_person(director)), director),
        "supervisor": supervising(make_person()),
        "supervisor who takes part": supervising(enrolled(make_person())),
        "supervisor who facilitates the cohort": supervising(
            enrolled(make_person(facilitator), member.FACILITATOR)
        ),
        "expert": make_person(Role.Kind.EXPERT),
        "editor": make_person(Role.Kind.EDITOR),
        "editor who directs": make_person(Role.Kind.EDITOR, director),
        "steward": make_person(Role.Kind.STEWARD),
        "steward who takes part": enrolled(make_person(Role.Kind.STEWARD)),
        "superuser": superuser(make_person()),
        "superuser who directs and takes part": superuser(enrolled(make_person(director))),
    }


@pytest.fixture
def spaces(audiences, cohort, other_cohort):
    """The audiences of `SPACES`, by its words."""
    own, other = (roster.open_audience(K.COHORT, found) for found in (cohort, other_cohort))
    known = audiences | {"own": own, "other": other, K.PUBLIC: PUBLIC}
    return {word: known[found] for word, found in SPACES.items()}


def standings(people):
    found = access.standings_of(person.pk for person in people.values() if person)
    return {
        name: found.get(person.pk, access.VISITOR) if person else access.VISITOR
        for name, person in people.items()
    }


def test_each_person_may_do_in_each_space_what_the_table_says(people, spaces):
    columns, rows = table("What one person may do in a space")
    assert columns == list(spaces)
    expected = {name: dict(zip(columns, cells, strict=True)) for name, *cells in rows}

    answers = {
        name: {word: most(audience, standing) for word, audience in spaces.items()}
        for name, standing in standings(people).items()
    }

    assert answers == expected


def test_each_person_may_do_to_others_what_the_table_says(people, cohort, other_cohort):
    columns, rows = table("What one person may do to others")
    role, member = Role.Kind, Membership.Kind
    ordinary = (role.COORDINATOR, role.DIRECTOR, role.EXPERT, role.EDITOR)
    taking_part = (member.PARTICIPANT, member.GRADUATE, member.MENTOR)
    assert set(ordinary) | {role.FACILITATOR, role.STEWARD} == set(role)

    def one_answer(answers):
        (answer,) = set(answers)
        return "yes" if answer else "no"

    def answers(standing):
        may_enrol, may_appoint = access.may_enrol, access.may_appoint
        return [
            one_answer([access.may_keep_roster(standing)]),
            one_answer(may_appoint(standing, kind) for kind in ordinary),
            one_answer(may_appoint(standing, kind) for kind in (role.FACILITATOR, role.STEWARD)),
            one_answer(may_enrol(standing, cohort.pk, kind) for kind in taking_part),
            one_answer(may_enrol(standing, other_cohort.pk, kind) for kind in taking_part),
            one_answer([may_enrol(standing, cohort.pk, member.FACILITATOR)]),
            one_answer([may_enrol(standing, other_cohort.pk, member.FACILITATOR)]),
            one_answer([access.may_edit_pages(standing)]),
        ]

    found = standings(people)

    assert {name: answers(found[name]) for name, *_cells in rows} == {
        name: cells for name, *cells in rows
    }
    assert len(columns) == len(rows[0]) - 1


def test_each_person_may_do_for_the_house_what_the_table_says(people, spaces):
    columns, rows = table("What one person may do for the house")
    coordinators, own, other = (
        spaces[word] for word in ("coordinators", "their cohort", "another cohort")
    )

    def answers(standing):
        places, agreements = access.may_set_up_places, access.may_set_agreements
        assert places(standing) == agreements(standing)
        said = [
            access.may_review(standing),
            access.may_run(standing, own.cohort_id),
            places(standing),
            access.may_open_space(coordinators, standing),
            access.may_open_space(own, standing),
            access.may_break_glass(standing),
            access.may_ask_who_sees(standing),
            access.may_know_who(own, standing),
            access.may_know_who(other, standing),
            access.may_reset_second_factor(standing),
            access.may_know_who_comes(standing),
        ]
        return ["yes" if answer else "no" for answer in said]

    found = standings(people)

    assert {name for name, *_cells in rows} == set(people)
    assert {name: answers(found[name]) for name, *_cells in rows} == {
        name: cells for name, *cells in rows
    }
    assert len(columns) == len(rows[0]) - 1


def test_groups_admissions_and_open_spaces_are_what_the_table_says(people, spaces, make_space):
    columns, rows = table("What one person may do in a space")
    audiences = {word: found for word, found in spaces.items() if word != "public"}
    for audience in audiences.values():
        make_space(audience.kind, audience.cohort)
    for name, *cells in rows:
        if people[name] is None:
            continue
        person = Person.objects.get(pk=people[name].pk)
        expected = {
            audiences[word].pk
            for word, cell in zip(columns, cells, strict=True)
            if word != "public" and cell != "nothing"
        }

        admitted = set(person.admissions.values_list("audience_id", flat=True))
        groups = set(person.groups.exclude(audience=None).values_list("audience", flat=True))
        opened = set(Space.objects.open_to(person).values_list("audience_id", flat=True))
        assert admitted == groups == opened == expected, name


# --- Whoever is several things --------------------------------------------------------------------

HERE, ELSEWHERE = 1, 2
MEMBERSHIPS = {
    "participant": Membership.Kind.PARTICIPANT,
    "graduate": Membership.Kind.GRADUATE,
    "mentor": Membership.Kind.MENTOR,
    "assigned": Membership.Kind.FACILITATOR,
}
FACTS = (
    *(str(kind.value) for kind in Role.Kind),
    *(f"{word} here" for word in MEMBERSHIPS),
    *(f"{word} elsewhere" for word in MEMBERSHIPS),
    "supervisor",
    "closed account",
)


def standing_with(facts):
    cohorts = {
        kind: frozenset(
            key
            for place, key in (("here", HERE), ("elsewhere", ELSEWHERE))
            if f"{word} {place}" in facts
        )
        for word, kind in MEMBERSHIPS.items()
    }
    return access.Standing(
        person_id=1,
        active="closed account" not in facts,
        roles=frozenset(kind for kind in Role.Kind if kind.value in facts),
        supervises="supervisor" in facts,
        cohorts=cohorts,
    )


def every_combination():
    for bits in range(2 ** len(FACTS)):
        yield frozenset(fact for index, fact in enumerate(FACTS) if bits >> index & 1)


def rules():
    """`{kind: [(facts, answer), …]}` in the order of the table."""
    _columns, rows = table("Who is several things at once")
    named = {"all members": K.MEMBERS, **{kind.value: kind for kind in K}}
    ordered = {kind: [] for kind in K if kind != K.PUBLIC}
    for where, who, answer in rows:
        facts = frozenset() if who == "anybody" else frozenset(who.split(", "))
        assert facts <= set(FACTS), who
        for kind in ordered if where == "any" else [named[word] for word in where.split(", ")]:
            ordered[kind].append((facts, answer))
    return ordered


def audience_of(kind):
    return Audience(kind=kind, cohort_id=HERE if kind == K.COHORT else None)


def test_every_combination_of_what_one_can_be_gets_the_answer_of_the_first_rule_that_fits():
    asked = [(audience_of(kind), ordered) for kind, ordered in rules().items()]

    for facts in every_combination():
        standing = standing_with(facts)
        for audience, ordered in asked:
            expected = next((answer for needed, answer in ordered if needed <= facts), "nothing")
            assert most(audience, standing) == expected, (audience.kind, sorted(facts))


def test_the_wall_beats_every_grant():
    """What the safe space promises of them all, said once more without the table."""
    walled = [audience_of(kind) for kind in (K.COHORT, K.COORDINATORS, K.GRADUATES)]
    others = [audience_of(kind) for kind in K if kind != K.PUBLIC]
    for facts in every_combination():
        if not facts & {"director", "supervisor", "closed account"}:
            continue
        standing = standing_with(facts)
        if facts & {"director", "supervisor"}:
            assert not any(access.admits(audience, standing) for audience in walled), facts
            assert not access.may_keep_roster(standing), facts
        if "closed account" in facts:
            assert not any(access.admits(audience, standing) for audience in others), facts


def test_what_serves_the_network_opens_no_space():
    """No rule for whoever is several things names an expert, an editor or a steward: no space is
    theirs as such, and being one takes none away."""
    named = frozenset().union(*(facts for found in rules().values() for facts, _answer in found))

    assert not named & {"expert", "editor", "steward"}


def test_every_question_of_the_policy_is_denied_to_visitors_and_closed_accounts():
    """Also those that nobody has asked yet when this was written."""
    asked = 0
    closed = [standing_with(facts | {"closed account"}) for facts in every_combination()]
    for name, question in inspect.getmembers(access, inspect.isfunction):
        parameters = list(inspect.signature(question).parameters)
        if not name.startswith("may_") or "standing" not in parameters:
            continue
        offered = {
            "audience": [audience_of(kind) for kind in K if kind != K.PUBLIC] + [PUBLIC],
            "audiences": [[audience_of(kind)] for kind in K if kind != K.PUBLIC],
            "breaking": [SimpleNamespace(by_id=2)],  # somebody else's
            "cohort_id": [HERE],
            "director_id": [2],
            "kind": [*Role.Kind, *Membership.Kind],
        }
        unknown = set(parameters) - {"standing"} - set(offered)
        assert not unknown, f"say here what {name} is asked with"
        given = [parameter for parameter in parameters if parameter != "standing"]
        for values in itertools.product(*(offered[parameter] for parameter in given)):
            keywords = dict(zip(given, values, strict=True))
            for standing in (access.VISITOR, *closed[:: 1 + len(closed) // 500]):
                assert not question(standing=standing, **keywords), (name, keywords)
        asked += 1
    assert asked >= 6


# --- The same from the database -------------------------------------------------------------------

TOGETHER = [
    frozenset(facts)
    for size in (1, 2, 3)
    for facts in itertools.combinations([*FACTS, "superuser"], size)
]


@pytest.fixture
def everybody(make_person, cohort, other_cohort, worksite, program):
    """`{person: facts}`: somebody for each one, two and three things that one can be."""
    supervised = make_person(Role.Kind.COORDINATOR)
    made = Person.objects.bulk_create(
        Person(
            email=f"somebody{number}@example.org",
            name="Somebody",
            password="!",
            is_active="closed account" not in facts,
            is_superuser="superuser" in facts,
        )
        for number, facts in enumerate(TOGETHER)
    )
    of = {"here": cohort, "elsewhere": other_cohort}
    roles, memberships = [], []
    for person, facts in zip(made, TOGETHER, strict=True):
        for kind in Role.Kind:
            if kind.value in facts:
                place = {
                    Role.Kind.DIRECTOR: {"program": program},
                    Role.Kind.COORDINATOR: {"worksite": worksite},
                }.get(kind, {})
                roles.append(Role(person=person, kind=kind, **place))
        for (word, kind), where in itertools.product(MEMBERSHIPS.items(), of):
            if f"{word} {where}" in facts:
                memberships.append(Membership(person=person, kind=kind, cohort=of[where]))
        if "supervisor" in facts:
            roles.append(
                Role(
                    person=supervised,
                    kind=Role.Kind.COORDINATOR,
                    worksite=Worksite.objects.create(name=f"W{person.pk}", program=program),
                    supervisor=person,
                )
            )
    Role.objects.bulk_create(roles)
    Membership.objects.bulk_create(memberships)
    roster.advance_epoch()
    roster.keep_in_step([person.pk for person in made])
    return dict(zip([person.pk for person in made], TOGETHER, strict=True))


def test_every_one_two_and_three_things_that_one_can_be_agree_in_the_database(
    everybody, spaces, cohort, make_space
):
    """Policy, groups, admissions and the spaces that open, of each of them, with the rules."""
    places = {
        K.COHORT if word == "their cohort" else audience.kind: make_space(
            audience.kind, audience.cohort
        )
        for word, audience in spaces.items()
        if word not in ("public", "another cohort")
    }
    found = access.standings_of(everybody)
    audience_keys = {space.audience_id for space in places.values()}
    held, grouped = {}, {}
    for space in places.values():
        for pk in space.audience.admissions.values_list("person_id", flat=True):
            held.setdefault(pk, set()).add(space.audience_id)
        for pk in space.audience.group.user_set.values_list("pk", flat=True):
            grouped.setdefault(pk, set()).add(space.audience_id)
    ordered = rules()
    for person in Person.objects.filter(pk__in=everybody):
        facts, standing = everybody[person.pk], found.get(person.pk, access.VISITOR)
        expected = set()
        for kind, space in places.items():
            fitting = (answer for needed, answer in ordered[kind] if needed <= facts)
            answer = next(fitting, "nothing")
            assert most(space.audience, standing) == answer, (kind, sorted(facts))
            expected |= {space.audience_id} if answer != "nothing" else set()
        opened = {space.audience_id for space in Space.objects.open_to(person)} & audience_keys
        listed = Audience.objects.filter(access.admitting(standing), pk__in=audience_keys)

        assert opened == expected, sorted(facts)
        assert set(listed.values_list("pk", flat=True)) == expected, sorted(facts)
        assert held.get(person.pk, set()) == expected, sorted(facts)
        assert grouped.get(person.pk, set()) == expected, sorted(facts)
