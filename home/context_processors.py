"""The navigation of every screen. It is worked out when a template uses it, so that a response
without it (an error page, an admin screen) costs nothing."""

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, OuterRef
from django.db.models.functions import Left, Length
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _
from wagtail.models import Page, PageViewRestriction

from community import access
from home.models import TextPage
from home.sections import open_sections

FOOT = ["about", "accessibility", "privacy"]


def navigation(request):
    """`nav` and `nav_staff`: lists of {label, url, icon, current}; at most two queries together.
    `nav_foot`: a list of {label, url} for one query more."""
    if not hasattr(request, "user"):
        request.user = AnonymousUser()
    return {
        "site_name": settings.WAGTAIL_SITE_NAME,
        "nav": SimpleLazyObject(lambda: _sections(request)),
        "nav_staff": SimpleLazyObject(lambda: _staff(request)),
        "nav_foot": SimpleLazyObject(_foot),
    }


def _sections(request):
    pages = open_sections(request)
    named = [
        ("guide", _("Guide"), "book-open"),
        ("library", _("Resources"), "folder-open"),
        ("meetings", _("Meetings"), "calendar-days"),
    ]
    links = [
        _link(request, label, pages[name].url, icon) for name, label, icon in named if name in pages
    ]
    if request.user.is_authenticated:
        spaces = _link(request, _("Spaces"), reverse("spaces:index"), "messages-square")
        # A thread has an address of its own and is still in the spaces.
        here = request.resolver_match
        spaces["current"] |= here is not None and here.namespace == "spaces"
        links.append(spaces)
    return links


def _foot():
    # What a footer names is for everybody: a restricted page is left out, whoever asks.
    above = PageViewRestriction.objects.filter(
        page__path=Left(OuterRef("path"), Length("page__path"))
    )
    pages = Page.objects.live().type(TextPage).filter(~Exists(above), slug__in=FOOT)
    found = {page.slug: page for page in pages}
    return [{"label": found[slug].title, "url": found[slug].url} for slug in FOOT if slug in found]


def _staff(request):
    person = request.user
    if not person.is_authenticated:
        return []
    links = []
    # Every grant of the admin comes by a group (the roster keeps them), so one query answers;
    # `has_perm` would ask for personal grants as well.
    if "wagtailadmin.access_admin" in person.get_group_permissions():
        links.append(_link(request, _("Editing"), reverse("wagtailadmin_home"), "pencil"))
    if access.may_keep_roster(access.standing_of(person)):
        links.append(_link(request, _("Invite"), reverse("community:invite"), "user-plus"))
    return links


def _link(request, label, url, icon):
    return {
        "label": label,
        "url": url,
        "icon": icon,
        "current": bool(url) and request.path.startswith(url),
    }
