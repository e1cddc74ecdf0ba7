from django.conf import settings
from django.core.mail import send_mail
from django.tasks import task
from django.template.loader import render_to_string
from django.urls import reverse

from community.models import Person


@task()
def mail_reset(person_id):
    """Tell somebody that a steward took their second factor away."""
    person = Person.objects.filter(pk=person_id, is_active=True).first()
    if person is None:
        return
    context = {"link": settings.WAGTAILADMIN_BASE_URL + reverse("mfa_index")}
    send_mail(
        render_to_string("second_factor/email/reset_subject.txt", context).strip(),
        render_to_string("second_factor/email/reset.txt", context),
        None,
        [person.email],
    )
