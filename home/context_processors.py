"""The navigation of every screen. It is worked out when a template uses it, so that a response
without it (an error page, an admin screen) costs nothing."""

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from community import access
from forum.glass import breaking
from forum.moderation import queue
from home.sections import foot, open_sections


def navigation(request):
    """`nav` and `nav_staff`: lists of {label, url, icon, current}; `nav_foot`: of {name, label,
    url}. No query for whoever signed in, as long as the cache keeps the signposts."""
    if not hasattr(request, "user"):
        request.user = AnonymousUser()
    return {
        "site_name": settings.WAGTAIL_SITE_NAME,
        "nav": SimpleLazyObject(lambda: _sections(request)),
        "nav_staff": SimpleLazyObject(lambda: _staff(request)),
        "nav_foot": SimpleLazyObject(_foot),
        "asks_who_sees": SimpleLazyObject(lambda: _asks_who_sees(request)),
        "asks_of_director": SimpleLazyObject(
            lambda: access.has_director(access.standing_of(request.user))
        ),
        "hears_alone": SimpleLazyObject(
            lambda: access.hears_alone(access.standing_of(request.user))
        ),
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
        links.append(_link(request, _("People"), reverse("directory:people"), "users"))
    return links


def _foot():
    applying = {"label": _("Apply for a cohort"), "url": reverse("applications:apply")}
    pages = [{"name": post.name, "label": post.title, "url": post.url} for post in foot()]
    return [applying, *pages]


def _staff(request):
    person = request.user
    if not person.is_authenticated:
        return []
    links = []
    if access.may_edit_pages(access.standing_of(person)):
        links.append(_link(request, _("Editing"), reverse("wagtailadmin_home"), "pencil"))
    if access.may_keep_roster(access.standing_of(person)):
        links.append(_link(request, _("Invite"), reverse("community:invite"), "user-plus"))
        links.append(_link(request, _("Roster"), reverse("keeping:roster"), "users"))
    if access.may_review(access.standing_of(person)):
        links.append(_link(request, _("Applications"), reverse("reviewing:board"), "inbox"))
    if access.may_reset_second_factor(access.standing_of(person)):
        factors = reverse("second_factor:people")
        links.append(_link(request, _("Second factors"), factors, "shield-check"))
    if access.moderates_somewhere(access.standing_of(person)):
        needs = _link(request, _("Needs a look"), reverse("moderation:queue"), "flag")
        links.append(needs | {"count": queue.count(person)})
    if _asks_who_sees(request):
        links.append(_link(request, _("Who can see this?"), reverse("seeing:find"), "scan-eye"))
    if breaking.keeps_log(person):
        links.append(_link(request, _("Breaking the glass"), reverse("glass:log"), "eye"))
    return links


def _asks_who_sees(request):
    return access.may_ask_who_sees(access.standing_of(request.user))


def _link(request, label, url, icon):
    return {
        "label": label,
        "url": url,
        "icon": icon,
        "current": bool(url) and request.path.startswith(url),
    }
