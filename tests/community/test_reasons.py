"""Who can see this, and why: a reason exactly where the policy lets somebody in."""

import itertools
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from wagtail.models import Page, PageViewRestriction

from community import access, reasons, roster
from community.access import Standing
from community.models import Admission, Audience, Membership, Person, Role
from forum.glass import breaking
from home.models import TextPage
from home.setup import prepare_site

Kind = Audience.Kind


def every_audience(cohort, other):
    plain = [Audience(kind=kind) for kind in Kind if kind != Kind.COHORT]
    return [*plain, *(Audience(kind=Kind.COHORT, cohort=each) for each in (cohort, other))]


def names(key):
    return key and f"cohort {key}"


def test_there_is_a_reason_exactly_where_there_is_a_way_in(cohort, other_cohort):
    """Every set of at most three facts about a person, against every audience."""
    facts = [
        *(("role", kind) for kind in Role.Kind),
        *((kind, each.pk) for kind in Membership.Kind for each in (cohort, other_cohort)),
        ("supervises", True),
    ]
    tried = 0
    for count in range(4):
        for chosen in itertools.combinations(facts, count):
            cohorts = {}
            for kind, key in chosen:
                if kind in set(Membership.Kind):
                    cohorts.setdefault(kind, set()).add(key)
            for active in (True, False):
                standing = Standing(
                    person_id=1,
                    active=active,
                    roles=frozenset(value for kind, value in chosen if kind == "role"),
                    supervises=("supervises", True) in chosen,
                    cohorts={kind: frozenset(keys) for kind, keys in cohorts.items()},
                )
                for audience in every_audience(cohort, other_cohort):
                    admitted = access.admits(audience, standing)
                    because = reasons.why([[audience]], standing, names)
                    against = reasons.why_not([[audience]], standing)
                    assert bool(because) is admitted, (standing, audience)
                    assert bool(against) is not admitted, (standing, audience)
                    tried += 1
    assert tried > 5000


def test_whoever_must_pass_two_walls_has_a_reason_only_past_both(make_graduate, cohort):
    person = make_graduate(cohort)
    graduate, known = access.standing_of(person), reasons.Names(person)
    graduates, leaders = Audience(kind=Kind.GRADUATES), Audience(kind=Kind.LEADERS)
    in_cohort = Audience(kind=Kind.COHORT, cohort=cohort)

    assert reasons.why([[graduates], [in_cohort]], graduate, known) == ("graduate of North 2026",)
    assert reasons.why([[graduates], [leaders]], graduate, known) == ()
    assert reasons.why([[graduates, leaders]], graduate, known)


@pytest.fixture
def house(
    make_space, make_person, make_participant, make_facilitator, make_graduate, cohort, other_cohort
):
    return {
        "space": make_space(Kind.COHORT, cohort, name="Zebrafinch room"),
        "facilitator": make_facilitator(cohort, name="Fern Facilitator"),
        "participant": make_participant(cohort, name="Maya Member"),
        "graduate": make_graduate(cohort, name="Tomas Graduate"),
        "stranger": make_participant(other_cohort, name="Sam Stranger"),
        "director": make_person(Role.Kind.DIRECTOR, name="Dana Director"),
        "editor": make_person(Role.Kind.EDITOR, name="Edda Editor"),
        "steward": make_person(Role.Kind.STEWARD, name="Stella Steward"),
    }


@pytest.fixture
def as_(house):
    def sign_in(who):
        client = Client()
        client.force_login(house[who])
        return client

    return sign_in


def text(answer):
    return " ".join(answer.content.decode().split())


def test_a_space_names_its_readers_with_the_reason(house, as_):
    address = f"/who-can-see/spaces/{house['space'].pk}/"

    for asker in ("facilitator", "steward"):
        page = text(as_(asker).get(address))
        assert "because: graduate of North 2026" in page
        assert "because: participant of North 2026" in page
        assert "because: facilitator of North 2026" in page
        assert "Sam Stranger" not in page
        assert "Dana Director" not in page
    for outsider in ("participant", "graduate", "stranger", "director", "editor"):
        assert as_(outsider).get(address).status_code == 404


