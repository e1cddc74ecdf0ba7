"""Who is here: for members, found by what each tells them."""

import pytest

from community import profiles, roster
from community.directory.models import Card, Circle
from community.models import Membership, Person, Program, Region, Role, Worksite


@pytest.fixture
def people(make_person, make_participant, make_facilitator, make_graduate, cohort, other_cohort):
    south = Region.objects.create(name="South")
    program = Program.objects.create(name="Harbor", region=south)
    site = Worksite.objects.create(name="Anchor Street", program=program)
    sam = make_person(Role.Kind.COORDINATOR, name="Sam South", worksite=site)
    roster.enrol(sam, other_cohort, by=None)
    return {
        "maya": make_participant(cohort, name="Maya Member"),
        "sam": sam,
        "tomas": make_graduate(cohort, name="Tomas Graduate"),
        "fern": make_facilitator(cohort, name="Fern Facilitator"),
        "dana": make_person(Role.Kind.DIRECTOR, name="Dana Director"),
    }


@pytest.fixture
def found_by(people, signed_in):
    """The names on the page that somebody gets."""

    def find(who, query=""):
        answer = signed_in(people[who]).get(f"/people/{query}")
        assert answer.status_code == 200
        page = answer.content.decode().split("<main")[1].split("</form>")[1]
        return {key for key, person in people.items() if f">{person.name}</a>" in page}

    return find


def test_every_member_finds_every_member(people, found_by):
    for who in people:
        assert found_by(who) == set(people)


def test_a_visitor_is_sent_to_sign_in(client, people):
    for address in ("/people/", "/people/?q=maya", "/me/photo/"):
        answer = client.get(address)
        assert answer.status_code == 302
        assert answer.headers["Location"].startswith("/accounts/login/")


def test_people_are_found_by_name_region_and_role(people, found_by):
    south = Region.objects.get(name="South").pk

    assert found_by("maya", "?q=sam") == {"sam"}
    assert found_by("maya", f"?region={south}") == {"sam"}
    assert found_by("maya", "?role=director") == {"dana"}
    assert found_by("maya", "?role=graduate") == {"tomas"}
    assert found_by("maya", "?role=coordinator&q=to") == {"tomas"}
    assert found_by("maya", "?q=nobody at all") == set()


def test_only_a_cohort_that_is_ones_own_is_asked_for(people, found_by, signed_in, cohort):
    assert found_by("maya", f"?cohort={cohort.pk}") == {"maya", "tomas", "fern"}
    for outsider in ("sam", "dana"):
        answer = signed_in(people[outsider]).get(f"/people/?cohort={cohort.pk}")
        assert cohort.name not in answer.content.decode()
    assert found_by("dana", f"?cohort={cohort.pk}") == set(people)  # not asked at all
    assert signed_in(people["sam"]).get(f"/people/?cohort={cohort.pk}").status_code == 422


def test_a_director_who_takes_part_asks_for_no_cohort(people, found_by, signed_in, cohort, program):
    assert "maya" in found_by("maya", f"?cohort={cohort.pk}")

    roster.appoint(people["maya"], Role.Kind.DIRECTOR, by=None, program=program)

    assert Membership.objects.current().filter(person=people["maya"]).exists()
    page = signed_in(people["maya"]).get("/people/").content.decode()
    assert cohort.name not in page


def test_whoever_left_is_not_there(people, found_by):
    roster.deactivate(people["sam"], by=None)

    assert found_by("maya") == set(people) - {"sam"}


def test_nothing_found_says_what_to_do(people, signed_in):
    page = signed_in(people["maya"]).get("/people/?offers=zzz").content.decode()

    assert "Nobody here matches that" in page
    assert 'href="/people/"' in page


@pytest.mark.parametrize(
    "query", ["?q=%00", "?role=emperor", "?region=x", "?region=999999", "?q=" + "x" * 5000]
)
def test_hostile_filters_find_nobody_and_break_nothing(people, signed_in, query):
    answer = signed_in(people["maya"]).get(f"/people/{query}")

    assert answer.status_code == 422
    assert "Sam South" not in answer.content.decode()


def test_page_links_carry_the_filters(people, signed_in, make_person):
    for _number in range(30):
        make_person(Role.Kind.EXPERT)
    client = signed_in(people["maya"])

    page = client.get("/people/?role=expert").content.decode()
    assert "?role=expert&amp;page=2" in page
    assert client.get("/people/?role=expert&page=2").status_code == 200
    assert client.get("/people/?page=zebra").status_code == 200


def test_ten_thousand_people_cost_no_more_queries(people, signed_in, django_assert_num_queries):
    client = signed_in(people["maya"])
    client.get("/people/")
    with django_assert_num_queries(7):
        client.get("/people/")

    made = Person.objects.bulk_create(
        Person(email=f"many{number}@example.org", name=f"Many {number:05}", password="!")
        for number in range(10_000)
    )
    Card.objects.bulk_create(
        Card(person=person, offers="Rope games", offers_for=Circle.COHORTS) for person in made
    )
    client.get("/people/")

    with django_assert_num_queries(7):
        client.get("/people/")
    with django_assert_num_queries(8):  # and one that introduces people who were not met before
        assert "Nobody here matches that" not in client.get("/people/?q=many").content.decode()
    assert "Nobody here matches that" in client.get("/people/?offers=rope").content.decode()


def test_a_profile_costs_no_more_with_a_card(people, signed_in, django_assert_num_queries):
    client, sam = signed_in(people["maya"]), people["sam"]
    client.get(f"/people/{sam.pk}/")
    with django_assert_num_queries(5):
        client.get(f"/people/{sam.pk}/")

    profiles.change(sam, by=sam, name=sam.name, pronouns="", about="x", offers="y", phone="z")
    client.get(f"/people/{sam.pk}/")

    with django_assert_num_queries(5):
        client.get(f"/people/{sam.pk}/")
