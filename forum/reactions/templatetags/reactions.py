"""`{% for kind in post|reactions_of %}`: each kind with its word, its icon and its number."""

from django import template

from forum.reactions.models import Reaction

register = template.Library()

ICONS = {
    Reaction.Kind.THANKS: "heart-handshake",
    Reaction.Kind.ME_TOO: "users",
    Reaction.Kind.TRIED: "sprout",
}


@register.filter
def reactions_of(post):
    counts = dict(post.reactions)
    return [
        {"value": kind.value, "label": kind.label, "icon": icon, "count": counts.get(kind.value, 0)}
        for kind, icon in ICONS.items()
    ]
