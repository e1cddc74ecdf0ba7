"""What the home page shows: to a visitor the ways in, to a member what waits for them."""

from django.utils import timezone

from community import access
from community.cohorts.reading import next_date
from community.sharing.reading import how_many_new
from home.models.library import ResourcePage
from home.models.meetings import MeetingPage
from home.sections import open_sections


def ways_in(request):
    """The sections that this reader may read, by name."""
    return {"sections": open_sections(request)}


def waiting_for(person):
    """What waits for a member, in the order in which it is shown."""
    # The forum's modules need every app to be ready, and pages are loaded before it.
    from forum import listing

    date = next_date(person)
    waiting = {
        "date": date,
        "date_page": _page_of(date, person),
        "days": _days_until(date),
        "news": listing.latest_news(person, limit=5),
        "questions": listing.unanswered(person, limit=3),
        "new_resources": list(
            ResourcePage.objects.readable_by(person)
            .defer("body")
            .order_by("-first_published_at", "-pk")[:3]
        ),
    }
    standing = access.standing_of(person)
    waiting["behind_wall"] = standing.active and standing.behind_wall
    if waiting["behind_wall"]:
        waiting["open_spaces"] = listing.spaces_of(person)
        waiting["notes_new"] = how_many_new(person)
    waiting["has_cohort"] = any(standing.cohorts.values())
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
