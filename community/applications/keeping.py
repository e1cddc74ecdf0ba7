"""How long applications are kept: the form says it in these very numbers, the schedule does it."""

from datetime import timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from community.applications.models import CLOSED, Application, State

CLOSED_MONTHS = 6
AFTER_INTAKE_MONTHS = 12
_MONTH = timedelta(days=30.5)


@transaction.atomic
def forget_old():
    """Delete drafts whose link ran out, what was declined or withdrawn long ago, and everything
    else long after its intake closed. Returns how many applications."""
    now = timezone.now()
    old = Application.objects.filter(
        Q(state=State.DRAFT, resume_until__lte=now)
        | Q(state__in=CLOSED, state_since__lte=now - CLOSED_MONTHS * _MONTH)
        | Q(intake__closes_on__lte=timezone.localdate() - AFTER_INTAKE_MONTHS * _MONTH)
    )
    keys = list(old.values_list("pk", flat=True))
    for start in range(0, len(keys), 500):  # a statement holds so many numbers
        Application.objects.filter(pk__in=keys[start : start + 500]).delete()
    return len(keys)
