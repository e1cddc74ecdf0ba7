"""What keeps machines from filling in the form, without asking anybody else and without losing a
word that a person typed: a field that people do not see, the time a form took, and counts for each
client and each address (`community.pacing`). Whoever is stopped is told how to go on.
"""

import time

from allauth.account.adapter import get_adapter
from django.core import signing
from django.utils.translation import gettext as _

HUMAN_SECONDS = 3  # nobody reads and fills in a step in less
TRAP = "website"  # a name that a machine likes to fill in
STAMP = "opened"

_signer = signing.TimestampSigner(salt="applications.opened")


def stamp(given=""):
    """Proof of when a form was opened; what was `given` goes on holding, where it is ours."""
    return given if _age(given) is not None else _signer.sign("form")


def _age(given):
    try:
        _signer.unsign(given)
    except signing.BadSignature:
        return None
    return time.time() - signing.b62_decode(given.split(":")[1])


def objection(posted):
    """What speaks against this form, in a sentence; empty when nothing does."""
    if posted.get(TRAP):
        return _(
            "Something filled in a field that people do not see. Nothing is lost: send it again."
        )
    age = _age(posted.get(STAMP, ""))
    if age is None or age < HUMAN_SECONDS:
        return _(
            "That was quick. Nothing is lost: look at your answers once more and send them again."
        )
    return ""


def client_of(request):
    """The address that the request came from, as allauth's limits see it."""
    return get_adapter().get_client_ip(request)
