"""Pages written in Markdown, turned into the body of a page.

A manuscript is a file with `key: value` lines between two `---` lines, then Markdown: `##`, `###`,
paragraphs, lists, tables preceded by a line `Table: caption`, and fenced parts `::: note Title` and
`::: video Title | address`, each closed by `:::`. HTML is not passed on: `<` in a manuscript is a
character. Quotations are an editor's to add: a file cannot know that somebody consented.
"""

import re
from dataclasses import dataclass

from markdown_it import MarkdownIt

FENCE = re.compile(
    r"^:::[ \t]*(?P<kind>\w+)[ \t]*(?P<title>[^\n]*)\n(?P<text>.*?)^:::[ \t]*$", re.M | re.S
)
CAPTION = re.compile(r"^Table:\s*(.+)$")


@dataclass(frozen=True)
class Manuscript:
    meta: dict
    text: str

    def __getitem__(self, key):
        return self.meta[key]

    def get(self, key, default=""):
        return self.meta.get(key, default)

    def number(self, key):
        """The value as a whole number; None where it is missing or none."""
        value = self.get(key)
        return int(value) if value.isdigit() else None

    def listed(self, key):
        """A value written as `one, two, three`."""
        return [item.strip() for item in self.get(key).split(",") if item.strip()]

    def body(self):
        """Blocks of the body, as (type, value) pairs for a StreamField."""
        return body_of(self.text)


def read(path):
    """The manuscript in a file; `slug` is the file's name without its number where not given."""
    meta, text = split(path.read_text(encoding="utf-8"))
    if titled := re.match(r"Title: *(.+)\n", text.lstrip()):
        # A printable file has no front part, only its title.
        meta["title"], text = titled[1].strip(), text.lstrip()[titled.end() :]
    meta.setdefault("slug", re.sub(r"^\d+-", "", path.stem))
    meta.setdefault("title", meta["slug"].replace("-", " ").capitalize())
    return Manuscript(meta, text)


def read_all(folder):
    """Every manuscript in a folder, in the order of the file names."""
    return [read(path) for path in sorted(folder.glob("*.md"))]


def split(source):
    """`(meta, text)` of a manuscript's source; without a front part all of it is text."""
    source = source.replace("\r\n", "\n").lstrip("\ufeff")
    if not source.startswith("---\n"):
        return {}, source
    front, found, text = source[4:].partition("\n---\n")
    if not found:
        return {}, source
    meta = {}
    for line in front.splitlines():
        key, colon, value = line.partition(":")
        if colon and key.strip():
            meta[key.strip()] = value.strip().strip("\"'")
    return meta, text


def markdown():
    """The dialect of manuscripts; bold and italic become what the page editor writes."""
    parser = MarkdownIt("commonmark", {"html": False}).enable("table")
    for token, tag in (("strong", "b"), ("em", "i")):
        parser.renderer.rules[f"{token}_open"] = lambda *_args, tag=tag: f"<{tag}>"
        parser.renderer.rules[f"{token}_close"] = lambda *_args, tag=tag: f"</{tag}>"
    return parser


def body_of(text):
    blocks, at = [], 0
    for fence in FENCE.finditer(text):
        blocks += _plain(text[at : fence.start()])
        blocks += _fenced(fence["kind"], fence["title"].strip(), fence["text"].strip())
        at = fence.end()
    return blocks + _plain(text[at:])


def _fenced(kind, title, text):
    if kind == "note":
        return [("note", {"title": title, "text": html_of(text)})]
    if kind == "video":
        name, _bar, url = title.partition("|")
        if not url.strip():
            return _plain(text)
        return [("video", {"title": name.strip(), "url": url.strip(), "description": text})]
    return _plain(text)


def html_of(text):
    return markdown().render(text).strip()


def _plain(text):
    """Blocks of Markdown without fences: headings and tables stand alone, the rest is text."""
    parser = markdown()
    tokens = parser.parse(text)
    blocks, run, caption = [], [], ""

    def end_run():
        if run:
            html = parser.renderer.render(run, parser.options, {}).strip()
            if html:
                blocks.append(("paragraph", html))
            run.clear()

    for group in top_level(tokens):
        opening = group[0].type
        if opening == "heading_open":
            end_run()
            kind = "heading" if group[0].tag in {"h1", "h2"} else "subheading"
            blocks.append((kind, plain_text(group[1])))
        elif opening == "table_open":
            end_run()
            blocks.append(("table", _table(group, caption)))
            caption = ""
        elif opening == "paragraph_open" and (found := CAPTION.match(group[1].content)):
            caption = found[1].strip()
        else:
            run.extend(group)
    end_run()
    return blocks


def top_level(tokens):
    """Runs of tokens, one for each block that stands by itself."""
    group, depth = [], 0
    for token in tokens:
        group.append(token)
        depth += token.nesting
        if depth == 0:
            yield group
            group = []


def plain_text(inline):
    """The words of an inline token without its marks."""
    words = [
        "\n" if child.type in {"softbreak", "hardbreak"} else child.content
        for child in inline.children or []
    ]
    return " ".join("".join(words).split())


def rows_of(group):
    """The cells of a table's tokens, row by row, the header row first."""
    rows = []
    for token in group:
        if token.type == "tr_open":
            rows.append([])
        elif token.type == "inline" and rows:
            rows[-1].append(plain_text(token))
    return rows


def _table(group, caption):
    rows = rows_of(group)
    # A first column under an empty corner holds the names of the rows.
    both = bool(rows and rows[0] and not rows[0][0])
    return {
        "data": rows,
        "cell": [],
        "mergeCells": [],
        "first_row_is_table_header": True,
        "first_col_is_header": both,
        "table_header_choice": "both" if both else "row",
        "table_caption": caption or (rows[0][0] if rows and rows[0] else ""),
    }
