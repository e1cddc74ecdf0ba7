"""Nobody learns from outside who has an account: the same bytes, the same queries and the same work
for an address that somebody has and for one that nobody has."""

import re

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib.auth import hashers
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from community import invitations, roster
from community.models import Invitation, Person, Role

PASSWORD = "three unrelated words"
UNKNOWN = "nobody@example.org"
# The clock's, and compression's of a token.
PASSING = ("Content-Length", "Expires")


@pytest.fixture
def member(make_person):
    return make_person(Role.Kind.COORDINATOR, name="Somebody", password=PASSWORD)


@pytest.fixture
def hashed(monkeypatch):
    """How often a password was hashed, which is where the time goes."""
    times = []
    for hasher in hashers.get_hashers():
        encode = type(hasher).encode

        def counted(self, *args, _encode=encode, **kwargs):
            times.append(self)
            return _encode(self, *args, **kwargs)

        monkeypatch.setattr(type(hasher), "encode", counted)
    return times


def normal(answer, address):
    """Status, headers and body without the tokens that differ at each request."""
    text = answer.content.decode().replace(address, "ADDRESS")
    text = re.sub(r'(name="csrfmiddlewaretoken" value=")[^"]*', r"\1", text)
    headers = {k: v for k, v in answer.headers.items() if k not in PASSING}
    return answer.status_code, text, headers


def tried(address, do, client=None):
    """`(answer, how many statements)` of one request made anew."""
    client = client or Client()
    with CaptureQueriesContext(connection) as queries:
        answer = do(client, address)
    shapes = [re.sub(r"'[^']*'|\d+", "?", query["sql"])[:40] for query in queries]
    return normal(answer, address), shapes


def sign_in(client, address):
    return client.post(reverse("account_login"), {"login": address, "password": "wrong words here"})


def ask_for_reset(client, address):
    return client.post(reverse("account_reset_password"), {"email": address})


def change_to(client, address):
    return client.post(reverse("account_email"), {"email": address, "action_add": ""}, follow=True)


def test_signing_in_wrongly_is_one_answer(member, hashed):
    tried(UNKNOWN, sign_in)
    hashed.clear()
    known = tried(member.email, sign_in)
    for_known = len(hashed)
    hashed.clear()
    unknown = tried(UNKNOWN, sign_in)

    assert known == unknown
    assert for_known == len(hashed) > 0
    assert known[0][0] == 200


@pytest.mark.parametrize("state", ["closed", "without a password", "with a second factor"])
def test_whatever_became_of_an_account_a_wrong_password_tells_nothing(member, hashed, state):
    if state == "closed":
        roster.deactivate(member, by=None)
    elif state == "without a password":
        member.set_unusable_password()
        member.save()
    else:
        Authenticator.objects.create(user=member, type="totp", data={"secret": "x"})
    tried(UNKNOWN, sign_in)
    hashed.clear()
    known = tried(member.email, sign_in)
    for_known = len(hashed)
    hashed.clear()

    unknown = tried(UNKNOWN, sign_in)
    assert known == unknown
    assert for_known == len(hashed)


def test_asking_for_a_new_password_is_one_answer_and_one_piece_of_work(member, hashed):
    tried(UNKNOWN, ask_for_reset)
    hashed.clear()

    known = tried(member.email, ask_for_reset)
    unknown = tried(UNKNOWN, ask_for_reset)

    # In tests the task runs inside the request: only its own look may differ, after the request's.
    same = min(len(known[1]), len(unknown[1]))
    assert known[0] == unknown[0]
    assert known[1][:same] == unknown[1][:same]
    assert hashed == []
    assert [message.to for message in mail.outbox] == [[member.email]]


def test_the_request_for_a_new_password_does_the_same_work_in_the_queue(member, settings):
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
    tried(UNKNOWN, ask_for_reset)

    known, unknown = tried(member.email, ask_for_reset), tried(UNKNOWN, ask_for_reset)

    assert known == unknown
    assert mail.outbox == []


def test_a_mailed_link_sets_a_new_password(member):
    ask_for_reset(Client(), member.email.upper())
    link = re.search(r"https?://\S+", mail.outbox[0].body)[0]
    client = Client()
    page = client.get(re.sub(r"https?://[^/]+", "", link), follow=True)
    form = page.redirect_chain[-1][0]
    new = "other unrelated words"

    client.post(form, {"password1": new, "password2": new})

    assert (
        Client()
        .post(reverse("account_login"), {"login": member.email, "password": new})
        .headers["Location"]
        == "/"
    )


