"""The facilitators' board of applications in the admin: who gets in, what each act does, and that
nothing else of the admin opens with it."""

import threading
from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from community import access, invitations, moving, roster
from community.applications import applying, board, bulk, reviewing
from community.applications.likeness import likeness, words_of
from community.applications.models import Application, Entry, Intake, State
from community.models import Cohort, Invitation, Meeting, Person, Program, Region, Role, Worksite
from home.models import TextPage
from home.setup import ensure_editors_group, ensure_facilitators_group, prepare_site

pytestmark = pytest.mark.django_db
mailed = pytest.mark.django_db(transaction=True)
BOARD = "/cms/applications/"


@pytest.fixture
def prepared(db):
    ensure_facilitators_group()


@pytest.fixture
def facilitator(prepared, make_facilitator, intake):
    return make_facilitator(intake.cohort, name="Fern Facilitator")


@pytest.fixture
def make_application(intake):
    def make(name="Nora Noodle", *, intake=intake, state=State.NEW, **facts):
        facts = {
            "email": f"{name.split()[0].lower()}@example.org",
            "county": "Alder",
            "worksite": f"{name} School",
            "program": "Pinecone",
            "director_name": "Dot Director",
            "director_email": "dot@example.org",
            "experience": "Sassafras years.",
            "goals": "Tamarind goals.",
            "accessibility": "Quince needs.",
            "commitment": True,
        } | facts
        one = Application(name=name, intake=intake, state=state, sent_at=timezone.now(), **facts)
        one.likeness, one.words = likeness(one.name, one.worksite), words_of(one)
        one.save()
        return one

    return make


@pytest.fixture
def other_intake(other_cohort):
    south = Region.objects.create(name="South")
    Cohort.objects.filter(pk=other_cohort.pk).update(region=south)
    other_cohort.refresh_from_db()
    today = timezone.localdate()
    return Intake.objects.create(
        cohort=other_cohort, capacity=2, opens_on=today, closes_on=today + timedelta(days=9)
    )


def verbs(application):
    return [entry.verb for entry in application.entries.order_by("pk")]


# --- Who gets in ----------------------------------------------------------------------------------


def test_a_facilitator_finds_the_board_in_the_menu_and_on_it_what_was_sent(
    facilitator, signed_in, make_application
):
    one = make_application()
    applying.begin("", {"name": "Uma Unfinished"})
    client = signed_in(facilitator)

    home = client.get("/me/")
    page = client.get(BOARD)

    assert f'href="{BOARD}"' in home.content.decode()
    assert "Nora Noodle" in page.content.decode()
    assert "Uma Unfinished" not in page.content.decode()
    detail = client.get(f"{BOARD}{one.pk}/").content.decode()
    assert all(words in detail for words in ("Sassafras", "Tamarind", "Quince"))


def addresses_of(application, intake):
    acts = ("call", "invite", "waitlist", "decline", "reopen", "remind")
    return [
        BOARD,
        *(f"{BOARD}{name}/" for name in ("export", "import", "chosen", "intakes", "intakes/add")),
        f"{BOARD}intakes/{intake.pk}/",
        f"{BOARD}{application.pk}/",
        *(f"{BOARD}{application.pk}/{act}/" for act in acts),
    ]


