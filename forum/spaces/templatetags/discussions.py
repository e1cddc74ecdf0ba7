"""`{% discussion page %}`: the threads about a page that its reader may read, and the way in."""

from django import template

from forum import listing
from forum.reactions import reading
from forum.spaces.discussions import space_of, thread_about

register = template.Library()


@register.inclusion_tag("spaces/discussion_panel.html", takes_context=True)
def discussion(context, page):
    request = context.get("request")
    person = getattr(request, "user", None)
    if person is None or getattr(request, "is_preview", False):
        return {"hidden": True}
    if not person.is_authenticated:
        return {"page": page, "visitor": True}
    space = space_of(page, person)
    return {
        "page": page,
        "space": space,
        "started": thread_about(page, space) if space else None,
        "listed": listing.on_page(page, person),
        "told": reading.count_told_of_page(page, person),
    }
