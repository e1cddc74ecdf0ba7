"""allauth's second factors in our words."""

from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy


class Adapter(DefaultMFAAdapter):
    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": gettext_lazy("That is not right. Try again, or another way."),
        "unverified_email": gettext_lazy(
            "Confirm your e-mail address first: without it nobody can help you back in."
        ),
        "cannot_generate_recovery_codes": gettext_lazy(
            "Set up an app or a passkey first: the codes stand in for it."
        ),
    }

    def generate_authenticator_name(self, user, type):  # noqa: A002 - allauth's own name for it
        number = Authenticator.objects.filter(user=user, type=type).count() + 1
        return _("Passkey %(number)d") % {"number": number}
