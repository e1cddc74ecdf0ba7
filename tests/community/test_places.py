"""Regions, programs, sites and cohorts: set up by whoever keeps the roster."""

import pytest

from community import places, roster
from community.models import Audience, Cohort, Program, Region, Role, RosterEntry, Worksite


@pytest.fixture
def keeper(make_facilitator):
    return make_facilitator()


def test_each_kind_is_added_listed_and_named_anew(keeper, signed_in):
    client = signed_in(keeper)
    client.post("/people/places/regions/new/", {"name": "  East   Bay "})
    region = Region.objects.get(name="East Bay")
    client.post("/people/places/programs/new/", {"name": "Kite Kids", "region": region.pk})
    program = Program.objects.get(name="Kite Kids")
    client.post("/people/places/sites/new/", {"name": "Kite School", "program": program.pk})
    client.post(
        "/people/places/cohorts/new/", {"name": "East 2027", "region": region.pk, "year": 2027}
    )
    cohort = Cohort.objects.get(name="East 2027")

    assert Audience.objects.get(cohort=cohort).kind == Audience.Kind.COHORT
    assert Worksite.objects.get(name="Kite School").program == program
    assert "East 2027" in client.get("/people/places/cohorts/").content.decode()
    client.post(f"/people/places/regions/{region.pk}/", {"name": "East"})
    assert Region.objects.get(pk=region.pk).name == "East"
    verbs = RosterEntry.objects.filter(by=keeper).values_list("verb", flat=True)
    assert sorted(verbs) == ["add_place"] * 4 + ["change_place"]


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("regions", {"name": "north"}), ("regions", {"name": ""}), ("regions", {"name": "\x00"}),
        ("regions", {"name": "x" * 81}), ("programs", {"name": "New"}),
        ("programs", {"name": "New", "region": "9" * 40}), ("sites", {"name": "Maple Yard"}),
        ("cohorts", {"name": "New", "year": "9" * 30}), ("cohorts", {"name": "New", "year": "26"}),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_beside_its_field(keeper, worksite, signed_in, kind, body):
    counts = [model.objects.count() for model in (Region, Program, Worksite, Cohort)]

    answer = signed_in(keeper).post(f"/people/places/{kind}/new/", body)

    assert answer.status_code == 422
    assert counts == [model.objects.count() for model in (Region, Program, Worksite, Cohort)]


def test_a_site_of_the_same_name_in_the_same_program_is_refused(keeper, worksite, signed_in):
    body = {"name": worksite.name, "program": worksite.program_id}

    assert signed_in(keeper).post("/people/places/sites/new/", body).status_code == 422
    with pytest.raises(roster.Refused):
        places.add(Worksite, by=keeper, name=worksite.name, program=worksite.program)


def test_only_who_keeps_the_roster_sets_up_places(make_person, region, signed_in):
    for person in (make_person(), make_person(Role.Kind.DIRECTOR), make_person(Role.Kind.EDITOR)):
        for path in ("regions/", "regions/new/", f"regions/{region.pk}/", "planets/"):
            assert signed_in(person).get(f"/people/places/{path}").status_code == 404
        with pytest.raises(roster.Refused):
            places.add(Region, by=person, name="Nowhere")


def test_the_list_takes_the_same_queries_with_five_hundred_cohorts(
    keeper, region, signed_in, django_assert_max_num_queries
):
    Cohort.objects.bulk_create(
        [Cohort(name=f"Many {n}", region=region, year=2026) for n in range(500)]
    )
    client = signed_in(keeper)
    client.get("/people/places/cohorts/")

    with django_assert_max_num_queries(6):
        page = client.get("/people/places/cohorts/")

    assert "?page=2" in page.content.decode()
    assert client.get("/people/places/planets/").status_code == 404
    assert client.get("/people/places/cohorts/987654/").status_code == 404
