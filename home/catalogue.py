"""Finding a resource: what was chosen, how many there are of each, and one page of them.

All state is in the address. The caller hands in the resources that the reader may read; nothing
here widens them, and the number of queries does not depend on how many there are.
"""

from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import QueryDict
from django.utils.translation import gettext as _

from home.search import by_relevance, matching, shown

PER_PAGE = 20
FACETS = ("kind", "topic", "meeting")


def search_library(resources, params):
    """What the library's template shows for the query string `params`."""
    model = resources.model
    text = shown(params.get("q", ""))
    chosen = {name: params.get(name, "") for name in FACETS}
    # Words are matched once; what the reader may read is counted from those alone.
    found = matching(resources, params.get("q", ""))
    options, conditions = _understood(model, chosen)
    facets = [_facet(name, found, conditions, options, chosen[name]) for name in FACETS]
    narrowed = found.filter(*conditions.values())
    order = by_relevance(narrowed, text).defer("body")
    page_obj = Paginator(order, PER_PAGE).get_page(params.get("page"))
    state = {"q": text} | {name: chosen[name] for name in conditions}
    return {
        "q": text,
        "facets": facets,
        "page_obj": page_obj,
        "resources": list(page_obj),
        "total": page_obj.paginator.count,
        "chosen": _chosen(state, options),
        "is_narrowed": bool(text or conditions),
        # The pager's addresses begin with this and go on with the number of the page.
        "query": f"{_encoded(state)}&" if any(state.values()) else "",
    }


def _understood(model, chosen):
    """Labels of every option by facet, and a condition for each choice that makes sense."""
    topics = dict(model.topics.field.related_model.objects.values_list("slug", "name"))
    meetings = {}
    for year, label in model.Year.choices:
        meetings[str(year)] = str(label)
        for number in range(1, 6):
            words = {"year": label, "number": number}
            meetings[f"{year}-{number}"] = _("%(year)s, meeting %(number)d") % words
    options = {
        "kind": {value: str(label) for value, label in model.Kind.choices},
        "topic": topics,
        "meeting": meetings,
    }
    conditions = {}
    for name in FACETS:
        if chosen[name] in options[name]:
            conditions[name] = _condition(name, chosen[name])
    return options, conditions


def _condition(name, value):
    if name == "kind":
        return Q(kind=value)
    if name == "topic":
        return Q(topics__slug=value)
    year, _dash, number = value.partition("-")
    return Q(year=year, meeting=number) if number else Q(year=year)


def _facet(name, found, conditions, options, value):
    """How many there are of each option while every other choice stands. One query."""
    others = [condition for other, condition in conditions.items() if other != name]
    rows = found.filter(*others).order_by()
    counts = {}
    if name == "meeting":
        for year, meeting, count in rows.values_list("year", "meeting").annotate(Count("pk")):
            counts[str(year)] = counts.get(str(year), 0) + count
            counts[f"{year}-{meeting}"] = count
    else:
        column = "kind" if name == "kind" else "topics__slug"
        counts = dict(rows.values_list(column).annotate(Count("pk", distinct=True)))
    return {
        "name": name,
        "label": {"kind": _("Kind"), "topic": _("Topic"), "meeting": _("Meeting")}[name],
        "any": {"kind": _("Any kind"), "topic": _("Any topic"), "meeting": _("Any meeting")}[name],
        "options": [
            {"value": key, "label": label, "count": counts.get(key, 0), "chosen": key == value}
            for key, label in sorted(options[name].items(), key=_shown_order(name))
            if counts.get(key) or key == value
        ],
    }


def _shown_order(name):
    return (lambda option: option[1].casefold()) if name == "topic" else (lambda option: 0)


def _chosen(state, options):
    """Each choice with the address that undoes it."""
    chosen = []
    for name, value in state.items():
        if not value:
            continue
        label = _("“%(text)s”") % {"text": value} if name == "q" else options[name][value]
        rest = {key: kept for key, kept in state.items() if key != name}
        chosen.append({"label": label, "query": _encoded(rest)})
    return chosen


def _encoded(state):
    query = QueryDict(mutable=True)
    for name, value in state.items():
        if value:
            query[name] = value
    return query.urlencode()
