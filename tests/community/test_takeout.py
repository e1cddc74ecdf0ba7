"""A copy of everything about oneself: whole, of nobody else's words, and for nobody else."""

import io
import json
import zipfile
from datetime import timedelta

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from community import inventory, roster
from community.models import Audience, Person, Role
from community.roster import Refused
from community.takeout import packing, storage, taking, tasks
from community.takeout.models import LASTS, STALLED, Takeout
from forum import posting
from forum.attachments import intake
from forum.moderation import joining, reports
from forum.polls import polling
from forum.shelf import muting, saving
from forum.threads import Topic

PASSWORD = "three unrelated words"
State = Takeout.State


@pytest.fixture
def person(make_participant, cohort):
    return make_participant(cohort, name="Maren Mine", password=PASSWORD)


def sign_in(person):
    client = Client()
    client.post(reverse("account_login"), {"login": person.email, "password": PASSWORD})
    return client


def confirm(client):
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})


@pytest.fixture
def copy_of(django_capture_on_commit_callbacks):
    """`(data, page, archive)` of a copy made now, as the worker makes it."""

    def make(person):
        with django_capture_on_commit_callbacks(execute=True):
            takeout = taking.ask(person, by=person)
        takeout.refresh_from_db()
        assert takeout.state == State.READY
        archive = zipfile.ZipFile(storage.path(takeout.file))
        return json.loads(archive.read("data.json")), archive.read("index.html").decode(), archive

    return make


def test_every_heading_that_is_named_is_a_part_of_the_copy():
    named = {belonging.heading for belonging in inventory.belongings()} - {""}

    assert named - {part.name for part in inventory.parts()} == set()


def test_each_part_gives_plain_rows_for_everybody(person):
    for part in inventory.parts():
        for row in part.rows(person):
            assert packing._facts(row) is not None
    assert len({str(part.title) for part in inventory.parts()}) == len(inventory.parts())


def test_what_points_at_a_person_and_is_not_in_the_copy_is_so_on_purpose():
    """What others said or did about somebody, and what is a number of ours."""
    left_out = {b.column for b in inventory.belongings() if not b.heading}

    assert {"moderation.Report.decided_by", "shelf.Mute.person", "reading.Mark.person"} < left_out
    for told in ("moderation.Report.by", "shelf.Saved.person", "forum_conversation.Post.poster"):
        assert told not in left_out


def test_the_copy_holds_what_is_theirs_and_nothing_that_others_said(
    person, cohort, make_space, make_thread, make_facilitator, make_participant, copy_of
):
    facilitator = make_facilitator(cohort)
    other = make_participant(cohort, name="Otto Other")
    space = make_space(Audience.Kind.COHORT, cohort, name="North room")
    topic = make_thread(space, other, "Othersword in the opening", subject="Otherstitle")
    drawn = io.BytesIO()
    Image.new("RGB", (9, 9)).save(drawn, "PNG")
    file = intake.take(SimpleUploadedFile("dot.png", drawn.getvalue()), by=person, alt="A dot")
    mine = posting.reply(topic, by=person, content="> Quoted\n\nMywords <b>&", attachments=[file])
    own = make_thread(space, person, "Mine too", subject="Mytitle")
    posting.remove(posting.reply(own, by=person, content="Mydeleted"), by=person)
    reports.report(topic.posts.first(), by=person, why="hurtful", words="Myreport")
    reports.report(mine, by=other, why="hurtful", words="Aboutme")
    reports.decide(mine, by=facilitator, outcome="left", answer="Toother")
    saving.save(topic, by=person, note="Mynote")
    muting.mute(other, by=person)
    muting.mute(person, by=other)

    data, page, archive = copy_of(person)

    whole = json.dumps(data) + page
    for word in ("Mywords", "Mine too", "Mytitle", "Mydeleted", "Myreport", "Mynote", "A dot"):
        assert word in page, word
        assert word in json.dumps(data), word
    for word in ("Othersword", "Otherstitle", "Aboutme", "Toother", other.email):
        assert word not in whole, word
    assert data["account"][0]["email"] == person.email
    assert data["posts"][0]["text"] == "> Quoted\n\nMywords <b>&"
    assert "Mywords &lt;b&gt;&amp;" in page
    assert data["muted"] == [{"who": "Otto Other", "at": data["muted"][0]["at"]}]
    name = data["files"][0]["in_this_copy"]
    assert Image.open(io.BytesIO(archive.read(name))).size == (9, 9)
    assert person.password not in whole


