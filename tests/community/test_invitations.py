"""Invitations: the only way in."""

import pytest
from django.core import mail
from django.utils import timezone

from community import access, invitations, roster
from community.models import Cohort, Invitation, Person, Role, Worksite

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


def test_whoever_sends_the_form_twice_is_in_and_told_nothing_else(client, invitation):
    client.post(link(invitation), ANSWER)

    for again in (client.post(link(invitation), ANSWER), client.get(link(invitation))):
        assert again.status_code == 302
        assert again.url == "/"
    assert Person.objects.filter(email="new@example.org").count() == 1


def test_whoever_is_signed_in_as_somebody_else_learns_nothing_of_a_used_link(
    client, invitation, make_person, signed_in
):
    client.post(link(invitation), ANSWER)

    assert signed_in(make_person()).get(link(invitation)).status_code == 410


@pytest.mark.parametrize("open_still", [True, False])
def test_an_invitation_is_sent_again_with_a_new_link(client, invitation, signed_in, open_still):
    if not open_still:
        Invitation.objects.update(expires_at=timezone.now())
    inviter = signed_in(invitation.invited_by)
    mail.outbox.clear()

    for _twice in range(2):
        said = inviter.post(f"/people/invite/{invitation.pk}/resend/", follow=True)

    assert b"sent again meanwhile" in said.content
    (sent,) = mail.outbox
    fresh = Invitation.objects.get(withdrawn_at=None)
    assert link(fresh) in sent.body
    assert client.get(link(invitation)).status_code == 410
    assert client.get(link(fresh)).status_code == 200


def test_what_was_taken_back_is_not_sent_again(invitation, signed_in):
    # The page of before still offers it.
    before = Invitation.objects.get()
    invitations.withdraw(invitation, by=invitation.invited_by)
    mail.outbox.clear()

    with pytest.raises(roster.Refused):
        invitations.resend(before, by=invitation.invited_by)
    said = signed_in(invitation.invited_by).post(
        f"/people/invite/{invitation.pk}/resend/", follow=True
    )

    assert b"was taken back" in said.content
    assert mail.outbox == []
    assert not Invitation.objects.filter(withdrawn_at=None).exists()


@pytest.mark.parametrize(
    ("left", "words"),
    [(False, "put them into the cohort there"), (True, "let them come back there")],
)
def test_whoever_is_here_or_was_is_not_invited_but_found_on_the_roster(
    make_facilitator, make_person, signed_in, left, words
):
    person = make_person()
    if left:
        roster.deactivate(person, by=None)

    answer = signed_in(make_facilitator()).post(
        "/people/invite/", {"email": person.email.upper(), "kind": "expert"}
    )

    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not Invitation.objects.exists()


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


def test_one_invites_into_ones_own_cohorts_only_however_many_there_are(
    make_facilitator, cohort, other_cohort, worksite, signed_in, django_assert_max_num_queries
):
    client = signed_in(make_facilitator(cohort))
    Cohort.objects.bulk_create(
        Cohort(name=f"Numbat {number}", region=cohort.region, year=2000) for number in range(500)
    )
    Worksite.objects.bulk_create(
        Worksite(name=f"Site {number}", program=worksite.program) for number in range(500)
    )
    client.get("/people/invite/")

    with django_assert_max_num_queries(8):
        page = client.get("/people/invite/").content.decode()
    refused = client.post(
        "/people/invite/",
        {"email": "a@example.org", "kind": "coordinator", "worksite": worksite.pk,
         "cohort": other_cohort.pk},
    )  # fmt: skip

    assert cohort.name in page
    assert "Numbat" not in page
    assert other_cohort.name not in page
    assert refused.status_code == 422
    assert not Invitation.objects.exists()


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
