"""A change of standing or the end of a session reaches every open socket."""

from allauth.account.signals import password_changed, password_reset, password_set
from django.contrib.auth.signals import user_logged_out
from django.dispatch import receiver

from community import roster
from community.signals import naming_changed, sessions_ended, standing_changed
from forum.live.company import NAMES
from forum.live.events import STANDING, hint


@receiver([standing_changed, sessions_ended])
def wake_every_room(**kwargs):
    hint(STANDING)


@receiver([user_logged_out, password_changed, password_reset, password_set])
def end_the_sockets_of_a_session(user, **kwargs):
    """Signing out and a new password end what the sessions opened, even if this hint is lost."""
    if user is not None:
        roster.advance_epoch()
        hint(STANDING)


@receiver(naming_changed)
def show_names_anew(**kwargs):
    hint(STANDING, of=NAMES)