def test_of_a_space_that_closed_to_them_the_copy_holds_their_words_and_no_more(
    person, cohort, program, make_space, make_thread, make_facilitator, make_participant, copy_of
):
    """What others said there, what became of theirs, and that it goes on, stays there."""
    facilitator, other = make_facilitator(cohort), make_participant(cohort)
    space = make_space(Audience.Kind.COHORT, cohort, name="North room")
    own = make_thread(space, person, "> Othersquoted\n\nMywords", subject="Mytitle")
    changed = posting.reply(own, by=person, content="Mychanged")
    split = posting.reply(own, by=person, content="Mysplit")
    theirs = make_thread(space, other, "Othersword", subject="Otherstitle")
    polled = make_thread(space, other, "Vote", subject="A vote")
    poll = polling.add(polled, by=other, question="Othersquestion", options=["Othersyes", "No"])
    polling.vote(poll, by=person, options=[poll.options.first().pk])
    saving.save(theirs, by=person, note="Mynote")
    report = reports.report(theirs.posts.first(), by=person, why="hurtful", words="Myreport")

    roster.appoint(person, Role.Kind.DIRECTOR, by=None, program=program)
    posting.edit(changed, by=facilitator, content="Facilitatorsword")
    joining.split(own, [split.pk], by=facilitator, subject="Facilitatorstitle")
    joining.merge(polled, Topic.objects.get(pk=own.pk), by=facilitator)
    reports.decide(theirs.posts.first(), by=facilitator, outcome="left", answer="Toreporter")
    data, page, _archive = copy_of(Person.objects.get(pk=person.pk))

    whole = json.dumps(data) + page
    for word in ("Mywords", "Mysplit", "Mynote", "Myreport"):
        assert word in whole, word
    for word in (
        "Othersquoted", "Facilitators", "Mytitle", "Othersquestion", "Othersyes", "Toreporter",
        "North room", "Mychanged",
    ):  # fmt: skip
        assert word not in whole, word
    assert report
    assert data["acts_about_you"] == []
    assert [row["what_became_of_it"] for row in data["reports"]] == [None]
    assert [row["what"] for row in data["saved"]] == [None]


def test_a_copy_is_gone_once_its_person_stands_otherwise(
    person, program, copy_of, django_capture_on_commit_callbacks
):
    copy_of(person)
    takeout = taking.latest(person)
    client = sign_in(person)
    confirm(client)
    address = f"/me/data/{takeout.pk}/download/"
    assert client.head(address).status_code == 200

    roster.appoint(person, Role.Kind.DIRECTOR, by=None, program=program)
    with django_capture_on_commit_callbacks(execute=True):
        refused = client.get(address, follow=True)

    assert "Your roles or cohorts changed since this copy was made" in refused.content.decode()
    assert not Takeout.objects.exists()
    assert not storage.path(takeout.file).exists()


def test_a_file_that_is_gone_from_the_disk_does_not_stop_the_copy(person, copy_of):
    drawn = io.BytesIO()
    Image.new("RGB", (9, 9)).save(drawn, "PNG")
    file = intake.take(SimpleUploadedFile("dot.png", drawn.getvalue()), by=person)
    file.file.storage.delete(file.file.name)

    data, _page, archive = copy_of(person)

    assert data["files"][0]["in_this_copy"] not in archive.namelist()


def test_only_its_person_may_ask_and_one_copy_is_made_at_a_time(person, make_person):
    with pytest.raises(Refused):
        taking.ask(person, by=make_person(Role.Kind.STEWARD))

    first = taking.ask(person, by=person)

    assert taking.ask(person, by=person) == first
    assert Takeout.objects.count() == 1


def test_a_new_copy_takes_the_place_of_the_last_one(
    person, copy_of, django_capture_on_commit_callbacks
):
    copy_of(person)
    before = storage.path(taking.latest(person).file)

    with django_capture_on_commit_callbacks(execute=True):
        taking.ask(person, by=person)

    assert not before.exists()
    assert Takeout.objects.get().state == State.READY


def test_the_file_is_closed_to_everybody_on_the_machine(person, copy_of):
    copy_of(person)

    path = storage.path(taking.latest(person).file)

    assert path.stat().st_mode & 0o077 == 0


# --- Fetching it ----------------------------------------------------------------------------------


def test_it_is_given_to_its_person_after_their_password_and_to_nobody_else(
    person, make_person, copy_of
):
    copy_of(person)
    address = reverse("takeout:download", args=[taking.latest(person).pk])
    client = sign_in(person)
    steward = sign_in(make_person(Role.Kind.STEWARD, password=PASSWORD))
    confirm(steward)

    assert Client().get(address).headers["Location"].startswith(reverse("account_login"))
    assert steward.get(address).status_code == 404
    asked = client.get(address)
    assert asked.headers["Location"].startswith(reverse("account_reauthenticate"))

    confirm(client)
    given = client.get(address)
    body = b"".join(given)
    assert zipfile.ZipFile(io.BytesIO(body)).testzip() is None
    assert given.headers["Content-Type"] == "application/zip"
    assert "attachment" in given.headers["Content-Disposition"]
    assert given.headers["Cache-Control"] == "private, no-store"
    assert client.head(address).status_code == 200


def test_somebody_elses_copy_and_none_at_all_are_one_answer(person, make_person, copy_of):
    copy_of(person)
    other = sign_in(make_person(password=PASSWORD))
    confirm(other)

    answers = [
        other.get(reverse("takeout:download", args=[pk])).content
        for pk in (taking.latest(person).pk, 987_654)
    ]

    assert answers[0] == answers[1]


