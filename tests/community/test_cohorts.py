"""A cohort's page, its meetings and its certificates."""

from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.formats import date_format

from community import roster
from community.cohorts import attending, scheduling, tasks
from community.cohorts.models import Attendance
from community.models import Audience, Meeting, Membership, Role
from home.models import MeetingPage, MeetingsPage
from home.setup import prepare_site

BODY = {
    "year": "1",
    "number": "2",
    "day": "2031-03-01",
    "begins": "08:30",
    "ends": "13:00",
    "place": "Library, second floor",
}


@pytest.fixture
def make_meeting(cohort):
    def make(number=1, days=-7, hours=4.5, **facts):
        starts = timezone.now() + timedelta(days=days)
        return Meeting.objects.create(
            cohort=facts.pop("cohort", cohort),
            year=1,
            number=number,
            starts_at=starts,
            ends_at=starts + timedelta(hours=hours),
            place="The big room",
            **facts,
        )

    return make


def text_of(answer):
    return answer.content.decode()


def test_its_people_see_meetings_people_agreements_and_the_space(
    cohort, make_participant, make_facilitator, make_graduate, make_meeting, make_space, signed_in
):
    prepare_site()
    person = make_participant(cohort, name="Pia Participant")
    make_facilitator(cohort, name="Fay Facilitator")
    make_graduate(cohort, name="Gus Graduate")
    make_meeting(1, -7), make_meeting(2, 7)
    make_space(Audience.Kind.COHORT, cohort, name="Our own room")

    page = text_of(signed_in(person).get(f"/cohorts/{cohort.pk}/"))

    for words in (
        "Pia Participant", "Fay Facilitator", "Gus Graduate", "Year 1, meeting 1",
        "Year 1, meeting 2", "The big room", "Our own room", "Play safe", "Maple Yard",
    ):  # fmt: skip
        assert words in page, words
    assert f"/cohorts/{cohort.pk}/" in text_of(signed_in(person).get("/me/"))
    assert f"/cohorts/{cohort.pk}/" in text_of(signed_in(person).get("/"))
    assert f"/cohorts/{cohort.pk}/" in text_of(signed_in(person).get("/cohorts/"))


def test_an_empty_cohort_says_so(cohort, make_facilitator, make_person, signed_in):
    page = text_of(signed_in(make_facilitator(cohort)).get(f"/cohorts/{cohort.pk}/"))

    assert "No meeting is planned" in page
    assert "Open its space" in page
    assert "There are none yet" in page
    assert "You are in no cohort" in text_of(signed_in(make_person()).get("/cohorts/"))


def test_to_everybody_else_it_is_not_there(
    cohort, other_cohort, make_participant, make_facilitator, make_person, signed_in, client
):
    outsiders = [
        make_person(),
        make_participant(other_cohort),
        make_facilitator(other_cohort),
        make_person(Role.Kind.DIRECTOR),
        make_person(Role.Kind.STEWARD),
    ]
    for person in outsiders:
        answer = signed_in(person).get(f"/cohorts/{cohort.pk}/")
        assert answer.status_code == 404
        assert answer.content == signed_in(person).get("/cohorts/987654/").content
    assert client.get(f"/cohorts/{cohort.pk}/").headers["Location"].startswith("/accounts/login/")


def test_whoever_became_a_director_is_not_listed_and_does_not_enter(
    cohort, make_participant, make_person, signed_in
):
    person, promoted = make_participant(cohort), make_participant(cohort, name="Wanda Walled")
    make_person.appoint(promoted, Role.Kind.DIRECTOR)

    assert "Wanda Walled" not in text_of(signed_in(person).get(f"/cohorts/{cohort.pk}/"))
    assert signed_in(promoted).get(f"/cohorts/{cohort.pk}/").status_code == 404


