"""Demo accounts have published passwords: a production site refuses to run with them."""

from django.conf import settings
from django.core.checks import Error, Tags, register
from django.db import DatabaseError

from community.models import Person


@register(Tags.database)
def no_demo_accounts_in_production(databases=None, **kwargs):
    """Runs with `check --database default`: in `release` and when the server starts."""
    if not settings.PRODUCTION or not databases:
        return []
    try:
        present = Person.objects.filter(is_demo=True, is_active=True).exists()
    except DatabaseError:
        return []  # not migrated yet: nothing is there
    if not present:
        return []
    return [
        Error(
            "The demo community's accounts are in this database, and their password is published.",
            hint="Run: python site/manage.py remove_demo",
            id="community.E001",
        )
    ]
