"""The pictures of the pages, which a browser loads as one file."""

import re
import runpy

from django.contrib.staticfiles import finders
from django.template import Context, Template

from tests.serving import ROOT

MAKE = runpy.run_path(str(ROOT / "site/bin/icons.py"))


def drawn(name):
    template = '{% load lucide %}{% lucide name size=18 class="icon" aria_hidden="true" %}'
    return Template(template).render(Context({"name": name}))


def test_the_sheet_holds_every_picture_that_is_named():
    assert MAKE["sheet"]() == MAKE["SHEET"].read_text(encoding="utf-8"), "run make icons"


def test_a_picture_is_one_line_that_points_into_the_sheet():
    found = drawn("bookmark")

    sheet, _, name = re.search(r'<use href="/static/([^"]*)"', found)[1].partition("#")
    assert f'<symbol id="{name}"' in MAKE["SHEET"].read_text(encoding="utf-8")
    assert finders.find(sheet) == str(MAKE["SHEET"])
    assert 'aria-hidden="true"' in found
    assert 'class="icon"' in found
    assert 'width="18"' in found


def test_a_picture_that_is_not_in_the_sheet_is_written_out():
    found = drawn("axis-3d")

    assert "<path" in found
    assert "<use" not in found