def test_the_page_of_a_meeting_is_linked_for_whoever_may_open_it(
    cohort, make_participant, make_meeting, signed_in
):
    prepare_site()
    make_meeting(1, 7)
    client = signed_in(make_participant(cohort))
    assert "Hopes and maps" not in text_of(client.get(f"/cohorts/{cohort.pk}/"))

    MeetingsPage.objects.get().add_child(
        instance=MeetingPage(title="Hopes and maps", slug="hopes", year=1, number=1)
    )

    assert "/meetings/hopes/" in text_of(client.get(f"/cohorts/{cohort.pk}/"))


def test_queries_stay_flat_however_many_people_and_meetings(
    cohort, make_participant, make_meeting, signed_in
):
    client = signed_in(make_participant(cohort))
    counts = []
    make_meeting(1, days=-20)
    for more in (0, 30):
        for number in range(more):
            make_participant(cohort)
            make_meeting(number + 2, days=number - 10)
        client.get(f"/cohorts/{cohort.pk}/")
        with CaptureQueriesContext(connection) as queries:
            page = text_of(client.get(f"/cohorts/{cohort.pk}/"))
        counts.append(len(queries))

    assert counts[0] == counts[1]
    assert counts[0] <= 13
    assert "?page=2" in page


# --- Meetings -----------------------------------------------------------------------------------


def test_a_facilitator_plans_changes_and_cancels_and_the_cohort_sees_it(
    cohort, make_facilitator, make_participant, signed_in
):
    client, reader = signed_in(make_facilitator(cohort)), signed_in(make_participant(cohort))
    home = f"/cohorts/{cohort.pk}/"

    assert client.post(f"{home}meetings/new/", BODY).status_code == 302
    meeting = Meeting.objects.get()
    assert meeting.ends_at - meeting.starts_at == timedelta(hours=4, minutes=30)
    assert "Library, second floor" in text_of(reader.get(home))
    assert "Library, second floor" in text_of(reader.get("/me/"))

    moved = BODY | {"place": "The gym"}
    assert client.post(f"{home}meetings/{meeting.pk}/change/", moved).status_code == 302
    page = text_of(reader.get(home))
    assert "The gym" in page
    assert "Changed" in page

    client.post(f"{home}meetings/{meeting.pk}/cancel/")
    assert "Cancelled" in text_of(reader.get(home))
    assert "The gym" not in text_of(reader.get("/me/"))

    client.post(f"{home}meetings/{meeting.pk}/cancel/", {"held": "yes"})
    assert "Cancelled" not in text_of(reader.get(home))


@pytest.mark.parametrize(
    "wrong",
    [
        {"ends": "08:00"}, {"day": "soon"}, {"day": "0001-01-01"}, {"place": " "},
        {"place": "\x00"}, {"place": "x" * 201}, {"year": "0"}, {"number": "9" * 30},
        {"begins": ""}, {"number": "1"},
    ],
)  # fmt: skip
def test_a_meeting_that_cannot_be_is_refused_beside_its_field(
    cohort, make_facilitator, make_meeting, signed_in, wrong
):
    make_meeting(1)
    client = signed_in(make_facilitator(cohort))

    answer = client.post(f"/cohorts/{cohort.pk}/meetings/new/", BODY | wrong)

    assert answer.status_code == 422
    assert "Please look at this again" in text_of(answer)
    assert Meeting.objects.count() == 1


def do_plan(client, cohort, meeting, **body):
    meeting.delete()
    return client.post(f"/cohorts/{cohort.pk}/meetings/new/", BODY | body)


def do_change(client, cohort, meeting, **body):
    return client.post(f"/cohorts/{cohort.pk}/meetings/{meeting.pk}/change/", BODY | body)


def do_cancel(client, cohort, meeting, **body):
    return client.post(f"/cohorts/{cohort.pk}/meetings/{meeting.pk}/cancel/", body)


def do_hold(client, cohort, meeting, **body):
    Meeting.objects.filter(pk=meeting.pk).update(cancelled_at=timezone.now())
    return do_cancel(client, cohort, meeting, held="yes", **body)


TOLD = [
    (do_plan, "planned a meeting"),
    (do_change, "changed a meeting"),
    (do_cancel, "does not take place"),
    (do_hold, "takes place after all"),
]


