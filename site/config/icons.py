"""`{% lucide %}` draws from one file of pictures that a browser loads once.

lucide's own tag writes each picture out where it stands, which was more than half of a thread's
page and of every post that is sent to its readers. What the file does not hold is written out
still.
"""

import re
from functools import lru_cache

from django import template
from django.contrib.staticfiles import finders
from django.forms.utils import flatatt
from django.templatetags.static import static
from django.utils.html import format_html
from lucide.templatetags.lucide import lucide as write_out

SHEET = "img/icons.svg"

register = template.Library()


@lru_cache(maxsize=1)
def in_the_sheet():
    """The names of the pictures that `make icons` put there."""
    with open(finders.find(SHEET), encoding="utf-8") as sheet:  # noqa: PTH123 - found as a string
        return frozenset(re.findall(r'<symbol id="([^"]+)"', sheet.read()))


@register.simple_tag(name="lucide")
@lru_cache(maxsize=1024)
def lucide(name, *, size=24, **attributes):
    if name not in in_the_sheet():
        return write_out(name, size=size, **attributes)
    named = {key.replace("_", "-"): value for key, value in attributes.items()}
    return format_html(
        '<svg{}><use href="{}#{}"></use></svg>',
        flatatt({"width": size, "height": size, "fill": "none", **named}),
        static(SHEET),
        name,
    )
