"""`{% panel_of session %}`: the panel of a session on the page of its thread."""

from django import template

from forum.hosting import panel

register = template.Library()


@register.simple_tag(takes_context=True)
def panel_of(context, session):
    return panel.render_panel(session, moderates=bool(context.get("moderates")))
