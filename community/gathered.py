"""Rows that hang on a row, brought along in the same query as JSON.

`Person.objects.annotate(facts=Gathered(Role.objects.filter(person=OuterRef("pk")), "kind"))` gives
each person a list of lists, one for each row found and in its order; `[]` where there is none.
Moments come as text (see `moment`), since JSON knows none.
"""

from datetime import UTC, datetime

from django.db.models import JSONField, Subquery
from django.db.models.functions import JSONArray


class Gathered(Subquery):
    output_field = JSONField()

    def __init__(self, rows, *columns):
        super().__init__(rows.values(gathered=JSONArray(*columns)))

    def as_sql(self, compiler, connection, **extra_context):
        extra_context["template"] = (
            "(SELECT json_group_array(json(gathered)) FROM (%(subquery)s) gathered_rows)"
        )
        return super().as_sql(compiler, connection, **extra_context)

    def as_postgresql(self, compiler, connection, **extra_context):
        extra_context["template"] = (
            "(SELECT coalesce(jsonb_agg(gathered), '[]') FROM (%(subquery)s) gathered_rows)"
        )
        return super().as_sql(compiler, connection, **extra_context)


def moment(text):
    """A gathered moment as a datetime in UTC, or None: SQLite writes no offset, PostgreSQL does."""
    if text is None:
        return None
    found = datetime.fromisoformat(text)
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
