"""Signing in begins a row, signing out ends it, and a new password ends all the others."""

from allauth.account.signals import password_changed, password_reset, password_set
from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.dispatch import receiver

from community.sessions import ending, noting
from community.sessions.models import OpenSession


@receiver(user_logged_in)
def begin(request, user, **kwargs):
    if request is not None and hasattr(request, "session"):
        noting.write(request, user)


@receiver(user_logged_out)
def leave(request, **kwargs):
    session = getattr(request, "session", None)
    if session is not None and session.session_key:
        OpenSession.objects.filter(key=session.session_key).delete()


@receiver([password_changed, password_set])
def keep_this_one(request, user, **kwargs):
    """Django's check of the password ends the others at their next request; here they end now."""
    noting.write(request, user)
    ending.end_others(request.session.session_key, by=user)


@receiver(password_reset)
def keep_none(user, **kwargs):
    ending.end_all(user)
