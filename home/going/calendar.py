"""Webinars as calendar entries (RFC 5545). An entry never holds the link to join: calendars are
shared and stored elsewhere."""

from datetime import UTC, timedelta

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from icalendar import Calendar, Event

from home.going.answering import address_of, titles_outside
from home.models import WebinarPage

# A calendar that somebody follows holds this much of what is over.
KEPT = timedelta(days=90)
MOST = 100
REFRESH = timedelta(hours=6)


def of_one(page):
    """The bytes of a calendar with one webinar, for somebody who was found to read it."""
    return _calendar([_entry(page, page.title)], page.title)


def of_all(person):
    """The bytes of a calendar of every webinar this person may read. Its address can leak: what is
    for fewer than all members stands in it without its title."""
    pages = WebinarPage.objects.readable_by(person).filter(ends_at__gt=timezone.now() - KEPT)
    pages = pages.defer("body").order_by("-starts_at")[:MOST]
    titles = titles_outside(pages)
    entries = [_entry(page, titles[page.pk] or _("A webinar")) for page in pages]
    return _calendar(entries, _("Webinars"))


def _calendar(entries, name):
    calendar = Calendar()
    calendar.add("prodid", f"-//{settings.WAGTAIL_SITE_NAME}//Hallway//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", f"{settings.WAGTAIL_SITE_NAME}: {name}")
    calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    for entry in entries:
        calendar.add_component(entry)
    return calendar.to_ical()


def _entry(page, title):
    address = address_of(page)
    entry = Event()
    entry.add("uid", f"webinar-{page.pk}@{settings.WAGTAILADMIN_BASE_URL.split('//')[-1]}")
    entry.add("summary", title)
    # In UTC, which every calendar shows in its owner's zone.
    entry.add("dtstart", page.starts_at.astimezone(UTC))
    entry.add("dtend", page.ends_at.astimezone(UTC))
    entry.add("dtstamp", (page.last_published_at or timezone.now()).astimezone(UTC))
    entry.add("url", address)
    entry.add("description", _("How to join: %(address)s") % {"address": address})
    return entry