@pytest.fixture
def told(cohort, make_participant, make_facilitator):
    """Who is in the cohort, beside whoever does something about its meetings."""
    return [make_participant(cohort), make_facilitator(cohort)]


@pytest.fixture
def do(cohort, told, make_facilitator, signed_in, django_capture_on_commit_callbacks):
    """As a facilitator of the cohort, act upon a meeting, once for each body; the worker works."""
    client = signed_in(make_facilitator(cohort))

    def do(act, meeting, *bodies):
        with django_capture_on_commit_callbacks(execute=True):
            for body in bodies:
                assert act(client, cohort, meeting, **body).status_code == 302

    return do


@pytest.mark.parametrize(("act", "words"), TOLD)
def test_everybody_in_the_cohort_is_mailed_about_a_meeting(
    cohort, other_cohort, told, do, make_person, make_participant, make_meeting, act, words
):
    gone = make_participant(cohort)
    roster.leave(gone, cohort, by=None)
    make_participant(other_cohort), make_person(Role.Kind.DIRECTOR)

    do(act, make_meeting(days=7), {"tell": "on"})

    assert sorted(sent.to[0] for sent in mail.outbox) == sorted(each.email for each in told)
    meeting = Meeting.objects.get()
    for sent in mail.outbox:
        assert words in sent.body
        assert cohort.name in sent.subject
        assert meeting.place in sent.body
        assert date_format(timezone.localtime(meeting.starts_at), "l, F j, Y") in sent.body
        assert f"/cohorts/{cohort.pk}/" in sent.body


@pytest.mark.parametrize(("act", "_words"), TOLD)
@pytest.mark.parametrize(
    ("days", "body"),
    [(7, {}), (-7, {"tell": "on", "day": "2021-03-01"})],
    ids=["left unticked", "it is over"],
)
def test_nobody_is_mailed_about_a_meeting(do, make_meeting, act, _words, days, body):
    do(act, make_meeting(days=days), body)

    assert mail.outbox == []


def test_what_was_changed_twice_is_told_once(told, do, make_meeting):
    places = ("A wrong room", "The right room")

    do(do_change, make_meeting(days=7), *({"tell": "on", "place": place} for place in places))

    assert len(mail.outbox) == len(told)
    assert all("The right room" in sent.body for sent in mail.outbox)


def test_a_large_cohort_is_mailed_batch_by_batch(
    cohort, told, do, make_participant, make_meeting, monkeypatch
):
    monkeypatch.setattr(tasks, "AT_ONCE", 2)
    told += [make_participant(cohort) for _ in range(3)]

    do(do_cancel, make_meeting(days=7), {"tell": "on"})

    assert sorted(sent.to[0] for sent in mail.outbox) == sorted(each.email for each in told)


def test_only_its_own_facilitators_plan(
    cohort, other_cohort, make_facilitator, make_participant, make_meeting, signed_in
):
    meeting = make_meeting()
    for person in (make_participant(cohort), make_facilitator(other_cohort)):
        with pytest.raises(roster.Refused):
            scheduling.cancel(meeting, by=person)
        for path in ("new/", f"{meeting.pk}/change/", f"{meeting.pk}/cancel/"):
            address = f"/cohorts/{cohort.pk}/meetings/{path}"
            assert signed_in(person).post(address, BODY).status_code == 404
    own = make_facilitator(other_cohort)
    mixed = f"/cohorts/{other_cohort.pk}/meetings/{meeting.pk}/cancel/"
    assert signed_in(own).post(mixed).status_code == 404
    meeting.refresh_from_db()
    assert meeting.cancelled_at is None


# --- Certificates -------------------------------------------------------------------------------


