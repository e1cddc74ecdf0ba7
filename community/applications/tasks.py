"""Mails about applications, and forgetting them in time. Each looks first whether there is still
something to do."""

from django.conf import settings
from django.core.mail import send_mail
from django.tasks import task
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from community.applications import applying, keeping, notices
from community.applications.models import CLOSED, Application, Entry, State
from community.pacing import DAY, allows

NOTES_A_DAY = 25  # to one director; a form must not become somebody's flood
LINKS_AN_HOUR = 5
COPIES_A_DAY = 10


def _link(name, token):
    return settings.WAGTAILADMIN_BASE_URL + reverse(f"applications:{name}", args=[token])


def _mail(kind, to, **context):
    context["site_name"] = settings.WAGTAIL_SITE_NAME
    subject = render_to_string(f"applications/email/{kind}_subject.txt", context).strip()
    send_mail(subject, render_to_string(f"applications/email/{kind}.txt", context), None, [to])


def _sent(pk):
    return (
        Application.objects.select_related("intake__cohort__region")
        .exclude(state=State.DRAFT)
        .filter(pk=pk)
        .first()
    )


@task()
def mail_links(email):
    """Mail the way back to whatever this address has begun or sent; to no application, nothing.
    The same work is queued for every address that somebody types."""
    now = timezone.now()
    found = list(Application.objects.filter(email=email).order_by("-created")[:20])
    drafts = [one for one in found if one.is_draft and one.resume_until > now]
    sent = [one for one in found if not one.is_draft]
    if (drafts or sent) and allows("links", email, LINKS_AN_HOUR):
        _mail(
            "links",
            email,
            drafts=[{"at": one.created, "link": _link("draft", one.token)} for one in drafts],
            sent=[{"at": one.sent_at, "link": _link("copy", one.copy_token)} for one in sent],
            until=max((one.resume_until for one in drafts), default=None),
        )


@task()
def mail_copy(pk):
    """Tell an applicant that their application arrived, with the way to their copy."""
    application = _sent(pk)
    if application is None or application.state in CLOSED:
        return
    if allows("copies", application.email, COPIES_A_DAY, DAY):
        link = _link("copy", application.copy_token)
        _mail("copy", application.email, application=application, link=link)


@task()
def mail_director(pk):
    """The director's note: who would like to take part, and what they are asked for."""
    application = _sent(pk)
    if application is None or application.is_closed or application.told_director_at:
        return
    if not allows("notes", application.director_email, NOTES_A_DAY, DAY):
        return
    overview = notices.address_of(notices.DIRECTORS_OVERVIEW)
    if overview.startswith("/"):
        overview = settings.WAGTAILADMIN_BASE_URL + overview
    _mail(
        "director",
        application.director_email,
        application=application,
        meetings=applying.dates_of(application),
        overview=overview,
        link=_link("support", application.director_token),
    )
    Application.objects.filter(pk=pk).update(told_director_at=timezone.now())


@task()
def mail_decision(entry_pk):
    """Tell an applicant that they were declined or are on the waiting list, unless that changed."""
    entry = Entry.objects.filter(pk=entry_pk).first()
    kinds = {"decline": State.DECLINED, "waitlist": State.WAITLISTED}
    application = entry and _sent(entry.application_id)
    if application and application.state == kinds.get(entry.verb):
        _mail(entry.verb, application.email, application=application, words=entry.detail)


@task()
def forget_old():
    """Delete what was kept for long enough."""
    return keeping.forget_old()
