"""Closing an account: what is theirs alone goes, what others hang on stays and names nobody."""

import io

import pytest
import time_machine
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.apps import apps
from django.contrib.sessions.models import Session
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import models
from django.db.models import ProtectedError
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from community import access, inventory, invitations, profiles, roster
from community.applications import applying, reviewing, support
from community.applications.models import Application
from community.leaving import closing, tasks
from community.leaving.models import WAIT, Closing
from community.models import Audience, Invitation, Membership, Person, Role, RosterEntry
from community.roster import Refused
from community.sessions.models import OpenSession
from community.takeout import storage, taking
from forum import markdown, posting
from forum.attachments import intake
from forum.attachments.models import Attachment
from forum.attachments.storage import uploads
from forum.live import seats
from forum.moderation import reports
from forum.moderation.models import Hold, Report
from forum.polls import polling
from forum.polls.models import Option
from forum.reading.models import Mark
from forum.shelf import muting, saving
from forum.shelf.models import Mute, Saved
from forum.spaces import keeping
from forum.subscriptions import keys, subscribing
from forum.subscriptions.models import FeedKey, Subscription
from forum.threads import Post, Topic
from forum.writing.tasks import unname_quotations

PASSWORD = "three unrelated words"
NAME = "Quillonia Zweifel"


@pytest.fixture
def person(make_participant, cohort):
    found = make_participant(cohort, name=NAME, password=PASSWORD)
    return Person.objects.get(pk=found.pk)


def sign_in(person):
    client = Client()
    client.post(reverse("account_login"), {"login": person.email, "password": PASSWORD})
    return client


def close(person):
    """As the clock does it when the week is over."""
    closing.ask_to_close(person, by=person)
    Closing.objects.update(due_at=timezone.now())
    assert closing.close_due() == 1
    unname_quotations.call(person.pk)  # as the worker does it after that
    return Person.objects.get(pk=person.pk)


# --- Nothing is forgotten ------------------------------------------------------------------------


def columns_that_point_at_people():
    found = set()
    for model in apps.get_models(include_auto_created=True):
        for field in model._meta.local_fields:
            if field.remote_field and issubclass(Person, field.remote_field.model):
                found.add(f"{model._meta.label}.{field.name}")
    return found


def test_every_column_that_points_at_a_person_is_declared():
    declared = {belonging.column for belonging in inventory.belongings()}

    assert columns_that_point_at_people() - declared == set(), "say what becomes of it at closing"
    assert declared - columns_that_point_at_people() == set(), "there is no such column any more"


def test_every_column_of_a_person_is_emptied_or_kept_on_purpose(person):
    kept = {"id", "joined_at", "is_demo"}
    emptied = {
        "name", "email", "password", "pronouns", "about", "last_login", "is_active", "is_superuser",
    }  # fmt: skip
    before = Person.objects.get(pk=person.pk)
    profiles.change(before, by=before, name=NAME, pronouns="she/her", about="About me")
    Person.objects.filter(pk=person.pk).update(is_superuser=True, last_login=timezone.now())
    before = Person.objects.get(pk=person.pk)

    after = close(before)

    assert {field.name for field in Person._meta.local_fields} == kept | emptied
    for name in emptied:
        assert getattr(after, name) != getattr(before, name), name
    assert not after.has_usable_password()


# --- A life, and what is left of it --------------------------------------------------------------


