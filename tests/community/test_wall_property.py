"""The wall as a property: whatever anybody does with the roster, in whatever order, also what is
refused, and whatever the clock ends meanwhile, nothing walled is reachable by anybody who directs
or supervises, by any way in.

The verbs are enumerated and their arguments found by name, so a verb of tomorrow takes part on the
day it is written; one with an argument that nobody has described here fails the test.

The same sequences each time; `WALL_EXAMPLES=2000` looks further, at others each time.
"""

import inspect
import os
import pkgutil
from datetime import timedelta
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import pytest
import time_machine
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.core.files.base import ContentFile
from django.core.management import call_command
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from wagtail.documents.models import Document
from wagtail.models import Collection, CollectionViewRestriction, Page, PageViewRestriction

import community
from community import access, invitations, roster
from community.models import (
    Admission,
    Audience,
    Cohort,
    Invitation,
    Membership,
    Person,
    Program,
    Region,
    Role,
    Worksite,
)
from forum import threads
from forum.live import seats
from forum.spaces.models import Space
from home.models import TextPage
from home.privacy import ReadablePageQuerySet, admits, admits_to_document, readable_documents

K = Audience.Kind
WALLED = (K.COHORT, K.COORDINATORS, K.GRADUATES)

EXAMPLES = os.environ.get("WALL_EXAMPLES")
DEPTH = settings(
    max_examples=int(EXAMPLES or 14),
    stateful_step_count=24,
    derandomize=not EXAMPLES,
    # A sequence of acts in a database is made shorter by hand sooner than by trying.
    phases=[Phase.generate],
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)


def modules():
    """The roster, the way in, and whatever else announces a change of standing."""
    yield from (roster, invitations)
    for found in pkgutil.walk_packages(community.__path__, "community."):
        source = find_spec(found.name).origin
        if "roster.announce(" in Path(source).read_text():
            yield import_module(found.name)


def is_verb(function):
    """Whatever acts in somebody's name, or in a transaction of its own. What takes any number of
    people is a part that verbs are made of."""
    parameters = inspect.signature(function).parameters.values()
    if any(parameter.kind == parameter.VAR_POSITIONAL for parameter in parameters):
        return False
    in_a_name = any(
        parameter.name == "by" and parameter.kind == parameter.KEYWORD_ONLY
        for parameter in parameters
    )
    return in_a_name or hasattr(function, "__wrapped__") or function is roster.sweep


def verbs():
    """`{name: function}` of all that a view, a command or a task may call to change the roster."""
    return {
        f"{module.__name__.removeprefix('community.')}.{word}": function
        for module in modules()
        for word, function in inspect.getmembers(module, inspect.isfunction)
        if function.__module__ == module.__name__ and not word.startswith("_")
        if is_verb(function)
    }


VERBS = verbs()
OFTEN = ("time", "time", "roster.appoint", "roster.appoint", "roster.enrol", "roster.enrol")


# --- Arguments, by their names ------------------------------------------------------------------


def people(**which):
    return list(Person.objects.filter(**which).order_by("pk").distinct())


def one_of(found):
    """A row, the same one for the same number; None where there are none."""
    return st.integers(0, 59).map(lambda number: found[number % len(found)] if found else None)


def moment():
    return st.sampled_from([1, 20, 50]).map(lambda hours: timezone.now() + timedelta(hours=hours))


KINDS = {"roster.enrol": Membership.Kind, "roster.open_audience": Audience.Kind}


def arguments(name):
    """`{parameter: strategy}` of a verb; KeyError where nobody has said here what goes there."""
    everybody = one_of(people())
    new = st.integers(0, 3).map("new{}@example.org".format)
    # Mostly those who may, so that something happens. The shell acts in nobody's name, but
    # invites nobody.
    keepers = people(roles__kind__in=[Role.Kind.FACILITATOR, Role.Kind.STEWARD])
    shell = [] if name.startswith("invitations.") else [st.none()]
    rows = Invitation.objects.order_by("pk")
    known = {
        "person": lambda: everybody,
        "supervisor": lambda: st.one_of(st.none(), everybody),
        "by": lambda: st.one_of(*shell * 2, *[one_of(keepers)] * 4, everybody),
        "people": lambda: st.lists(everybody, max_size=3),
        **dict.fromkeys(("cohort", "origin", "target"), lambda: one_of(list(Cohort.objects.all()))),
        "kind": lambda: st.sampled_from(list(KINDS.get(name, Role.Kind))),
        "program": lambda: one_of([*Program.objects.all(), None]),
        "worksite": lambda: one_of([*Worksite.objects.all(), None]),
        "ends_at": lambda: st.one_of(st.none(), moment()),
        "email": lambda: st.one_of(new, everybody.map(lambda person: person.email)),
        **dict.fromkeys(("name", "program_name"), lambda: st.just("Somebody")),
        **dict.fromkeys(("verb", "detail"), lambda: st.just("said")),
        "region": lambda: one_of(list(Region.objects.all())),
        "password": st.none,
        "demo": lambda: st.just(value=False),
        "invitation": lambda: one_of(list(rows)),
        "token": lambda: one_of(list(rows.values_list("token", flat=True))),
    }
    taken = inspect.signature(VERBS[name]).parameters
    return {parameter: known[parameter]() for parameter in taken}


