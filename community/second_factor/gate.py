"""Whoever must have a second factor and has none is led to where it is set up; until then nothing
else opens to them. `config.middleware` asks at every request; sockets ask in `forum.live.seats`."""

from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils.functional import SimpleLazyObject

from community import access

# Signing in and out, setting it up, and what has to answer to everybody. Where one is signed in may
# be looked at: it is there for whoever fears for their account.
OPEN = ("/accounts/", "/me/sessions/", "/privacy/", "/healthz", "/readyz", "/offline", "/static/")


def lead_to_set_up(request):
    """A redirect instead of what was asked for, or None. No query beside what came with them."""
    if request.path_info.startswith(OPEN) or not access.must_set_up_first(request.user):
        return None
    return HttpResponseRedirect(reverse("mfa_index"))


def on_screen(request):
    """For every page: by when its reader has to set up a second factor."""
    return {"second_factor_due": SimpleLazyObject(lambda: _due(request))}


def _due(request):
    return access.second_factor_due(request.user) if hasattr(request, "user") else None
