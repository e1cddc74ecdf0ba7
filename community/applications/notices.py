"""Public pages that the form and its mails point to, found in the page tree by their address."""

from wagtail.models import Page

PRIVACY = "privacy"
DIRECTORS_OVERVIEW = "overview-for-program-directors"


def address_of(slug):
    """Where the public page with this slug stands, or empty."""
    page = Page.objects.live().public().filter(slug=slug).first()
    return (page.url or "") if page else ""
