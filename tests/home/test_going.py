"""Coming to a webinar: who may, who is told what, and what a calendar carries."""

import html
import threading
from datetime import timedelta

import pytest
import time_machine
from django.conf import settings as configured
from django.core import mail
from django.core.exceptions import ValidationError
from django.core.mail.backends.base import BaseEmailBackend
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.html import strip_tags
from icalendar import Calendar
from wagtail.models import Locale, Page, PageViewRestriction

from community import inventory, roster
from community.models import Audience, Role
from forum.subscriptions import keys
from home.going import answering, reminders
from home.going.reminders import tell_those_who_come
from home.models import MeetingsPage, Rsvp, WebinarPage


class Broken(BaseEmailBackend):
    """A mail server that is away."""

    def send_messages(self, messages):
        raise OSError("no way")


JOIN = "https://meet.example.org/xyz"


def words(response):
    return html.unescape(" ".join(strip_tags(response.content.decode()).split()))


def close_to(page, audience):
    restriction = PageViewRestriction.objects.create(page=page, restriction_type="groups")
    restriction.groups.add(audience.group)
    return page


@pytest.fixture
def webinar(make_webinar):
    return make_webinar("Data without fear", join_url=JOIN)


def begins_at_noon(page):
    """So that a day before it begins is the day before."""
    noon = timezone.localtime(page.starts_at).replace(hour=12, minute=0)
    page.starts_at, page.ends_at = noon, noon + timedelta(hours=1)
    page.save_revision().publish()


@pytest.fixture
def walled(make_webinar, cohort, audiences):
    page = make_webinar("Wobblegong hour", join_url=JOIN)
    return close_to(page, roster.open_audience(Audience.Kind.COHORT, cohort))


def come(client, page, going="yes"):
    return client.post(f"/webinars/{page.pk}/going/", {"going": going})


def test_whoever_comes_finds_the_link_to_join_and_nobody_else(
    webinar, make_person, signed_in, client
):
    coming, other = signed_in(make_person()), signed_in(make_person())
    assert JOIN not in coming.get(webinar.url).content.decode()

    come(coming, webinar)

    page = coming.get(webinar.url)
    assert JOIN in page.content.decode()
    assert "You are coming." in words(page)
    assert "1 person is coming." in words(other.get(webinar.url))
    for reader in (other, client):
        assert JOIN not in reader.get(webinar.url).content.decode()
    assert "Sign in to see it" in words(client.get(webinar.url))
    come(coming, webinar, "no")
    assert JOIN not in coming.get(webinar.url).content.decode()
    assert "is coming" not in words(other.get(webinar.url))


def test_facilitators_and_editors_have_the_link_and_the_list(
    webinar, make_person, make_facilitator, cohort, signed_in
):
    member = make_person(name="=Ada Comer")
    come(signed_in(member), webinar)

    for prepares in (make_facilitator(cohort), make_person(Role.Kind.EDITOR)):
        client = signed_in(prepares)
        assert JOIN in client.get(webinar.url).content.decode()
        told = client.get(f"/webinars/{webinar.pk}/going.csv").content.decode("utf-8-sig")
        assert told.splitlines() == ["Name", "'=Ada Comer"]
    assert signed_in(member).get(f"/webinars/{webinar.pk}/going.csv").status_code == 404


def test_a_webinar_that_is_closed_to_somebody_is_not_there_for_them(
    walled, make_participant, cohort, make_person, signed_in
):
    insider, outsider = make_participant(cohort), make_person(Role.Kind.DIRECTOR)

    assert come(signed_in(insider), walled).status_code == 302
    for path in ("going/", "webinar.ics", "going.csv"):
        assert signed_in(outsider).get(f"/webinars/{walled.pk}/{path}").status_code == 404
    assert come(signed_in(outsider), walled).status_code == 404
    assert Rsvp.objects.get().person == insider


def test_whoever_lost_the_right_to_read_it_is_counted_and_told_no_more(
    walled, make_participant, cohort, signed_in
):
    leaver, stays = make_participant(cohort), make_participant(cohort)
    for person in (leaver, stays):
        come(signed_in(person), walled)
    roster.leave(leaver, cohort, by=None)

    assert "1 person is coming." in words(signed_in(stays).get(walled.url))
    with time_machine.travel(walled.starts_at - timedelta(hours=20)):
        tell_those_who_come.call()
    assert [message.to for message in mail.outbox] == [[stays.email]]