@pytest.fixture
def attended(cohort, make_participant, make_facilitator, make_meeting):
    """`(participant, facilitator)`: of three meetings one attended, one made up, one missed."""
    person = make_participant(cohort, name="Pia Participant")
    facilitator = make_facilitator(cohort)
    here, absent = Attendance.State.HERE, Attendance.State.ABSENT
    for number, state in enumerate((here, absent, absent), start=1):
        meeting = make_meeting(number, days=-30 * number)
        tick = attending.Tick(person.pk, state, 0, timezone.now())
        attending.save(meeting, [tick], by=facilitator)
        if number == 2:
            attending.note_make_up(
                meeting, person, by=facilitator, how="Visited", on=timezone.localdate()
            )
    return person, facilitator


def test_a_certificate_states_what_was_attended_and_made_up_and_no_more(
    cohort, attended, signed_in
):
    person, facilitator = attended
    address = f"/cohorts/{cohort.pk}/certificate/{person.pk}/"

    for reader in (person, facilitator):
        page = text_of(signed_in(reader).get(address))
        assert "Pia Participant" in page
        assert "2 of 3" in page
        assert "<dd>9</dd>" in page
        assert "1 of these meetings was made up" in page
        assert "every meeting" not in page


@pytest.mark.parametrize("what", ["takes part", "left the cohort", "directs a program"])
def test_from_their_page_everybody_finds_their_certificates(
    cohort, other_cohort, attended, make_meeting, make_person, signed_in, what
):
    person, facilitator = attended
    if what == "left the cohort":
        roster.leave(person, cohort, by=None)
    elif what == "directs a program":
        make_person.appoint(person, Role.Kind.DIRECTOR)
    address = f"/cohorts/{cohort.pk}/certificate/{person.pk}/"

    client = signed_in(person)
    assert f'href="{address}"' in text_of(client.get("/me/"))
    assert client.get(address).status_code == 200
    assert "Your certificates" not in text_of(signed_in(facilitator).get("/me/"))


def test_a_meeting_that_was_missed_cancelled_or_is_ahead_makes_no_certificate(
    cohort, make_participant, make_facilitator, make_meeting, signed_in
):
    person, facilitator = make_participant(cohort), make_facilitator(cohort)
    states = {1: (-30, "absent"), 2: (-20, "here"), 3: (20, "here")}
    for number, (days, state) in states.items():
        meeting = make_meeting(number, days=days)
        tick = attending.Tick(person.pk, state, 0, timezone.now())
        attending.save(meeting, [tick], by=facilitator)
    scheduling.cancel(Meeting.objects.get(number=2), by=facilitator)
    client = signed_in(person)

    assert "Your certificates" not in text_of(client.get("/me/"))
    assert client.get(f"/cohorts/{cohort.pk}/certificate/{person.pk}/").status_code == 404


def test_a_cancelled_meeting_is_not_counted_as_missed(cohort, attended, signed_in):
    person, facilitator = attended
    scheduling.cancel(Meeting.objects.get(number=3), by=facilitator)

    page = text_of(signed_in(person).get(f"/cohorts/{cohort.pk}/certificate/{person.pk}/"))

    assert "2 of 2" in page
    assert "every meeting" in page


def test_nobody_took_part_in_every_meeting_of_a_cohort_that_goes_on(
    cohort, attended, make_meeting, signed_in
):
    person, facilitator = attended
    scheduling.cancel(Meeting.objects.get(number=3), by=facilitator)
    make_meeting(4, days=20)

    page = text_of(signed_in(person).get(f"/cohorts/{cohort.pk}/certificate/{person.pk}/"))

    assert "2 of 2" in page
    assert "every meeting" not in page