def test_every_verb_of_the_roster_can_be_done_here(house_of_walls):
    for name in VERBS:
        assert arguments(name) is not None, name


# --- The house ------------------------------------------------------------------------------------


@pytest.fixture
def house_of_walls(
    make_person,
    make_participant,
    make_facilitator,
    make_graduate,
    make_space,
    make_thread,
    cohort,
    other_cohort,
    worksite,
):
    """Something of each kind for each audience, and people who stand everywhere."""
    call_command("prepare_site", verbosity=0)
    author = make_facilitator(cohort, other_cohort)
    make_participant(cohort)
    make_person(Role.Kind.DIRECTOR)
    make_person(Role.Kind.COORDINATOR, supervisor=make_graduate(cohort))
    make_person(Role.Kind.STEWARD)
    make_graduate(other_cohort)
    home, root = Page.objects.get(slug="home").specific, Collection.get_first_root_node()
    for kind, of in (
        *((kind, None) for kind in K if kind not in (K.PUBLIC, K.COHORT)),
        (K.COHORT, cohort),
        (K.COHORT, other_cohort),
    ):
        audience = roster.open_audience(kind, of)
        make_thread(make_space(kind, of), author)
        page = home.add_child(instance=TextPage(title=f"Page {audience.pk}"))
        restriction = PageViewRestriction.objects.create(page=page, restriction_type="groups")
        restriction.groups.add(audience.group)
        collection = root.add_child(name=f"Files {audience.pk}")
        restriction = CollectionViewRestriction.objects.create(
            collection=collection, restriction_type="groups"
        )
        restriction.groups.add(audience.group)
        Document.objects.create(
            title=f"File {audience.pk}",
            file=ContentFile(b"x", name="x.txt"),
            collection=collection,
        )
    return author


def behind_the_wall(now):
    """Who directs or supervises, read from the rows and not from the policy."""
    current = Role.objects.filter(
        Q(ends_at=None) | Q(ends_at__gt=now), starts_at__lte=now
    ).values_list("kind", "person_id", "supervisor_id")
    return {person for kind, person, _ in current if kind == "director"} | {
        supervisor for _, _, supervisor in current if supervisor
    }


def facts():
    """Everything that anybody's standing rests on."""
    return (
        list(Role.objects.order_by("pk").values_list()),
        list(Membership.objects.order_by("pk").values_list()),
        list(Person.objects.order_by("pk").values_list("pk", "is_active")),
        list(Invitation.objects.order_by("pk").values_list()),
    )


def facts_of(person):
    """What somebody was given: roles and memberships."""
    found = access.standings_of([person.pk]).get(person.pk, access.VISITOR)
    return set(found.roles) | {(kind, key) for kind, keys in found.cohorts.items() for key in keys}


def answers(**which):
    found = access.standings_of(Person.objects.filter(**which).values_list("pk", flat=True))
    audiences = list(Audience.objects.all())
    return {
        (pk, audience.pk)
        for pk, standing in found.items()
        for audience in audiences
        if access.admits(audience, standing)
    }


def answers_of(person):
    return answers(pk=person.pk)


class Seats:
    """A browser's session for each person, as it is looked at while a socket is open."""

    def __init__(self):
        self.of = {}

    def seat(self, person):
        if person.pk not in self.of:
            session = SessionStore()
            session[SESSION_KEY] = str(person.pk)
            session[BACKEND_SESSION_KEY] = "community.accounts.PasswordBackend"
            session[HASH_SESSION_KEY] = person.get_session_auth_hash()
            session.set_expiry(timedelta(days=999))
            session.create()
            self.of[person.pk] = seats.Seat(
                person.pk, session.session_key, session[HASH_SESSION_KEY]
            )
        return self.of[person.pk]


def ways_in(person, walled, step):
    """`{way: whether it gives them anything walled}`, for whoever must find each one closed."""
    groups = Audience.objects.filter(kind__in=WALLED).values("group_id")
    standing = access.standing_of(person)
    files, pages = Document.objects.filter(pk__in=walled["files"]), ReadablePageQuerySet(Page)

    def turn(name):
        # What asks once for each thing is asked about another one each time.
        return list(walled[name].values())[step % len(walled[name])]

    return {
        "spaces": Space.objects.open_to(person).filter(pk__in=walled["spaces"]).exists(),
        "threads": threads.readable_by(person).filter(pk__in=walled["threads"]).exists(),
        "policy": any(
            access.admits(space.audience, standing) for space in walled["spaces"].values()
        ),
        "admissions": Admission.objects.filter(person=person, audience__kind__in=WALLED).exists(),
        "groups": person.groups.filter(pk__in=groups).exists(),
        "a page": admits(turn("pages"), person),
        "pages": pages.readable_by(person).filter(pk__in=walled["pages"]).exists(),
        "a file": admits_to_document(turn("files"), person),
        "files": readable_documents(files, person).exists(),
    }


