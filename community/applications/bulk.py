"""The same act upon many applications: all of them, or a report of which were not done and why."""

from dataclasses import dataclass, field

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from community.applications import board, reviewing
from community.applications.models import HOLDING_A_PLACE, Application, Intake
from community.roster import Refused

MOST = 100
VERBS = {
    "invite": reviewing.invite,
    "waitlist": reviewing.waitlist,
    "decline": reviewing.decline,
    "reopen": reviewing.reopen,
}


@dataclass
class Report:
    """`refused` holds (application, sentence)."""

    done: int = 0
    refused: list = field(default_factory=list)


def chosen(keys, person):
    """Those of these applications that the person may decide on."""
    found = board.applications_for(person).filter(pk__in=list(keys)[:MOST])
    return list(found.select_related("intake__cohort__region").order_by("name", "pk"))


def sweep(keys, verb, *, by, words=""):
    """Do `verb`, a word of `VERBS`, to each of them, each in a transaction of its own.

    Raises Refused, with nothing done, when more would be invited than there are places.
    """
    found = chosen(keys, by)
    if verb == "invite":
        _ask_for_places(found)
    report = Report()
    for application in found:
        facts = {"words": words} if verb in ("waitlist", "decline") else {}
        try:
            with transaction.atomic():
                VERBS[verb](application, by=by, **facts)
        except Refused as refusal:
            report.refused.append((application, str(refusal)))
        else:
            report.done += 1
    return report


def _ask_for_places(found):
    wanted = {}
    for application in found:
        if application.state in reviewing.FROM["invite"]:
            wanted[application.intake_id] = wanted.get(application.intake_id, 0) + 1
    for intake in Intake.objects.filter(pk__in=wanted).select_related("cohort"):
        taken = Application.objects.filter(intake=intake, state__in=HOLDING_A_PLACE).count()
        free = max(0, intake.capacity - taken)
        if wanted[intake.pk] > free:
            raise Refused(
                ngettext(
                    "%(cohort)s has %(free)d place left, and you chose %(wanted)d applications."
                    " Nobody was invited. Choose fewer.",
                    "%(cohort)s has %(free)d places left, and you chose %(wanted)d applications."
                    " Nobody was invited. Choose fewer.",
                    free,
                )
                % {"cohort": intake.cohort, "free": free, "wanted": wanted[intake.pk]}
            )


def gone(keys, found):
    """What is said of those that were chosen and are not there; empty where all are."""
    if len(set(keys)) > len(found):
        return _("Some of what you chose is not there any more.")
    return ""