@pytest.mark.parametrize(
    "who",
    ["a member", "a director", "an editor", "a steward", "a superuser", "a facilitator who directs",
     "a facilitator who supervises", "a facilitator no longer"],
)  # fmt: skip
def test_nobody_else_reviews_anything(
    prepared, intake, make_person, make_facilitator, make_application, signed_in, who
):
    ensure_editors_group()
    one = make_application()
    person = {
        "a member": lambda: make_person(),
        "a director": lambda: make_person(Role.Kind.DIRECTOR),
        "an editor": lambda: make_person(Role.Kind.EDITOR),
        "a steward": lambda: make_person(Role.Kind.STEWARD),
        "a superuser": lambda: make_person(),
    }.get(who, lambda: make_facilitator(intake.cohort))()
    if who == "a superuser":
        Person.objects.filter(pk=person.pk).update(is_superuser=True)
    if who == "a facilitator who directs":
        make_person.appoint(person, Role.Kind.DIRECTOR)
    if who == "a facilitator who supervises":
        make_person(Role.Kind.COORDINATOR, supervisor=person)
    if who == "a facilitator no longer":
        roster.dismiss(person, Role.Kind.FACILITATOR, by=None)
    client = signed_in(person)

    for address in addresses_of(one, intake):
        for verb in ("get", "post"):
            answer = getattr(client, verb)(address, {"act": "decline", "chosen": one.pk})
            assert answer.status_code in (302, 404), address
            assert "Nora" not in answer.content.decode()
            if answer.status_code == 302:
                assert answer.url.startswith("/accounts/login/"), address
    one.refresh_from_db()
    assert (one.state, one.entries.count()) == (State.NEW, 0)
    assert not list(board.applications_for(Person.objects.get(pk=person.pk)))


def test_a_visitor_is_sent_to_sign_in(client, prepared, make_application, intake):
    for address in addresses_of(make_application(), intake):
        assert client.get(address).url.startswith("/accounts/login/?next=")


def test_nobody_reviews_their_own_application_or_one_that_names_them_as_director(
    facilitator, signed_in, make_application
):
    own = make_application("Own", email=facilitator.email)
    named = make_application("Named", director_email=facilitator.email)
    client = signed_in(facilitator)

    page = client.get(BOARD).content.decode()

    for one in (own, named):
        assert f"{one.name} School" not in page
        assert client.get(f"{BOARD}{one.pk}/").status_code == 404
        assert client.get(f"{BOARD}{one.pk}/decline/").status_code == 404
        with pytest.raises(roster.Refused):
            reviewing.decline(one, by=facilitator)


def test_a_facilitator_of_another_cohort_reviews_and_does_not_invite(
    prepared, make_facilitator, other_cohort, signed_in, make_application
):
    stranger = make_facilitator(other_cohort)
    one = make_application()
    client = signed_in(stranger)

    detail = client.get(f"{BOARD}{one.pk}/").content.decode()
    client.post(f"{BOARD}{one.pk}/invite/", {"site_name": "Maple", "program_name": "Pinecone"})

    assert "Only the facilitators of North 2026 invite into it." in detail
    assert not Invitation.objects.exists()
    assert not Worksite.objects.filter(name="Maple").exists()
    assert access.may_review(access.standing_of(stranger))
    client.post(f"{BOARD}{one.pk}/call/", {"called_on": timezone.localdate(), "text": "Called."})
    one.refresh_from_db()
    assert one.state == State.CALLED


# --- The acts -------------------------------------------------------------------------------------


def test_a_call_is_noted_and_stays_as_it_was_written(facilitator, signed_in, make_application):
    one = make_application()
    client = signed_in(facilitator)
    address = f"{BOARD}{one.pk}/call/"
    tomorrow = timezone.localdate() + timedelta(days=1)

    early = client.post(address, {"called_on": tomorrow, "text": "Kept as typed"})
    assert early.status_code == 422
    assert "Kept as typed" in early.content.decode()
    for text in ("Asked about Saturdays.", "Called again."):
        client.post(address, {"called_on": timezone.localdate(), "text": text})

    one.refresh_from_db()
    assert one.state == State.CALLED
    assert {note.text for note in one.calls.all()} == {"Asked about Saturdays.", "Called again."}
    assert verbs(one) == ["call", "call"]
    page = client.get(f"{BOARD}{one.pk}/").content.decode()
    assert "Asked about Saturdays." in page
    assert "Fern Facilitator" in page