def test_one_that_is_over_takes_no_answer(make_webinar, make_person, signed_in):
    over = make_webinar(starts_in=timedelta(days=-2), join_url=JOIN)
    client = signed_in(make_person())

    assert "This webinar is over." in words(come(client, over) and client.get(over.url))
    assert "Are you coming?" not in words(client.get(over.url))
    assert not Rsvp.objects.exists()


def test_saying_it_twice_is_saying_it_once(webinar, make_person, signed_in):
    client = signed_in(make_person())
    come(client, webinar)
    come(client, webinar)

    assert Rsvp.objects.count() == 1


def test_recording_and_slides_stand_on_its_page_afterwards(
    make_webinar, make_document, make_person, signed_in, client
):
    slides = make_document("Slides", Audience.Kind.MEMBERS)
    page = make_webinar(
        starts_in=timedelta(days=-2), recording="https://video.example.org/1", slides=slides
    )

    assert "See the recording" in words(client.get(page.url))
    assert "The slides" not in words(client.get(page.url))
    assert "The slides" in words(signed_in(make_person()).get(page.url))


# --- Who comes -----------------------------------------------------------------------------------


def test_whoever_prepares_a_webinar_finds_on_a_page_who_comes(
    webinar, make_participant, make_facilitator, make_person, cohort, signed_in
):
    come(signed_in(make_participant(cohort, name="Ada Comer")), webinar)
    come(signed_in(make_person(name="Bo Stays")), webinar, "no")

    for prepares in (make_facilitator(cohort), make_person(Role.Kind.EDITOR)):
        client = signed_in(prepares)
        assert f"/webinars/{webinar.pk}/people/" in client.get(webinar.url).content.decode()
        told = client.get(f"/webinars/{webinar.pk}/people/")
        assert "Ada Comer" in words(told)
        assert "Maple Yard" in words(told)
        assert "1 person is coming." in words(told)
        assert f"/webinars/{webinar.pk}/going.csv" in told.content.decode()
        assert "Bo Stays" not in words(told)


def test_nobody_else_finds_who_comes_and_everybody_who_reads_the_page_how_many(
    webinar, make_participant, make_person, cohort, program, signed_in, client
):
    comer = make_participant(cohort, name="Ada Comer")
    come(signed_in(comer), webinar)
    both = make_person(Role.Kind.EDITOR)
    roster.appoint(both, Role.Kind.DIRECTOR, by=None, program=program)

    for other in (comer, make_person(), make_person(Role.Kind.STEWARD), both):
        reader = signed_in(other)
        for path in ("people/", "going.csv"):
            assert reader.get(f"/webinars/{webinar.pk}/{path}").status_code == 404
        page = reader.get(webinar.url)
        assert "1 person is coming." in words(page)
        assert f"/webinars/{webinar.pk}/people/" not in page.content.decode()
        if other != comer:
            assert "Ada Comer" not in words(page)
    assert "1 person is coming." in words(client.get(webinar.url))
    assert "Ada Comer" not in words(client.get(webinar.url))


def test_whoever_prepares_a_webinar_that_they_cannot_read_finds_nobody(
    walled, make_participant, make_facilitator, make_person, cohort, other_cohort, signed_in
):
    come(signed_in(make_participant(cohort, name="Ada Comer")), walled)

    for path in ("people/", "going.csv"):
        address = f"/webinars/{walled.pk}/{path}"
        assert "Ada Comer" in signed_in(make_facilitator(cohort)).get(address).content.decode()
        for outsider in (make_facilitator(other_cohort), make_person(Role.Kind.EDITOR)):
            assert signed_in(outsider).get(address).status_code == 404


def test_the_page_of_who_comes_says_so_where_nobody_does_and_stays_when_it_is_over(
    webinar, make_person, make_facilitator, cohort, signed_in
):
    client = signed_in(make_facilitator(cohort))
    address = f"/webinars/{webinar.pk}/people/"
    assert "Nobody has said yet that they come" in words(client.get(address))

    come(signed_in(make_person(name="Ada Comer")), webinar)

    with time_machine.travel(webinar.ends_at + timedelta(days=1)):
        client = signed_in(make_facilitator(cohort))
        assert "Who said that they come" in words(client.get(webinar.url))
        assert "Ada Comer" in words(client.get(address))