def test_a_certificate_is_its_person_s_and_the_facilitators(
    cohort, other_cohort, attended, make_participant, make_facilitator, make_person, make_meeting,
    signed_in,
):  # fmt: skip
    person, facilitator = attended
    address = f"/cohorts/{cohort.pk}/certificate/{person.pk}/"
    for reader in (make_participant(cohort), make_facilitator(other_cohort), make_person()):
        assert signed_in(reader).get(address).status_code == 404
        for path in ("certificates/", "certificates/print/"):
            assert signed_in(reader).get(f"/cohorts/{cohort.pk}/{path}").status_code == 404

    every = signed_in(facilitator).get(f"/cohorts/{cohort.pk}/certificates/print/")
    assert "Pia Participant" in text_of(every)

    make_person.appoint(person, Role.Kind.DIRECTOR)
    make_meeting(4, days=-1)
    own = signed_in(person).get(address)
    assert own.status_code == 200, "what they did stays theirs"
    assert "2 of 3" in text_of(own), "that the cohort met again is not theirs to know"
    assert "2 of 4" in text_of(signed_in(facilitator).get(address))
    assert signed_in(person).get(f"/cohorts/{cohort.pk}/").status_code == 404


def test_all_certificates_take_the_same_queries_however_many(
    cohort, attended, make_participant, signed_in
):
    _person, facilitator = attended
    client = signed_in(facilitator)
    meeting = Meeting.objects.get(number=1)
    counts = []
    for more in (0, 12):
        people = [make_participant(cohort) for _ in range(more)]
        here = Attendance.State.HERE
        ticks = [attending.Tick(each.pk, here, 0, timezone.now()) for each in people]
        attending.save(meeting, ticks, by=facilitator)
        client.get(f"/cohorts/{cohort.pk}/certificates/print/")
        with CaptureQueriesContext(connection) as queries:
            page = client.get(f"/cohorts/{cohort.pk}/certificates/print/")
        counts.append(len(queries))

    assert counts[0] == counts[1]
    assert text_of(page).count("certificate__name") == 13


# --- Graduating together ------------------------------------------------------------------------


def test_a_cohort_graduates_together_and_can_be_put_back(
    cohort, make_participant, make_facilitator, signed_in
):
    people = [make_participant(cohort) for _ in range(3)]
    client = signed_in(make_facilitator(cohort))
    address = f"/cohorts/{cohort.pk}/graduate/"
    ticked = {"act": "graduate", "people": [person.pk for person in people[:2]]}

    asked = client.post(address, ticked)
    assert "They gain: Graduates only" in text_of(asked)
    assert not Membership.objects.filter(kind="graduate").exists(), "asking changed something"

    client.post(address, ticked | {"confirmed": "yes"})
    graduates = Membership.objects.current().filter(kind="graduate")
    assert {each.person_id for each in graduates} == {person.pk for person in people[:2]}
    assert Membership.objects.current().filter(kind="participant").count() == 1

    client.post(address, {"act": "put_back", "people": [people[0].pk], "confirmed": "yes"})
    assert Membership.objects.current().filter(kind="graduate").count() == 1
    assert Membership.objects.current().filter(kind="participant").count() == 2
    verbs = people[0].roster_entries.order_by("pk").values_list("verb", flat=True)
    assert list(verbs)[-2:] == ["graduate", "put_back"]


def test_who_came_behind_the_wall_graduates_and_the_page_says_that_no_room_opens(
    cohort, make_participant, make_facilitator, make_person, signed_in
):
    people = [make_participant(cohort, name=name) for name in ("Ann Able", "Bea Boss")]
    make_person.appoint(people[1], Role.Kind.DIRECTOR)
    client = signed_in(make_facilitator(cohort))
    ticked = {"act": "graduate", "people": [person.pk for person in people]}

    page = text_of(client.post(f"/cohorts/{cohort.pk}/graduate/", ticked))

    said = "They direct a program or supervise somebody:"
    assert page.count(said) == 1
    assert page.index("Ann Able") < page.index("Bea Boss") < page.index(said)


def test_graduating_nobody_or_a_stranger_is_refused(
    cohort, make_participant, make_facilitator, make_person, signed_in
):
    make_participant(cohort)
    client = signed_in(make_facilitator(cohort))
    address = f"/cohorts/{cohort.pk}/graduate/"

    for people in ([], [make_person().pk], ["x"], ["9" * 40]):
        answer = client.post(address, {"act": "graduate", "people": people, "confirmed": "yes"})
        assert answer.status_code == 422
    assert not Membership.objects.filter(kind="graduate").exists()
