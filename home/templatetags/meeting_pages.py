"""`{% meeting_pages meetings as pages %}`: what the pages say of dated meetings to their reader."""

from django import template

from home.models.library import ResourcePage
from home.models.meetings import MeetingPage

register = template.Library()


@register.simple_tag(takes_context=True)
def meeting_pages(context, meetings):
    """`{meeting key: (its page or None, [agendas])}` that this reader may open. Two queries."""
    person = context["request"].user
    pages = {}
    for page in MeetingPage.objects.readable_by(person).defer("body"):
        pages.setdefault((page.year, page.number), page)
    agendas = {}
    resources = ResourcePage.objects.readable_by(person).defer("body")
    for agenda in resources.filter(kind=ResourcePage.Kind.AGENDA).order_by("title"):
        agendas.setdefault((agenda.year, agenda.meeting), []).append(agenda)
    return {
        meeting.pk: (
            pages.get((meeting.year, meeting.number)),
            agendas.get((meeting.year, meeting.number), []),
        )
        for meeting in meetings
    }


@register.filter
def of_meeting(found, meeting):
    """What `meeting_pages` found for one of them."""
    return found.get(meeting.pk, (None, []))