@pytest.fixture
def life(person, cohort, make_space, make_thread, make_facilitator, make_participant):
    """Everything that somebody can leave behind; `(space, topic, other)`."""
    facilitator = make_facilitator(cohort)
    other = make_participant(cohort, name="Other Person")
    space = make_space(Audience.Kind.COHORT, cohort)
    invitations.invite("elsewhere@example.org", Role.Kind.EXPERT, by=facilitator)
    Invitation.objects.update(email=person.email)
    EmailAddress.objects.create(user=person, email="quillonia.second@example.org", verified=True)
    profiles.change(person, by=person, name=NAME, pronouns="she/her", about=f"I am {NAME}")
    drawn = io.BytesIO()
    Image.new("RGB", (9, 9)).save(drawn, "PNG")

    def picture():
        return intake.take(SimpleUploadedFile("dot.png", drawn.getvalue()), by=person, alt="A dot")

    topic = make_thread(space, person, "What I asked", subject="My question")
    poll = polling.add(topic, by=person, question="Which?", options=["This", "That"])
    polling.vote(poll, by=person, options=[Option.objects.first().pk])
    posting.reply(topic, by=person, content="With a file", attachments=[picture()])
    picture()
    answer = posting.reply(topic, by=other, content="What they answered")
    quoted = markdown.quote(
        "What I asked", NAME, f"/threads/{topic.pk}/?post={topic.first_post_id}"
    )
    posting.reply(topic, by=other, content=f"{quoted}I answer it.")
    today = timezone.localdate()
    intake_of = reviewing.open_intake(
        cohort, by=facilitator, capacity=2, opens_on=today, closes_on=today
    )
    told = dict.fromkeys(applying.ANSWERS, "Told") | {"intake": intake_of, "commitment": True}
    told |= {"email": "applicant@example.org", "director_name": NAME}
    draft = applying.begin("", told | {"director_email": person.email.upper()})
    sent = applying.send(draft, {}, version=draft.version)
    support.ask(sent, f"{NAME} asks: when?")
    taken_back = posting.reply(topic, by=person, content="Taken back at once")
    posting.remove(taken_back, by=person)
    reports.report(answer, by=person, why="hurtful", words=f"{NAME} says so")
    keeping.set_up(space, by=facilitator, name=space.name, purpose="To talk.", holds="everybody")
    space.refresh_from_db()
    posting.start(space, by=person, subject="Waits for ever", content="Never shown")
    keeping.set_up(space, by=facilitator, name=space.name, purpose="To talk.", holds="nobody")
    saving.save(topic, by=person, note="A note")
    muting.mute(other, by=person)
    muting.mute(person, by=facilitator)
    subscribing.subscribe_to_space(space, by=person)
    keys.make(by=person)
    Authenticator.objects.create(user=person, type="totp", data={"secret": "x"})
    Mark.objects.get_or_create(person=person, defaults={"since": 1})
    taking.make(taking.ask(person, by=person).pk)
    return space, topic, other


def every_text():
    """`(table, column, value)` of every text, JSON and file name in the database."""
    texts = (models.CharField, models.TextField, models.JSONField, models.FileField)
    for model in apps.get_models(include_auto_created=True):
        columns = [f.attname for f in model._meta.local_concrete_fields if isinstance(f, texts)]
        for row in model._base_manager.values(*columns) if columns else ():
            for column, value in row.items():
                yield model._meta.label, column, str(value).lower()


def test_neither_name_nor_address_is_left_anywhere(person, life):
    secrets = [person.email, "quillonia", "zweifel"]
    assert any(secrets[1] in value for _table, _column, value in every_text())
    assert any(secrets[0] in value for _table, _column, value in every_text())

    close(person)

    for table, column, value in every_text():
        for secret in secrets:
            assert secret not in value, (table, column)


def quoted_line(address):
    return f"**[Quillonia \\[Q\\] Zweifel wrote:]({address})**"


def test_closing_hands_the_quotations_to_the_worker(
    person, life, django_capture_on_commit_callbacks
):
    closing.ask_to_close(person, by=person)
    Closing.objects.update(due_at=timezone.now())

    with django_capture_on_commit_callbacks(execute=True):
        assert closing.close_due() == 1

    assert "Quillonia" not in Post.objects.get(content__contains="I answer it.").content.raw


def test_a_quotation_keeps_its_words_and_loses_its_name(person, life):
    _space, topic, other = life
    address = f"/threads/{topic.pk}/?post={topic.first_post_id}"
    mine = posting.reply(topic, by=other, content="My own words")
    of_mine = markdown.quote("My own words", other.name, f"/threads/{topic.pk}/?post={mine.pk}")
    again = posting.reply(topic, by=other, content=of_mine)
    beside = f"**[the form](http://a.org)** is due, as **[Quilla wrote:]({address})** and others"
    told = posting.reply(topic, by=other, content=f"{beside}\n\n> > {quoted_line(address)}\n")

    close(person)

    quoting = Post.objects.get(content__contains="I answer it.")
    assert quoting.content.raw.startswith(f"> **[Somebody who left wrote:]({address})**")
    assert "What I asked" in quoting.content.rendered
    assert "Quillonia" not in quoting.content.rendered
    assert Post.objects.get(pk=again.pk).content.raw.strip() == of_mine.strip()
    told.refresh_from_db()
    left = f"**[Somebody who left wrote:]({address})**"
    said = told.content.raw.strip()
    assert said == f"{beside}\n\n> > {left}", "words of their own stay as they are"
    application = Application.objects.get(email="applicant@example.org")
    assert (application.director_email, application.question) == ("", "")
    assert application.name == "Told"


