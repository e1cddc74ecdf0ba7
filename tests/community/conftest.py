from datetime import timedelta

import pytest
from django.utils import timezone

from community.applications.models import Intake


@pytest.fixture
def intake(cohort):
    """One that is open, with two places."""
    today = timezone.localdate()
    return Intake.objects.create(
        cohort=cohort,
        capacity=2,
        opens_on=today - timedelta(days=5),
        closes_on=today + timedelta(days=30),
    )
