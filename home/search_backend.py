"""modelsearch's database backend behind `search.words`.

Wagtail's own screens (the page chooser, the lists of the admin) hand over what was typed; on
SQLite a stray quote or a NUL in it would end in an error page. Named in the settings.
"""

from copy import copy

from modelsearch.backends import database
from modelsearch.query import And, Not, Or, Phrase, PlainText

from home.search import words


def SearchBackend(params):  # noqa: N802 - modelsearch looks for this name
    """The backend of the database in use, which every query reaches cleaned."""
    backend = database.SearchBackend(params)
    ask = backend._search  # the one way that search and autocomplete go (modelsearch 1.3)

    def ask_cleaned(compiler, query, *args, **kwargs):
        return ask(compiler, cleaned(query) or "", *args, **kwargs)

    backend._search = ask_cleaned
    return backend


def cleaned(query):
    """The query with plain words alone; None when no word is left of it."""
    if isinstance(query, str):
        return " ".join(words(query)) or None
    if isinstance(query, PlainText | Phrase):
        kept = copy(query)
        kept.query_string = " ".join(words(query.query_string))
        return kept if kept.query_string else None
    if isinstance(query, And | Or):
        parts = [part for part in map(cleaned, query.subqueries) if part is not None]
        return type(query)(parts) if len(parts) > 1 else next(iter(parts), None)
    if isinstance(query, Not):
        inner = cleaned(query.subquery)
        return None if inner is None else Not(inner)
    return query