def test_what_was_theirs_alone_is_gone(person, life, django_capture_on_commit_callbacks):
    key = Attachment.objects.get(uploader=person, post=None)
    assert uploads.exists(key.file.name)
    copy = storage.path(taking.latest(person).file)
    assert copy.exists()

    with django_capture_on_commit_callbacks(execute=True):
        close(person)

    for model, field in (
        (EmailAddress, "user"), (Authenticator, "user"), (Saved, "person"), (Mute, "by"),
        (Mute, "person"), (Subscription, "person"), (FeedKey, "person"), (Mark, "person"),
        (OpenSession, "person"), (Closing, "person"),
    ):  # fmt: skip
        assert not model.objects.filter(**{field: person.pk}).exists(), (model, field)
    assert not Attachment.objects.filter(pk=key.pk).exists()
    assert not uploads.exists(key.file.name)
    assert not copy.exists()
    assert taking.latest(person) is None
    assert Report.objects.get(by=person).words == ""
    assert Hold.objects.get().outcome == Hold.Outcome.WITHDRAWN
    untold = Post.objects.filter(poster=person, approved=False)
    assert {post.content.raw for post in untold} == {""}
    assert Topic.objects.get(approved=False).subject == ""
    assert not Role.objects.current().filter(person=person).exists()
    assert not Membership.objects.current().filter(person=person).exists()
    assert not person.admissions.exists()
    assert not person.groups.exists()


def test_threads_of_others_stay_whole_under_somebody_who_left(person, life, signed_in):
    _space, topic, other = life
    reader = signed_in(other)
    address = reverse("spaces:thread", args=[topic.pk])
    assert NAME in reader.get(address).content.decode()

    close(person)

    text = reader.get(address).content.decode()
    assert "What I asked" in text
    assert "With a file" in text
    assert "What they answered" in text
    assert "Somebody who left" in text
    assert NAME not in text
    file = Attachment.objects.get(uploader=person)
    assert b"".join(reader.get(file.url))
    assert topic.poll.options.first().votes.count() == 1
    assert reader.get(reverse("profiles:person", args=[person.pk])).status_code == 404


def test_it_ends_sessions_and_sockets_feeds_and_links(person, life):
    _space, topic, _other = life
    client = sign_in(person)
    # With its second factor it would stop half way: here it has none.
    Authenticator.objects.all().delete()
    client = sign_in(person)
    seat = seats.claim(person, client.session.session_key)
    assert seats.still_taken(topic.pk, [seat])
    token = keys.make(by=person)
    feed = reverse("subscriptions:feed", args=[token])
    assert Client().get(feed).status_code == 200

    close(person)

    assert seats.still_taken(topic.pk, [seat]) == {}
    assert not Session.objects.filter(pk=seat.session_key).exists()
    assert client.get(reverse("community:me")).status_code == 302
    assert Client().get(feed).status_code == 404
    answer = Client().post(reverse("account_login"), {"login": person.email, "password": PASSWORD})
    assert answer.status_code == 200


def test_one_line_of_it_is_in_the_log_and_holds_nobody(person, life):
    before = RosterEntry.objects.count()

    close(person)

    asked, closed = RosterEntry.objects.order_by("pk")[before:]
    assert (asked.verb, closed.verb) == ("ask_to_close", "close_account")
    assert closed.detail == asked.detail == ""
    assert closed.person_id == closed.by_id == person.pk


def test_a_closed_account_is_still_never_deleted(person):
    closed = close(person)

    with pytest.raises(ProtectedError):
        closed.delete()
    with pytest.raises(ProtectedError):
        Person.objects.filter(pk=closed.pk).delete()


def test_two_closed_accounts_do_not_clash_and_the_address_may_come_again(
    make_person, make_facilitator
):
    first, second = make_person(name="One"), make_person(name="Two")
    address = first.email

    close(first)
    close(second)

    invitation = invitations.invite(address, Role.Kind.EXPERT, by=make_facilitator())
    assert invitations.accept(invitation.token, "New Person", PASSWORD).email == address


def test_whom_they_supervised_has_nobody_and_their_wall_is_gone(make_person):
    supervisor = make_person(Role.Kind.EXPERT)
    supervised = make_person(Role.Kind.COORDINATOR, supervisor=supervisor)
    assert access.standing_of(Person.objects.get(pk=supervisor.pk)).supervises

    close(supervisor)

    assert Role.objects.get(person=supervised).supervisor is None


# --- Who may, and what comes first --------------------------------------------------------------


def test_nobody_closes_somebody_elses_account(person, make_person):
    steward = make_person(Role.Kind.STEWARD)

    for verb in (closing.ask_to_close, closing.stay, roster.close_account):
        with pytest.raises(Refused):
            verb(person, by=steward)

    assert Person.objects.get(pk=person.pk).name == NAME


def test_the_last_steward_is_told_what_comes_first(make_person):
    steward = make_person(Role.Kind.STEWARD)

    with pytest.raises(Refused, match="only steward"):
        closing.ask_to_close(steward, by=steward)
    second = make_person(Role.Kind.STEWARD)
    closing.ask_to_close(steward, by=steward)

    # The one who stays is the last now: who has asked to leave does not count.
    with pytest.raises(Refused, match="only steward"):
        closing.ask_to_close(second, by=second)


