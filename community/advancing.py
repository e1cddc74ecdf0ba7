"""Whatever a decision of the policy rests on makes kept decisions stale when it is saved, whoever
saves it. The roster's verbs advance the epoch themselves; this is for everything beside them."""

from django.db.models.signals import post_delete, post_save

from community import roster
from community.models import Audience, Cohort, Membership, Person, Program, Region, Role, Worksite


def advance(update_fields=None, **kwargs):
    """Signing in writes `last_login` and nothing that anybody is asked about."""
    if update_fields is None or set(update_fields) != {"last_login"}:
        roster.advance_epoch()


def watch(*models):
    """Advance the epoch whenever a row of these models is saved or deleted."""
    for model in models:
        uid = f"community.advancing.{model._meta.label}"
        post_save.connect(advance, sender=model, dispatch_uid=uid)
        post_delete.connect(advance, sender=model, dispatch_uid=uid)


def watch_our_own():
    watch(Audience, Cohort, Membership, Person, Program, Region, Role, Worksite)
