"""What the worker does about notes: a director hears that there is one, and nothing of it."""

from django.conf import settings
from django.core.mail import EmailMessage
from django.tasks import task
from django.template.loader import render_to_string
from django.urls import reverse

from community.introductions import shown_name
from community.mails import post_office
from community.models import Person
from community.sharing import reading
from community.sharing.models import Note


@task()
def mail_that_note_is_shared(note_id, shared):
    """Mail the reader who it is from and where it is. Nothing where it was taken back or shared
    anew meanwhile, or where they do not direct its author any more."""
    note = Note.objects.filter(pk=note_id).first()
    if note is None or note.shared_at.isoformat() != shared:
        return
    reader = Person.objects.filter(pk=note.reader_id).first()
    told = reading.told_to(reader).filter(pk=note_id).first()
    if told is None:
        return
    context = {
        "name": shown_name(told.by),
        "link": settings.WAGTAILADMIN_BASE_URL + reverse("sharing:note", args=[told.pk]),
    }
    subject = " ".join(render_to_string("sharing/email/shared_subject.txt", context).split())
    body = render_to_string("sharing/email/shared.txt", context)
    with post_office() as send:
        send(EmailMessage(subject, body, to=[reader.email]))
