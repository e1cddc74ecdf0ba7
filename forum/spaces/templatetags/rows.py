"""Made once for all: `{% post_of post %}`, `{% thread_row thread %}`, `{% space_row space %}`, and
`{% same_for_all partial %}`."""

from django import template

from forum import rendering

register = template.Library()


@register.simple_tag(takes_context=True)
def post_of(context, post):
    mine = post.author.pk == context["request"].user.pk
    return rendering.render_post(
        post,
        mine=mine,
        moderates=bool(context.get("moderates")),
        asks=bool(context.get("asks")),
        directed=mine and bool(context["asks_of_director"]),
    )


@register.simple_tag
def thread_row(thread, across=False, picks=False):
    """`across`: the list mixes spaces; `picks`: its reader chooses threads in it."""
    return rendering.render(
        "spaces/thread_row.html", "thread", thread, across=across, picks=bool(picks)
    )


@register.simple_tag
def space_row(space):
    return rendering.render("spaces/space_row.html", "space", space)


@register.simple_tag
def same_for_all(template, **facts):
    """A partial in which nothing depends on the reader, with these facts."""
    return rendering.render(template, "part", None, **facts)
