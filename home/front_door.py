"""What the home page shows: to a visitor the ways in, to a member what waits for them."""

from django.utils import timezone

from community import access
from home.models.library import ResourcePage
from home.models.meetings import MeetingPage, next_date
from home.sections import open_sections


def ways_in(request):
    """The sections that this reader may read, by name."""
    return {"sections": open_sections(request)}


def waiting_for(person):
    """What waits for a member, in the order in which it is shown."""
    # The forum's modules need every app to be ready, and pages are loaded before it.
    from forum import threads

    date = next_date(person)
    waiting = {
        "date": date,
        "date_page": _page_of(date, person),
        "days": _days_until(date),
        "recent": list(threads.latest(person, limit=5)),
        "questions": list(threads.unanswered(person, limit=3)),
        "new_resources": list(
            ResourcePage.objects.readable_by(person)
            .defer("body")
            .order_by("-first_published_at", "-pk")[:3]
        ),
    }
    waiting["has_cohort"] = any(access.standing_of(person).cohorts.values())
    return waiting


def _days_until(date):
    """Whole days on the calendar; 0 today and while a meeting of yesterday goes on."""
    if date is None:
        return None
    return max(0, (timezone.localdate(date.starts_at) - timezone.localdate()).days)


def _page_of(date, person):
    if date is None:
        return None
    pages = MeetingPage.objects.readable_by(person).defer("body")
    return pages.filter(year=date.year, number=date.number).first()
