"""What the worker does for the community."""

from allauth.account.app_settings import PASSWORD_RESET_TOKEN_GENERATOR
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.core.mail import send_mail
from django.tasks import task
from django.template.loader import render_to_string
from django.urls import reverse

from community import roster
from community.models import Invitation, Person


@task()
def mail_invitation(invitation_id):
    """Mail an invitation's link, unless it was withdrawn or used meanwhile."""
    invitation = (
        Invitation.objects.select_related("cohort", "invited_by").filter(pk=invitation_id).first()
    )
    if invitation is None or not invitation.is_open:
        return
    link = settings.WAGTAILADMIN_BASE_URL + reverse(
        "community:invitation_accept", args=[invitation.token]
    )
    context = {"invitation": invitation, "link": link}
    subject = render_to_string("community/email/invitation_subject.txt", context).strip()
    send_mail(
        subject,
        render_to_string("community/email/invitation.txt", context),
        None,
        [invitation.email],
    )


@task()
def mail_from_accounts(subject, body, email):
    """Send what was rendered where the request was."""
    send_mail(subject, body, None, [email])


@task()
def mail_password_reset(person_id):
    """Mail a link for a new password; 0 is what an address that nobody has comes to."""
    person = Person.objects.filter(pk=person_id, is_active=True).first()
    if person is None:
        return
    address = reverse(
        "account_reset_password_from_key",
        kwargs={
            "uidb36": user_pk_to_url_str(person),
            "key": PASSWORD_RESET_TOKEN_GENERATOR().make_token(person),
        },
    )
    context = {
        "password_reset_url": settings.WAGTAILADMIN_BASE_URL + address,
        "site_name": settings.WAGTAIL_SITE_NAME,
    }
    subject = render_to_string("account/email/password_reset_key_subject.txt", context).strip()
    body = render_to_string("account/email/password_reset_key_message.txt", context).strip()
    send_mail(subject, body, None, [person.email])


@task()
def sweep_roster():
    """End in lists and counts what the clock has ended."""
    return roster.sweep()
