"""What every response carries, whoever made it."""

from django.contrib import messages
from django.http import HttpResponseRedirect
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _

from community.second_factor import gate
from community.sessions import noting

PERMISSIONS_POLICY = ", ".join(
    f"{feature}=()"
    for feature in ("camera", "geolocation", "microphone", "payment", "usb", "browsing-topics")
)


def _missed_its_button(request, response):
    """Whether somebody opened an address that only a button sends to. Signing in again after a
    session ran out leads back to where they were sent from, and that may be one."""
    opened = request.headers.get("Sec-Fetch-Mode") == "navigate"
    return response.status_code == 405 and request.method == "GET" and opened


def PrivateResponses(get_response):  # noqa: N802 - named like the classes beside it in MIDDLEWARE
    """Keep what was made for one reader out of every cache.

    Sync-only and innermost: see MIDDLEWARE in the settings. The rule is `private, no-store` for
    whoever is signed in, since a back button on a shared computer must not bring a thread back.
    This is also the one place that every request of theirs comes through: the second factor is
    asked for and the session noted, with what was read for the request anyway.
    """

    def respond(request):
        signed_in = getattr(request, "user", None) and request.user.is_authenticated
        if signed_in:
            noting.note(request)
        response = (signed_in and gate.lead_to_set_up(request)) or get_response(request)
        if signed_in and _missed_its_button(request, response):
            said = _("What you pressed was not done. Open its page again, and press it once more.")
            messages.warning(request, said)
            response = HttpResponseRedirect("/")
        response.headers.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
        if getattr(request, "user", None) and request.user.is_authenticated:
            response.headers.pop("Cache-Control", None)
            patch_cache_control(response, private=True, no_store=True)
        return response

    return respond
