"""What a member types never becomes more than text, links, lists and tables."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forum.markdown import quote, render

HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "![x](https://elsewhere.example/pixel.png)",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "[x](vbscript:x)",
    "<a href='javascript:x' style='position:fixed' id=main class=button data-thread=1>x</a>",
    "<svg><script>1</script></svg>",
    "<div hx-get='/x' hx-trigger=load></div>",
    '[x](https://ok.example "\\" onmouseover=\\"alert(1)")',
    '<https://ok.example/?"onclick=x>',
    "`<script>`",
    "\x00<script>",
    "&lt;script&gt;",
    "> " * 100 + "deep",
    "[" * 5000,
    "*" * 5000,
]
ALLOWED = re.compile(
    r"</?(?:a|blockquote|br|code|em|hr|li|ol|p|pre|s|strong|table|tbody|td|th|thead|tr|ul)"
    r"(?: (?:href|title|rel|start)=\"[^\"<>]*\")*>"
)


def only_harmless(html):
    rest = ALLOWED.sub("", html)
    return "<" not in rest and not re.search(r'href="\s*(?!https?:|mailto:)', html, re.I)


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_stays_text(text):
    assert only_harmless(render(text)), render(text)


@settings(deadline=None, max_examples=150)
@given(
    st.text(alphabet=st.sampled_from(list("<>[]()!*_`'\"\\&#:/ \n-=|~ajscript\u202e")), max_size=80)
)
def test_no_text_at_all_gets_through(text):
    assert only_harmless(render(text)), render(text)


def test_what_members_use_works():
    html = render("**Bold**, *soft*, ~~gone~~\n\n- one\n- two\n\nhttps://example.org and\nmore")

    assert "<strong>Bold</strong>" in html
    assert "<s>gone</s>" in html
    assert "<li>two</li>" in html
    assert 'href="https://example.org"' in html
    assert 'rel="nofollow noopener ugc"' in html
    assert "<br>" in html


def test_a_heading_has_no_place_in_the_pages_outline():
    assert "<h" not in render("# Loud\n\nUnder\n=====")


def test_quoting_marks_every_line():
    assert quote("one\ntwo") == "> one\n> two\n\n"
