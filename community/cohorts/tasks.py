"""What the worker does about a cohort's meetings: whoever is in it hears of them by mail."""

from django.conf import settings
from django.core.mail import EmailMessage
from django.tasks import task
from django.template.loader import render_to_string
from django.urls import reverse

from community import access
from community.cohorts import reading
from community.introductions import shown_name
from community.mails import post_office
from community.models import Meeting, Person

AT_ONCE = 200


def stamp_of(meeting):
    """What tells one change of a meeting from the next, as a task can carry it."""
    return meeting.changed_at.isoformat() if meeting.changed_at else ""


@task()
def mail_about_meeting(meeting_id, what, stamp, by_id, after=0):
    """Tell everybody in the cohort but who did it that a meeting was `planned`, `changed`,
    `cancelled` or is `held` after all; a batch for each task.

    Nothing where it was changed again meanwhile, which has a mail of its own, or where it is over.
    A task that is tried again tells its batch again: rather twice than silently.
    """
    meeting = Meeting.objects.select_related("cohort__audience").filter(pk=meeting_id).first()
    if meeting is None or stamp_of(meeting) != stamp or meeting.is_over:
        return
    cohort = meeting.cohort
    people = reading.people_of(cohort).exclude(pk=by_id).filter(pk__gt=after)
    batch = list(people.order_by("pk")[:AT_ONCE])
    standings = access.standings_of(person.pk for person in batch)
    context = {
        "what": what,
        "meeting": meeting,
        "cohort": cohort,
        "by": shown_name(Person.objects.filter(pk=by_id).first()),
        "link": settings.WAGTAILADMIN_BASE_URL + reverse("cohorts:cohort", args=[cohort.pk]),
    }
    subject = " ".join(render_to_string("cohorts/email/meeting_subject.txt", context).split())
    body = render_to_string("cohorts/email/meeting.txt", context)
    with post_office() as send:
        for person in batch:
            if access.admits(cohort.audience, standings.get(person.pk, access.VISITOR)):
                send(EmailMessage(subject, body, to=[person.email]))
    if len(batch) == AT_ONCE:
        mail_about_meeting.enqueue(meeting_id, what, stamp, by_id, batch[-1].pk)