def test_many_who_come_take_as_many_queries_as_few(
    webinar, make_person, make_facilitator, cohort, signed_in
):
    client = signed_in(make_facilitator(cohort))

    def cost(path):
        client.get(path)
        with CaptureQueriesContext(connection) as captured:
            client.get(path)
        return len(captured)

    def comes(number):
        for _ in range(number):
            answering.answer(webinar, by=make_person(), going=True)

    paths = [f"/webinars/{webinar.pk}/people/", f"/webinars/{webinar.pk}/going.csv", webinar.url]
    comes(2)
    few = [cost(path) for path in paths]
    comes(9)

    assert [cost(path) for path in paths] == few


# --- Places --------------------------------------------------------------------------------------


def test_a_webinar_that_is_full_says_so_and_takes_nobody_more_until_a_place_is_free(
    make_webinar, make_person, signed_in, client
):
    page = make_webinar(places=2, join_url=JOIN)
    first, second, third = (signed_in(make_person()) for _ in range(3))
    assert "2 places are free." in words(third.get(page.url))
    come(first, page)
    assert "1 person is coming. 1 place is free." in words(third.get(page.url))
    come(second, page)

    for reader in (third, client):
        assert "There are 2 places, and all are taken." in words(reader.get(page.url))
    for path in (page.url, f"/webinars/{page.pk}/going/"):
        assert "Every place is taken." in words(third.get(path))
        assert 'value="yes"' not in third.get(path).content.decode()
    answer = third.post(f"/webinars/{page.pk}/going/", {"going": "yes"}, follow=True)
    assert "Every place is taken. Look in again: one may become free." in words(answer)
    assert JOIN not in answer.content.decode()
    assert Rsvp.objects.filter(going=True).count() == 2

    come(first, page, "no")
    come(third, page)
    assert JOIN in third.get(page.url).content.decode()


def test_whoever_comes_to_a_full_webinar_may_say_so_again_and_whoever_cannot_says_no(
    make_webinar, make_person, signed_in
):
    page = make_webinar(places=1, join_url=JOIN)
    comes, cannot = signed_in(make_person()), signed_in(make_person())
    come(comes, page)

    come(comes, page)
    come(cannot, page, "no")

    assert "You are coming." in words(comes.get(page.url))
    assert list(Rsvp.objects.order_by("pk").values_list("going", flat=True)) == [True, False]


def test_fewer_places_send_nobody_away_and_more_let_somebody_in(
    make_webinar, make_person, signed_in
):
    page = make_webinar(places=3, join_url=JOIN)
    coming = [signed_in(make_person()) for _ in range(3)]
    for client in coming:
        come(client, page)
    late = signed_in(make_person())

    page.places = 1
    page.save_revision().publish()

    for client in coming:
        assert JOIN in client.get(page.url).content.decode()
    assert "3 people are coming. There is 1 place, and it is taken." in words(late.get(page.url))
    come(coming[0], page, "no")
    come(late, page)
    assert "Every place is taken." in words(late.get(page.url))

    page.places = None
    page.save_revision().publish()
    come(late, page)
    assert JOIN in late.get(page.url).content.decode()


def test_the_place_of_whoever_may_not_read_it_any_more_is_free(
    walled, make_participant, cohort, signed_in
):
    walled.places = 1
    walled.save_revision().publish()
    leaver, other = make_participant(cohort), signed_in(make_participant(cohort))
    come(signed_in(leaver), walled)
    roster.leave(leaver, cohort, by=None)

    come(other, walled)

    assert "You are coming." in words(other.get(walled.url))


def test_a_webinar_has_one_place_at_least(webinar):
    webinar.places = 0

    with pytest.raises(ValidationError) as refused:
        webinar.full_clean()
    assert set(refused.value.message_dict) == {"places"}


def test_of_many_who_ask_for_the_last_places_at_once_as_many_come_as_there_are(
    transactional_db, make_person
):
    Locale.objects.get_or_create(language_code=configured.LANGUAGE_CODE.partition("-")[0])
    root = Page.objects.filter(depth=1).first()
    root = root or Page.add_root(instance=Page(title="Root", slug="root"))
    starts_at = timezone.now() + timedelta(days=9)
    page = root.add_child(
        instance=WebinarPage(
            title="Two places",
            slug="two-places",
            places=2,
            starts_at=starts_at,
            ends_at=starts_at + timedelta(hours=1),
        )
    )
    people = [make_person() for _ in range(8)]
    ready, said = threading.Barrier(len(people)), []

    def ask(person):
        ready.wait()
        try:
            said.append(answering.answer(page, by=person, going=True).going)
        except answering.Refused as refusal:
            said.append(str(refusal))
        finally:
            connections.close_all()

    workers = [threading.Thread(target=ask, args=[person], daemon=True) for person in people]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)

    assert not any(worker.is_alive() for worker in workers), "somebody waits for ever"
    assert said.count(True) == 2
    refused = [each for each in said if each is not True]
    assert len(refused) == 6
    assert all(each.startswith("Every place is taken.") for each in refused)
    assert Rsvp.objects.filter(webinar=page, going=True).count() == 2