@mailed
def test_inviting_mails_a_link_and_makes_the_site_that_was_typed(
    make_facilitator, intake, signed_in, make_application
):
    facilitator = make_facilitator(intake.cohort)
    one = make_application()
    # The group comes with `prepare_site`, whose pages a flushed database has not.
    reviewing.invite(one, by=facilitator)

    invitation = Invitation.objects.get()
    assert mail.outbox[-1].to == [one.email]
    assert invitation.worksite.name == "Nora Noodle School"
    assert invitation.worksite.program == Program.objects.get(name="Pinecone")
    assert invitation.cohort == intake.cohort
    one.refresh_from_db()
    assert one.state == State.INVITED
    assert verbs(one) == ["invite"]


def test_the_form_to_invite_offers_the_site_that_was_meant(
    facilitator, signed_in, make_application, worksite
):
    one = make_application(worksite="  maple-YARD ", program="pinecone")
    client = signed_in(facilitator)
    address = f"{BOARD}{one.pk}/invite/"

    form = client.get(address).context["form"]
    assert form.initial["worksite"] == worksite
    nothing = client.post(address, {"worksite": "", "site_name": "", "program_name": ""})
    assert nothing.status_code == 422
    client.post(address, {"worksite": worksite.pk, "site_name": "x", "program_name": "y"})

    assert Invitation.objects.get().worksite == worksite
    assert Worksite.objects.count() == 1


def test_an_accepted_invitation_makes_an_accepted_application_also_when_it_was_sent_again(
    client, facilitator, make_application
):
    one = make_application()
    reviewing.invite(one, by=facilitator)
    again = invitations.resend(Invitation.objects.get(), by=facilitator)

    client.post(
        f"/invitation/{again.token}/",
        {"name": "Nora Noodle", "password": "three unrelated words"},
    )

    one.refresh_from_db()
    assert one.state == State.ACCEPTED
    assert verbs(one) == ["invite", "accept"]
    person = Person.objects.get(email=one.email)
    assert access.standing_of(person).belongs("participant")


def test_no_more_are_invited_than_there_are_places(
    facilitator, signed_in, make_application, intake
):
    first, second, third = (make_application(name) for name in ("Ann A", "Ben B", "Cid C"))
    for one in (first, second):
        reviewing.invite(one, by=facilitator)
    client = signed_in(facilitator)

    said = client.post(
        f"{BOARD}{third.pk}/invite/", {"site_name": "Cid", "program_name": "P"}, follow=True
    ).content.decode()

    assert "North 2026 has 2 places: 2 invited, 0 accepted." in said
    assert Invitation.objects.count() == 2
    assert not Worksite.objects.filter(name="Cid").exists()
    reviewing.reopen(first, by=facilitator)
    assert not Invitation.objects.get(email=first.email).is_open
    reviewing.invite(third, by=facilitator)


@mailed
def test_of_several_invited_into_the_last_place_at_once_one_is(
    make_facilitator, intake, make_application
):
    facilitator = make_facilitator(intake.cohort)
    Intake.objects.update(capacity=1)
    applications = [make_application(name) for name in ("Ann A", "Ben B", "Cid C", "Dan D")]
    together, refused = threading.Barrier(len(applications)), []

    def invite(application):
        person = Person.objects.get(pk=facilitator.pk)
        together.wait(timeout=30)
        try:
            reviewing.invite(application, by=person)
        except roster.Refused as refusal:
            refused.append(str(refusal))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=invite, args=[one]) for one in applications]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert Application.objects.filter(state=State.INVITED).count() == 1
    assert Invitation.objects.count() == 1
    assert len(refused) == 3
    assert all("1 place: 1 invited" in said for said in refused)


@pytest.mark.parametrize(("act", "state"), [("decline", "declined"), ("waitlist", "waitlisted")])
@mailed
def test_a_decision_is_mailed_kindly_and_with_no_reason_but_what_was_written(
    make_facilitator, intake, make_application, act, state
):
    facilitator = make_facilitator(intake.cohort)
    plain, with_words = make_application("Ann A"), make_application("Ben B")
    reviewing.note_call(plain, by=facilitator, called_on=timezone.localdate(), text="Too far away.")

    getattr(reviewing, act)(plain, by=facilitator)
    getattr(reviewing, act)(with_words, by=facilitator, words="Your county is full.")

    first, second = mail.outbox
    assert "Too far away" not in first.body
    assert "Your county is full." in second.body
    for one in (plain, with_words):
        one.refresh_from_db()
        assert one.state == state