def test_changing_to_an_address_that_somebody_has_is_one_answer(make_person, member):
    answers = []
    for address in ("first@example.org", member.email, UNKNOWN):
        person = make_person(name="Changer", password=PASSWORD)
        client = Client()
        client.force_login(person)
        client.post(reverse("account_reauthenticate"), {"password": PASSWORD})

        answer, shapes = tried(address, change_to, client)
        own = answer[1].replace(person.email, "OWN")
        own = re.sub(r'/people/\d+/|data-waiting="\d+"', "", own)  # the reader's own number
        answers.append(((answer[0], own), shapes))
        EmailAddress.objects.filter(user=person, verified=False).delete()
        roster.deactivate(person, by=None)

    warmed, known, unknown = answers
    assert known == unknown
    assert "We sent a link to" in warmed[0][1]


def test_the_link_to_an_address_that_somebody_has_changes_nothing(make_person, member):
    person = make_person(password=PASSWORD)
    client = Client()
    client.force_login(person)
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    client.post(reverse("account_email"), {"email": member.email, "action_add": ""})
    row = EmailAddress.objects.get(user=person, verified=False)

    assert not row.set_verified()
    person.refresh_from_db()
    assert person.email != member.email


def test_every_link_of_an_invitation_that_does_not_work_is_one_answer(member, make_facilitator):
    facilitator = make_facilitator()

    def invitation(address, **facts):
        made = invitations.invite(address, Role.Kind.EXPERT, by=facilitator)
        Invitation.objects.filter(pk=made.pk).update(**facts)
        return made.token

    tokens = [
        "no-such-token",
        invitation("a@example.org", withdrawn_at=timezone.now()),
        invitation("b@example.org", accepted_at=timezone.now()),
        invitation("c@example.org", expires_at=timezone.now()),
    ]
    answers = []
    for token in tokens:
        for verb in ("get", "post"):
            address = reverse("community:invitation_accept", args=[token])
            answer = getattr(Client(), verb)(address)
            answers.append(normal(answer, address))

    assert len({str(answer) for answer in answers}) == 1
    assert answers[0][0] == 410


def test_an_invitation_to_an_address_that_somebody_has_by_now_tells_no_more_than_an_old_one(
    member, make_facilitator
):
    facilitator = make_facilitator()
    made = invitations.invite("new@example.org", Role.Kind.EXPERT, by=facilitator)
    Invitation.objects.filter(pk=made.pk).update(email=member.email)
    body = {"name": "A New Person", "password": "quite unrelated words"}

    taken, gone = (
        Client().post(reverse("community:invitation_accept", args=[token]), body)
        for token in (made.token, "no-such-token")
    )

    assert (taken.status_code, taken.content) == (gone.status_code, gone.content)


def test_an_invitation_tells_nobody_whether_a_member_has_a_name(member, make_facilitator):
    facilitator, answers = make_facilitator(), []
    for number, name in enumerate([member.name.upper(), "Nobody Yet"]):
        made = invitations.invite(f"new{number}@example.org", Role.Kind.EXPERT, by=facilitator)
        body = {"name": name, "password": "short"}
        address = reverse("community:invitation_accept", args=[made.token])
        shown = Client().post(address, body)
        answers.append(normal(shown, address)[1].replace(name, "").replace(made.email, ""))
        client = Client()
        client.post(address, body | {"password": "quite unrelated words"})
        told = "Another member has your name" in client.get("/me/").content.decode()
        assert told == (name != "Nobody Yet"), "told to a member, once they are one"

    assert answers[0] == answers[1]
    assert set(Person.objects.filter(email__startswith="new").values_list("name", flat=True)) == {
        f"{member.name.upper()} (2)",
        "Nobody Yet",
    }


def test_guessing_at_one_address_is_throttled_whether_or_not_somebody_has_it(member):
    answers = {}
    for address in (member.email, UNKNOWN):
        for _ in range(5):
            sign_in(Client(), address)
        right = Client().post(reverse("account_login"), {"login": address, "password": PASSWORD})
        answers[address] = normal(right, address)

    assert answers[member.email] == answers[UNKNOWN]
    assert "Too many" in answers[UNKNOWN][1]


def test_asking_for_many_new_passwords_is_throttled(member):
    for _ in range(5):
        assert ask_for_reset(Client(), member.email).status_code == 302

    assert ask_for_reset(Client(), member.email).status_code == 429
    assert len(mail.outbox) == 5


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["x" * 5000 + "@example.org", "a\x00b@example.org", "", "@"])
def test_what_is_no_address_is_refused_and_never_an_error(address):
    for do in (sign_in, ask_for_reset):
        assert do(Client(), address).status_code in (200, 302)
