"""Posts are Markdown; this is the only place where it becomes HTML.

Raw HTML is off in the parser, and what comes out is cleaned again against a short list, so that
nothing a member types can carry an `id`, a `class`, a `style`, a `data-` attribute, a picture
from afar or an address that runs. Headings stay text: a post has no place in a page's outline.
"""

import nh3
from markdown_it import MarkdownIt

_parser = (
    MarkdownIt("commonmark", {"html": False, "breaks": True, "linkify": True, "maxNesting": 20})
    .enable(["table", "strikethrough", "linkify"])
    .disable(["heading", "lheading", "image", "html_block", "html_inline"])
)

_TAGS = {
    "a", "blockquote", "br", "code", "em", "hr", "li", "ol", "p", "pre", "s", "strong",
    "table", "tbody", "td", "th", "thead", "tr", "ul",
}  # fmt: skip


def render(text):
    """HTML of a post's Markdown: safe to show as it is. Time is linear in bounded input."""
    return nh3.clean(
        _parser.render(text.replace("\x00", "")),
        tags=_TAGS,
        attributes={"a": {"href", "title"}, "ol": {"start"}},
        url_schemes={"http", "https", "mailto"},
        link_rel="nofollow noopener ugc",
    ).strip()


def quote(text):
    """The Markdown that quotes `text`, ready to be written under."""
    return "".join(f"> {line}\n" for line in text.strip().splitlines()) + "\n"
