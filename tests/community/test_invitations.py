"""Invitations: the only way in."""

import pytest
from django.core import mail
from django.utils import timezone

from community import access, invitations, roster
from community.models import Invitation, Person, Role

pytestmark = pytest.mark.django_db(transaction=True)

ANSWER = {"name": "Nora New", "password": "three unrelated words"}


@pytest.fixture
def invitation(make_facilitator, cohort, worksite):
    facilitator = make_facilitator(cohort)
    return invitations.invite(
        "new@example.org", Role.Kind.COORDINATOR, by=facilitator, cohort=cohort, worksite=worksite
    )


def link(invitation):
    return f"/invitation/{invitation.token}/"


def test_a_facilitator_invites_and_the_mail_holds_the_link(
    make_facilitator, signed_in, worksite, cohort
):
    facilitator = make_facilitator(cohort, name="Fern Facilitator")

    signed_in(facilitator).post(
        "/people/invite/",
        {
            "email": "New@Example.org",
            "kind": "coordinator",
            "worksite": worksite.pk,
            "cohort": cohort.pk,
        },
    )

    invitation = Invitation.objects.get(email="new@example.org")
    assert "Fern Facilitator" in mail.outbox[0].subject
    assert link(invitation) in mail.outbox[0].body
    assert mail.outbox[0].to == ["new@example.org"]


def test_accepting_makes_a_member_who_is_signed_in_and_in_the_cohort(client, invitation, cohort):
    opened = client.get(link(invitation))
    assert opened.status_code == 200
    assert not Person.objects.filter(email="new@example.org").exists()

    client.post(link(invitation), ANSWER)

    person = Person.objects.get(email="new@example.org")
    assert client.get("/me/").status_code == 200
    assert access.standing_of(person).belongs("participant")
    assert person.emailaddress_set.get().verified


def test_a_link_works_once(client, invitation):
    client.post(link(invitation), ANSWER)
    client.logout()

    assert client.get(link(invitation)).status_code == 410
    assert client.post(link(invitation), ANSWER).status_code == 410


@pytest.mark.parametrize("how", ["expired", "withdrawn", "resent", "inviter left", "unknown"])
def test_a_link_that_no_longer_holds_makes_nobody(client, invitation, how):
    inviter = invitation.invited_by
    if how == "expired":
        Invitation.objects.update(expires_at=timezone.now())
    elif how == "withdrawn":
        invitations.withdraw(invitation, by=inviter)
    elif how == "resent":
        invitations.resend(invitation, by=inviter)
    elif how == "inviter left":
        roster.dismiss(inviter, Role.Kind.FACILITATOR, by=None)
    else:
        invitation.token = "nothing"

    assert client.post(link(invitation), ANSWER).status_code == 410
    assert not Person.objects.filter(email="new@example.org").exists()


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ({**ANSWER, "name": ""}, "required"),
        ({**ANSWER, "name": "nora@example.org"}, "write a name, not an address"),
        ({**ANSWER, "password": "short"}, "too short"),
        ({**ANSWER, "password": "new@example.org"}, "too similar"),
        ({**ANSWER, "password": "1234567890"}, "too common"),
    ],
)
def test_what_is_refused_is_said_beside_its_field(client, invitation, answer, said):
    response = client.post(link(invitation), answer)

    assert response.status_code == 422
    assert said in response.content.decode()
    assert not Person.objects.filter(email="new@example.org").exists()


def test_an_invitation_does_not_take_over_whom_is_signed_in(invitation, make_person, signed_in):
    client = signed_in(make_person())

    assert client.get(link(invitation)).status_code == 409
    assert client.post(link(invitation), ANSWER).status_code == 409
    assert not Person.objects.filter(email="new@example.org").exists()


@pytest.mark.parametrize(
    "kind", [None, Role.Kind.COORDINATOR, Role.Kind.DIRECTOR, Role.Kind.EDITOR]
)
def test_who_does_not_keep_the_roster_finds_nothing(make_person, signed_in, invitation, kind):
    client = signed_in(make_person(*([kind] if kind else [])))

    assert client.get("/people/invite/").status_code == 404
    assert client.post(f"/people/invite/{invitation.pk}/resend/").status_code == 404
    assert client.post(f"/people/invite/{invitation.pk}/withdraw/").status_code == 404


def test_a_facilitator_cannot_invite_a_facilitator(make_facilitator, make_person, signed_in):
    data = {"email": "boss@example.org", "kind": "facilitator"}

    refused = signed_in(make_facilitator()).post("/people/invite/", data)
    allowed = signed_in(make_person(Role.Kind.STEWARD)).post("/people/invite/", data)

    assert refused.status_code == 422
    assert allowed.status_code == 302
    assert Invitation.objects.filter(email="boss@example.org").count() == 1


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"email": "x", "kind": "expert"}, "valid email"),
        ({"email": "a@example.org", "kind": "coordinator"}, "at which site"),
        ({"email": "a@example.org", "kind": "director"}, "which program"),
    ],
)
def test_an_invitation_that_makes_no_sense_is_refused(make_facilitator, signed_in, data, said):
    answer = signed_in(make_facilitator()).post("/people/invite/", data)

    assert answer.status_code == 422
    assert said in answer.content.decode()


def test_there_is_no_other_way_in(client, db):
    page = client.get("/accounts/signup/")
    client.post(
        "/accounts/signup/", {"email": "x@example.org", "password1": "three unrelated words"}
    )

    assert "<form" not in page.content.decode().split("<main", 1)[1].split("</main")[0]
    assert not Person.objects.filter(email="x@example.org").exists()


def test_resetting_a_password_tells_nobody_who_is_here(client, make_person):
    here = make_person()

    answers = [
        client.post("/accounts/password/reset/", {"email": email})
        for email in (here.email, "nobody@example.org")
    ]

    assert {(answer.status_code, answer.headers.get("Location")) for answer in answers} == {
        (302, "/accounts/password/reset/done/")
    }
    assert [message.to for message in mail.outbox] == [[here.email]]
