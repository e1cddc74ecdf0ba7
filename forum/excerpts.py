"""The first words of a post, for lists: plain text, its writer's own and not what they quote."""

import html
import re

from django.utils.html import strip_tags
from django.utils.text import Truncator

from forum import markdown

LENGTH = 280
# A post can be 20,000 characters long; a list of them renders no more of each than this.
_READ = 2_000
_BLOCKS = re.compile(r"</(?:p|li|tr|pre|blockquote)>|<(?:br|hr)\s*/?>")


def excerpt(text):
    """Plain text of at most `LENGTH` characters from a post's Markdown."""
    text = text[:_READ]
    own = "\n".join(line for line in text.splitlines() if not line.lstrip().startswith(">"))
    shown = markdown.render(own if own.strip() else text)
    words = " ".join(html.unescape(strip_tags(_BLOCKS.sub(" ", shown))).split())
    return Truncator(words).chars(LENGTH)
