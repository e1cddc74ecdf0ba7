"""What a facilitator may open: missing, closed and not theirs to moderate are one 404."""

from django.contrib import messages
from django.http import Http404
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from community import access, readers
from forum import posting, threads


def thread_to_moderate(person, pk):
    topic = threads.thread_for(person, pk)
    if not posting.may_moderate(topic, person):
        raise Http404
    return topic


def space_to_moderate(person, pk):
    space = threads.space_for(person, pk)
    if not access.may_moderate(space.audience, access.standing_of(person)):
        raise Http404
    return space


def keys_in(values):
    """The numbers among what an address or a form brought; nonsense is nothing."""
    return [int(value[:15]) for value in values if value.isdecimal()]


def crumbs(space, *further, topic=None):
    """The way to a page about a space or one of its threads."""
    way = [
        {"label": _("Spaces"), "url": reverse("spaces:index")},
        {"label": space.name, "url": space.get_absolute_url()},
    ]
    if topic:
        way.append({"label": topic.subject, "url": reverse("spaces:thread", args=[topic.pk])})
    return [*way, *({"label": label} for label in further)]


def tell(request, said, act):
    """Say what was done, with the way back beside it; where nothing was changed, say that."""
    if act is None:
        messages.info(request, _("Nothing was changed: it was so already."))
        return
    messages.success(
        request,
        format_html(
            '{} <a href="{}">{}</a>', said, reverse("facilitating:undo", args=[act.pk]), _("Undo")
        ),
    )


def named_places(origin, places):
    """`[(space, sentence)]`: who reads each of these places, beside who reads now."""
    counts = readers.how_many({origin.audience, *(place.audience for place in places)})
    return [(place, _who_reads(counts, origin.audience, place.audience)) for place in places]


def _who_reads(counts, origin, audience):
    if audience.pk == origin.pk:
        return _("the same people read it there")
    there = counts[audience.pk]
    reads = ngettext("%(count)d person reads it there", "%(count)d people read it there", there)
    lost = max(counts[origin.pk] - there, 0)
    loses = ngettext(
        "%(count)d who reads it now no longer can",
        "%(count)d who read it now no longer can",
        lost,
    )
    return f"{reads % {'count': there}}, {loses % {'count': lost}}"
