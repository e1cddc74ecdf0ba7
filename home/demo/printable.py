"""Printable files of the library as real word-processor documents: headings, lists, tables whose
header row repeats on every page, boxes to tick, with title and language set."""

import re
from io import BytesIO

from docx import Document
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt

from home import manuscript

LANGUAGE = "en-US"
BOX = "\N{BALLOT BOX}"


def to_docx(title, text):
    """The bytes of a document with this title, made from Markdown."""
    document = Document()
    _set_up(document, title)
    document.add_heading(title, level=0)
    for fence_or_text in _pieces(text):
        _write(document, fence_or_text)
    buffer = BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def _set_up(document, title):
    document.core_properties.title = title
    document.core_properties.language = LANGUAGE
    document.core_properties.author = "Hallway"
    document.core_properties.comments = ""
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21.59), Cm(27.94)
    section.left_margin = section.right_margin = Cm(2.2)
    section.top_margin = section.bottom_margin = Cm(2)
    section.footer.paragraphs[0].text = title
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = "Calibri", Pt(11.5)
    # Screen readers choose the voice by the language of the text, not by that of the properties.
    defaults = document.styles.element.find(qn("w:docDefaults")).find(qn("w:rPrDefault"))
    properties = defaults.find(qn("w:rPr"))
    language = properties.find(qn("w:lang"))
    if language is None:
        language = OxmlElement("w:lang")
        properties.append(language)
    language.set(qn("w:val"), LANGUAGE)


def _pieces(text):
    """Markdown without its fences: a note becomes a heading with its text below."""
    at = 0
    for fence in manuscript.FENCE.finditer(text):
        yield text[at : fence.start()]
        title = fence["title"].strip().partition("|")[0].strip()
        yield f"### {title}\n\n{fence['text']}" if title else fence["text"]
        at = fence.end()
    yield text[at:]


def _write(document, text):
    caption = ""
    for group in manuscript.top_level(manuscript.markdown().parse(text)):
        opening = group[0]
        if opening.type == "heading_open":
            level = max(1, int(opening.tag[1]) - 1)
            document.add_heading(manuscript.plain_text(group[1]), level=level)
        elif opening.type == "table_open":
            _table(document, manuscript.rows_of(group), caption)
            caption = ""
        elif opening.type in {"bullet_list_open", "ordered_list_open"}:
            _list(document, group)
        elif opening.type == "hr":
            document.add_page_break()
        elif opening.type == "paragraph_open" and (
            found := manuscript.CAPTION.match(group[1].content)
        ):
            caption = found[1].strip()
        else:
            for token in group:
                if token.type == "inline":
                    _runs(document.add_paragraph(), token)


def ticks(text):
    """How many characters at the start of an item are a box to tick: none, or its length."""
    found = re.match(rf"(?:\[[ x]\]|{BOX}) +", text)
    return found.end() if found else 0


def _list(document, group):
    """Items of a list; `[ ]` or a box at the start is a box to tick; each numbering starts at 1."""
    style = "List Number" if group[0].type == "ordered_list_open" else "List Bullet"
    numbering = _numbering(document) if style == "List Number" else None
    depth = 0
    for token in group:
        if token.type in {"bullet_list_open", "ordered_list_open"}:
            depth += 1
        elif token.type in {"bullet_list_close", "ordered_list_close"}:
            depth -= 1
        elif token.type == "inline":
            if ticks(token.content):
                paragraph = document.add_paragraph(f"{BOX}  ")
                paragraph.paragraph_format.left_indent = Cm(0.6 * depth)
                _runs(paragraph, token, skip=ticks(token.content))
                continue
            paragraph = document.add_paragraph(style=style if depth == 1 else "List Bullet 2")
            if numbering is not None and depth == 1:
                paragraph._p.get_or_add_pPr().get_or_add_numPr().get_or_add_numId().val = numbering
            _runs(paragraph, token)


def _numbering(document):
    """A numbering of its own for one list: otherwise the second list goes on from the first."""
    numbering = document.part.numbering_part.element
    style = document.styles["List Number"].element
    kept = style.pPr.numPr.numId.val
    abstract = next(num.abstractNumId.val for num in numbering.num_lst if num.numId == kept)
    num = numbering.add_num(abstract)
    num.add_lvlOverride(ilvl=0).add_startOverride(1)
    return num.numId


def _runs(paragraph, inline, skip=0):
    """The words of an inline token with bold and italic; the first `skip` characters left out."""
    bold = italic = 0
    for child in inline.children or []:
        bold += {"strong_open": 1, "strong_close": -1}.get(child.type, 0)
        italic += {"em_open": 1, "em_close": -1}.get(child.type, 0)
        words = " " if child.type == "softbreak" else child.content
        if child.type == "hardbreak":
            paragraph.add_run().add_break()
        left, skip = words[skip:], max(0, skip - len(words))
        if left:
            run = paragraph.add_run(left)
            run.bold, run.italic = bool(bold) or None, bool(italic) or None


def _table(document, rows, caption):
    if caption:
        document.add_paragraph(caption, style="Caption").paragraph_format.keep_with_next = True
    width = max((len(row) for row in rows), default=0)
    if not width:
        return
    table = document.add_table(rows=len(rows), cols=width, style="Table Grid")
    table.alignment = WD_TABLE_ALIGNMENT.LEFT
    for row, cells in zip(table.rows, rows, strict=True):
        for cell, words in zip(row.cells, cells, strict=False):
            cell.text = words.replace("[ ]", BOX)
    header = table.rows[0]
    for cell in header.cells:
        for run in cell.paragraphs[0].runs:
            run.bold = True
    repeat = OxmlElement("w:tblHeader")
    repeat.set(qn("w:val"), "true")
    header._tr.get_or_add_trPr().append(repeat)
    for row in table.rows:
        whole = OxmlElement("w:cantSplit")
        row._tr.get_or_add_trPr().insert(0, whole)
    document.add_paragraph()
