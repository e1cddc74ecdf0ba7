"""Applying, by the front door: saved as one goes, sent once, withdrawn, and supported."""

import logging
import re
from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.models import Page

from community import invitations
from community.applications import keeping, pacing, reviewing
from community.applications.models import Application, Intake, State
from community.applications.tasks import mail_director
from community.models import Invitation, Meeting
from config.logs import WithoutSecrets
from home.models import TextPage

from .applicants import ANSWERS, STEPS, answers_of, apply, begin, hidden, post

pytestmark = pytest.mark.django_db
# Mails go out on commit.
mailed = pytest.mark.django_db(transaction=True)

PRIVATE = ("Sassafras", "Tamarind", "Quince")


def the_application():
    return Application.objects.get()


def verbs():
    return [entry.verb for entry in the_application().entries.order_by("pk")]


def director_link():
    return f"/apply/support/{the_application().director_token}/"


# --- Applying -------------------------------------------------------------------------------------


@mailed
def test_four_steps_make_an_application_and_tell_the_applicant_and_the_director(client, intake):
    copy = apply(client, intake)

    application = the_application()
    assert application.state == State.NEW
    assert {name: getattr(application, name) for name in ("name", "county", "goals")} == {
        name: ANSWERS[name] for name in ("name", "county", "goals")
    }
    way_back, arrived, note = mail.outbox
    assert way_back.to == arrived.to == ["nora@example.org"]
    assert "your link" in way_back.subject
    assert copy in arrived.body
    assert note.to == ["dot@example.org"]
    page = client.get(copy)
    assert page.status_code == 200
    assert all(words in page.content.decode() for words in PRIVATE)
    assert verbs() == ["send"]


def test_nothing_is_kept_in_a_session_and_pages_stay_out_of_caches(client, intake):
    copy = apply(client, intake)

    assert "sessionid" not in client.cookies
    assert "no-store" in client.get(copy).headers["Cache-Control"]
    assert 'content="noindex"' in client.get(copy).content.decode()


@pytest.mark.parametrize(
    ("step", "field", "value"),
    [
        ("site", "director_email", "nora@example.org"),
        ("site", "director_email", "nonsense"),
        ("site", "intake", "987654"),
        ("site", "worksite", "See https://example.org"),
        ("site", "county", ""),
        ("hopes", "goals", "x" * 3001),
        ("hopes", "experience", "with \0 in it"),
        ("promise", "commitment", ""),
    ],
)
def test_what_is_wrong_is_said_beside_its_field_and_what_was_typed_stays(
    client, intake, step, field, value
):
    address = begin(client).replace("/site/", f"/{step}/")

    answer = post(client, address, answers_of(step, intake) | {field: value})

    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    typed = next(name for name in reversed(STEPS[step]) if name not in (field, "intake"))
    if typed in answers_of(step, intake) and typed != "commitment":
        assert ANSWERS[typed] in answer.content.decode()
    assert the_application().is_draft


def test_a_form_that_names_an_address_on_the_first_step_is_refused(client, intake):
    for name in ("www.example.org", "a@b.example", " ", "\u200b"):
        answer = post(client, "/apply/", answers_of("you", intake, name=name))
        assert answer.status_code == 422, name
    assert not Application.objects.exists()


def test_the_dates_of_the_meetings_stand_beside_the_promise(client, intake):
    starts = timezone.now() + timedelta(days=40)
    Meeting.objects.create(
        cohort=intake.cohort, year=1, number=1, starts_at=starts,
        ends_at=starts + timedelta(hours=4), place="Tall hall",
    )  # fmt: skip
    address = begin(client)
    post(client, address, answers_of("site", intake))

    page = client.get(address.replace("/site/", "/promise/")).content.decode()

    assert "Year 1, meeting 1" in page
    assert "Tall hall" in page


def test_sending_with_a_step_left_out_leads_to_that_step_with_its_errors(client, intake):
    address = begin(client)
    post(client, address, answers_of("site", intake))

    answer = post(client, address.replace("/site/", "/promise/"), answers_of("promise", intake))

    assert answer.url == address.replace("/site/", "/hopes/") + "?missing"
    page = client.get(answer.url)
    assert set(page.context["form"].errors) == {"experience", "goals"}
    application = the_application()
    assert application.is_draft
    assert application.accessibility == ANSWERS["accessibility"]


