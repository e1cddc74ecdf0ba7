"""What every response carries, whoever made it."""

from django.utils.cache import patch_cache_control

from community.second_factor import gate
from community.sessions import noting

PERMISSIONS_POLICY = ", ".join(
    f"{feature}=()"
    for feature in ("camera", "geolocation", "microphone", "payment", "usb", "browsing-topics")
)


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
        response.headers.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
        if getattr(request, "user", None) and request.user.is_authenticated:
            response.headers.pop("Cache-Control", None)
            patch_cache_control(response, private=True, no_store=True)
        return response

    return respond
