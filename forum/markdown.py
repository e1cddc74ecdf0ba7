"""Posts are Markdown; this is the only place where it becomes HTML.

Raw HTML is off in the parser, and what comes out is cleaned again against a short list, so that
nothing a member types can carry an `id`, a `class`, a `style`, a `data-` attribute, a picture
from afar or an address that runs. Headings stay text: a post has no place in a page's outline.
Whatever goes beyond a bound below stays readable as text; nothing is dropped in silence.

A link whose words do not show where it leads says so behind them: "the form (forms.example.org)".
On a phone nothing hovers, and a screen reader that lists links reads it too.
"""

import re
import unicodedata
from urllib.parse import urlsplit

import nh3
from django.utils.translation import gettext as _
from markdown_it import MarkdownIt
from markdown_it.rules_block import blockquote, list_block, table
from markdown_it.rules_inline import linkify
from markdown_it.token import Token

# Of blocks within blocks (a list counts twice: list and item), and of emphasis within emphasis.
DEEPEST = 10
MOST_LINKS = 200
# A short row is filled up to the width of its table, so cells, not characters, are the bound.
MOST_COLUMNS = 12
MOST_CELLS = 2_000
# More marks than this on one letter climb over the lines above it; no script needs so many.
MOST_MARKS = 6
LONGEST_QUOTE = 3_000

_TAGS = {
    "a", "blockquote", "br", "code", "em", "hr", "li", "ol", "p", "pre", "s", "strong",
    "table", "tbody", "td", "th", "thead", "tr", "ul",
}  # fmt: skip

# --- Characters ---------------------------------------------------------------------------------

# What turns or hides the text around it: embeddings, overrides and isolates, which a browser
# carries on beyond the post, and tags, fillers and controls that nobody sees. The marks for one
# place (U+200E, U+200F, U+061C) and the joiners of Persian and of emoji stay.
_UNSEEN = dict.fromkeys(
    [
        *range(0x09), 0x0B, 0x0C, *range(0x0E, 0x20), *range(0x7F, 0xA0), 0x200B,
        0x2028, 0x2029, *range(0x202A, 0x202F), *range(0x2060, 0x2070), 0xFEFF, 0x3164, 0xFFA0,
        *range(0xFFF9, 0xFFFC), *range(0xE0000, 0xE0080),
    ]
)  # fmt: skip
_UNSEEN |= dict.fromkeys(range(0xD800, 0xE000), "\ufffd")


def plain(text):
    """`text` without characters that turn, hide or overprint what stands around it."""
    text = text.translate(_UNSEEN)
    if text.isascii():
        return text
    kept, marks = [], 0
    for character in text:
        marks = marks + 1 if unicodedata.combining(character) else 0
        if marks <= MOST_MARKS:
            kept.append(character)
    return "".join(kept)


# --- Links --------------------------------------------------------------------------------------

_MAILBOX = re.compile(r"mailto:([\w.+%-]{1,64}@[\w.-]{1,255})", re.I)
_PATH = re.compile(r"/(?![/\\])")


def _destination(address):
    """Where a link leads, in words: a host, a mailbox, "" for this site; None where it may not."""
    if _PATH.match(address):
        return ""
    if mailbox := _MAILBOX.fullmatch(address):
        return mailbox[1]
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
        parts.port  # noqa: B018 - reading it is what finds a port that is none
    except ValueError:
        return None
    # Before an @ anything can be written that looks like a host.
    if parts.scheme.lower() not in {"http", "https"} or "@" in parts.netloc or not host.isascii():
        return None
    return host if re.fullmatch(r"[\w.-]+|[\da-f:.]+", host) else None


def _shows(words, destination):
    """Whether the words of a link tell where it leads, by themselves."""
    words = words.strip().lower().removeprefix("mailto:")
    words = re.sub(r"^https?://", "", words)
    return re.split(r"[/?#:]", words, maxsplit=1)[0] == destination.lower() and " " not in words


def _say_where(children):
    """The tokens of one paragraph, each link with its destination behind words that hide it."""
    opened, words = None, ""
    for token in children:
        if token.type == "link_open":
            opened, words = token, ""
        elif token.type == "link_close" and opened:
            destination = _destination(opened.attrs["href"])
            if destination and not _shows(words, destination):
                said = destination if not words.strip() else f" ({destination})"
                yield _text(said)
            opened = None
        else:
            words += token.content
        yield token


