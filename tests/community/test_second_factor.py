"""Second factors: led to by whoever opens doors to others, and taken away by a steward alone."""

import json
import time
from datetime import timedelta

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from community import access, roster
from community.accounts import people_who_ask
from community.models import Audience, Person, Role, RosterEntry
from community.roster import Refused
from community.second_factor import resetting
from forum.live import seats

PASSWORD = "three unrelated words"
HOME = "/spaces/"
GRACE = access.SECOND_FACTOR_GRACE


@pytest.fixture
def demanded(settings):
    settings.STAFF_SECOND_FACTOR = True


def code(secret, moment=None):
    return format_hotp_value(hotp_value(secret, int((moment or time.time()) // 30)))


def sign_in(person):
    client = Client()
    client.post(reverse("account_login"), {"login": person.email, "password": PASSWORD})
    return client


def set_up(client):
    """Set up an app as a person does; its secret."""
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    page = client.get(reverse("mfa_activate_totp"))
    secret = page.context["form"].secret
    assert secret in page.content.decode()
    done = client.post(reverse("mfa_activate_totp"), {"code": code(secret)})
    assert done.status_code == 302, done.content
    return secret


def let_the_grace_pass(person):
    Role.objects.filter(person=person).update(starts_at=timezone.now() - GRACE)
    roster.advance_epoch()


# --- Who needs one --------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", Role.Kind)
def test_facilitators_editors_and_stewards_need_one_after_a_week(make_person, kind, demanded):
    person = make_person(kind, password=PASSWORD)
    client = sign_in(person)
    needs = kind in {Role.Kind.FACILITATOR, Role.Kind.EDITOR, Role.Kind.STEWARD}
    assert client.get(HOME).status_code == 200

    let_the_grace_pass(person)

    answer = client.get(HOME)
    assert answer.status_code == (302 if needs else 200)
    if needs:
        assert answer.headers["Location"] == reverse("mfa_index")
        page = client.get(reverse("mfa_index"))
        assert page.status_code == 200
        assert "You open doors for others here" in page.content.decode()


def test_nothing_of_the_members_area_opens_and_the_way_to_set_it_up_does(
    make_facilitator, cohort, make_space, demanded
):
    facilitator = make_facilitator(cohort, password=PASSWORD)
    roster.appoint(facilitator, Role.Kind.EDITOR, by=None)
    space = make_space(Audience.Kind.COHORT, cohort)
    client = sign_in(facilitator)
    assert client.get(f"/spaces/{space.pk}/").status_code == 200
    assert client.get("/cms/").status_code == 200
    let_the_grace_pass(facilitator)

    for address in (
        "/",
        HOME,
        f"/spaces/{space.pk}/",
        "/cms/",
        "/me/",
        "/people/invite/",
        "/nope/",
    ):
        for verb in ("get", "post", "options"):
            answer = getattr(client, verb)(address)
            assert answer.status_code == 302, (address, verb)
            assert answer.headers["Location"] == reverse("mfa_index"), (address, verb)
    for name in ("mfa_index", "account_change_password", "account_logout", "open_sessions:mine"):
        assert client.get(reverse(name)).status_code == 200, name

    set_up(client)

    assert client.get(f"/spaces/{space.pk}/").status_code == 200
    assert client.get("/cms/").status_code == 200


def test_the_week_is_told_on_every_page(make_person, demanded):
    person = make_person(Role.Kind.EDITOR, password=PASSWORD)
    client = sign_in(person)
    day = timezone.localtime(access.second_factor_due(person))

    page = client.get("/me/").content.decode()

    assert f"You need a second factor by {day:%B} {day.day}, {day.year}" in page
    set_up(client)
    assert "You need a second factor" not in client.get("/me/").content.decode()


def test_where_it_is_not_demanded_nobody_is_led_anywhere(make_person):
    person = make_person(Role.Kind.STEWARD, password=PASSWORD)
    let_the_grace_pass(person)

    page = sign_in(person).get("/me/")

    assert page.status_code == 200
    assert "You need a second factor" not in page.content.decode()


def test_the_demos_accounts_need_none(make_person, demanded):
    person = make_person(Role.Kind.STEWARD, password=PASSWORD)
    let_the_grace_pass(person)
    Person.objects.update(is_demo=True)

    assert sign_in(person).get(HOME).status_code == 200


def test_a_superuser_needs_one_without_any_role(make_person, demanded):
    person = make_person(password=PASSWORD)
    Person.objects.update(is_superuser=True, joined_at=timezone.now() - GRACE)

    assert sign_in(person).get(HOME).status_code == 302


def test_asking_costs_no_query(make_person, settings, django_assert_num_queries):
    person = make_person(Role.Kind.FACILITATOR, password=PASSWORD)
    client = sign_in(person)
    address = reverse("open_sessions:mine")
    client.get(address)
    with django_assert_num_queries(4):
        client.get(address)

    settings.STAFF_SECOND_FACTOR = True

    with django_assert_num_queries(4):
        client.get(address)
    let_the_grace_pass(person)
    client.get(HOME)
    with django_assert_num_queries(2):  # the session and the person
        assert client.get(HOME).status_code == 302


def test_recovery_codes_alone_are_no_second_factor(make_person, demanded):
    person = make_person(Role.Kind.EDITOR, password=PASSWORD)
    let_the_grace_pass(person)
    Authenticator.objects.create(user=person, type="recovery_codes", data={"seed": "x"})

    assert access.must_set_up_first(Person.objects.get(pk=person.pk))


def test_a_socket_is_refused_and_an_open_one_closed(
    make_facilitator, cohort, make_space, make_thread, demanded
):
    facilitator = make_facilitator(cohort, password=PASSWORD)
    topic = make_thread(make_space(Audience.Kind.COHORT, cohort), facilitator)
    key = sign_in(facilitator).session.session_key

    def asks():
        return people_who_ask().get(pk=facilitator.pk)

    seat = seats.claim(asks(), key)
    assert seat in seats.still_taken(topic.pk, [seat])

    let_the_grace_pass(facilitator)

    assert seats.still_taken(topic.pk, [seat]) == {}


# --- Signing in with it ---------------------------------------------------------------------------


@pytest.fixture
def person(make_person):
    return make_person(Role.Kind.COORDINATOR, password=PASSWORD)


def test_with_it_the_password_alone_opens_nothing(person):
    secret = set_up(sign_in(person))
    client = sign_in(person)

    assert client.get("/me/").status_code == 302
    page = client.get(reverse("mfa_authenticate"))
    assert "One more step" in page.content.decode()
    wrong = client.post(reverse("mfa_authenticate"), {"code": "000000"})
    assert "That is not right" in wrong.content.decode()
    assert client.get("/me/").status_code == 302

    with time_machine.travel(timezone.now() + timedelta(seconds=60), tick=False):
        client.post(reverse("mfa_authenticate"), {"code": code(secret)})
        assert client.get("/me/").status_code == 200


def test_a_recovery_code_lets_in_once(person):
    client = sign_in(person)
    set_up(client)
    codes = client.get(reverse("mfa_view_recovery_codes")).context["unused_codes"]
    assert len(codes) == 10
    assert codes[0] in client.get(reverse("mfa_download_recovery_codes")).content.decode()

    first, second = sign_in(person), sign_in(person)
    first.post(reverse("mfa_authenticate"), {"code": codes[0]})
    second.post(reverse("mfa_authenticate"), {"code": codes[0]})

    assert first.get("/me/").status_code == 200
    assert second.get("/me/").status_code == 302


def test_guessing_codes_is_throttled(person):
    set_up(sign_in(person))
    client = sign_in(person)
    for _ in range(5):
        client.post(reverse("mfa_authenticate"), {"code": "000000"})
    codes = Authenticator.objects.get(user=person, type="recovery_codes").wrap().get_unused_codes()

    answer = client.post(reverse("mfa_authenticate"), {"code": codes[0]})

    assert "Too many" in answer.content.decode()
    assert client.get("/me/").status_code == 302


def test_its_person_is_mailed_when_it_is_set_up_and_taken_away(
    person, django_capture_on_commit_callbacks
):
    client = sign_in(person)
    with django_capture_on_commit_callbacks(execute=True):
        set_up(client)
    assert [message.subject for message in mail.outbox] == ["An app was set up for your account"]
    mail.outbox.clear()

    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("mfa_deactivate_totp"))

    assert [message.subject for message in mail.outbox] == [
        "The app for your account was taken away"
    ]
    assert not Authenticator.objects.filter(user=person).exists()


@pytest.mark.parametrize(
    "sent",
    [
        "", "x", "null", "[]", "{}", "1e999", '{"id": 1}', '"\\u0000"', "{" * 5000,
        json.dumps({"response": {"userHandle": "x"}}),
        json.dumps({"id": "x", "rawId": "x", "type": "public-key", "response": {}}),
        json.dumps(
            {
                "id": "eA", "rawId": "eA", "type": "public-key",
                "response": {
                    "clientDataJSON": "eA", "authenticatorData": "eA", "signature": "eA",
                    "userHandle": "OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5",
                    "attestationObject": "eA",
                },
            }
        ),
    ],
)  # fmt: skip
def test_what_is_no_passkey_is_refused_and_never_an_error(person, sent):
    client = sign_in(person)
    set_up(client)
    half_way = sign_in(person)
    stranger = Client()
    stranger.get(reverse("mfa_login_webauthn"), headers={"accept": "application/json"})

    answers = [
        stranger.post(reverse("mfa_login_webauthn"), {"credential": sent}),
        half_way.post(reverse("mfa_authenticate"), {"credential": sent}),
        client.post(reverse("mfa_add_webauthn"), {"credential": sent, "name": "x" * 5000}),
        client.post(reverse("mfa_reauthenticate_webauthn"), {"credential": sent}),
    ]

    assert all(answer.status_code in (200, 302) for answer in answers)
    assert not Authenticator.objects.filter(type="webauthn").exists()
    assert stranger.get("/me/").status_code == 302


# --- Losing it ------------------------------------------------------------------------------------


@pytest.fixture
def steward(make_person):
    return make_person(Role.Kind.STEWARD, password=PASSWORD)


def confirmed(person):
    client = sign_in(person)
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    return client


def test_a_steward_takes_a_lost_one_away(person, steward, django_capture_on_commit_callbacks):
    theirs = sign_in(person)
    set_up(theirs)
    client = confirmed(steward)
    address = reverse("second_factor:reset", args=[person.pk])
    assert person.name in client.get(reverse("second_factor:people")).content.decode()
    assert client.get(address).status_code == 200
    mail.outbox.clear()

    with django_capture_on_commit_callbacks(execute=True):
        done = client.post(address, follow=True)

    assert "was mailed so" in done.content.decode()
    assert not Authenticator.objects.filter(user=person).exists()
    assert theirs.get("/me/").status_code == 302
    (message,) = mail.outbox
    assert message.to == [person.email]
    entry = RosterEntry.objects.first()
    assert (entry.verb, entry.by_id, entry.person_id) == (
        "reset_second_factor", steward.pk, person.pk,
    )  # fmt: skip
    assert sign_in(person).get("/me/").status_code == 200


def test_nobody_takes_their_own_away(steward):
    client = sign_in(steward)
    set_up(client)
    address = reverse("second_factor:reset", args=[steward.pk])
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})

    assert "This is your own" in client.get(address).content.decode()
    assert client.post(address).status_code == 422
    with pytest.raises(Refused):
        resetting.reset(steward, by=steward)
    assert Authenticator.objects.filter(user=steward, type="totp").exists()


