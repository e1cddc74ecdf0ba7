"""The makers: what most tests arrange with. Each is a function that writes through the verbs."""

import itertools
import os
from collections import Counter

import pytest
from django.core.cache import cache
from django.db import connections

from community import roster
from community.cohorts import agreeing
from community.models import (
    Audience,
    Cohort,
    Epoch,
    Membership,
    Program,
    Region,
    Role,
    Worksite,
)
from forum import posting
from forum.reading import visits
from forum.spaces import keeping

PASSWORD = "three unrelated words"
_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix, tmp_path_factory):
    """SQLite in a file, as it is used: in memory, threads share one lock and never wait for it."""
    settings_dict = connections["default"].settings_dict
    if settings_dict["ENGINE"].endswith("sqlite3"):
        # With pytest --reuse-db a file of a name of one's own saves the migrations; each of several
        # workers has its own.
        kept = os.environ.get("TEST_DATABASE")
        worker = os.environ.get("PYTEST_XDIST_WORKER", "")
        settings_dict["TEST"]["NAME"] = (
            f"{kept}{worker}" if kept else str(tmp_path_factory.mktemp("database") / "test.sqlite3")
        )


@pytest.fixture(autouse=True)
def uploads(settings, tmp_path):
    """What a test uploads goes with it."""
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.UPLOADS_ROOT = tmp_path / "uploads"
    settings.TAKEOUTS_ROOT = tmp_path / "takeouts"


@pytest.fixture(autouse=True)
def nothing_kept(monkeypatch):
    """What one test left in the cache, or counted and did not write, is no other's."""
    cache.clear()
    monkeypatch.setattr(visits, "_counted", Counter())


@pytest.fixture
def epoch_row(db):
    """Always there, but a test with transactions of its own leaves every table empty."""
    Epoch.objects.get_or_create(pk=1)


@pytest.fixture
def region(epoch_row):
    return Region.objects.get_or_create(name="North")[0]


@pytest.fixture
def program(region):
    return Program.objects.get_or_create(name="Pinecone", defaults={"region": region})[0]


@pytest.fixture
def worksite(program):
    return Worksite.objects.get_or_create(name="Maple Yard", program=program)[0]


@pytest.fixture
def cohort(region):
    made = Cohort.objects.create(name="North 2026", region=region, year=2026)
    roster.open_audience(Audience.Kind.COHORT, made)
    return made


@pytest.fixture
def other_cohort(region):
    made = Cohort.objects.create(name="South 2026", region=region, year=2026)
    roster.open_audience(Audience.Kind.COHORT, made)
    return made


@pytest.fixture
def audiences(epoch_row):
    """`{kind: Audience}` for every kind that is not a cohort's."""
    return {
        kind: roster.open_audience(kind)
        for kind in Audience.Kind
        if kind not in (Audience.Kind.PUBLIC, Audience.Kind.COHORT)
    }


@pytest.fixture
def make_person(audiences):
    """A person with roles; `coordinator` and `director` get a site and a program by themselves."""

    def make(*kinds, name=None, password=None, **roles):
        number = next(_numbers)
        person = roster.register(
            f"person{number}@example.org", name or f"Person {number}", password
        )
        for kind in kinds:
            appoint(person, kind, **roles)
        return person

    def appoint(person, kind, *, worksite=None, program=None, supervisor=None):
        region = Region.objects.get_or_create(name="North")[0]
        if kind == Role.Kind.DIRECTOR or kind == Role.Kind.COORDINATOR:
            program = (
                program
                or Program.objects.get_or_create(name="Pinecone", defaults={"region": region})[0]
            )
        if kind == Role.Kind.COORDINATOR:
            worksite = (
                worksite or Worksite.objects.get_or_create(name="Maple Yard", program=program)[0]
            )
        roster.appoint(
            person,
            kind,
            by=None,
            worksite=worksite if kind == Role.Kind.COORDINATOR else None,
            program=program if kind == Role.Kind.DIRECTOR else None,
            supervisor=supervisor,
        )

    make.appoint = appoint
    return make


def agree(person):
    """Agreed to what holds, where anything does: so that they may post in their cohort's space."""
    held = agreeing.current()
    if held:
        agreeing.accept(held.pk, by=person)
    return person


@pytest.fixture
def make_participant(make_person):
    def make(cohort, **facts):
        person = make_person(Role.Kind.COORDINATOR, **facts)
        roster.enrol(person, cohort, by=None)
        return agree(person)

    return make


@pytest.fixture
def make_facilitator(make_person):
    def make(*cohorts, **facts):
        person = make_person(Role.Kind.FACILITATOR, **facts)
        for cohort in cohorts:
            roster.enrol(person, cohort, by=None, kind=Membership.Kind.FACILITATOR)
        return agree(person)

    return make


@pytest.fixture
def make_graduate(make_person):
    def make(cohort, coordinates=True, **facts):
        person = make_person(*([Role.Kind.COORDINATOR] if coordinates else []), **facts)
        roster.graduate(person, cohort, by=None)
        return agree(person)

    return make


@pytest.fixture
def make_space(audiences):
    def make(kind, cohort=None, name=None, parent=None):
        return keeping.open_space(
            roster.open_audience(kind, cohort),
            by=None,
            name=name or f"Space {next(_numbers)}",
            purpose="To talk.",
            parent=parent,
        )

    return make


@pytest.fixture
def make_thread():
    """A thread with an opening post and as many replies as there are further texts."""

    def make(space, by, *texts, subject="A thread"):
        first = posting.start(space, by=by, subject=subject, content=(texts or ("Hello",))[0])
        for text in texts[1:]:
            posting.reply(first.topic, by=by, content=text)
        first.topic.refresh_from_db()
        return first.topic

    return make


@pytest.fixture
def signed_in(client):
    """A client of its own for each person."""

    def sign_in(person):
        signed = type(client)()
        signed.force_login(person)
        return signed

    return sign_in