def test_a_cohorts_only_facilitator_is_told_what_comes_first(
    make_facilitator, make_person, cohort, other_cohort
):
    facilitator = make_facilitator(cohort, other_cohort)
    make_facilitator(other_cohort)

    with pytest.raises(Refused, match=cohort.name) as refusal:
        closing.ask_to_close(facilitator, by=facilitator)

    assert other_cohort.name not in str(refusal.value)
    make_facilitator(cohort)
    closing.ask_to_close(facilitator, by=facilitator)


def test_a_facilitator_behind_the_wall_is_told_nothing_of_who_keeps_their_cohort(
    cohort, program, make_facilitator
):
    facilitator = make_facilitator(cohort)
    roster.appoint(facilitator, Role.Kind.DIRECTOR, by=None, program=program)
    alone = closing.what_comes_first(Person.objects.get(pk=facilitator.pk))
    make_facilitator(cohort)

    assert alone == closing.what_comes_first(Person.objects.get(pk=facilitator.pk)) == []


def test_whoever_became_the_last_meanwhile_waits_for_the_next_round(make_person):
    first, second = make_person(Role.Kind.STEWARD), make_person(Role.Kind.STEWARD)
    closing.ask_to_close(first, by=first)
    Closing.objects.update(due_at=timezone.now())
    roster.dismiss(second, Role.Kind.STEWARD, by=None)

    assert closing.close_due() == 0
    make_person(Role.Kind.STEWARD)
    assert closing.close_due() == 1


# --- The week, and the screen ---------------------------------------------------------------------


def test_the_account_closes_after_a_week_and_not_before(person):
    with time_machine.travel(timezone.now(), tick=False) as clock:
        closing.ask_to_close(person, by=person)
        clock.shift(WAIT.total_seconds() - 1)
        tasks.close_due_accounts.enqueue()
        assert Person.objects.get(pk=person.pk).is_active

        clock.shift(2)
        tasks.close_due_accounts.enqueue()

    assert not Person.objects.get(pk=person.pk).is_active


def test_signing_in_again_keeps_the_account(person):
    closing.ask_to_close(person, by=person)

    page = sign_in(person).get(reverse("community:me"))

    assert "You stay: your account is not closed." in page.content.decode()
    assert not Closing.objects.exists()
    assert RosterEntry.objects.first().verb == "stay"


def test_the_day_is_mailed_to_its_person(person, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        closing.ask_to_close(person, by=person)
        closing.ask_to_close(person, by=person)

    (message,) = mail.outbox
    assert message.to == [person.email]
    assert timezone.localtime(Closing.objects.get().due_at).strftime("%B") in message.body
    assert reverse("account_login") in message.body


def test_a_mail_that_was_queued_before_somebody_stayed_is_not_sent(person):
    closing.ask_to_close(person, by=person)
    closing.stay(person, by=person)

    tasks.mail_when_it_closes.enqueue(person.pk)

    assert mail.outbox == []


def test_the_screen_asks_for_the_password_then_for_a_word_then_signs_out_everywhere(person):
    there = sign_in(person)
    here = Client()
    here.force_login(person)
    address = reverse("leaving:close")

    asked = here.get(address)
    assert asked.headers["Location"].startswith(reverse("account_reauthenticate"))
    here.post(asked.headers["Location"], {"password": PASSWORD})
    page = here.get(address)
    assert page.status_code == 200
    assert "Somebody who left" in page.content.decode()

    for word in ("", "yes", "x" * 500, "cl\x00ose"):
        wrong = here.post(address, {"word": word})
        assert wrong.status_code == 422, word
    assert not Closing.objects.exists()

    done = here.post(address, {"word": " Close "}, follow=True)
    assert done.redirect_chain[-1][0] == reverse("leaving:asked")
    assert Closing.objects.get().person == person
    for client in (here, there):
        assert client.get(reverse("community:me")).status_code == 302


def test_the_screen_tells_the_last_steward_and_offers_no_form(make_person):
    steward = make_person(Role.Kind.STEWARD, password=PASSWORD)
    client = sign_in(steward)
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})

    page = client.get(reverse("leaving:close"))

    assert "only steward" in page.content.decode()
    assert 'name="word"' not in page.content.decode()
    assert client.post(reverse("leaving:close"), {"word": "close"}).status_code == 422
    assert not Closing.objects.exists()


@pytest.mark.parametrize("many", [1, 30])
def test_closing_costs_the_same_however_much_was_written(
    person, cohort, make_space, make_thread, many, django_assert_max_num_queries
):
    space = make_space(Audience.Kind.COHORT, cohort)
    make_thread(space, person, *["Words"] * many)
    closing.ask_to_close(person, by=person)
    Closing.objects.update(due_at=timezone.now())

    with django_assert_max_num_queries(130) as asked:
        closing.close_due()

    assert len(asked) > 20
