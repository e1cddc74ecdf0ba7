"""Each field of a profile goes to whom its owner chose, by every way there is to it."""

import itertools

import pytest

from community import profiles, roster
from community.directory.models import Card, Circle
from community.models import Person, Role
from community.roster import Refused

SAID = {
    "languages": "Quechua",
    "offers": "Snack plans",
    "seeks": "Garden tools",
    "email": "reach.me@example.org",
    "phone": "555 0100",
}
# Who sees a field that is told to a circle, written by hand. Nobody behind the wall ever reads what
# is told to cohorts or coordinators, whatever else they are.
SEES = {
    Circle.ME: {"owner"},
    Circle.COHORTS: {"owner", "peer", "graduate", "facilitator"},
    Circle.COORDINATORS: {
        "owner", "peer", "graduate", "facilitator", "coordinator elsewhere",
        "facilitator elsewhere",
    },
    Circle.MEMBERS: {
        "owner", "peer", "graduate", "facilitator", "coordinator elsewhere",
        "facilitator elsewhere", "director", "director who takes part", "supervisor who takes part",
        "editor", "steward", "expert", "superuser",
    },
}  # fmt: skip


@pytest.fixture
def owner(make_participant, cohort):
    return make_participant(cohort, name="Maya Member")


@pytest.fixture
def viewers(
    owner, make_person, make_participant, make_facilitator, make_graduate, cohort, other_cohort
):
    taking_part = make_participant(cohort)
    make_person.appoint(taking_part, Role.Kind.DIRECTOR)
    supervisor = make_participant(cohort)
    make_person(Role.Kind.COORDINATOR, supervisor=supervisor)
    superuser = make_person()
    Person.objects.filter(pk=superuser.pk).update(is_superuser=True)
    return {
        "owner": owner,
        "peer": make_participant(cohort),
        "graduate": make_graduate(cohort),
        "facilitator": make_facilitator(cohort),
        "coordinator elsewhere": make_participant(other_cohort),
        "facilitator elsewhere": make_facilitator(other_cohort),
        "director": make_person(Role.Kind.DIRECTOR),
        "director who takes part": taking_part,
        "supervisor who takes part": supervisor,
        "editor": make_person(Role.Kind.EDITOR),
        "steward": make_person(Role.Kind.STEWARD),
        "expert": make_person(Role.Kind.EXPERT),
        "superuser": superuser,
    }


def tell(person, circle, **said):
    """Say everything, and to this circle."""
    facts = {**SAID, **said}
    circles = {f"{field}_for": circle for field in profiles.FIELDS}
    profiles.change(
        person,
        by=person,
        name=person.name,
        pronouns="she/her",
        about="About the kitchen",
        **facts,
        **circles,
    )


WORDS = {"about": "About the kitchen", "pronouns": "she/her", **SAID}


@pytest.mark.parametrize("circle", Circle)
def test_a_field_reaches_its_circle_and_nobody_else(owner, viewers, circle, signed_in):
    tell(owner, circle)

    for name, viewer in viewers.items():
        shown = profiles.shown(owner, viewer)
        page = signed_in(viewer).get(f"/people/{owner.pk}/").content.decode()
        sees = name in SEES[circle]
        for field, words in WORDS.items():
            assert (getattr(shown, field) == words) is sees, (name, field)
            assert (words in page) is sees, (name, field)


@pytest.mark.parametrize("circle", Circle)
def test_whoever_asks_who_sees_it_is_told_the_circle_of_what_they_see_themselves(
    owner, viewers, circle, signed_in
):
    tell(owner, circle)

    for name in ("facilitator", "facilitator elsewhere", "editor", "steward"):
        page = signed_in(viewers[name]).get(f"/who-can-see/people/{owner.pk}/").content.decode()
        named = page.split('id="seen-by"')[1].split("</section>")[0]
        told = f"<dt>Phone</dt><dd>{profiles.TOLD_TO[circle]}</dd>"
        assert (told in named) is (name in SEES[circle]), name
        assert ("Phone" in named) is (name in SEES[circle]), name
        assert SAID["phone"] not in page