def _text(content):
    token = Token("text", "", 0)
    token.content = content
    return token


# --- Bounds -------------------------------------------------------------------------------------


def _shallow(rule):
    def bounded(state, *where):
        return state.level < DEEPEST and rule(state, *where)

    return bounded


def _small_table(state, start, end, silent):
    if start + 2 > end:
        return False
    line = state.src[state.bMarks[start + 1] : state.eMarks[start + 1]]
    columns = line.count("|") + 1
    used = state.env.get("cells", 0)
    rows = (MOST_CELLS - used) // columns
    if columns > MOST_COLUMNS + 1 or rows < 2:
        return False
    found = table(state, start, min(end, start + 1 + rows), silent)
    if found and not silent:
        state.env["cells"] = used + columns * (state.line - start - 1)
    return found


def _few_addresses(state, silent):
    """The rule looks back over all text before each "://": seconds on 20 kB of nothing else."""
    if state.src[state.pos] != ":":
        return False
    state.env["looks"] = state.env.get("looks", 0) + 1
    return state.env["looks"] <= 2 * MOST_LINKS and linkify(state, silent)


def _bound(children, env):
    """Emphasis beyond DEEPEST goes back to the marks it was written with; a link beyond
    MOST_LINKS to its words and its address."""
    depth, too_many = 0, None
    for token in children:
        if token.type in {"em_open", "strong_open", "s_open"}:
            depth += 1
            yield _text(token.markup) if depth > DEEPEST else token
        elif token.type in {"em_close", "strong_close", "s_close"}:
            yield _text(token.markup) if depth > DEEPEST else token
            depth -= 1
        elif token.type == "link_open":
            env["links"] = env.get("links", 0) + 1
            too_many = token if env["links"] > MOST_LINKS else None
            if too_many is None:
                yield token
        elif token.type == "link_close" and too_many:
            if too_many.info != "auto":
                yield _text(f" ({too_many.attrs['href']})")
            too_many = None
        else:
            yield token


def _finish(state):
    for token in state.tokens:
        if token.type == "inline" and token.children:
            token.children = list(_say_where(_bound(token.children, state.env)))


def _make_parser():
    parser = MarkdownIt(
        "commonmark",
        # Ours stop before the parser's own bound, which drops the rest of a text.
        {"html": False, "breaks": True, "linkify": True, "maxNesting": 3 * DEEPEST},
    )
    parser.enable(["table", "strikethrough", "linkify"])
    # A reference's address stands elsewhere than its words, and is not shown at all.
    parser.disable(["heading", "lheading", "image", "html_block", "html_inline", "reference"])
    blocks = parser.block.ruler
    alike = ["paragraph", "reference", "blockquote"]
    blocks.at("blockquote", _shallow(blockquote), {"alt": [*alike, "list"]})
    blocks.at("list", _shallow(list_block), {"alt": alike})
    blocks.at("table", _small_table, {"alt": ["paragraph", "reference"]})
    parser.core.ruler.push("finish", _finish)
    parser.inline.ruler.at("linkify", _few_addresses)
    parser.validateLink = lambda address: _destination(address) is not None
    # As it is, and not in the letters of another script that look like it.
    parser.normalizeLinkText = lambda address: address
    return parser


_parser = _make_parser()


def render(text):
    """HTML of a post's Markdown: safe to show as it is. Time is linear in bounded input."""
    return nh3.clean(
        _parser.render(plain(text)),
        tags=_TAGS,
        attributes={"a": {"href"}, "ol": {"start"}, "*": set()},
        url_schemes={"http", "https", "mailto"},
        link_rel="nofollow noopener ugc",
    ).strip()


# --- Quoting ------------------------------------------------------------------------------------


def literally(text):
    """`text` in Markdown that shows it as it stands."""
    return re.sub(r"([\\`*_\[\]<>~|])", r"\\\1", plain(text))


def quote(text, author=None, address=None):
    """The Markdown that quotes `text` under its author's name, ready to be written below. Of a
    long text its beginning."""
    text = text.strip()
    if len(text) > LONGEST_QUOTE:
        text = text[:LONGEST_QUOTE].rsplit(maxsplit=1)[0] + " …"
    lines = text.splitlines()
    if author:
        wrote = _("%(name)s wrote:") % {"name": literally(author)}
        lines = [f"**[{wrote}]({address})**", "", *lines]
    return "".join(f"> {line}".rstrip() + "\n" for line in lines) + "\n"