def test_a_decision_taken_back_at_once_is_not_mailed(facilitator, make_application):
    from community.applications.tasks import mail_decision

    one = make_application()
    reviewing.decline(one, by=facilitator)
    entry = one.entries.get()
    reviewing.reopen(one, by=facilitator)

    mail_decision.call(entry.pk)

    assert mail.outbox == []


@pytest.mark.parametrize(
    ("state", "act"),
    [("accepted", "decline"), ("withdrawn", "invite"), ("declined", "waitlist"), ("new", "reopen")],
)
def test_an_act_that_the_state_does_not_allow_is_refused_in_a_sentence(
    facilitator, signed_in, make_application, state, act
):
    one = make_application(state=state)

    answer = signed_in(facilitator).post(
        f"{BOARD}{one.pk}/{act}/", {"site_name": "A", "program_name": "B"}, follow=True
    )

    assert "is now in the state" in answer.content.decode()
    one.refresh_from_db()
    assert (one.state, one.entries.count()) == (state, 0)


@mailed
def test_a_link_that_ran_out_is_seen_and_sent_again(
    facilitator, signed_in, make_application, client
):
    one = make_application()
    reviewing.invite(one, by=facilitator)
    staff, before = signed_in(facilitator), Invitation.objects.get()
    page, ran_out = f"{BOARD}{one.pk}/", "The link has run out"
    assert ran_out not in staff.get(BOARD).content.decode()
    assert "The invitation works until" in staff.get(page).content.decode()
    Invitation.objects.update(
        expires_at=timezone.now(), created=timezone.now() - timedelta(days=14)
    )
    assert ran_out in staff.get(BOARD).content.decode()
    assert "The invitation ran out on" in staff.get(page).content.decode()
    mail.outbox.clear()
    assert staff.get(f"{page}resend/").status_code == 200

    for _twice in range(2):
        said = staff.post(f"{page}resend/", follow=True).content.decode()

    assert "A link went to them a moment ago" in said
    (sent,) = mail.outbox
    fresh = Invitation.objects.get(withdrawn_at=None)
    assert f"/invitation/{fresh.token}/" in sent.body
    assert client.get(f"/invitation/{before.token}/").status_code == 410
    assert verbs(one) == ["invite", "resend"]
    assert ran_out not in staff.get(BOARD).content.decode()


def test_only_the_cohorts_own_facilitators_send_a_link_again(
    facilitator, signed_in, make_application, make_facilitator, other_intake
):
    one = make_application()
    reviewing.invite(one, by=facilitator)
    Invitation.objects.update(created=timezone.now() - timedelta(days=1))
    before = Invitation.objects.get().token
    other = signed_in(make_facilitator(other_intake.cohort))
    assert "resend/" not in other.get(f"{BOARD}{one.pk}/").content.decode()

    other.post(f"{BOARD}{one.pk}/resend/")

    assert Invitation.objects.get(withdrawn_at=None).token == before
    assert verbs(one) == ["invite"]


def test_what_was_taken_back_is_not_sent_again_from_the_board(
    facilitator, signed_in, make_application
):
    one = make_application()
    reviewing.invite(one, by=facilitator)
    invitations.withdraw(Invitation.objects.get(), by=facilitator)
    client = signed_in(facilitator)

    said = client.post(f"{BOARD}{one.pk}/resend/", follow=True).content.decode()

    assert "Its invitation was taken back" in said
    assert not Invitation.objects.filter(withdrawn_at=None).exists()


