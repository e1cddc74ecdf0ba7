"""What is kept of applications: an application points at nobody, but holds an address."""

from django.utils.translation import gettext_lazy as _

from community import inventory
from community.applications.likeness import words_of
from community.applications.models import Application, State

# What a facilitator noted and did in their office stays with the application.
inventory.declare("applications.CallNote.by", inventory.KEPT)
inventory.declare("applications.Entry.by", inventory.KEPT)

TOLD = (
    "name", "email", "phone", "county", "worksite", "program", "experience", "goals",
    "commitment", "accessibility", "director_name", "director_email",
)  # fmt: skip


def _theirs(person):
    return Application.objects.filter(email__iexact=person.email).order_by("pk")


def _naming(person):
    """The applications that name this person as the applicant's director, by their address. What
    was not sent is its applicant's alone, and deleted soon."""
    named = Application.objects.filter(director_email__iexact=person.email)
    return named.exclude(state=State.DRAFT).order_by("pk")


@inventory.add_step
def forget_their_application(person):
    _theirs(person).delete()


@inventory.add_step
def forget_who_directs(person):
    """That an application was supported stays with it; by whom, and what they asked, does not."""
    for found in _naming(person).select_for_update():
        found.director_name = found.director_email = found.question = ""
        found.words = words_of(found)
        found.save(update_fields=["director_name", "director_email", "question", "words"])


def _applications(person):
    """What they wrote; what facilitators noted about it is not theirs."""
    for found in _theirs(person):
        told = {name: getattr(found, name) for name in TOLD}
        yield {**told, "state": found.get_state_display(), "sent": found.sent_at}


def _named(person):
    """What others wrote about them as their director, and what they answered; no applicant."""
    for found in _naming(person):
        yield {
            "named_as": found.director_name,
            "address": found.director_email,
            "told": found.told_director_at,
            "supported": found.supported_at,
            "asked": found.question,
        }


inventory.add_part("applications", _("Your application"), _applications)
inventory.add_part("directing", _("Applications that name you as the director"), _named)