def test_whoever_looks_in_is_named_until_when(house, as_):
    address = f"/who-can-see/spaces/{house['space'].pk}/"
    assert "breaking the glass" not in text(as_("facilitator").get(address))

    breaking.break_glass(house["space"], by=house["steward"], reason="x", told="x")

    assert "because: breaking the glass until" in text(as_("facilitator").get(address))
    assert "breaking the glass until" in text(
        as_("facilitator").get(f"/who-can-see/people/{house['steward'].pk}/")
    )


def test_a_steward_behind_the_wall_is_told_of_no_walled_space(house, as_, program):
    address = f"/who-can-see/spaces/{house['space'].pk}/"
    client = as_("steward")
    assert client.get(address).status_code == 200

    roster.appoint(house["steward"], Role.Kind.DIRECTOR, by=None, program=program)

    assert client.get(address).status_code == 404
    page = text(client.get(f"/who-can-see/people/{house['participant'].pk}/"))
    assert "North 2026" not in page
    assert "Zebrafinch" not in page


def test_a_list_is_searched_by_name(house, as_):
    address = f"/who-can-see/spaces/{house['space'].pk}/?q="
    client = as_("facilitator")

    assert "Tomas Graduate" in text(client.get(address + "tomas"))
    assert "Maya Member" not in text(client.get(address + "tomas"))
    assert "Nobody of this name can see it" in text(client.get(address + "dana"))
    assert client.get(address + "%00").status_code == 422
    assert client.get(address + "x" * 5000).status_code == 422
    assert client.get(f"{address}&page=99999999999").status_code == 200


def test_what_a_person_can_see_and_why_not(house, as_):
    client = as_("facilitator")

    page = text(client.get(f"/who-can-see/people/{house['graduate'].pk}/"))
    assert "because: graduate of North 2026" in page
    assert "It is for: facilitators." in page
    walled = text(client.get(f"/who-can-see/people/{house['director'].pk}/"))
    assert "They direct a program, and the wall stands between." in walled
    assert "Zebrafinch room" in walled


def test_what_is_closed_to_the_asker_is_not_listed(house, as_, make_facilitator, other_cohort):
    house["elsewhere"] = make_facilitator(other_cohort)

    for asker in ("elsewhere", "editor"):
        page = text(as_(asker).get(f"/who-can-see/people/{house['participant'].pk}/"))
        assert "Zebrafinch room" not in page
        assert "North 2026" not in page


@pytest.fixture
def page_of_cohort(house, cohort):
    call_command("prepare_site", verbosity=0)
    page = Page.objects.get(slug="home").specific.add_child(
        instance=TextPage(title="Ptarmigan page", slug="ptarmigan-page")
    )
    restriction = PageViewRestriction.objects.create(page=page, restriction_type="groups")
    restriction.groups.add(roster.open_audience(Kind.COHORT, cohort).group)
    return page


def test_a_page_names_its_readers_to_whom_they_are_known(house, as_, page_of_cohort):
    address = f"/who-can-see/pages/{page_of_cohort.pk}/"

    assert "because: graduate of North 2026" in text(as_("facilitator").get(address))
    editor = text(as_("editor").get(address))
    assert "participants, graduates, mentors and facilitators of North 2026" in editor
    assert "2 people of this cohort and 1 facilitator can read this." in editor
    assert "Maya Member" not in editor
    assert as_("steward").get(address).status_code == 404
    public = Page.objects.get(slug="home").pk
    assert "Everybody can read this" in text(as_("editor").get(f"/who-can-see/pages/{public}/"))


def test_an_editor_finds_the_question_on_the_screen_of_a_page(house, as_, page_of_cohort):
    screen = as_("editor").get(f"/cms/pages/{page_of_cohort.pk}/edit/").content.decode()

    assert f"/who-can-see/pages/{page_of_cohort.pk}/" in screen


def test_the_chip_leads_there_for_whoever_may_ask(house, as_):
    link = f"/who-can-see/spaces/{house['space'].pk}/"
    space = f"/spaces/{house['space'].pk}/"

    assert link in text(as_("facilitator").get(space))
    assert link not in text(as_("participant").get(space))


def test_things_are_found_by_name_where_they_are_ones_own(house, as_):
    assert "Zebrafinch room" in text(as_("steward").get("/who-can-see/?q=zebra"))
    assert "Zebrafinch room" in text(as_("facilitator").get("/who-can-see/?q=zebra"))
    assert "Zebrafinch room" not in text(as_("editor").get("/who-can-see/?q=zebra"))
    assert "Maya Member" in text(as_("editor").get("/who-can-see/?q=maya"))
    assert as_("participant").get("/who-can-see/").status_code == 404


