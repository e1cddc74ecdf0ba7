"""What links a page and its thread. A page's audience says in which space it is discussed.

How a page's audience is found is the pages' own business (`home.privacy`); it reaches here as a
function, since arrows run from home to forum and never back.
"""

from community.models import Audience
from forum import threads
from forum.spaces.models import Space

_privacy = {}


def pages_are_read_by(*, admits, audience_of):
    """Told once, by whoever owns pages: `admits(page, person)` and `audience_of(page)`."""
    _privacy.update(admits=admits, audience_of=audience_of)


def space_of(page, person):
    """The space where this person may discuss the page, or None. A public page is discussed among
    all members; any other in the space of its own audience."""
    if not _privacy["admits"](page, person):
        return None
    audience = _privacy["audience_of"](page)
    if audience is None:
        return None
    spaces = Space.objects.open_to(person)
    if audience.kind == Audience.Kind.PUBLIC:
        return spaces.filter(audience__kind=Audience.Kind.MEMBERS).first()
    return spaces.filter(audience_id=audience.pk).first()


def thread_about(page, space):
    """The topic that discusses the page in this space, or None."""
    return threads.Topic.objects.filter(
        forum_id=space.forum_id, approved=True, thread__page_id=page.pk
    ).first()


def shown_page(page, person):
    """The page a thread speaks of, where this person may read it."""
    if page is None or not page.live:
        return None
    return page if _privacy["admits"](page, person) else None
