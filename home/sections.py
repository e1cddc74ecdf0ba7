"""Where the three sections of the pages are: guide, library, meetings.

One query for a request, kept on it: the navigation of every screen asks.
"""

from django.db.models import Exists, OuterRef
from django.db.models.functions import Left, Length
from wagtail.models import Page, PageViewRestriction

from home.models import GuidePage, LibraryPage, MeetingsPage
from home.privacy import admits

NAMES = {GuidePage: "guide", LibraryPage: "library", MeetingsPage: "meetings"}


def open_sections(request):
    """`{name: page}` of the sections that exist, are live and that this reader may read."""
    if not hasattr(request, "_open_sections"):
        request._open_sections = _find(request.user)
    return request._open_sections


def _find(person):
    # `readable_by` would cost a query more on every screen for sections that are nearly always
    # public; a restricted one asks the policy itself.
    above = PageViewRestriction.objects.filter(
        page__path=Left(OuterRef("path"), Length("page__path"))
    )
    pages = Page.objects.live().type(*NAMES).annotate(is_restricted=Exists(above))
    found = {}
    for page in pages.order_by("path"):
        if not page.is_restricted or admits(page, person):
            found.setdefault(NAMES[page.specific_class], page)
    return found