def everything_walled():
    groups = Audience.objects.filter(kind__in=WALLED).values("group_id")
    found = {
        "spaces": Space.objects.filter(audience__kind__in=WALLED).select_related("audience"),
        "threads": threads.Topic.objects.filter(thread__space__audience__kind__in=WALLED),
        "pages": Page.objects.filter(view_restrictions__groups__in=groups),
        "files": Document.objects.filter(collection__view_restrictions__groups__in=groups),
    }
    return {name: {row.pk: row for row in rows} for name, rows in found.items()}


class Wall(RuleBasedStateMachine):
    reached = 0  # how often somebody in front of the wall got in, over all sequences

    def __init__(self):
        super().__init__()
        self.undone = transaction.atomic()
        self.undone.__enter__()
        self.travel = time_machine.travel(timezone.now(), tick=True)
        self.clock = self.travel.start()
        self.walled, self.seats, self.step = everything_walled(), Seats(), 0
        # Whether groups and admissions follow the clock, and whether anything happened at all.
        self.in_step = self.moved = True

    def teardown(self):
        try:
            roster.sweep()
            self.in_step = self.moved = True
            self.agree()
        finally:
            self.travel.stop()
            transaction.set_rollback(True)
            self.undone.__exit__(None, None, None)

    @rule(name=st.sampled_from([*sorted(VERBS), *OFTEN]), data=st.data())
    def something_happens(self, name, data):
        if name == "time":
            self.clock.shift(timedelta(hours=data.draw(st.sampled_from([1, 30, 60, 24 * 15]))))
            self.in_step, self.moved = False, True
        else:
            self.somebody_acts(name, data)

    def somebody_acts(self, name, data):
        self.moved = False
        given = {parameter: data.draw(found) for parameter, found in arguments(name).items()}
        if "person" in given and given["by"] and data.draw(st.integers(0, 2)) == 0:
            given["person"] = given["by"]
        missing = {"invitation", "token"} & {name for name, value in given.items() if value is None}
        if missing or (name == "roster.open_audience" and given["kind"] == K.PUBLIC):
            return
        if name == "roster.open_audience" and given["kind"] != K.COHORT:
            given["cohort"] = None
        by = given.get("by")
        before = facts(), access.epoch(), answers(), by and (facts_of(by), answers_of(by))
        try:
            with transaction.atomic():
                VERBS[name](**given)
        except roster.Refused:
            assert (facts(), access.epoch()) == before[:2], "what is refused changes nothing"
        else:
            self.moved = True
            self.in_step = self.in_step or name == "roster.sweep"
            if answers() != before[2]:
                assert access.epoch() > before[1], "an answer changed and nobody is told"
        if by is not None:
            gained = answers_of(by) - before[3][1], facts_of(by) - before[3][0]
            assert not any(gained), "nobody gives themselves anything"

    @invariant()
    def nothing_walled_is_reached_from_behind_the_wall(self):
        if not self.moved:
            return
        everybody, behind = people(), behind_the_wall(timezone.now())
        self.step += 1
        topics = list(self.walled["threads"])
        there = [self.seats.seat(found) for found in everybody]
        taken = seats.still_taken(topics[self.step % len(topics)], there)
        seated = {seat.person_id for seat in taken}
        assert not seated & behind
        type(self).reached += len(seated)
        for person in everybody:
            if person.pk in behind:
                found = ways_in(person, self.walled, self.step)
                assert not any(found.values()), found

    @invariant()
    def what_is_kept_is_what_is_true(self):
        """A standing that the process keeps under the epoch is the one that the rows tell."""
        everybody = people()
        true = access.standings_of(person.pk for person in everybody)
        for person in everybody:
            assert access.standing_of(person) == true.get(person.pk, access.VISITOR)

    @invariant()
    def agree(self):
        """Groups and admissions are the policy's answers, once the clock's are swept."""
        if not (self.in_step and self.moved):
            return
        through = Person.groups.through.objects.exclude(group__audience=None)
        admitted = set(Admission.objects.values_list("person_id", "audience_id"))
        grouped = set(through.values_list("person_id", "group__audience"))
        assert admitted == grouped == answers()


def test_whatever_is_done_with_the_roster_nothing_walled_is_reached_from_behind_the_wall(
    house_of_walls,
):
    Wall.reached = 0

    run_state_machine_as_test(Wall, settings=DEPTH)

    assert Wall.reached > 100, "hardly anybody was inside: nothing is proven"