@mailed
@pytest.mark.parametrize(
    ("kind", "why"),
    [(Role.Kind.EXPERT, "no wall keeps what"), (Role.Kind.DIRECTOR, "so the wall stands")],
)
def test_a_director_who_is_a_member_is_to_be_named_as_supervisor(
    facilitator, signed_in, make_application, make_person, kind, why
):
    director = make_person(kind, name="Dot Director")
    one = make_application(director_email=director.email)
    client, page = signed_in(facilitator), f"{BOARD}{one.pk}/"
    said = "Nobody has named them as supervisor yet"
    reviewing.invite(one, by=facilitator)
    assert said not in client.get(page).content.decode()
    joined = invitations.accept(Invitation.objects.get().token, one.name, "three unrelated words")

    shown = client.get(page).content.decode()
    assert said in shown
    assert why in shown
    assert "Perhaps the same person" not in shown
    assert f'href="/people/{joined.pk}/roster/supervisor/"' in shown
    assert Role.objects.get(person=joined).supervisor is None

    moving.supervise(joined, director, by=facilitator)
    assert said not in client.get(page).content.decode()


def test_a_page_that_asks_is_not_shown_for_what_cannot_be_done(
    facilitator, signed_in, make_application
):
    one = make_application()
    client = signed_in(facilitator)
    asks = f"{BOARD}{one.pk}/invite/"
    assert client.get(asks).status_code == 200

    applying.withdraw(one)

    answer = client.get(asks, follow=True)
    assert answer.redirect_chain == [(f"{BOARD}{one.pk}/", 302)]
    assert "is now in the state “Withdrawn”" in answer.content.decode()
    assert "Invite " + one.name not in answer.content.decode()


def test_whoever_left_and_applies_again_is_found_on_the_roster(
    facilitator, signed_in, make_application, make_person
):
    gone = make_person(Role.Kind.COORDINATOR, name="Nora Noodle")
    roster.deactivate(gone, by=None)
    one = make_application(email=gone.email)
    client = signed_in(facilitator)

    detail = client.get(f"{BOARD}{one.pk}/").content.decode()
    said = client.post(
        f"{BOARD}{one.pk}/invite/", {"site_name": "A", "program_name": "B"}, follow=True
    ).content.decode()

    assert "was a member and left" in detail
    assert f'href="/people/{gone.pk}/roster/"' in detail
    assert client.get(f"/people/{gone.pk}/roster/").status_code == 200
    assert "let them come back there" in said
    assert "already a member" not in said


def test_inviting_a_member_is_refused_with_the_way_on(
    facilitator, signed_in, make_application, make_person
):
    member = make_person(Role.Kind.COORDINATOR, name="Nora Noodle")
    one = make_application(email=member.email)
    client = signed_in(facilitator)

    detail = client.get(f"{BOARD}{one.pk}/").content.decode()
    said = client.post(
        f"{BOARD}{one.pk}/invite/", {"site_name": "A", "program_name": "B"}, follow=True
    ).content.decode()

    assert "is a member with this address" in detail
    assert "already a member" in said
    one.refresh_from_db()
    assert one.state == State.NEW


def test_the_directors_note_can_be_sent_again(facilitator, signed_in, make_application):
    one = make_application(told_director_at=timezone.now())
    client = signed_in(facilitator)
    assert client.get(f"{BOARD}{one.pk}/remind/").status_code == 200

    client.post(f"{BOARD}{one.pk}/remind/")

    one.refresh_from_db()
    assert one.told_director_at is None
    assert verbs(one) == ["remind"]


# --- What is seen beside an application -----------------------------------------------------------


def test_doubles_are_found_by_address_and_by_name_and_site(
    facilitator, signed_in, make_application
):
    one = make_application("José Núñez", worksite="Maple Yard", email="a@example.org")
    make_application("jose nunez", worksite="Maple-Yard.", email="b@example.org")
    make_application("Somebody Else", email="a@example.org")
    make_application("Nobody Alike")
    client = signed_in(facilitator)

    assert {double.name for double in board.doubles(one, facilitator)} == {
        "jose nunez",
        "Somebody Else",
    }
    page = client.get(BOARD).content.decode()
    assert page.count("Perhaps a double") == 3
    assert "jose nunez" in client.get(f"{BOARD}{one.pk}/").content.decode()


