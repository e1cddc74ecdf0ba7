"""What the worker does about accounts that close."""

from django.conf import settings
from django.core.mail import send_mail
from django.tasks import task
from django.template.loader import render_to_string
from django.urls import reverse

from community.leaving import closing
from community.leaving.models import Closing


@task()
def close_due_accounts():
    return closing.close_due()


@task()
def mail_when_it_closes(person_id):
    """Mail the day on which the account closes, unless its person has changed their mind."""
    asked = Closing.objects.select_related("person").filter(pk=person_id).first()
    if asked is None:
        return
    context = {
        "closing": asked,
        "link": settings.WAGTAILADMIN_BASE_URL + reverse("account_login"),
    }
    send_mail(
        render_to_string("leaving/email/asked_subject.txt", context).strip(),
        render_to_string("leaving/email/asked.txt", context),
        None,
        [asked.person.email],
    )
