"""What must be true before this process serves anybody."""

from django.conf import settings
from django.core.checks import Tags, run_checks
from django.core.exceptions import ImproperlyConfigured


def refuse_to_start_unready():
    """In production: no demo accounts. Settings have refused the rest by themselves."""
    if not settings.PRODUCTION:
        return
    problems = run_checks(tags=[Tags.database], databases=["default"])
    errors = [problem for problem in problems if problem.is_serious()]
    if errors:
        raise ImproperlyConfigured("\n".join(f"{p.msg} {p.hint or ''}" for p in errors))