def test_counties_and_programs_of_the_invited_are_counted_however_they_were_typed(
    facilitator, signed_in, make_application, intake
):
    Intake.objects.update(capacity=9)
    one = make_application("Ann A", county="Alder County", program="Pinecone", state="invited")
    make_application("Ben B", county="alder", program="PINECONE", state="accepted")
    make_application("Cid C", county="Birch", program="Other", state="invited")
    make_application("Dan D", county="Cedar", state="declined")

    ((_intake, places, balance),) = board.places_and_balances([Intake.objects.get()])

    assert (places.invited, places.accepted, places.free) == (2, 1, 6)
    assert balance["county"] == [("Alder County", 2), ("Birch", 1)]
    assert balance["program"] == [("Pinecone", 2), ("Other", 1)]
    waiting = make_application("Eve E", county="Fir", program="Pinecone")
    client = signed_in(facilitator)
    for address, query in (
        (f"{BOARD}{one.pk}/", {}),
        (BOARD, {}),
        (BOARD, {"region": intake.region.pk}),
        (f"{BOARD}chosen/", {"act": "invite", "chosen": [waiting.pk]}),
    ):
        page = client.get(address, query).content.decode()
        assert "9 in all: 1 accepted, 2 invited, 6 free." in page
        assert "Alder County" in page
    assert "6 of 9 free" in client.get(BOARD).content.decode()


def test_the_board_counts_and_narrows_by_region_state_support_and_words(
    facilitator, signed_in, make_application, other_intake
):
    make_application("Ann Able", state="called", supported_at=timezone.now())
    make_application("Ben Béla", county="Birch")
    make_application("Cid South", intake=other_intake, question="Who pays?")
    client = signed_in(facilitator)
    north, south = Region.objects.get(name="North"), other_intake.region

    counts = {
        line.region.name: {cell["state"]: cell["count"] for cell in line.counts}
        for line in board.lines(board.applications_for(facilitator))
    }
    assert (counts["North"]["called"], counts["North"]["new"]) == (1, 1)
    assert counts["South"]["new"] == 1
    for asked, names in {
        f"?region={north.pk}": {"Ann Able", "Ben Béla"},
        f"?region={south.pk}": {"Cid South"},
        "?state=called": {"Ann Able"},
        "?support=yes": {"Ann Able"},
        "?support=no&q=bela birch": {"Ben Béla"},
        "?support=asked": {"Cid South"},
        "?q=nobody": set(),
        "?q=%25": {"Ann Able", "Ben Béla", "Cid South"},
        "?page=99": {"Ann Able", "Ben Béla", "Cid South"},
    }.items():
        page = client.get(BOARD + asked)
        assert {one.name for one in page.context["page_obj"]} == names, asked
    for nonsense in ("?region=x", "?state=draft", "?q=%00", f"?q={'x' * 300}"):
        assert client.get(BOARD + nonsense).status_code == 422, nonsense


# --- Many at once ---------------------------------------------------------------------------------


def test_a_sweep_asks_first_and_then_reports_what_was_not_done(
    facilitator, signed_in, make_application
):
    new, accepted = make_application("Ann A"), make_application("Ben B", state="accepted")
    client = signed_in(facilitator)
    chosen = {"act": "decline", "chosen": [new.pk, accepted.pk, 987654]}

    asked = client.get(f"{BOARD}chosen/", chosen)
    assert "Ann A" in asked.content.decode()
    new.refresh_from_db()
    assert new.state == State.NEW
    done = client.post(f"{BOARD}chosen/", chosen, follow=True).content.decode()

    new.refresh_from_db()
    assert new.state == State.DECLINED
    assert "1 application is done." in done
    assert "Ben B: The application of Ben B is now in the state" in done
    assert "not there any more" in done
    assert verbs(new) == ["decline"]


