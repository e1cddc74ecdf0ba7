"""Attendance at the door: whose tick stands, what is kept, and who may."""

from datetime import timedelta

import pytest
from django.utils import timezone

from community import roster
from community.cohorts import attending, scheduling
from community.cohorts.models import Attendance, MakeUp, WalkIn
from community.models import Meeting, Role

HERE, EXCUSED, ABSENT = Attendance.State


@pytest.fixture
def meeting(cohort):
    starts = timezone.now() - timedelta(hours=1)
    return Meeting.objects.create(
        cohort=cohort,
        year=1,
        number=1,
        starts_at=starts,
        ends_at=starts + timedelta(hours=4),
        place="Here",
    )


@pytest.fixture
def door(meeting):
    return f"/cohorts/{meeting.cohort_id}/meetings/{meeting.pk}/"


@pytest.fixture
def people(cohort, make_participant, make_facilitator):
    """`(maya, luis, one facilitator, another)`."""
    return (
        make_participant(cohort, name="Maya M"),
        make_participant(cohort, name="Luis L"),
        make_facilitator(cohort, name="Fern F"),
        make_facilitator(cohort, name="Jo J"),
    )


def states(meeting):
    return dict(Attendance.objects.filter(meeting=meeting).values_list("person__name", "state"))


def test_a_plain_form_saves_what_was_ticked_and_leaves_the_rest(meeting, door, people, signed_in):
    maya, luis, fern, _jo = people
    client = signed_in(fern)

    answer = client.post(f"{door}attendance/", {f"state-{maya.pk}": "here"}, follow=True)
    page = answer.content.decode()

    assert "1 tick saved." in page
    assert 'data-count="here">1<' in page
    assert states(meeting) == {"Maya M": "here"}
    assert luis.name in page


def test_two_at_once_lose_none_of_each_other_s_ticks(meeting, door, people, signed_in):
    maya, luis, fern, jo = people
    shown = {f"was-{each.pk}": "" for each in (maya, luis)}

    signed_in(fern).post(f"{door}attendance/", shown | {f"state-{maya.pk}": "here"})
    signed_in(jo).post(f"{door}attendance/", shown | {f"state-{luis.pk}": "absent"})

    assert states(meeting) == {"Maya M": "here", "Luis L": "absent"}


def test_the_last_tick_for_a_person_stands_whoever_saves_last(meeting, door, people, signed_in):
    maya, luis, fern, jo = people
    script = {"Accept": "application/json"}
    signed_in(fern).post(f"{door}attendance/", {f"state-{maya.pk}": "here"})

    # Ticked half an hour before Fern's, and saved only now that there is a connection.
    late = signed_in(jo).post(
        f"{door}attendance/",
        {
            f"state-{maya.pk}": "absent", f"version-{maya.pk}": "0", f"age-{maya.pk}": "1800000",
            f"state-{luis.pk}": "excused", f"version-{luis.pk}": "0", f"age-{luis.pk}": "1800000",
        },
        headers=script,
    ).json()  # fmt: skip

    assert states(meeting) == {"Maya M": "here", "Luis L": "excused"}
    assert late["later"] == ["Maya M: Fern F ticked “Here” after you did. That stands."]
    assert late["rows"][str(maya.pk)] == ["here", 1]

    # Ticked after it, without having seen it.
    signed_in(jo).post(
        f"{door}attendance/", {f"state-{maya.pk}": "absent", f"version-{maya.pk}": "0"}
    )
    assert states(meeting)["Maya M"] == "absent"
    assert Attendance.objects.get(person=maya).version == 2


def test_noise_is_left_out(meeting, door, people, make_person, signed_in):
    maya, _luis, fern, _jo = people
    stranger = make_person()

    answer = signed_in(fern).post(
        f"{door}attendance/",
        {
            f"state-{maya.pk}": "perhaps",
            f"state-{stranger.pk}": "here",
            "state-x": "here",
            f"age-{maya.pk}": "9" * 60,
            f"version-{maya.pk}": "-1",
        },
    )

    assert answer.status_code == 302
    assert states(meeting) == {}
    far = {f"state-{maya.pk}": "here", f"age-{maya.pk}": "9" * 60, f"version-{maya.pk}": "²"}
    assert signed_in(fern).post(f"{door}attendance/", far).status_code == 302
    assert states(meeting) == {"Maya M": "here"}


def test_a_graduate_of_the_cohort_is_listed_and_whoever_left_stays_where_they_were_ticked(
    meeting, door, people, signed_in
):
    maya, luis, fern, _jo = people
    attending.save(meeting, [attending.Tick(luis.pk, HERE, 0, timezone.now())], by=fern)
    roster.graduate(maya, meeting.cohort, by=None)
    roster.leave(luis, meeting.cohort, by=None)

    page = signed_in(fern).get(f"{door}attendance/").content.decode()

    assert "Maya M" in page
    assert "Luis L" in page


