"""Closing an account: asked for by its person alone, and done a week later.

The week is there because nothing of it can be undone: a closing that somebody else asked for at an
open desk, or that was asked for on a bad day, ends by signing in again. What is kept and what goes
is declared by each app (`community.keeping`); `roster.close_account` does it.
"""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from community import access, roster
from community.leaving.models import Closing
from community.models import Epoch
from community.roster import Refused
from community.sessions import ending


def what_comes_first(person):
    """What this person has to hand over before they go, as sentences; empty where nothing is."""
    left = access.left_without(person, Closing.objects.values("person"))
    said = []
    if left.stewards:
        said.append(
            _("You are the only steward. Ask another facilitator or the person who runs the server"
              " to appoint one first: without a steward nobody can.")
        )  # fmt: skip
    said += [
        _("You are the only facilitator of %(cohort)s. Ask a steward to assign another one first.")
        % {"cohort": cohort}
        for cohort in left.cohorts
    ]
    return said


@transaction.atomic
def ask_to_close(person, *, by):
    """Begin the week, mail its end, and sign the person out everywhere; asked twice, the first
    counts. Of two last stewards who ask at the same moment one is refused."""
    if by.pk != person.pk:
        raise Refused(_("Everybody closes their own account."))
    Epoch.objects.select_for_update().get_or_create(pk=1)
    if in_the_way := what_comes_first(person):
        raise Refused(" ".join(in_the_way))
    closing, created = Closing.objects.get_or_create(person=person)
    if created:
        roster.log(by, person, "ask_to_close")
        _mail(person)
    ending.end_all(person)
    return closing


@transaction.atomic
def stay(person, *, by):
    """End the wait; True where there was one."""
    if by.pk != person.pk:
        raise Refused(_("Everybody closes their own account."))
    ended, _each = Closing.objects.filter(person=person).delete()
    if ended:
        roster.log(by, person, "stay")
    return bool(ended)


def close_due():
    """Close the accounts whose week is over; how many. One that its cohort or the installation
    cannot do without by now waits for the next round."""
    closed = 0
    for pk in Closing.objects.filter(due_at__lte=timezone.now()).values_list("pk", flat=True):
        closed += _close_if_still_due(pk)
    return closed


@transaction.atomic
def _close_if_still_due(pk):
    Epoch.objects.select_for_update().get_or_create(pk=1)
    due = Closing.objects.select_for_update().filter(pk=pk, due_at__lte=timezone.now()).first()
    if due is None or what_comes_first(due.person):
        return False
    roster.close_account(due.person, by=due.person)
    return True


def _mail(person):
    from community.leaving.tasks import mail_when_it_closes  # the task's module imports this one

    transaction.on_commit(lambda: mail_when_it_closes.enqueue(person.pk))
