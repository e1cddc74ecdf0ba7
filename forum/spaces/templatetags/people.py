"""Names of people in sentences: a link to the member's page, or the bare name of whoever left."""

from django import template
from django.urls import reverse
from django.utils.html import conditional_escape, format_html

from community.introductions import shown_name

register = template.Library()


@register.simple_tag
def name_link(name, pk):
    """`name` linked to the page of `pk`; bare where there is none."""
    if pk is None:
        return conditional_escape(name)
    return format_html('<a href="{}">{}</a>', reverse("profiles:person", args=[pk]), name)


@register.simple_tag
def person_link(person):
    """The same for a Person."""
    return name_link(shown_name(person), person.pk if person.is_active else None)
