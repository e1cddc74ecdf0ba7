"""`{% next_webinar as webinar %}`: the one its reader comes to next, or the next they may read."""

from django import template

from home.going import answering

register = template.Library()


@register.simple_tag(takes_context=True)
def next_webinar(context):
    return answering.next_for(context["request"].user)
