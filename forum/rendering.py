"""Posts and rows as HTML, each made once for all its readers.

What is rendered are frozen facts, and they are the key: whatever a reader would see differently is
another key, so nothing has to be forgotten when a post or a name changes. Nothing of the reader
goes in but whether the post is theirs, whether they moderate, whether they say what helped and
whether they have a director. Who may read is asked before.
"""

from functools import lru_cache

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.translation import get_language

# About four kilobytes each: a few thousand posts of what is read just now.
MOST = 4096


@lru_cache(maxsize=MOST)
def _render(template, name, facts, further, language):
    return render_to_string(template, {name: facts, **dict(further)})


def render(template, name, facts, **further):
    """The HTML of frozen `facts`, which the template knows by `name`."""
    if settings.DEBUG:
        _render.cache_clear()
    return _render(template, name, facts, tuple(further.items()), get_language())


def render_post(post, *, mine=False, moderates=False, asks=False, directed=False):
    """A ShownPost, for the page and for the live event alike; `asks`: its reader may say which
    answer helped; `directed`: it is their own, and they may have a director."""
    return render(
        "spaces/post.html",
        "post",
        post,
        mine=mine,
        moderates=moderates,
        asks=asks,
        directed=directed,
    )