# --- Going on later -------------------------------------------------------------------------------


@mailed
def test_the_way_back_is_mailed_as_soon_as_anything_is_saved(client, intake):
    address = begin(client)

    (sent,) = mail.outbox
    assert sent.to == ["nora@example.org"]
    link = re.search(r"/apply/draft/[\w-]+/", sent.body)[0]
    assert client.get(link, follow=True).redirect_chain[-1][0] == address


@mailed
def test_half_a_step_is_saved_and_gone_on_with_from_the_mailed_link(client, intake):
    address = begin(client)

    saved = post(client, address, {"county": "Alder County", "later": "yes"})

    assert saved.url.endswith("/saved/")
    assert "nora@example.org" in client.get(saved.url).content.decode()
    link = re.search(r"/apply/draft/[\w-]+/", mail.outbox[-1].body)[0]
    opened = client.get(link, follow=True)
    assert opened.redirect_chain[-1][0] == address
    assert "Alder County" in opened.content.decode()


def test_a_link_that_ran_out_says_so_and_the_draft_is_deleted(client, intake):
    address = begin(client)
    assert client.get(address).status_code == 200

    with time_machine.travel(timezone.now() + timedelta(days=31), tick=True):
        gone = client.get(address)
        assert gone.status_code == 410
        assert "/apply/link/" in gone.content.decode()
        assert post(client, address, answers_of("site", intake)).status_code == 410
        assert keeping.forget_old() == 1
    assert not Application.objects.exists()


@mailed
def test_asking_for_the_link_is_the_same_answer_and_the_same_work_for_every_address(
    client, intake, make_facilitator
):
    begin(client)
    member = make_facilitator(intake.cohort)
    mail.outbox.clear()
    answers, mailed = {}, {}
    client.get("/apply/link/")
    for email in ("nora@example.org", member.email, "nobody@example.org"):
        with CaptureQueriesContext(connection) as queries:
            answer = post(client, "/apply/link/", {"email": email})
        page = re.sub(r'"csrfmiddlewaretoken" value="[^"]*"', "", answer.content.decode())
        answers[email] = (answer.status_code, page.replace(email, "ADDRESS"))
        mailed[email] = [one.to for one in mail.outbox if one.to == [email]]
        assert len(queries) <= 3  # of the task, which runs within the request in tests
    assert len(set(answers.values())) == 1
    assert [len(found) for found in mailed.values()] == [1, 0, 0]


def test_applying_with_a_members_address_is_no_different(client, intake, make_facilitator):
    member = make_facilitator(intake.cohort)

    copy = apply(client, intake, email=member.email)

    assert client.get(copy).status_code == 200
    assert the_application().email == member.email


@mailed
def test_one_address_is_mailed_only_so_many_links_in_an_hour(client, intake):
    begin(client)  # which mails the first

    answers = [post(client, "/apply/link/", {"email": "nora@example.org"}) for _ in range(8)]

    assert {answer.status_code for answer in answers} == {200}
    assert len(mail.outbox) == 5


# --- What keeps machines out ----------------------------------------------------------------------


def test_a_form_that_comes_too_fast_is_asked_again_and_loses_nothing(client, intake):
    given = answers_of("you", intake)

    quick = client.post("/apply/", hidden(client.get("/apply/")) | given)
    assert quick.status_code == 422
    assert "That was quick" in quick.content.decode()
    assert "Nora Noodle" in quick.content.decode()
    assert not Application.objects.exists()
    with time_machine.travel(timezone.now() + timedelta(seconds=5), tick=True):
        again = client.post("/apply/", hidden(quick) | given)

    assert again.status_code == 302


@pytest.mark.parametrize("opened", ["", "form:1:nonsense", "form", "\0", "x" * 5000])
def test_a_stamp_of_nobody_counts_for_nothing(client, intake, opened):
    carried = hidden(client.get("/apply/")) | {"opened": opened}

    with time_machine.travel(timezone.now() + timedelta(minutes=5), tick=True):
        answer = client.post("/apply/", carried | answers_of("you", intake))

    assert answer.status_code == 422


def test_a_filled_trap_is_asked_again_with_the_trap_empty(client, intake):
    answer = post(client, "/apply/", answers_of("you", intake) | {pacing.TRAP: "http://spam"})

    assert answer.status_code == 422
    assert "Nora Noodle" in answer.content.decode()
    assert "http://spam" not in answer.content.decode()
    assert not Application.objects.exists()


