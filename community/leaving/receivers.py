from django.contrib import messages
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.utils.translation import gettext as _

from community.leaving import closing


@receiver(user_logged_in)
def stay(request, user, **kwargs):
    """Signing in is the way back: whoever does it wants to be here."""
    if closing.stay(user, by=user) and hasattr(request, "_messages"):
        messages.success(request, _("You stay: your account is not closed."))
