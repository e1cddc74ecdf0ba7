"""The signposts of every screen: where the guide, the library and the meetings are, and what the
foot names. Where they stand is kept in the cache; who may see each is asked of the policy afresh.
"""

import logging
from dataclasses import dataclass

from django.core.cache import cache
from django.db import transaction
from django.db.models.signals import m2m_changed, post_delete, post_save
from wagtail.models import Page, PageViewRestriction, Site
from wagtail.signals import page_published, page_slug_changed, page_unpublished, post_page_move

from community import access
from community.models import Audience
from home.models import GuidePage, LibraryPage, MeetingsPage, TextPage
from home.privacy import audiences_named

logger = logging.getLogger(__name__)

NAMES = {GuidePage: "guide", LibraryPage: "library", MeetingsPage: "meetings"}
PRIVACY = "privacy"
FOOT = ("about", "accessibility", PRIVACY)
KEY = "home.signposts"
# Whatever changes a page forgets the signposts at once. Where processes share no cache (the worker
# publishes what was scheduled), this is how long, in seconds, another may point to the old place.
LONGEST = 60


@dataclass(frozen=True)
class Signpost:
    """`walls` holds, for each restriction on or above the page, the audiences it names, as
    (kind, cohort key)."""

    name: str
    title: str
    url: str
    walls: tuple

    def is_open_to(self, standing):
        return all(
            any(
                access.admits(Audience(kind=kind, cohort_id=cohort), standing)
                for kind, cohort in wall
            )
            for wall in self.walls
        )


def open_sections(request):
    """`{name: Signpost}` of the sections that exist, are live and that this reader may read."""
    if not hasattr(request, "_open_sections"):
        standing = access.standing_of(request.user)
        request._open_sections = {
            post.name: post
            for post in _signposts()
            if post.name in NAMES.values() and post.is_open_to(standing)
        }
    return request._open_sections


def foot():
    """The Signposts of the footer, in its order: what a restriction closes is left out for all."""
    found = {post.name: post for post in _signposts() if not post.walls}
    return [found[name] for name in FOOT if name in found]


def notice_is_lost():
    """Whether no form can lead to the privacy notice: it is found by its address, and linked while
    everybody may read it."""
    return all(post.name != PRIVACY for post in foot())


def _signposts():
    try:
        kept = cache.get(KEY)
    except Exception as problem:  # noqa: BLE001 - a cache that is away costs a few queries
        logger.warning("The cache is away: %s", type(problem).__name__)
        return _find()
    if kept is None:
        kept = _find()
        cache.set(KEY, kept, LONGEST)
    return kept


def _find():
    pages = Page.objects.live().type(*NAMES) | Page.objects.live().type(TextPage).filter(
        slug__in=FOOT
    )
    pages = list(pages.order_by("path"))
    # A page's path holds the paths of all pages above it, four characters for each level.
    above = {page.path[:end] for page in pages for end in range(4, len(page.path) + 1, 4)}
    walls = {}
    for restriction in PageViewRestriction.objects.filter(page__path__in=above).select_related(
        "page"
    ):
        wall = tuple((named.kind, named.cohort_id) for named in audiences_named(restriction))
        walls.setdefault(restriction.page.path, []).append(wall)
    found = {}
    for page in pages:
        name = NAMES.get(page.specific_class, page.slug)
        closing = [wall for path in walls if page.path.startswith(path) for wall in walls[path]]
        found.setdefault(name, Signpost(name, page.title, page.url, tuple(closing)))
    return list(found.values())


def forget(**kwargs):
    """Look again: now, and once more when the change is committed, since somebody may have looked
    in between."""
    cache.delete(KEY)
    transaction.on_commit(lambda: cache.delete(KEY), robust=True)


def watch():
    """Told once, when every model is there."""
    for signal in (page_published, page_unpublished, post_page_move, page_slug_changed):
        signal.connect(forget, dispatch_uid="home.sections")
    for model in (Page, *NAMES, TextPage, PageViewRestriction, Site):
        post_delete.connect(forget, sender=model, dispatch_uid=f"home.sections.{model.__name__}")
    for model in (PageViewRestriction, Site):
        post_save.connect(forget, sender=model, dispatch_uid=f"home.sections.{model.__name__}")
    m2m_changed.connect(
        forget, sender=PageViewRestriction.groups.through, dispatch_uid="home.sections"
    )