def test_one_client_begins_only_so_many_and_another_is_not_stopped(client, intake, monkeypatch):
    monkeypatch.setattr("community.applications.views.BEGUN_IN_AN_HOUR", 2)
    for _ in range(2):
        begin(client)

    stopped = post(client, "/apply/", answers_of("you", intake))

    assert stopped.status_code == 429
    assert "Nora Noodle" in stopped.content.decode()
    assert Application.objects.count() == 2
    other = type(client)(REMOTE_ADDR="192.0.2.7")
    assert post(other, "/apply/", answers_of("you", intake)).status_code == 302


# --- Doubled, stale, full, closed -----------------------------------------------------------------


def test_the_first_step_sent_twice_is_one_application(client, intake):
    carried = hidden(client.get("/apply/")) | answers_of("you", intake)

    with time_machine.travel(timezone.now() + timedelta(seconds=5), tick=True):
        answers = [client.post("/apply/", carried) for _ in range(2)]

    assert answers[0].url == answers[1].url
    assert Application.objects.count() == 1


@mailed
def test_the_last_step_sent_twice_is_sent_once(client, intake):
    address = begin(client)
    for step in ("site", "hopes"):
        address = post(client, address, answers_of(step, intake)).url
    carried = hidden(client.get(address)) | answers_of("promise", intake)

    with time_machine.travel(timezone.now() + timedelta(seconds=5), tick=True):
        first = client.post(address, carried)
        second = client.post(address, carried, follow=True)

    assert second.redirect_chain[-1][0] == first.url
    assert [one.subject.partition(": ")[2] for one in mail.outbox].count("your link") == 1
    assert len(mail.outbox) == 3  # and the copy, and the director's note
    assert the_application().entries.count() == 1


def test_answers_saved_from_another_window_are_not_written_over_unseen(client, intake):
    address = begin(client)
    old = hidden(client.get(address))
    post(client, address, answers_of("site", intake, county="From the other window"))

    with time_machine.travel(timezone.now() + timedelta(seconds=5), tick=True):
        stale = client.post(address, old | answers_of("site", intake, county="From this one"))
        assert stale.status_code == 409
        assert "From this one" in stale.content.decode()
        assert the_application().county == "From the other window"
        client.post(address, hidden(stale) | answers_of("site", intake, county="From this one"))

    assert the_application().county == "From this one"


def test_what_is_typed_in_a_step_is_saved_while_it_is_filled_in(client, intake, mailoutbox):
    address = begin(client)
    opened = hidden(client.get(address))
    mailoutbox.clear()

    def typed(version, **answers):
        with time_machine.travel(timezone.now() + timedelta(seconds=10), tick=True):
            return client.post(
                address,
                opened | {"version": version, "later": "yes"} | answers,
                headers={"accept": "application/json"},
            )

    saved = typed(opened["version"], county="Alder County")
    stale = typed(opened["version"], county="Too late")
    wrong = typed(saved.json()["version"], county="x" * 5_000)
    trapped = typed(saved.json()["version"], county="Trapped", **{pacing.TRAP: "me"})

    assert saved.status_code == 200
    assert (stale.status_code, wrong.status_code, trapped.status_code) == (409, 422, 422)
    assert "at most 80" in str(wrong.json()["errors"]["county"])
    assert the_application().county == "Alder County"
    assert "Alder County" in client.get(address).content.decode()
    assert mailoutbox == []
    post(client, address, answers_of("site", intake))
    assert the_application().worksite == ANSWERS["worksite"]


def test_what_is_saved_by_itself_ends_when_the_application_is_sent(client, intake):
    apply(client, intake)
    address = f"/apply/draft/{the_application().token}/site/"

    late = client.post(address, {"county": "Late"}, headers={"accept": "application/json"})

    assert late.status_code == 302
    assert the_application().county == ANSWERS["county"]


def test_a_form_opened_before_the_application_was_sent_leads_to_the_copy(client, intake):
    copy = apply(client, intake)
    draft = f"/apply/draft/{the_application().token}/"

    for address in (draft, f"{draft}hopes/", f"{draft}discard/", f"{draft}saved/"):
        assert client.get(address, follow=True).redirect_chain[-1][0] == copy
    late = post(client, f"{draft}hopes/", answers_of("hopes", intake, goals="Later"))
    assert late.status_code == 302
    assert the_application().goals == ANSWERS["goals"]