@pytest.mark.parametrize("kind", [kind for kind in Role.Kind if kind != Role.Kind.STEWARD])
def test_nobody_but_a_steward_takes_one_away(person, make_person, kind):
    set_up(sign_in(person))
    other = make_person(kind, password=PASSWORD)
    client = confirmed(other)

    assert client.get(reverse("second_factor:people")).status_code == 404
    assert client.post(reverse("second_factor:reset", args=[person.pk])).status_code == 404
    with pytest.raises(Refused):
        resetting.reset(person, by=other)
    assert Authenticator.objects.filter(user=person).exists()


def test_a_steward_behind_the_wall_does_not_either(person, make_person):
    set_up(sign_in(person))
    other = make_person(Role.Kind.STEWARD, Role.Kind.DIRECTOR)

    with pytest.raises(Refused):
        resetting.reset(person, by=other)


def test_whoever_has_none_has_no_page_and_the_list_can_be_searched(steward, person, make_person):
    make_person(Role.Kind.EDITOR, name="Edgar Editor")
    client = confirmed(steward)

    assert client.get(reverse("second_factor:reset", args=[person.pk])).status_code == 404
    found = client.get(reverse("second_factor:people"), {"q": "edgar"}).content.decode()
    assert "Edgar Editor" in found
    assert steward.name not in found.split("<main", 1)[1]
    nobody = client.get(reverse("second_factor:people"), {"q": "nobody"}).content.decode()
    assert "Nobody of that name" in nobody
    assert client.get(reverse("second_factor:people"), {"q": "x" * 200}).status_code == 422
    assert client.get(reverse("second_factor:people"), {"q": "\x00"}).status_code == 422


def test_the_list_costs_the_same_for_one_and_for_many(
    steward, make_person, settings, django_assert_num_queries
):
    settings.STAFF_SECOND_FACTOR = True
    client = confirmed(steward)
    client.get(reverse("second_factor:people"))
    with django_assert_num_queries(5):
        client.get(reverse("second_factor:people"))
    for number in range(25):
        make_person(Role.Kind.EDITOR, name=f"Editor {number}")
    client.get(reverse("second_factor:people"))

    with django_assert_num_queries(5):
        page = client.get(reverse("second_factor:people"))

    assert "Page 1 of 2" in page.content.decode()