def test_a_sweep_that_would_invite_more_than_there_are_places_invites_nobody(
    facilitator, signed_in, make_application
):
    three = [make_application(name) for name in ("Ann A", "Ben B", "Cid C")]
    client = signed_in(facilitator)

    said = client.post(
        f"{BOARD}chosen/", {"act": "invite", "chosen": [one.pk for one in three]}, follow=True
    ).content.decode()

    assert "North 2026 has 2 places left, and you chose 3 applications." in said
    assert not Invitation.objects.exists()
    client.post(f"{BOARD}chosen/", {"act": "invite", "chosen": [one.pk for one in three[:2]]})
    assert Invitation.objects.count() == 2


@pytest.mark.parametrize(
    "given",
    [{}, {"act": "decline"}, {"act": "delete", "chosen": "1"}, {"act": "decline", "chosen": "x"},
     {"act": "decline", "chosen": "9" * 30}, {"act": "decline", "chosen": "²"}],
)  # fmt: skip
def test_a_sweep_of_nothing_leads_back_to_the_board(facilitator, signed_in, given):
    client = signed_in(facilitator)

    for verb in ("get", "post"):
        assert getattr(client, verb)(f"{BOARD}chosen/", given).url == BOARD


def test_a_sweep_does_not_reach_what_its_reader_may_not_review(facilitator, make_application):
    named = make_application("Named", director_email=facilitator.email)

    report = bulk.sweep([named.pk], "decline", by=facilitator)

    assert report.done == 0
    named.refresh_from_db()
    assert named.state == State.NEW


# --- Intakes --------------------------------------------------------------------------------------


def test_a_facilitator_opens_an_intake_for_their_own_cohort_only(
    prepared, make_facilitator, cohort, other_cohort, signed_in
):
    client = signed_in(make_facilitator(cohort))
    today = timezone.localdate()
    form = {"capacity": 5, "opens_on": today, "closes_on": today + timedelta(days=5)}
    address = f"{BOARD}intakes/add/"

    refused = client.post(address, form | {"cohort": other_cohort.pk})
    assert refused.status_code == 422
    backwards = client.post(
        address, form | {"cohort": cohort.pk, "closes_on": today - timedelta(days=1)}
    )
    assert backwards.status_code == 422
    client.post(address, form | {"cohort": cohort.pk})

    made = Intake.objects.get()
    assert (made.cohort, made.region, made.is_open) == (cohort, cohort.region, True)
    listed = client.get(f"{BOARD}intakes/").content.decode()
    assert "North 2026" in listed
    assert "The note to directors goes out without an overview" in listed
    overview = TextPage(title="Overview", slug="overview-for-program-directors")
    prepare_site().add_child(instance=overview).save_revision().publish()
    assert "goes out without" not in client.get(f"{BOARD}intakes/").content.decode()
    assert Entry.objects.get(intake=made).verb == "open"
    with time_machine.travel(timezone.now() + timedelta(days=7), tick=True):
        assert not Intake.objects.get().is_open
        assert not applying.open_intakes()


def test_an_intake_never_has_fewer_places_than_are_taken(
    facilitator, signed_in, make_application, intake, make_facilitator, other_cohort
):
    for name in ("Ann A", "Ben B"):
        reviewing.invite(make_application(name), by=facilitator)
    address = f"{BOARD}intakes/{intake.pk}/"
    form = {"opens_on": intake.opens_on, "closes_on": intake.closes_on}

    fewer = signed_in(facilitator).post(address, form | {"capacity": 1})
    assert fewer.status_code == 422
    assert "2 places are invited or accepted already" in fewer.content.decode()
    stranger = signed_in(make_facilitator(other_cohort)).post(address, form | {"capacity": 9})
    assert stranger.status_code == 422
    signed_in(facilitator).post(address, form | {"capacity": 3})

    intake.refresh_from_db()
    assert intake.capacity == 3


# --- Ten thousand ---------------------------------------------------------------------------------


