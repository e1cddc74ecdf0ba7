"""What the worker does for the community."""

from django.conf import settings
from django.core.mail import send_mail
from django.tasks import task
from django.template.loader import render_to_string
from django.urls import reverse

from community import roster
from community.models import Invitation


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
def sweep_roster():
    """End in lists and counts what the clock has ended."""
    return roster.sweep()
