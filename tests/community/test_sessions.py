"""Where somebody is signed in: told in plain words, ended by its person, written once an hour."""

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from community.models import Role
from community.sessions import ending
from community.sessions.browsers import in_words
from community.sessions.models import OpenSession

PASSWORD = "three unrelated words"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
SAFARI = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like"
    " Gecko) Version/18.0 Mobile/15E148 Safari/604.1"
)


@pytest.fixture
def person(make_person):
    return make_person(Role.Kind.COORDINATOR, password=PASSWORD)


def sign_in(person, agent=FIREFOX):
    client = Client(headers={"user-agent": agent})
    answer = client.post(reverse("account_login"), {"login": person.email, "password": PASSWORD})
    assert answer.status_code == 302, answer.content
    return client


def is_in(client):
    return client.get(reverse("community:me")).status_code == 200


def row_of(client):
    return OpenSession.objects.get(key=client.session.session_key)


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (FIREFOX, "Firefox on Linux"),
        (SAFARI, "Safari on iPhone"),
        (
            "Mozilla/5.0 (Windows NT 10.0) AppleWebKit Chrome/140 Safari/537 Edg/140",
            "Edge on Windows",
        ),
        ("Mozilla/5.0 (Macintosh) Chrome/140 Safari/537", "Chrome on Mac"),
        ("curl/8", ""),
        ("", ""),
    ],
)
def test_a_browser_is_told_in_plain_words(agent, words):
    assert in_words(agent) == words


def test_the_list_tells_each_session_and_marks_this_one(person, make_person):
    here, there = sign_in(person), sign_in(person, SAFARI)
    stranger = make_person(password=PASSWORD)
    sign_in(stranger, "Mozilla/5.0 (Windows NT 10.0) Chrome/140 Safari/537")

    text = here.get(reverse("open_sessions:mine")).content.decode()

    assert text.count("This one") == 1
    assert text.index("Firefox on Linux") < text.index("This one")
    assert "Safari on iPhone" in text
    assert "Chrome on Windows" not in text
    assert is_in(there)


def test_nothing_of_the_network_is_kept(person):
    client = sign_in(person)

    row = row_of(client)

    assert {field.name for field in row._meta.fields} == {
        "id", "person", "key", "browser", "began_at", "seen_at",
    }  # fmt: skip
    assert FIREFOX not in str(row.__dict__)


def test_one_session_is_ended_from_another_and_nobody_ends_somebody_elses(person, make_person):
    here, there = sign_in(person), sign_in(person, SAFARI)
    stranger = sign_in(make_person(password=PASSWORD))
    address = reverse("open_sessions:end", args=[row_of(there).pk])

    assert stranger.post(address).status_code == 404
    assert is_in(there)

    assert here.post(address).status_code == 302
    assert not is_in(there)
    assert is_in(here)
    assert here.post(address).status_code == 404


def test_ending_this_session_signs_out_here(person):
    here, there = sign_in(person), sign_in(person, SAFARI)

    answer = here.post(reverse("open_sessions:end", args=[row_of(here).pk]))

    assert answer.headers["Location"] == reverse("account_login")
    assert not is_in(here)
    assert is_in(there)


def test_all_others_are_ended_at_once(person, make_person):
    here, there, third = sign_in(person), sign_in(person, SAFARI), sign_in(person)
    stranger = sign_in(make_person(password=PASSWORD))

    answer = here.post(reverse("open_sessions:end_others"), follow=True)

    assert "Signed out on 2 other devices." in answer.content.decode()
    assert is_in(here)
    assert is_in(stranger)
    assert not is_in(there)
    assert not is_in(third)
    again = here.post(reverse("open_sessions:end_others"), follow=True)
    assert "You were signed in nowhere else." in again.content.decode()


def test_a_new_password_ends_the_others_and_keeps_this_one_in_the_list(person):
    here, there = sign_in(person), sign_in(person, SAFARI)

    answer = here.post(
        reverse("account_change_password"),
        {
            "oldpassword": PASSWORD,
            "password1": "other unrelated words",
            "password2": "other unrelated words",
        },
    )

    assert answer.status_code == 302
    assert not is_in(there)
    assert is_in(here)
    assert list(ending.of(person)) == [row_of(here)]


def test_signing_out_ends_its_row(person):
    client = sign_in(person)
    assert ending.of(person).count() == 1

    client.post(reverse("account_logout"))

    assert not OpenSession.objects.filter(person=person).exists()


def test_that_a_session_goes_on_is_written_once_an_hour(
    person, django_assert_num_queries, django_assert_max_num_queries
):
    with time_machine.travel(timezone.now(), tick=False) as clock:
        client = sign_in(person)
        first = row_of(client).seen_at
        address = reverse("open_sessions:mine")
        client.get(address)
        with django_assert_num_queries(4):
            client.get(address)
        clock.shift(59 * 60)
        client.get(address)  # the signposts are looked up again each minute
        with django_assert_num_queries(4):
            client.get(address)
        assert row_of(client).seen_at == first

        clock.shift(2 * 60)
        with django_assert_max_num_queries(14):
            client.get(address)

        assert (row_of(client).seen_at - first).total_seconds() == 61 * 60
        with django_assert_num_queries(4):
            client.get(address)


def test_the_list_costs_the_same_however_many_sessions_there_are(person, django_assert_num_queries):
    client = sign_in(person)
    client.get(reverse("open_sessions:mine"))
    with django_assert_num_queries(4):
        client.get(reverse("open_sessions:mine"))
    for _ in range(25):
        sign_in(person, SAFARI)

    with django_assert_num_queries(4):
        page = client.get(reverse("open_sessions:mine"))

    assert "Page 1 of 2" in page.content.decode()


def test_a_session_without_a_row_gets_one_and_an_ended_one_loses_it(person):
    client = sign_in(person)
    OpenSession.objects.all().delete()
    session = client.session
    del session["noted_at"]
    session.save()

    assert is_in(client)
    assert row_of(client).browser == "Firefox on Linux"

    client.session.delete()
    ending.forget_ended()
    assert not OpenSession.objects.exists()


def test_visitors_are_sent_to_sign_in(client):
    for name, args in (("mine", []), ("end", [1]), ("end_others", [])):
        address = reverse(f"open_sessions:{name}", args=args)
        assert client.get(address).status_code in (302, 405)
        assert client.post(address).status_code in (302, 405)


def test_a_button_pressed_after_a_session_ran_out_leads_to_a_page_that_says_so(person):
    """Signing in leads back to an address that takes nothing but the button."""
    button = reverse("open_sessions:end_others")
    away = Client().post(button)
    client = Client(headers={"sec-fetch-mode": "navigate"})
    answer = client.post(
        away.headers["Location"], {"login": person.email, "password": PASSWORD}, follow=True
    )

    assert (button, 302) in answer.redirect_chain
    assert answer.redirect_chain[-1] == ("/", 302)
    assert "What you pressed was not done." in client.get("/me/").content.decode()
    asked_by_a_script = client.get(button, headers={"sec-fetch-mode": "cors"})
    assert asked_by_a_script.status_code == 405