def test_a_region_that_closed_meanwhile_is_said_and_the_answers_stay(client, intake):
    address = begin(client)
    for step in ("site", "hopes"):
        address = post(client, address, answers_of(step, intake)).url
    yesterday = timezone.localdate() - timedelta(days=1)
    Intake.objects.update(closes_on=yesterday)

    answer = post(client, address, answers_of("promise", intake))

    assert answer.url.endswith("/site/?missing")
    page = client.get(answer.url).content.decode()
    assert "takes no applications now" in page
    assert ANSWERS["worksite"] in page
    assert the_application().is_draft


def test_a_region_that_filled_up_meanwhile_still_takes_applications_and_says_so(
    client, intake, make_facilitator
):
    facilitator = make_facilitator(intake.cohort)
    for number in range(2):
        apply(client, intake, email=f"early{number}@example.org", worksite=f"Early {number}")
    for application in Application.objects.all():
        reviewing.invite(application, by=facilitator)
    address = begin(client)
    assert "All places are taken" in client.get(address).content.decode()
    for step in ("site", "hopes"):
        address = post(client, address, answers_of(step, intake)).url
    assert "All places in North are taken" in client.get(address).content.decode()

    sent = post(client, address, answers_of("promise", intake))

    assert "All places in North are taken" in client.get(sent.url).content.decode()
    assert Application.objects.filter(state=State.NEW).count() == 1


def test_without_an_open_intake_the_page_says_so_and_takes_nothing(client, cohort):
    page = client.get("/apply/")

    assert page.status_code == 200
    assert "No region takes applications now" in page.content.decode()
    answer = client.post("/apply/", {"name": "Nora", "email": "nora@example.org"})
    assert answer.status_code == 422
    assert not Application.objects.exists()


# --- Withdrawing ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("state", "said"),
    [
        (State.NEW, "is with the facilitators"),
        (State.CALLED, "is with the facilitators"),
        (State.WAITLISTED, "You are on the waiting list"),
        (State.INVITED, "You are invited"),
        (State.ACCEPTED, "You are in North 2026"),
        (State.DECLINED, "This application is closed"),
        (State.WITHDRAWN, "You withdrew this application"),
    ],
)
def test_the_copy_says_how_it_stands(client, intake, state, said):
    copy = apply(client, intake)
    Application.objects.update(state=state)

    page = client.get(copy).content.decode()

    assert said in page.split("<h1", 1)[1].split("</h1>")[0]
    assert "data-print" in page


def test_withdrawing_takes_a_button_and_closes_the_invitation_too(client, intake, make_facilitator):
    copy = apply(client, intake)
    reviewing.invite(the_application(), by=make_facilitator(intake.cohort))
    assert client.get(f"{copy}withdraw/").status_code == 200
    assert the_application().state == State.INVITED

    for _ in range(2):
        client.post(f"{copy}withdraw/")

    assert the_application().state == State.WITHDRAWN
    assert verbs() == ["send", "invite", "withdraw"]
    assert not Invitation.objects.get().is_open
    assert "You withdrew this application" in client.get(copy).content.decode()


def test_whoever_has_joined_is_told_to_talk_to_their_facilitator(client, intake, make_facilitator):
    copy = apply(client, intake)
    reviewing.invite(the_application(), by=make_facilitator(intake.cohort))
    invitations.accept(Invitation.objects.get().token, "Nora Noodle", "three unrelated words")
    assert the_application().state == State.ACCEPTED

    answer = client.post(f"{copy}withdraw/", follow=True)

    assert "already joined" in answer.content.decode()
    assert the_application().state == State.ACCEPTED


def test_a_draft_can_be_thrown_away_at_once(client, intake):
    address = begin(client).replace("/site/", "/discard/")
    client.get(address)
    assert Application.objects.exists()

    client.post(address)

    assert not Application.objects.exists()
    assert client.get(address).status_code == 410