# --- Reminders -----------------------------------------------------------------------------------


def test_whoever_comes_is_reminded_a_day_and_an_hour_before_each_once(
    webinar, make_person, signed_in
):
    begins_at_noon(webinar)
    coming, not_coming = make_person(), make_person()
    come(signed_in(coming), webinar)
    come(signed_in(not_coming), webinar, "no")

    tell_those_who_come.call()
    assert mail.outbox == []
    for before, subject in ((23, "Tomorrow"), (1, "Within the hour")):
        with time_machine.travel(webinar.starts_at - timedelta(hours=before)):
            tell_those_who_come.call()
            tell_those_who_come.call()
        (message,) = mail.outbox
        assert message.to == [coming.email]
        assert message.subject.startswith(subject)
        assert "Data without fear" in message.subject
        assert JOIN not in message.body
        mail.outbox.clear()


def sweep_before(page, **before):
    """To whom the sweep mails so long before the webinar, and the first words of each subject."""
    mail.outbox.clear()
    with time_machine.travel(page.starts_at - timedelta(**before)):
        tell_those_who_come.call()
    return [(message.to[0], message.subject.partition(":")[0]) for message in mail.outbox]


def test_a_reminder_waits_while_its_person_cannot_read_the_page_and_comes_once_when_they_can(
    webinar, make_person, make_participant, cohort, signed_in
):
    begins_at_noon(webinar)
    person, insider = make_person(), make_participant(cohort)
    for each in (person, insider):
        come(signed_in(each), webinar)
    wall = roster.open_audience(Audience.Kind.COHORT, cohort)
    close_to(webinar, wall)
    assert sweep_before(webinar, hours=23) == [(insider.email, "Tomorrow")]
    assert sweep_before(webinar, hours=22) == []

    PageViewRestriction.objects.all().delete()

    assert sweep_before(webinar, hours=5) == [(person.email, "Today")]
    assert sweep_before(webinar, hours=4) == []
    close_to(webinar, wall)
    assert sweep_before(webinar, hours=1) == [(insider.email, "Within the hour")]
    PageViewRestriction.objects.all().delete()
    assert sweep_before(webinar, minutes=20) == [(person.email, "Within the hour")]
    assert sweep_before(webinar, minutes=10) == []


def test_a_reminder_that_waits_longer_than_the_webinar_does_is_not_sent(
    webinar, make_person, make_participant, cohort, signed_in
):
    come(signed_in(make_person()), webinar)
    close_to(webinar, roster.open_audience(Audience.Kind.COHORT, cohort))
    assert sweep_before(webinar, hours=1) == []

    PageViewRestriction.objects.all().delete()

    assert sweep_before(webinar, minutes=-10) == []


def test_those_who_cannot_read_it_hold_up_nobody_elses_reminder(
    webinar, make_person, make_participant, cohort, signed_in, monkeypatch
):
    monkeypatch.setattr(reminders, "AT_ONCE", 1)
    insider = make_participant(cohort)
    for each in (make_person(), insider):
        come(signed_in(each), webinar)
    close_to(webinar, roster.open_audience(Audience.Kind.COHORT, cohort))

    assert [to for to, _words in sweep_before(webinar, hours=20)] == [insider.email]


def test_whom_the_clock_alone_keeps_out_is_told_once_it_lets_them_in_again(
    walled, make_participant, cohort, signed_in
):
    person = make_participant(cohort)
    come(signed_in(person), walled)
    ends_at = walled.starts_at - timedelta(hours=30)
    roster.enrol(person, cohort, by=None, ends_at=ends_at)
    assert sweep_before(walled, hours=20) == []

    with time_machine.travel(walled.starts_at - timedelta(hours=20)):
        roster.enrol(person, cohort, by=None)

    assert [to for to, _words in sweep_before(walled, hours=19)] == [person.email]
    assert sweep_before(walled, hours=18) == []


