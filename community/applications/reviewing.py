"""What facilitators do with applications: one verb and one line of the log each.

Everything asks `access.may_review`, and nobody decides on an application that is their own or that
names them as the director. Inviting is `community.invitations`' act, with its own rule: only the
facilitators of a cohort invite into it.
"""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from community import access, invitations, roster
from community.applications import acts, applying
from community.applications.likeness import plain
from community.applications.models import (
    HOLDING_A_PLACE,
    Application,
    CallNote,
    Intake,
    State,
)
from community.models import Membership, Program, Role, Worksite
from community.roster import Refused

# A second press of the button within it sends nothing.
A_MOMENT = timedelta(minutes=1)
# Which states each verb starts from.
FROM = {
    "invite": {State.NEW, State.CALLED, State.WAITLISTED},
    "waitlist": {State.NEW, State.CALLED},
    "decline": {State.NEW, State.CALLED, State.WAITLISTED},
    "reopen": {State.INVITED, State.WAITLISTED, State.DECLINED},
    "call": {State.NEW, State.CALLED, State.INVITED, State.WAITLISTED},
    "remind": {State.NEW, State.CALLED, State.WAITLISTED, State.INVITED},
    "resend": {State.INVITED},
}


def may_decide(application, by):
    """Whether this facilitator may do anything with this application."""
    own = by.email in (application.email, application.director_email)
    return access.may_review(access.standing_of(by)) and not own


def offered(application):
    """The verbs that could be done now."""
    return [verb for verb, states in FROM.items() if application.state in states]


def too_late(application):
    """Why a verb that was offered a moment ago is none any more."""
    return _("The application of %(name)s is now in the state “%(state)s”. Look at it again.") % {
        "name": application.name,
        "state": application.get_state_display(),
    }


def _taken_up(application, verb, by):
    access.forget(by)
    if not may_decide(application, by):
        raise Refused(_("You may not do this."))
    kept = acts.lock(application)
    if kept.state not in FROM[verb]:
        raise Refused(too_late(kept))
    return kept


@transaction.atomic
def note_call(application, *, by, called_on, text):
    """Note what was said on an introductory call. A new application becomes a called one."""
    kept = _taken_up(application, "call", by)
    note = CallNote.objects.create(application=kept, by=by, called_on=called_on, text=text)
    if kept.state == State.NEW:
        acts.put(kept, State.CALLED)
    acts.leave("call", by=by, application=kept)
    return note


@transaction.atomic
def invite(application, *, by, worksite=None, site="", program=""):
    """Invite the applicant into the cohort: at `worksite`, at the site and program named here, or
    at those that they typed.

    Refused beyond the intake's places: whoever is invited or accepted holds one.
    """
    Intake.objects.select_for_update().get(pk=application.intake_id)
    kept = _taken_up(application, "invite", by)
    if not may_open(kept.intake.cohort, by):
        raise Refused(
            _("Only the facilitators of %(cohort)s invite into it.")
            % {"cohort": kept.intake.cohort}
        )
    if applying.is_full(kept.intake):
        raise Refused(full(kept.intake))
    if worksite is None and not site:
        worksite = alike_worksite(kept)
    worksite = worksite or roster.found_worksite(
        site or kept.worksite, program or kept.program, kept.intake.region, by=by
    )
    invitations.invite(
        kept.email, Role.Kind.COORDINATOR, by=by, cohort=kept.intake.cohort, worksite=worksite
    )
    acts.put(kept, State.INVITED)
    acts.leave("invite", by=by, application=kept, detail=worksite)
    return kept


def full(intake):
    """Why nobody more can be invited, with the way on."""
    taken = intake.applications.filter(state__in=HOLDING_A_PLACE)
    accepted = taken.filter(state=State.ACCEPTED).count()
    return ngettext(
        "%(cohort)s has %(places)d place: %(invited)d invited, %(accepted)d accepted. Put this on"
        " the waiting list, or change the number of places.",
        "%(cohort)s has %(places)d places: %(invited)d invited, %(accepted)d accepted. Put this on"
        " the waiting list, or change the number of places.",
        intake.capacity,
    ) % {
        "cohort": intake.cohort,
        "places": intake.capacity,
        "invited": taken.count() - accepted,
        "accepted": accepted,
    }