def test_it_expires(person, copy_of, django_capture_on_commit_callbacks):
    client = sign_in(person)
    copy_of(person)
    takeout = taking.latest(person)
    path = storage.path(takeout.file)
    with time_machine.travel(timezone.now() + LASTS, tick=False):
        confirm(client)
        address = reverse("takeout:download", args=[takeout.pk])
        assert client.get(address).status_code == 404
        assert "has expired" in client.get(reverse("takeout:mine")).content.decode()

    with (
        time_machine.travel(timezone.now() + 2 * LASTS, tick=False),
        django_capture_on_commit_callbacks(execute=True),
    ):
        taking.sweep()

    assert not Takeout.objects.exists()
    assert not path.exists()


def test_the_sweep_removes_files_that_no_row_knows(person, copy_of):
    copy_of(person)
    known = storage.path(taking.latest(person).file)
    stray = storage.path("stray.zip")
    stray.write_bytes(b"x")

    taking.sweep()
    assert stray.exists(), "its row may be a moment younger"
    with time_machine.travel(timezone.now() + timedelta(hours=2), tick=False):
        taking.sweep()

    assert not stray.exists()
    assert known.exists()


# --- When it goes wrong ---------------------------------------------------------------------------


def test_what_a_killed_worker_left_is_begun_anew(person):
    takeout = taking.ask(person, by=person)
    Takeout.objects.update(state=State.RUNNING, percent=40, file="half.zip")
    storage.path("half.zip").write_bytes(b"half")

    tasks.make_copy.enqueue(takeout.pk)

    takeout.refresh_from_db()
    assert (takeout.state, takeout.percent) == (State.READY, 100)
    assert not storage.path("half.zip").exists()


def test_what_never_comes_back_is_marked_and_can_be_tried_again(person):
    client = sign_in(person)
    taking.ask(person, by=person)
    Takeout.objects.update(state=State.RUNNING, file="half.zip")
    storage.path("half.zip").write_bytes(b"half")
    assert "Look again" in client.get(reverse("takeout:mine")).content.decode()

    Takeout.objects.update(moved_on_at=timezone.now() - STALLED)
    page = client.get(reverse("takeout:mine")).content.decode()

    assert "could not be made" in page
    assert "Try again" in page
    assert not storage.path("half.zip").exists()
    assert client.post(reverse("takeout:mine")).status_code == 302
    assert taking.latest(person).state == State.WAITING


def test_an_error_marks_the_copy_as_failed_and_leaves_no_file(person):
    broken = inventory.Part("broken", "Broken", lambda person: [{"x": 1 / 0} for _ in "x"])
    inventory._parts["broken"] = broken
    try:
        takeout = taking.ask(person, by=person)
        tasks.make_copy.enqueue(takeout.pk)
    finally:
        del inventory._parts["broken"]

    takeout.refresh_from_db()
    assert (takeout.state, takeout.file) == (State.FAILED, "")
    assert list(storage.folder().iterdir()) == []
    # Tried once more by the queue, it stays as it is: its person decides.
    tasks.make_copy.enqueue(takeout.pk)
    takeout.refresh_from_db()
    assert takeout.state == State.FAILED


def test_a_copy_that_nobody_waits_for_any_more_is_dropped(person):
    takeout = taking.ask(person, by=person)
    # The account is closed while its copy is made.
    inventory._parts["closes"] = inventory.Part(
        "closes", "Closes", lambda person: Takeout.objects.all().delete() and []
    )
    try:
        tasks.make_copy.enqueue(takeout.pk)
    finally:
        del inventory._parts["closes"]

    assert not Takeout.objects.exists()
    assert list(storage.folder().iterdir()) == []


# --- The screen -----------------------------------------------------------------------------------


def test_the_screen_tells_how_far_it_is_without_and_with_its_script(person):
    client = sign_in(person)
    assert "You have no copy here" in client.get(reverse("takeout:mine")).content.decode()
    client.post(reverse("takeout:mine"))
    Takeout.objects.update(state=State.RUNNING, percent=40)

    page = client.get(reverse("takeout:mine")).content.decode()
    told = client.get(reverse("takeout:state")).json()

    assert 'value="40"' in page
    assert told["under_way"] is True
    assert 'value="40"' in told["html"]
    Takeout.objects.update(state=State.READY, ready_at=timezone.now(), file="x.zip", size=2048)
    assert client.get(reverse("takeout:state")).json()["under_way"] is False
    assert "Download (2.0" in client.get(reverse("takeout:mine")).content.decode()


def test_the_screen_costs_the_same_however_much_was_written(
    person, cohort, make_space, make_thread, django_assert_num_queries
):
    client = sign_in(person)
    address = reverse("takeout:mine")
    client.get(address)
    with django_assert_num_queries(4):
        client.get(address)
    space = make_space(Audience.Kind.COHORT, cohort)
    make_thread(space, person, *["Words"] * 30)
    client.get(address)

    with django_assert_num_queries(4):
        client.get(address)