def fill(intake, other, many):
    states = board.BOARD_STATES
    Application.objects.bulk_create(
        [
            Application(
                name=f"Person {number}",
                email=f"p{number % (many - 7)}@example.org",
                county=f"County {number % 58}",
                worksite=f"Site {number % 900}",
                program=f"Program {number % 90}",
                director_email="d@example.org",
                intake=(intake, other)[number % 2],
                state=states[number % len(states)],
                sent_at=timezone.now() - timedelta(minutes=number),
                likeness=likeness(f"Person {number}", f"Site {number % 900}"),
                words=f"person {number} site {number % 900}",
            )
            for number in range(many)
        ],
        batch_size=500,
    )


def test_the_board_asks_as_many_questions_for_ten_thousand_applications_as_for_fifty(
    facilitator, signed_in, intake, other_intake, make_application
):
    client = signed_in(facilitator)
    one = make_application()
    fill(intake, other_intake, 50)
    region = intake.region.pk
    addresses = [
        BOARD,
        f"{BOARD}?region={region}&state=new&q=person",
        f"{BOARD}?page=2",
        f"{BOARD}{one.pk}/",
        f"{BOARD}export/?state=new",
        f"{BOARD}intakes/",
    ]

    def counted():
        found = []
        for address in addresses:
            # What the cache keeps for a time is there, however long the rows took to write.
            assert client.get(address).status_code == 200
            with CaptureQueriesContext(connection) as queries:
                client.get(address)
            found.append(len(queries))
        return found

    few = counted()
    Application.objects.exclude(pk=one.pk).delete()
    fill(intake, other_intake, 10_000)

    many = counted()
    assert many == few
    assert all(count <= most for count, most in zip(many, CEILINGS, strict=True)), many


CEILINGS = (15, 17, 15, 14, 9, 12)


def test_the_numbers_of_the_board_are_one_grouped_query(
    facilitator, intake, other_intake, django_assert_num_queries
):
    fill(intake, other_intake, 50)
    board.applications_for(facilitator)  # asks who they are, once

    with django_assert_num_queries(2):  # the numbers, and the names of the regions
        lines = board.lines(board.applications_for(facilitator))

    assert sum(line.total for line in lines) == 50


# --- Nothing else of the admin --------------------------------------------------------------------


def test_facilitators_hold_one_permission_in_the_admin_and_lose_it_with_the_role(
    facilitator, signed_in
):
    assert facilitator.get_all_permissions() == {"wagtailadmin.access_admin"}

    roster.dismiss(facilitator, Role.Kind.FACILITATOR, by=None)

    assert Person.objects.get(pk=facilitator.pk).get_all_permissions() == set()
    assert signed_in(facilitator).get("/cms/").status_code == 404


def test_the_admins_own_front_page_and_account_lead_a_facilitator_to_ours(facilitator, signed_in):
    client = signed_in(facilitator)

    assert client.get("/cms/").url == BOARD
    assert client.get("/cms/account/").url == "/me/"
    for address in ("pages/", "choose-page/", "images/", "documents/", "reports/site-history/",
                    "sites/", "collections/", "workflows/list/", "topics/"):  # fmt: skip
        assert client.get(f"/cms/{address}").status_code in (302, 404), address


@pytest.mark.parametrize("state", [state for state in State if state != State.DRAFT])
def test_an_application_tells_when_its_cohort_meets_until_it_is_decided(
    prepared, client, make_application, intake, state
):
    starts = timezone.now() + timedelta(days=20)
    facts = {"cohort": intake.cohort, "year": 1, "starts_at": starts}
    facts |= {"ends_at": starts + timedelta(hours=4)}
    Meeting.objects.create(number=1, place="Numbat hall", **facts)
    Meeting.objects.create(number=2, place="Quokka hall", cancelled_at=timezone.now(), **facts)
    one = make_application(state=state)

    copy = client.get(f"/apply/copy/{one.copy_token}/").content.decode()
    support = client.get(f"/apply/support/{one.director_token}/").content.decode()

    undecided = state in (State.NEW, State.CALLED, State.WAITLISTED, State.INVITED)
    assert ("Numbat hall" in copy) == undecided
    assert ("Year 1, meeting 1" in support) == undecided
    assert "Numbat hall" not in support, "a director needs the dates, and not the place"
    assert "Quokka hall" not in copy