def test_of_a_person_pages_and_files_are_told_where_the_asker_may_know(house, as_, cohort):
    home = prepare_site()
    page = home.add_child(instance=TextPage(title="Numbat notes", slug="numbat"))
    page.save_revision().publish()
    PageViewRestriction.objects.create(page=page, restriction_type="groups").groups.add(
        roster.open_audience(Kind.COHORT, cohort).group
    )
    address = f"/who-can-see/people/{house['graduate'].pk}/"

    def section(asker, who="graduate"):
        page = text(as_(asker).get(f"/who-can-see/people/{house[who].pk}/"))
        return page.split('id="material"')[1].split("</section>")[0]

    told = section("facilitator")
    assert "Open to them:</span> " in told.split("Numbat notes")[0]
    assert "because: graduate of North 2026" in told.split("Numbat notes")[1]
    assert "They direct a program" in section("facilitator", "director").split("Numbat notes")[1]
    assert "Files of the collection “Facilitators only”" in told
    assert "Numbat" not in section("editor"), "who is in the cohort is not theirs to know"
    assert as_("participant").get(address).status_code == 404


def test_the_command_says_what_the_screen_says(house):
    def asked(*arguments, asker):
        out = StringIO()
        call_command("who_can_see", *arguments, "--as", house[asker].email, stdout=out)
        return out.getvalue()

    key = str(house["space"].pk)
    told = asked("space", key, asker="steward")
    assert "Tomas Graduate: graduate of North 2026\n" in told
    assert "Dana Director" not in told
    reverse = asked("person", house["director"].email, asker="steward")
    assert "no   space Zebrafinch room: They direct a program" in reverse
    prepare_site()
    reverse = asked("person", house["facilitator"].email, asker="facilitator")
    assert "yes  collection Facilitators only: facilitator" in reverse
    with pytest.raises(CommandError):
        asked("space", key, asker="editor")
    with pytest.raises(CommandError):
        asked("space", key, asker="participant")


def test_what_a_person_can_see_goes_on_over_pages_at_the_same_cost(
    house, as_, audiences, make_space, django_assert_num_queries
):
    home = prepare_site()
    client, address = as_("facilitator"), f"/who-can-see/people/{house['participant'].pk}/"

    def add_page(number):
        page = home.add_child(instance=TextPage(title=f"Wombat {number:03}", slug=f"w-{number}"))
        PageViewRestriction.objects.create(page=page, restriction_type="groups").groups.add(
            audiences[Kind.MEMBERS].group
        )

    add_page(999)
    client.get(address)
    with CaptureQueriesContext(connection) as asked:
        client.get(address)
    few = len(asked)
    for number in range(45):
        make_space(Kind.MEMBERS if number % 2 else Kind.FACILITATORS, name=f"Numbat {number:02}")
        add_page(number)
    client.get(address)

    with django_assert_num_queries(few):
        first = text(client.get(address))
    second = text(client.get(f"{address}?page=2"))

    assert first.index("Numbat 01") < first.index("Numbat 00"), "what is open to them comes first"
    shown = [f"Numbat {number:02}" for number in range(45)]
    assert all((name in first) != (name in second) for name in shown)
    assert "All of them stand on the pages before." in second
    assert text(client.get(f"{address}?page=x")).count("Numbat") == first.count("Numbat")


def test_ten_thousand_people_cost_no_more_queries(
    house, as_, audiences, make_space, django_assert_num_queries
):
    square = make_space(Kind.MEMBERS)
    address = f"/who-can-see/spaces/{square.pk}/"
    client = as_("facilitator")
    client.get(address)
    with django_assert_num_queries(8):
        client.get(address)

    people = Person.objects.bulk_create(
        Person(email=f"many{number}@example.org", name=f"Many {number:05}", password="!")
        for number in range(10_000)
    )
    Admission.objects.bulk_create(
        Admission(audience=audiences[Kind.MEMBERS], person=person) for person in people
    )
    roster.advance_epoch()
    client.get(address)

    with django_assert_num_queries(8):
        assert "10007 people" in text(client.get(address))
    with django_assert_num_queries(9):  # and one that introduces people who were not met before
        client.get(f"{address}?q=Many 07&page=3")
