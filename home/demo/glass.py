"""That the demo's steward looked into a space once, and that its facilitator ended it early: its
members read so on its page for 30 days."""

from django.db import transaction

from community.glass.models import Breaking
from community.models import Audience
from forum.glass import breaking
from forum.spaces.models import Space

REASON = (
    "A school called: a post here may name a child. I look for it and tell Jo what to take out."
)
TOLD = "A call from a school about a child's privacy"


@transaction.atomic
def load_glass(people):
    """Once."""
    space = Space.objects.filter(
        audience__kind=Audience.Kind.COHORT, audience__cohort__name="South 2026"
    ).first()
    if space is None or Breaking.objects.exists():
        return
    broken = breaking.break_glass(space, by=people["stella"], reason=REASON, told=TOLD)
    breaking.end(broken, by=people["jo"])