def test_a_change_of_the_hour_is_told_once_and_a_webinar_that_is_called_off_too(
    webinar, make_person, signed_in
):
    come(signed_in(make_person()), webinar)
    webinar.starts_at += timedelta(days=1)
    webinar.ends_at += timedelta(days=1)
    webinar.save_revision().publish()

    tell_those_who_come.call()
    tell_those_who_come.call()
    webinar.unpublish()
    tell_those_who_come.call()
    tell_those_who_come.call()

    moved, off = mail.outbox
    assert "another date" in moved.subject
    assert "does not take place" in off.subject


@pytest.mark.parametrize("what", ["the page", "the page above it"])
def test_whoever_comes_is_told_once_where_the_page_is_deleted(
    webinar, make_person, signed_in, what, django_capture_on_commit_callbacks
):
    coming, not_coming = make_person(), make_person()
    come(signed_in(coming), webinar)
    come(signed_in(not_coming), webinar, "no")
    editor = signed_in(make_person(Role.Kind.EDITOR))
    gone = webinar if what == "the page" else MeetingsPage.objects.get()

    with django_capture_on_commit_callbacks(execute=True):
        assert editor.post(f"/cms/pages/{gone.pk}/delete/").status_code == 302
    tell_those_who_come.call()

    assert not WebinarPage.objects.exists()
    (message,) = mail.outbox
    assert message.to == [coming.email]
    assert message.subject == "A webinar does not take place: Data without fear"
    assert "It was to begin:" in message.body
    assert JOIN not in message.body


def test_one_that_was_called_off_before_or_is_over_is_deleted_without_a_mail(
    webinar, make_webinar, make_person, signed_in, django_capture_on_commit_callbacks
):
    person = make_person()
    soon = make_webinar("Soon over")
    for page in (webinar, soon):
        come(signed_in(person), page)
    webinar.unpublish()
    tell_those_who_come.call()
    assert len(mail.outbox) == 1

    with django_capture_on_commit_callbacks(execute=True):
        webinar.delete()
        with time_machine.travel(soon.ends_at + timedelta(hours=1)):
            soon.delete()

    assert len(mail.outbox) == 1


def test_one_that_is_deleted_before_it_was_told_that_it_is_called_off_is_told_once(
    webinar, make_person, signed_in, django_capture_on_commit_callbacks
):
    come(signed_in(make_person()), webinar)
    webinar.unpublish()

    with django_capture_on_commit_callbacks(execute=True):
        webinar.delete()
    tell_those_who_come.call()

    assert len(mail.outbox) == 1


def test_of_a_walled_one_that_is_deleted_only_its_readers_hear_and_not_its_name(
    walled, make_participant, cohort, signed_in, django_capture_on_commit_callbacks
):
    leaver, stays = make_participant(cohort), make_participant(cohort)
    for person in (leaver, stays):
        come(signed_in(person), walled)
    roster.leave(leaver, cohort, by=None)

    with django_capture_on_commit_callbacks(execute=True):
        walled.delete()

    (message,) = mail.outbox
    assert message.to == [stays.email]
    assert "wobblegong" not in (message.subject + message.body).lower()


def test_deleting_one_to_which_many_come_takes_as_many_queries_as_one_of_few(
    make_webinar, make_person
):
    def cost(number):
        page = make_webinar()
        for _ in range(number):
            answering.answer(page, by=make_person(), going=True)
        with CaptureQueriesContext(connection) as captured:
            page.delete()
        return len(captured)

    cost(1)
    assert cost(9) == cost(2)