def test_each_field_goes_its_own_way(owner, viewers):
    tell(owner, Circle.ME)
    peer, director = viewers["peer"], viewers["director"]
    for field, circle in itertools.product(WORDS, Circle):
        Card.objects.filter(person=owner).update(**{f"{field}_for": circle})

        shown = profiles.shown(owner, peer)
        assert {name for name in WORDS if getattr(shown, name)} == (
            {field} if circle != Circle.ME else set()
        )
        assert bool(getattr(profiles.shown(owner, director), field)) is (circle == Circle.MEMBERS)
        Card.objects.filter(person=owner).update(**{f"{field}_for": Circle.ME})


@pytest.mark.parametrize("circle", Circle)
@pytest.mark.parametrize("field", ["offers", "seeks"])
def test_no_filter_finds_what_the_viewer_may_not_read(owner, viewers, signed_in, circle, field):
    tell(owner, circle)
    word = SAID[field].split()[0].lower()

    for name, viewer in viewers.items():
        found = signed_in(viewer).get(f"/people/?{field}={word}").content.decode()
        assert (f'href="/people/{owner.pk}/"' in found.split("<main")[1]) is (
            name in SEES[circle]
        ), name


def test_contact_is_closed_until_its_owner_opens_it(owner, viewers):
    profiles.change(
        owner, by=owner, name=owner.name, pronouns="", about="",
        email="reach.me@example.org", phone="555 0100",
    )  # fmt: skip

    for name, viewer in viewers.items():
        shown = profiles.shown(owner, viewer)
        assert (shown.email, shown.phone) == (
            ("reach.me@example.org", "555 0100") if name == "owner" else ("", "")
        ), name


def test_what_was_said_before_there_were_circles_stays_for_all_members(owner, viewers):
    profiles.change(owner, by=owner, name=owner.name, pronouns="she/her", about="Old words")

    assert not Card.objects.exists()
    assert profiles.shown(owner, viewers["director"]).about == "Old words"


def test_whoever_is_promoted_reads_no_further_at_once(owner, viewers, signed_in, program):
    tell(owner, Circle.COHORTS)
    peer = viewers["peer"]
    client = signed_in(peer)
    assert "Quechua" in client.get(f"/people/{owner.pk}/").content.decode()

    roster.appoint(peer, Role.Kind.DIRECTOR, by=None, program=program)

    assert "Quechua" not in client.get(f"/people/{owner.pk}/").content.decode()


def test_whoever_left_the_cohort_reads_no_further(owner, viewers, cohort):
    tell(owner, Circle.COHORTS)
    peer = viewers["peer"]
    assert profiles.shown(owner, peer).languages == "Quechua"

    roster.leave(peer, cohort, by=None)

    assert profiles.shown(owner, peer).languages == ""


def test_whoever_left_the_network_is_told_to_nobody(owner, viewers):
    tell(owner, Circle.MEMBERS)
    roster.deactivate(owner, by=None)

    assert profiles.shown(owner, viewers["peer"]) == profiles.Shown()


# --- The form -------------------------------------------------------------------------------------


FORM = {"name": "Maya Member", "pronouns": "", "about": "", **SAID}


def test_each_field_has_its_circle_beside_it(owner, signed_in):
    client = signed_in(owner)

    saved = client.post("/me/profile/", {**FORM, "phone_for": "cohorts", "offers_for": "me"})

    assert saved.status_code == 302
    card = Card.objects.get()
    assert (card.phone, card.phone_for, card.offers_for) == ("555 0100", "cohorts", "me")
    page = client.get("/me/profile/").content.decode()
    assert '<option value="cohorts" selected>' in page


def test_a_form_that_forgets_a_circle_opens_nothing(owner, signed_in):
    tell(owner, Circle.ME)

    signed_in(owner).post("/me/profile/", FORM)

    card = Card.objects.get()
    assert {getattr(card, f"{field}_for") for field in profiles.FIELDS} == {"me"}


@pytest.mark.parametrize(
    "wrong",
    [
        {"phone_for": "everybody"},
        {"email": "no address"},
        {"phone": "x" * 41},
        {"offers": "\x00"},
        {"languages": "x" * 5000},
    ],
)
def test_what_is_wrong_comes_back_beside_its_field(owner, signed_in, wrong):
    answer = signed_in(owner).post("/me/profile/", {**FORM, **wrong})

    assert answer.status_code == 422
    assert "Snack plans" in answer.content.decode() or "offers" in wrong
    assert not Card.objects.exists()


def test_nobody_writes_the_card_of_another(owner, make_person):
    with pytest.raises(Refused):
        profiles.change(owner, by=make_person(), name="x", pronouns="", about="", phone="1")
    assert not Card.objects.exists()
