from datetime import timedelta

import pytest
from django.test import RequestFactory
from django.utils import timezone

from community import roster
from community.models import Audience, Meeting, Role
from home.context_processors import navigation


@pytest.fixture
def make_date():
    def make(cohort, days, place="The old gym", number=1):
        starts_at = timezone.now() + timedelta(days=days)
        return Meeting.objects.create(
            cohort=cohort,
            year=1,
            number=number,
            starts_at=starts_at,
            ends_at=starts_at + timedelta(hours=4.5),
            place=place,
        )

    return make


def labels(client, address="/"):
    return [link["label"] for link in client.get(address).context["nav"]]


def test_a_visitor_reads_what_this_is_and_how_to_join(client, home, make_resource):
    make_resource("Fresh sheet")

    page = client.get("/").content.decode()

    assert home.headline in page
    assert "How to join" in page
    assert "facilitator" in page
    assert "Hello" not in page
    assert 'rel="canonical"' in page


def test_a_member_sees_what_waits_in_its_order(
    home, signed_in, make_participant, make_space, make_thread, cohort, make_date, make_resource
):
    person, other = make_participant(cohort), make_participant(cohort)
    make_date(cohort, -40, place="A room of last month", number=1)
    make_date(cohort, 9, number=2)
    make_date(cohort, 60, place="A far-off room", number=3)
    space = make_space(Audience.Kind.COHORT, cohort)
    make_thread(space, other, "How?", subject="How do you train new staff?")
    make_resource("Fresh sheet")

    page = signed_in(person).get("/").content.decode()

    order = [
        page.index(words)
        for words in [
            "Your next meeting",
            "The old gym",
            "New in your spaces",
            "How do you train new staff?",
            "Questions you could answer",
            "New in the library",
            "Fresh sheet",
        ]
    ]
    assert order == sorted(order)
    assert "in 9 days" in page
    assert "A room of last month" not in page
    assert "A far-off room" not in page


def test_finished_looks_finished(home, signed_in, make_participant, cohort):
    page = signed_in(make_participant(cohort)).get("/").content.decode()

    assert "No meeting is ahead of you." in page
    assert "Every question has an answer." in page


def test_a_date_is_told_to_its_own_cohort_alone(
    home, signed_in, make_person, make_participant, cohort, other_cohort, make_date
):
    make_date(cohort, 9)
    insider = make_participant(cohort)
    promoted = make_participant(cohort)
    assert "The old gym" in signed_in(promoted).get("/").content.decode()
    roster.appoint(
        promoted, Role.Kind.DIRECTOR, by=None, program=promoted.roles.get().worksite.program
    )

    assert "The old gym" in signed_in(insider).get("/").content.decode()
    for outsider in (make_participant(other_cohort), make_person(), promoted):
        assert "The old gym" not in signed_in(outsider).get("/").content.decode()


def test_a_membership_that_ended_takes_the_date_along(
    home, signed_in, make_participant, cohort, make_date
):
    make_date(cohort, 9)
    person = make_participant(cohort)
    assert "The old gym" in signed_in(person).get("/").content.decode()

    roster.leave(person, cohort, by=None)

    assert "The old gym" not in signed_in(person).get("/").content.decode()


def test_navigation_leads_to_what_the_reader_may_use(client, home, signed_in, make_person):
    assert labels(client) == ["Guide", "Resources", "Meetings"]
    members = ["Guide", "Resources", "Meetings", "Spaces", "People"]
    assert labels(signed_in(make_person())) == members
    (current,) = [
        link["label"] for link in client.get("/resources/").context["nav"] if link["current"]
    ]
    assert current == "Resources"


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        (None, []),
        (Role.Kind.COORDINATOR, []),
        (Role.Kind.DIRECTOR, []),
        (Role.Kind.EDITOR, ["Editing"]),
        (Role.Kind.FACILITATOR, ["Invite"]),
        (Role.Kind.STEWARD, ["Invite"]),
    ],
)
def test_staff_find_their_tools_and_nobody_else_does(home, signed_in, make_person, kind, expected):
    person = make_person(*([kind] if kind else []))

    links = signed_in(person).get("/").context["nav_staff"]

    assert [link["label"] for link in links if link["label"] in {"Editing", "Invite"}] == expected


def test_a_site_without_pages_still_has_a_navigation(db, rf):
    from django.contrib.auth.models import AnonymousUser

    request = rf.get("/")
    request.user = AnonymousUser()

    assert list(navigation(request)["nav"]) == []


def test_navigation_costs_no_query_once_its_signposts_are_kept(
    home, make_person, django_assert_max_num_queries
):
    from wagtail.models import Page

    from community import access

    Page.objects.get(pk=home.pk).url  # noqa: B018 - warms the roots of sites, kept in the cache
    person = make_person(Role.Kind.EDITOR)
    access.standing_of(person)  # every screen of a member has asked for it before
    request = RequestFactory().get("/nowhere/")
    request.user = person

    with django_assert_max_num_queries(0):
        context = navigation(request)
    with django_assert_max_num_queries(3):
        assert len(list(context["nav"])) == 5
    with django_assert_max_num_queries(0):
        assert len(list(navigation(request)["nav"])) == 5
        assert len(list(context["nav_foot"])) == 4
        assert len(list(context["nav_staff"])) == 2


def test_the_home_of_a_member_costs_the_same_however_much_there_is(
    home,
    signed_in,
    make_participant,
    make_space,
    make_thread,
    cohort,
    make_resource,
    django_assert_max_num_queries,
):
    person = make_participant(cohort)
    space = make_space(Audience.Kind.COHORT, cohort)
    for number in range(5):
        make_thread(space, person, "Text", subject=f"Thread {number}")
        make_resource()
    reader = signed_in(person)
    reader.get("/")
    with django_assert_max_num_queries(1000) as with_few:
        reader.get("/")
    few = len(with_few)
    for number in range(15):
        make_thread(space, person, "Text", subject=f"More {number}")
        make_resource()
    reader.get("/")  # the signposts are kept again: publishing forgot them

    with django_assert_max_num_queries(few):
        reader.get("/")