def test_whoever_may_not_read_it_since_it_is_for_others_is_told_nothing_by_any_way(
    webinar, make_person, make_participant, cohort, signed_in, django_capture_on_commit_callbacks
):
    person, insider = make_person(), make_participant(cohort)
    client, token = signed_in(person), keys.make(by=person)
    for each in (client, signed_in(insider)):
        come(each, webinar)
    close_to(webinar, roster.open_audience(Audience.Kind.COHORT, cohort))

    def sweep():
        tell_those_who_come.call()
        told = {message.to[0] for message in mail.outbox}
        mail.outbox.clear()
        return told

    for before in (23, 1):
        with time_machine.travel(webinar.starts_at - timedelta(hours=before)):
            assert sweep() == {insider.email}
    for path in (webinar.url, *(f"/webinars/{webinar.pk}/{end}" for end in ("going/", "people/"))):
        assert client.get(path).status_code == 404
    assert client.get(f"/webinars/{webinar.pk}/webinar.ics").status_code == 404
    assert come(client, webinar, "no").status_code == 404
    assert events_of(client.get(f"/calendars/{token}/webinars.ics")) == []
    assert "Data without fear" not in words(client.get("/me/"))
    assert "Data without fear" not in words(client.get("/meetings/"))
    copied = [row for part in inventory.parts() for row in part.rows(person)]
    assert "Data without fear" not in str(copied)
    webinar.starts_at += timedelta(days=1)
    webinar.ends_at += timedelta(days=1)
    webinar.save_revision().publish()
    assert sweep() == {insider.email}
    webinar.unpublish()
    assert sweep() == {insider.email}
    webinar.save_revision().publish()
    assert sweep() == {insider.email}
    with django_capture_on_commit_callbacks(execute=True):
        webinar.delete()
    assert sweep() == {insider.email}


def test_a_mail_that_cannot_be_sent_is_due_again(webinar, make_person, signed_in, settings):
    come(signed_in(make_person()), webinar)
    with time_machine.travel(webinar.starts_at - timedelta(hours=20)):
        working = settings.MAILERS
        settings.MAILERS = {"default": {"BACKEND": f"{__name__}.Broken"}}
        with pytest.raises(OSError, match="no way"):
            tell_those_who_come.call()
        settings.MAILERS = working
        tell_those_who_come.call()

    assert len(mail.outbox) == 1


def test_a_mail_about_a_walled_webinar_does_not_name_it(
    walled, make_participant, cohort, signed_in
):
    come(signed_in(make_participant(cohort)), walled)
    with time_machine.travel(walled.starts_at - timedelta(hours=20)):
        tell_those_who_come.call()

    (message,) = mail.outbox
    assert "wobblegong" not in (message.subject + message.body).lower()


# --- Calendars -----------------------------------------------------------------------------------


def events_of(response):
    assert response.headers["Content-Type"].startswith("text/calendar")
    return Calendar.from_ical(response.content).walk("VEVENT")


@pytest.mark.parametrize("title", ["A; comma, and\\ more", "Ünïcode ✓ " * 12, "BEGIN:VEVENT"])
def test_an_entry_says_when_and_where_and_survives_any_title(client, make_webinar, title):
    page = make_webinar(title, join_url=JOIN)

    response = client.get(f"/webinars/{page.pk}/webinar.ics")

    (event,) = events_of(response)
    assert str(event["summary"]) == page.title
    assert event["dtstart"].dt == page.starts_at.replace(microsecond=0)
    assert str(event["url"]).endswith(f"/webinars/{page.pk}/going/")
    assert JOIN.encode() not in response.content


def test_ones_own_calendar_holds_what_one_may_read_and_no_title_of_what_is_walled(
    webinar, walled, make_participant, make_person, cohort, client
):
    insider, outsider = make_participant(cohort), make_person(Role.Kind.DIRECTOR)

    def titles(person):
        token = keys.make(by=person)
        return sorted(
            str(e["summary"]) for e in events_of(client.get(f"/calendars/{token}/webinars.ics"))
        )

    assert titles(insider) == ["A webinar", "Data without fear"]
    assert titles(outsider) == ["Data without fear"]


def test_a_secret_that_ended_opens_no_calendar(webinar, make_person, client):
    person = make_person()
    token = keys.make(by=person)
    keys.end(by=person)

    assert client.get(f"/calendars/{token}/webinars.ics").status_code == 404


def test_a_calendar_of_many_takes_as_many_queries_as_one_of_few(
    webinar, make_webinar, make_person, client
):
    token = keys.make(by=make_person())

    def cost():
        with CaptureQueriesContext(connection) as captured:
            client.get(f"/calendars/{token}/webinars.ics")
        return len(captured)

    cost()
    few = cost()
    for number in range(8):
        make_webinar(f"Another {number}")

    assert cost() == few


def test_my_page_shows_the_webinar_that_one_comes_to(webinar, make_webinar, make_person, signed_in):
    later = make_webinar("Later hour", starts_in=timedelta(days=30))
    client = signed_in(make_person())
    assert "The next webinar Data without fear" in words(client.get("/me/"))

    come(client, later)

    assert "Your next webinar Later hour" in words(client.get("/me/"))
