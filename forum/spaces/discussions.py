"""What links a page and its thread. A page's audience says in which space it is discussed.

How a page's audience is found is the pages' own business (`home.privacy`); it reaches here as a
function, since arrows run from home to forum and never back.
"""

from django.db.models import OuterRef, Subquery
from django.db.models.functions import JSONObject
from django.http import Http404
from wagtail.models import Page

from community.models import Audience
from forum import threads
from forum.spaces.models import Space

_privacy = {}


def pages_are_read_by(*, readable_by, audience_of, followed_up):
    """Told once, by whoever owns pages: `readable_by(person)`, a queryset, `audience_of(page)`, an
    audience or None, and `followed_up()`, a queryset of pages whose thread is a follow-up."""
    _privacy.update(readable_by=readable_by, audience_of=audience_of, followed_up=followed_up)


def page_for(person, pk):
    """The page `pk`, or Http404 alike where it is missing and where it is closed to them."""
    page = _privacy["readable_by"](person).filter(pk=pk).first()
    if page is None:
        raise Http404
    return page


def space_of(page, person, *, closed_too=False):
    """The space where this person may discuss a page that they were found to read, or None. A
    public page is discussed among all members; any other in the space of its own audience.
    `closed_too`: also one where nobody writes any more."""
    audience = _privacy["audience_of"](page)
    if audience is None:
        return None
    spaces = Space.objects.open_to(person)
    if not closed_too:
        spaces = spaces.filter(closed_at=None)
    if audience.kind == Audience.Kind.PUBLIC:
        return spaces.filter(audience__kind=Audience.Kind.MEMBERS).first()
    return spaces.filter(audience_id=audience.pk).first()


def thread_about(page, space):
    """The topic that discusses the page in this space, or None."""
    return threads.Topic.objects.filter(
        forum_id=space.forum_id, approved=True, thread__page_id=page.pk
    ).first()


def about(person):
    """What comes along with a topic: the page that its thread speaks of, where this person may
    read it, for `shown_page`."""
    pages = _privacy["readable_by"](person).filter(pk=OuterRef("thread__page_id"))
    facts = JSONObject(id="pk", title="title", url_path="url_path")
    return Subquery(pages.order_by().values(about=facts)[:1])


def shown_page(facts):
    """The page of which `about` brought the facts, or None; it knows its title and its address."""
    return facts and Page(**facts)


def is_follow_up(facts):
    """Whether the page of which `about` brought the facts is one that is followed up, as a webinar
    is. No query where a thread speaks of none."""
    return bool(facts) and _privacy["followed_up"]().filter(pk=facts["id"]).exists()
