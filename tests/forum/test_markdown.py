"""What a member types never becomes more than text, links, lists and tables."""

import re
from html.parser import HTMLParser
from urllib.parse import urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forum.markdown import DEEPEST, LONGEST_QUOTE, MOST_CELLS, MOST_LINKS, plain, quote, render
from tests.forum.hostile_markdown import HOSTILE

ATTRIBUTES = {"a": {"href", "rel"}, "ol": {"start"}}
TAGS = {
    "a", "blockquote", "br", "code", "em", "hr", "li", "ol", "p", "pre", "s", "strong",
    "table", "tbody", "td", "th", "thead", "tr", "ul",
}  # fmt: skip
TURNING = re.compile("[\u202a-\u202e\u2066-\u2069]")


class Reader(HTMLParser):
    """Reads HTML as a browser does, and gathers what must not be there."""

    def __init__(self, html):
        super().__init__(convert_charrefs=True)
        self.wrong, self.open, self.deepest, self.counts, self.words = [], [], 0, {}, ""
        self.links = []
        self.feed(html)
        self.close()
        if self.open:
            self.wrong.append(f"left open: {self.open}")

    def handle_starttag(self, tag, attrs):
        self.counts[tag] = self.counts.get(tag, 0) + 1
        if tag not in TAGS:
            self.wrong.append(tag)
        for name, value in attrs:
            if name not in ATTRIBUTES.get(tag, ()):
                self.wrong.append(f"{tag} {name}")
            if name == "href":
                self.links.append(value)
                parts = urlsplit(value)
                within = not parts.scheme and not parts.netloc and parts.path.startswith("/")
                if not within and parts.scheme not in {"http", "https", "mailto"}:
                    self.wrong.append(value)
                if parts.scheme in {"http", "https"} and (not parts.hostname or parts.username):
                    self.wrong.append(value)
                if value.startswith(("//", "/\\")) or not value.isprintable():
                    self.wrong.append(value)
        if tag not in {"br", "hr"}:
            self.open.append(tag)
            self.deepest = max(self.deepest, len(self.open))

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.wrong.append(f"/{tag}")

    def handle_data(self, data):
        self.words += data
        if TURNING.search(data):
            self.wrong.append("text that turns what follows")

    def handle_comment(self, data):
        self.wrong.append(f"comment {data}")

    handle_decl = handle_pi = unknown_decl = handle_comment


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_text_stays_text(name):
    html = render(HOSTILE[name])
    read = Reader(html)

    assert read.wrong == []
    assert read.deepest <= 3 * DEEPEST
    assert read.counts.get("a", 0) <= MOST_LINKS
    assert read.counts.get("td", 0) + read.counts.get("th", 0) <= MOST_CELLS
    assert len(html) < 8 * 20_000
    html.encode()


def test_the_corpus_is_as_long_as_it_says():
    assert len(HOSTILE) >= 80
    assert all(len(text) <= 20_000 for text in HOSTILE.values())


@settings(deadline=None, max_examples=200)
@given(
    st.text(
        alphabet=st.sampled_from(list("<>[]()!*_`'\"\\&#:/ \n-=|~@.ajscript\u202e\u200b\ud800")),
        max_size=80,
    )
)
def test_no_text_at_all_gets_through(text):
    assert Reader(render(text)).wrong == []


@settings(deadline=None, max_examples=100)
@given(
    st.lists(
        st.sampled_from(
            ["> ", "- ", "1. ", "  ", "    ", "\n", "a", "**", "*", "`", "| ", "|-", "["]
        ),
        max_size=120,
    ).map("".join)
)
def test_whatever_is_built_of_marks_ends_and_stays_shallow(text):
    read = Reader(render(text))

    assert read.wrong == []
    assert read.deepest <= 3 * DEEPEST


@pytest.mark.parametrize("mark", ["> ", "- ", "1. ", "> - "])
def test_nesting_is_bounded_and_nothing_is_lost_beyond_it(mark):
    read = Reader(render(mark * 500 + "the last word"))

    assert read.deepest <= DEEPEST + 3
    assert "the last word" in read.words


def test_a_post_has_so_many_links_and_says_the_addresses_of_the_rest():
    read = Reader(render("".join(f"[w{n}](https://ok.example/{n}) " for n in range(300))))

    assert len(read.links) == MOST_LINKS
    assert "w299 (https://ok.example/299)" in read.words


def test_a_table_that_is_too_wide_stays_text():
    wide = "|" + "a|" * 13 + "\n|" + "-|" * 13 + "\n|" + "b|" * 13

    assert "<table>" not in render(wide)
    assert "a|a|a" in render(wide)


def test_what_members_use_works():
    html = render(
        "**Bold**, *soft*, ~~gone~~\n\n- one\n- two\n\nhttps://example.org and\nmore\n\n"
        "> said\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n3. three"
    )

    assert "<strong>Bold</strong>" in html
    assert "<s>gone</s>" in html
    assert "<li>two</li>" in html
    assert 'href="https://example.org"' in html
    assert 'rel="nofollow noopener ugc"' in html
    assert "<br>" in html
    assert "<blockquote>" in html
    assert "<td>2</td>" in html
    assert '<ol start="3">' in html


def test_a_heading_has_no_place_in_the_pages_outline():
    assert "<h" not in render("# Loud\n\nUnder\n=====")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("[the form](https://forms.example.org/x)", "the form (forms.example.org)"),
        ("[hallway.example](https://evil.example)", "hallway.example (evil.example)"),
        ("[evil.example.hallway.example](https://evil.example)", "(evil.example)"),
        ("[hallway.example evil.example](https://evil.example)", "(evil.example)"),
        ("[](https://evil.example)", "evil.example"),
        ("[`code`](https://evil.example)", "code (evil.example)"),
        ("https://\u0430pple.com", "https://\u0430pple.com (xn--pple-43d.com)"),
        ("<https://xn--pple-43d.com/>", "https://xn--pple-43d.com/"),
        ("https://example.org/a?b=c", "https://example.org/a?b=c"),
        ("www.example.org", "www.example.org"),
        ("[EXAMPLE.org/page](https://example.org/page)", "EXAMPLE.org/page"),
        ("[write to me](mailto:maya@example.org)", "write to me (maya@example.org)"),
        ("maya@example.org", "maya@example.org"),
        ("[that post](/threads/3/?post=5)", "that post"),
    ],
)
def test_a_link_shows_where_it_leads(text, shown):
    read = Reader(render(text))

    assert len(read.links) == 1
    assert read.words.strip().endswith(shown)


def test_marks_that_languages_need_stay():
    persian, emoji = (
        "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",
        "\U0001f469\u200d\U0001f3eb",
    )
    vietnamese, hebrew = "Vie\u0323\u0302t", "\u05e9\u05bc\u05c1\u05b8\u200f!"

    for text in (persian, emoji, vietnamese, hebrew):
        assert plain(text) == text


def test_no_letter_carries_more_marks_than_a_line_holds():
    assert len(plain("z" + "\u0300" * 500)) < 10


def test_quoting_marks_every_line():
    assert quote("one\n\ntwo") == "> one\n>\n> two\n\n"


def test_a_quotation_says_who_wrote_and_leads_there():
    quoted = quote("one", author="Maya [x](y) *M*", address="/threads/3/?post=5")
    read = Reader(render(quoted))

    assert read.links == ["/threads/3/?post=5"]
    assert "Maya [x](y) *M* wrote:" in read.words
    assert read.words.strip().endswith("one")


def test_of_a_long_post_its_beginning_is_quoted():
    assert len(quote("word " * 4_000)) < LONGEST_QUOTE + 10