def alike_worksite(application):
    """The site on the roster that was probably meant: the same words for it and its program."""
    meant = plain(application.program)
    programs = [
        pk for pk, name in Program.objects.values_list("pk", "name") if plain(name) == meant
    ]
    for found in Worksite.objects.filter(program__in=programs).select_related("program"):
        if plain(found.name) == plain(application.worksite):
            return found
    return None


@transaction.atomic
def waitlist(application, *, by, words=""):
    """Put it on the waiting list, and tell the applicant; `words` stand in the mail."""
    kept = _taken_up(application, "waitlist", by)
    acts.put(kept, State.WAITLISTED)
    _tell_of(acts.leave("waitlist", by=by, application=kept, detail=words))
    return kept


@transaction.atomic
def decline(application, *, by, words=""):
    """Say no, by mail. No reason is given but what `words` say."""
    kept = _taken_up(application, "decline", by)
    acts.put(kept, State.DECLINED)
    _tell_of(acts.leave("decline", by=by, application=kept, detail=words))
    return kept


@transaction.atomic
def reopen(application, *, by):
    """Decide anew: back to called, or to new where nobody called. An invitation is taken back."""
    kept = _taken_up(application, "reopen", by)
    if kept.state == State.INVITED:
        applying.take_back_invitation(kept)
    left = kept.state
    acts.put(kept, State.CALLED if kept.calls.exists() else State.NEW)
    acts.leave("reopen", by=by, application=kept, detail=State(left).label)
    return kept


@transaction.atomic
def resend(application, *, by):
    """Mail the applicant's invitation once more, under a link that works for two weeks again."""
    kept = _taken_up(application, "resend", by)
    invitation = applying.waiting_invitations(kept).first()
    if invitation is None:
        raise Refused(_("Its invitation was taken back. Reopen the application, and invite anew."))
    if timezone.now() - invitation.created < A_MOMENT:
        raise Refused(_("A link went to them a moment ago. It works; the one before does not."))
    invitations.resend(invitation, by=by)
    acts.leave("resend", by=by, application=kept)
    return kept


@transaction.atomic
def remind(application, *, by):
    """Mail the director's note once more, or for the first time for what was imported."""
    kept = _taken_up(application, "remind", by)
    if kept.supported_at:
        raise Refused(_("The director supports this already."))
    if not kept.director_email:
        raise Refused(_("No director is named in it any more."))
    kept.told_director_at = None
    kept.save(update_fields=["told_director_at"])
    acts.leave("remind", by=by, application=kept)

    from community.applications.tasks import mail_director

    transaction.on_commit(lambda: mail_director.enqueue(kept.pk))
    return kept


def _tell_of(entry):
    from community.applications.tasks import mail_decision

    transaction.on_commit(lambda: mail_decision.enqueue(entry.pk))


# --- Intakes --------------------------------------------------------------------------------------


def may_open(cohort, by):
    """An intake is its cohort's own facilitators', who alone can invite into it."""
    standing = access.standing_of(by)
    return access.may_review(standing) and access.may_enrol(
        standing, cohort.pk, Membership.Kind.PARTICIPANT
    )


@transaction.atomic
def open_intake(cohort, *, by, capacity, opens_on, closes_on):
    """Take applications for a cohort."""
    if not may_open(cohort, by):
        raise Refused(_("Only the facilitators of a cohort take applications for it."))
    if Intake.objects.filter(cohort=cohort).exists():
        raise Refused(_("This cohort has an intake. Change that one."))
    intake = Intake.objects.create(
        cohort=cohort, capacity=capacity, opens_on=opens_on, closes_on=closes_on
    )
    acts.leave("open", by=by, intake=intake, detail=capacity)
    return intake


@transaction.atomic
def change_intake(intake, *, by, capacity, opens_on, closes_on):
    """Other places or other days. Never fewer places than are taken."""
    kept = Intake.objects.select_for_update().get(pk=intake.pk)
    if not may_open(kept.cohort, by):
        raise Refused(_("Only the facilitators of a cohort take applications for it."))
    taken = Application.objects.filter(intake=kept, state__in=HOLDING_A_PLACE).count()
    if capacity < taken:
        raise Refused(
            ngettext(
                "%(count)d place is invited or accepted already. Take an invitation back first.",
                "%(count)d places are invited or accepted already. Take invitations back first.",
                taken,
            )
            % {"count": taken}
        )
    kept.capacity, kept.opens_on, kept.closes_on = capacity, opens_on, closes_on
    kept.save()
    acts.leave("change", by=by, intake=kept, detail=f"{capacity}, {opens_on} – {closes_on}")
    return kept