def test_a_cancelled_meeting_keeps_nothing(meeting, door, people, signed_in):
    maya, _luis, fern, _jo = people
    scheduling.cancel(meeting, by=fern)

    refused = signed_in(fern).post(f"{door}attendance/", {f"state-{maya.pk}": "here"})
    by_script = signed_in(fern).post(
        f"{door}attendance/", {f"state-{maya.pk}": "here"}, headers={"Accept": "application/json"}
    )

    assert (refused.status_code, by_script.status_code) == (422, 422)
    assert "cancelled" in by_script.json()["problem"]
    assert states(meeting) == {}


def test_walk_ins_are_noted_by_name_for_facilitators_alone(meeting, door, people, signed_in):
    maya, _luis, fern, _jo = people
    client = signed_in(fern)

    client.post(f"{door}walk-ins/", {"name": "  Wendy   Walkin "})
    client.post(f"{door}walk-ins/", {"name": "wendy walkin"})
    noted = WalkIn.objects.get()

    assert noted.name == "Wendy Walkin"
    assert "Wendy Walkin" in client.get(f"{door}attendance/").content.decode()
    for name in ("", "x" * 121, "\x00"):
        assert client.post(f"{door}walk-ins/", {"name": name}).status_code == 422
    cohort_page = signed_in(maya).get(f"/cohorts/{meeting.cohort_id}/").content.decode()
    assert "Wendy" not in cohort_page
    assert signed_in(maya).post(f"{door}walk-ins/{noted.pk}/remove/").status_code == 404
    client.post(f"{door}walk-ins/{noted.pk}/remove/")
    assert client.post(f"{door}walk-ins/{noted.pk}/remove/").status_code == 404
    assert not WalkIn.objects.exists()


def test_an_absence_is_made_up_with_how_and_when_and_by_whom(meeting, door, people, signed_in):
    maya, luis, fern, _jo = people
    client = signed_in(fern)
    today = timezone.localdate().isoformat()
    note = {"how": "Visited the South meeting", "on": today}
    assert client.post(f"{door}make-up/{luis.pk}/", note).status_code == 404
    ticks = [
        attending.Tick(maya.pk, HERE, 0, timezone.now()),
        attending.Tick(luis.pk, ABSENT, 0, timezone.now()),
    ]
    attending.save(meeting, ticks, by=fern)

    assert client.post(f"{door}make-up/{maya.pk}/", note).status_code == 422
    assert client.post(f"{door}make-up/{luis.pk}/", note | {"on": "2999-01-01"}).status_code == 422
    assert client.post(f"{door}make-up/{luis.pk}/", note).status_code == 302

    made_up = MakeUp.objects.get()
    assert (made_up.how, made_up.by) == ("Visited the South meeting", fern)
    assert "Visited the South meeting" in client.get(f"{door}attendance/").content.decode()
    client.post(f"{door}make-up/{luis.pk}/", {"forget": "yes"})
    assert not MakeUp.objects.exists()


def test_somebody_who_was_there_after_all_needs_no_make_up(meeting, people):
    _maya, luis, fern, _jo = people
    attending.save(meeting, [attending.Tick(luis.pk, EXCUSED, 0, timezone.now())], by=fern)
    attending.note_make_up(meeting, luis, by=fern, how="A call", on=timezone.localdate())

    attending.save(meeting, [attending.Tick(luis.pk, HERE, 1, timezone.now())], by=fern)

    assert not MakeUp.objects.exists()


def test_nobody_but_its_facilitators_stands_at_the_door(
    meeting, door, people, make_facilitator, other_cohort, signed_in
):
    maya, luis, _fern, _jo = people
    for person in (maya, make_facilitator(other_cohort)):
        for path in ("attendance/", "walk-ins/", f"make-up/{luis.pk}/"):
            assert signed_in(person).get(door + path).status_code == 404
            assert signed_in(person).post(door + path, {"name": "x"}).status_code == 404
        with pytest.raises(roster.Refused):
            attending.save(meeting, [], by=person)


def test_the_door_takes_the_same_queries_however_many_people(
    cohort, door, people, make_participant, signed_in, django_assert_max_num_queries
):
    client = signed_in(people[2])
    for _ in range(40):
        make_participant(cohort)
    client.get(f"{door}attendance/")

    with django_assert_max_num_queries(10):
        page = client.get(f"{door}attendance/")

    assert page.content.decode().count("data-row=") == 42


def test_whoever_came_behind_the_wall_is_not_asked_for_at_the_door(
    meeting, door, people, make_person, signed_in
):
    maya, luis, fern, _jo = people
    make_person.appoint(maya, Role.Kind.DIRECTOR)

    page = signed_in(fern).get(f"{door}attendance/").content.decode()

    assert f"state-{luis.pk}" in page
    assert f"state-{maya.pk}" not in page
