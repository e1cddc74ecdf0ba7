from io import BytesIO

import pytest
from docx import Document
from hypothesis import given, settings
from hypothesis import strategies as st

from home import manuscript
from home.demo.printable import to_docx

SOURCE = """---
title: How to begin
summary: In short: begin.
minutes: 4
topics: data, youth voice
empty:
---
Some **bold** and *slanted* words with a [link](https://example.org/).

## A part

### A smaller part

- one
- two

Table: Before and after
| | Low |
|---|---|
| Before | 21% |

::: note Take care
Mind the **door**.
:::

::: video An ode | https://video.example.org/1
A song.
:::

After.
"""


def test_front_matter_and_text_are_told_apart(tmp_path):
    (tmp_path / "03-how-to-begin.md").write_text(SOURCE)

    (written,) = manuscript.read_all(tmp_path)

    assert written["title"] == "How to begin"
    assert written["slug"] == "how-to-begin"
    assert written["summary"] == "In short: begin."
    assert written.number("minutes") == 4
    assert written.number("empty") is None
    assert written.listed("topics") == ["data", "youth voice"]
    assert written.get("missing") == ""


def test_a_manuscript_becomes_the_blocks_of_a_page():
    blocks = manuscript.body_of(manuscript.split(SOURCE)[1])

    assert [kind for kind, _value in blocks] == [
        "paragraph",
        "heading",
        "subheading",
        "paragraph",
        "table",
        "note",
        "video",
        "paragraph",
    ]
    values = [value for _kind, value in blocks]
    assert values[0] == (
        "<p>Some <b>bold</b> and <i>slanted</i> words with a "
        '<a href="https://example.org/">link</a>.</p>'
    )
    assert values[4]["data"] == [["", "Low"], ["Before", "21%"]]
    assert values[4]["table_caption"] == "Before and after"
    assert values[4]["table_header_choice"] == "both"
    assert values[5] == {"title": "Take care", "text": "<p>Mind the <b>door</b>.</p>"}
    assert values[6]["url"] == "https://video.example.org/1"


def test_html_in_a_manuscript_is_only_text():
    ((_kind, html),) = manuscript.body_of("Hello <script>x</script>")

    assert "<script>" not in html


@pytest.mark.parametrize("source", ["", "---\n", "---\ntitle: x\n", "no front", "::: note x\nopen"])
def test_a_half_written_manuscript_is_read_all_the_same(source, tmp_path):
    (tmp_path / "half.md").write_text(source)

    written = manuscript.read(tmp_path / "half.md")

    assert written["title"]
    assert isinstance(written.body(), list)


@settings(deadline=None)
@given(st.text(alphabet="#|-:> *_[]()`\nab1", max_size=200))
def test_no_text_breaks_the_reader_or_the_printer(text):
    manuscript.body_of(text)
    to_docx("Title", text)


def test_a_printable_file_opens_with_its_headings_lists_boxes_and_tables():
    text = (
        "## Your day\n\n1. one\n2. two\n\nSome **bold** words.\n\n1. one again\n\n"
        "- [ ] tick **me**\n- \N{BALLOT BOX} and me\n\n"
        "Table: The hour\n\n| When | What |\n|---|---|\n| 9:00 | [ ] Coffee |\n\n"
        "::: note Take care\nMind the door.\n:::\n"
    )

    document = Document(BytesIO(to_docx("An agenda", text)))

    assert document.core_properties.title == "An agenda"
    assert document.core_properties.language == "en-US"
    styles = {paragraph.text: paragraph.style.name for paragraph in document.paragraphs}
    assert styles["An agenda"] == "Title"
    assert styles["Your day"] == "Heading 1"
    assert styles["Take care"] == "Heading 2"
    assert styles["one"] == "List Number"
    assert styles["The hour"] == "Caption"
    assert "\N{BALLOT BOX}  tick me" in styles
    assert "\N{BALLOT BOX}  and me" in styles
    (table,) = document.tables
    assert [[cell.text for cell in row.cells] for row in table.rows] == [
        ["When", "What"],
        ["9:00", "\N{BALLOT BOX} Coffee"],
    ]
    assert table.rows[0]._tr.trPr.xpath("w:tblHeader")
    numbered = [p for p in document.paragraphs if p.style.name == "List Number"]
    lists = [paragraph._p.pPr.numPr.numId.val for paragraph in numbered]
    assert lists[0] == lists[1] != lists[2]
