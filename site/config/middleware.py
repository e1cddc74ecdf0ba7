"""What every response carries, whoever made it."""

from django.utils.cache import patch_cache_control

PERMISSIONS_POLICY = ", ".join(
    f"{feature}=()"
    for feature in ("camera", "geolocation", "microphone", "payment", "usb", "browsing-topics")
)


def PrivateResponses(get_response):  # noqa: N802 - named like the classes beside it in MIDDLEWARE
    """Keep what was made for one reader out of every cache.

    Sync-only and innermost: see MIDDLEWARE in the settings. The rule is `private, no-store` for
    whoever is signed in, since a back button on a shared computer must not bring a thread back.
    """

    def respond(request):
        response = get_response(request)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
        if getattr(request, "user", None) and request.user.is_authenticated:
            response.headers.pop("Cache-Control", None)
            patch_cache_control(response, private=True, no_store=True)
        return response

    return respond
