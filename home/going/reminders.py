"""Mails to those who said that they come: a day and an hour before, once the hour was changed, and
where it does not take place after all. To each once, and only to whom the policy admits now: what
somebody may not be told stays due, and they hear it where they may read the page again in time.

Of a page that is deleted no row is left to claim: see `call_off`."""

from datetime import datetime, timedelta
from functools import partial
from itertools import batched

from django.core.mail import EmailMessage
from django.db import transaction
from django.tasks import task
from django.template.loader import render_to_string
from django.utils import timezone

from community import reasons
from community.mails import post_office
from community.models import Person
from home.going.answering import address_of, titles_outside, told_by_now, walls_of, who_goes
from home.models import Rsvp, WebinarPage
from home.privacy import admits

AT_ONCE = 200


@task()
def tell_those_who_come():
    """Everything that is due now. A row is claimed before its mail, so that two workers and a
    second try tell nobody twice; a mail that cannot be sent is due again."""
    now = timezone.now()
    coming = WebinarPage.objects.filter(ends_at__gt=now, rsvps__going=True).defer("body")
    for page in coming.distinct():
        for what, rows, claim in _due(page, now):
            _mail(page, what, rows, claim)


def _due(page, now):
    """`(what, rows, what a claim writes)` for one webinar. What is due to those who may not read it
    takes nobody's place in a turn."""
    readers = reasons.people_past(walls_of(page)).order_by().values("pk")
    rows = page.rsvps.filter(going=True, person__in=readers)
    if not page.live:
        yield "called-off", rows.filter(knows__isnull=False), {"knows": None}
        return
    level = told_by_now(page.starts_at)
    moved = {"knows": page.starts_at, "told": level}
    yield "moved", rows.exclude(knows=page.starts_at), moved
    if level and page.starts_at > now - timedelta(minutes=5):
        what = _when(page.starts_at, level)
        yield what, rows.filter(knows=page.starts_at, told__lt=level), {"told": level}


def _when(starts_at, level):
    """What the subject says: a reminder that was not for its reader at first comes later."""
    if level == Rsvp.Told.HOUR_BEFORE:
        return "hour"
    return "today" if timezone.localdate(starts_at) == timezone.localdate() else "tomorrow"


def _mail(page, what, rows, claim):
    keys = list(rows.order_by("pk").values_list("pk", flat=True)[:AT_ONCE])
    if not keys:
        return
    title = titles_outside([page])[page.pk]
    subject, body = _words(what, title=title, starts_at=page.starts_at, link=address_of(page))
    with post_office() as send:
        for row in Rsvp.objects.filter(pk__in=keys).select_related("person").order_by("pk"):
            # Before the claim: whom the clock put out since the rows were found is due as well.
            if not admits(page, row.person):
                continue
            before = {name: getattr(row, name) for name in claim}
            if not Rsvp.objects.filter(pk=row.pk, going=True, **before).update(**claim):
                continue
            try:
                send(EmailMessage(subject, body, to=[row.person.email]))
            except Exception:
                Rsvp.objects.filter(pk=row.pk, **claim).update(**before)
                raise


def _words(what, **context):
    """Subject and body."""
    context["what"] = what
    subject = " ".join(render_to_string("home/going/email/subject.txt", context).split())
    return subject, render_to_string("home/going/email/body.txt", context)


# --- A page that is deleted -----------------------------------------------------------------------


def call_off(page):
    """Have those told who come to a webinar that is about to be deleted, and may read it still: its
    answers and its walls go with it, so whom, and with which title, is found before. Whoever was
    told already that it does not take place is not told again."""
    if page.is_over:
        return
    waiting = page.rsvps.filter(going=True, knows__isnull=False).values("person")
    people = list(who_goes(page).filter(pk__in=waiting).values_list("pk", flat=True))
    facts = titles_outside([page])[page.pk], page.starts_at.isoformat()
    for keys in batched(people, AT_ONCE):
        transaction.on_commit(partial(mail_that_it_is_off.enqueue, list(keys), *facts))


@task()
def mail_that_it_is_off(keys, title, starts_at):
    """Tell these people, who have an account still, that a webinar does not take place; `title` is
    empty where a mail may not name it. One that is tried again tells again: rather twice than
    silently."""
    starts_at = datetime.fromisoformat(starts_at)
    subject, body = _words("called-off", title=title, starts_at=starts_at)
    with post_office() as send:
        for person in Person.objects.filter(pk__in=keys, is_active=True).order_by("pk"):
            send(EmailMessage(subject, body, to=[person.email]))