def test_no_link_opens_what_another_one_opens(client, intake):
    apply(client, intake)
    one = the_application()
    tokens = {"draft": one.token, "copy": one.copy_token, "support": one.director_token}
    for door in tokens:
        for kind, token in tokens.items():
            status = client.get(f"/apply/{door}/{token}/").status_code
            assert (status == 410) == (door != kind), (door, kind)
        said = client.get(f"/apply/{door}/{'x' * 20}/").content.decode()
        assert ("You have nothing to do." in said) == (door == "support")
        assert ("Get a new link" in said) == (door != "support")
    for token in ("nothing", "x" * 300, "%00", "%2e%2e"):
        for door in tokens:
            assert client.get(f"/apply/{door}/{token}/").status_code in (404, 410)


def test_no_link_of_an_application_stands_in_a_log():
    for address in ("/apply/draft/s3cret/site/", "/apply/copy/s3cret/", "/apply/support/s3cret/"):
        record = logging.LogRecord("daphne", 20, "", 0, "Not found: %s", (address,), None)

        WithoutSecrets().filter(record)

        assert "s3cret" not in record.getMessage()


# --- The director ---------------------------------------------------------------------------------


def test_the_directors_note_says_who_and_when_and_nothing_private(client, intake):
    call_command("prepare_site", verbosity=0)
    Page.objects.get(slug="home").add_child(
        instance=TextPage(title="Overview", slug="overview-for-program-directors")
    )
    apply(client, intake)

    mail_director.call(the_application().pk)

    (note,) = mail.outbox
    assert note.to == ["dot@example.org"]
    shown = client.get(director_link()).content.decode()
    for told in ("Nora Noodle", "Noodle Hill School", "/overview-for-program-directors/"):
        assert told in note.body
        assert told in shown
    assert director_link() in note.body
    for private in (*PRIVATE, "555 0100", "nora@example.org"):
        assert private not in note.body + note.subject + shown
    mail_director.call(the_application().pk)
    assert len(mail.outbox) == 1


def test_opening_the_directors_link_changes_nothing_and_its_button_does(client, intake):
    apply(client, intake)
    link = director_link()
    for verb in ("get", "head", "options"):
        getattr(client, verb)(link)
    assert the_application().supported_at is None

    first = client.post(link, follow=True)
    since = the_application().supported_at
    again = client.post(link, follow=True)

    assert since is not None
    assert the_application().supported_at == since
    assert "Thank you" in first.content.decode()
    assert "You said so already" in again.content.decode()
    assert verbs() == ["send", "support"]


def test_a_director_can_ask_before_they_support_it(client, intake):
    apply(client, intake)
    link = director_link()

    empty = client.post(link, {"question": " "})
    client.post(link, {"question": "Who covers the site?"})

    assert empty.status_code == 422
    assert the_application().question == "Who covers the site?"
    assert the_application().supported_at is None


def test_a_closed_application_asks_nothing_more_of_a_director(client, intake):
    copy = apply(client, intake)
    link = director_link()
    client.post(f"{copy}withdraw/")

    answer = client.post(link, follow=True)

    assert "closed" in answer.content.decode()
    assert the_application().supported_at is None


@mailed
@pytest.mark.parametrize(
    ("whose", "most"),
    # To the applicant the way back, and the copy.
    [("dot@example.org", 2), ("nora@example.org", 2 + 2)],
)
def test_nobody_is_flooded_by_applications_that_name_them(client, intake, monkeypatch, whose, most):
    monkeypatch.setattr("community.applications.tasks.LINKS_AN_HOUR", 2)
    monkeypatch.setattr("community.applications.tasks.NOTES_A_DAY", 2)
    monkeypatch.setattr("community.applications.tasks.COPIES_A_DAY", 2)

    for _ in range(4):
        apply(client, intake)

    assert Application.objects.count() == 4
    assert len([one for one in mail.outbox if one.to == [whose]]) == most


# --- How long it is kept --------------------------------------------------------------------------


def test_what_was_closed_is_deleted_after_the_time_that_the_form_states(client, intake):
    copy = apply(client, intake)
    apply(client, intake, email="stays@example.org", worksite="Stays here")
    client.post(f"{copy}withdraw/")
    months = timedelta(days=31 * keeping.CLOSED_MONTHS)
    assert f"after {keeping.CLOSED_MONTHS} months" in client.get("/apply/").content.decode()

    assert keeping.forget_old() == 0
    with time_machine.travel(timezone.now() + months, tick=True):
        assert keeping.forget_old() == 1

    assert the_application().email == "stays@example.org"
    with time_machine.travel(timezone.now() + timedelta(days=31 * 14), tick=True):
        assert keeping.forget_old() == 1
