"""The spaces of audiences, by name where their reader may enter them."""

from django import template

from forum.spaces.models import Space

register = template.Library()


@register.simple_tag(takes_context=True)
def spaces_of(context, audience):
    """The spaces of one audience that the reader of this page may enter."""
    return list(Space.objects.open_to(context["request"].user).filter(audience=audience))


@register.simple_tag(takes_context=True)
def room_names(context, audiences):
    """What people call these audiences: the names of their spaces, or the word on the chip where
    the reader may not know a space."""
    open_to_them = Space.objects.open_to(context["request"].user)
    named = {}
    for space in open_to_them.filter(audience__in=[audience.pk for audience in audiences]):
        named.setdefault(space.audience_id, []).append(space.name)
    words = [name for each in audiences for name in named.get(each.pk, [str(each.label)])]
    return ", ".join(words)
