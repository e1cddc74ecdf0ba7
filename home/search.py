"""The one place where what somebody typed becomes a search.

A stray quote, a NUL or a very long text makes SQLite's full-text search raise; none of them gets
past `words`. Searches elsewhere in these pages go through `matching`.
"""

import re
import unicodedata

from django.db.models import Case, IntegerField, Q, Value, When

MAX_LENGTH = 200
MAX_WORDS = 10
_WORD = re.compile(r"\w+")


def words(text):
    """The words of a query: letters, digits and underscores only, at most ten of them."""
    text = unicodedata.normalize("NFC", str(text)[:MAX_LENGTH])
    return _WORD.findall(text)[:MAX_WORDS]


def shown(text):
    """The query as it may be shown again in the field: one line, without control characters."""
    line = "".join(char if char.isprintable() else " " for char in str(text)[:MAX_LENGTH])
    return " ".join(line.split())


def matching(pages, text):
    """Narrow a queryset of pages to those with every word of `text`, or its beginning.

    Blank text narrows nothing; text without a word in it matches nothing. Privacy, filters and
    counts stay in the queryset that is given, so the search itself knows nothing of its reader.
    """
    if not str(text).strip():
        return pages
    terms = " ".join(words(text))
    if not terms:
        return pages.none()
    everything = pages.model.objects.all()
    # `get_queryset` is how modelsearch's database backends (1.3) hand out their rows unread.
    whole = everything.search(terms, order_by_relevance=False).get_queryset()
    begun = everything.autocomplete(terms, order_by_relevance=False).get_queryset()
    return pages.filter(
        Q(pk__in=whole.order_by().values("pk")) | Q(pk__in=begun.order_by().values("pk"))
    )


def by_relevance(pages, text):
    """Order pages: those whose title holds every word first. The same on every database."""
    in_title = Q()
    for word in words(text):
        in_title &= Q(title__icontains=word)
    if not in_title:
        return pages.order_by("title", "pk")
    rank = Case(When(in_title, then=Value(0)), default=Value(1), output_field=IntegerField())
    return pages.order_by(rank, "title", "pk")
