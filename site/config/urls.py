"""Every address of the site. What a framework would open beside its own purpose is shadowed."""

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import SuspiciousFileOperation
from django.http import Http404
from django.urls import include, path, re_path
from django.views.decorators.csp import csp_override
from django.views.static import serve
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.documents import urls as wagtaildocs_urls

from config import errors, health


def gone(request, *args, **kwargs):
    raise Http404


def sign_in(request):
    """Wagtail's own login would be a second door, unthrottled: it leads to the one there is."""
    return redirect_to_login(request.GET.get("next", "/cms/"))


def picture(request, folder, path):
    """A picture's bytes, from one of the two folders that hold nothing else."""
    if folder not in {"images", "original_images"}:
        raise Http404
    try:
        return serve(request, path, document_root=settings.MEDIA_ROOT / folder)
    except SuspiciousFileOperation:
        raise Http404 from None


def _relaxed(patterns):
    """Wagtail's admin brings inline scripts and styles: its policy is relaxed there alone."""
    relaxed = csp_override(
        {
            **settings.SECURE_CSP,
            "script-src": ["'self'", "'unsafe-inline'"],
            "style-src": ["'self'", "'unsafe-inline'"],
            "img-src": ["'self'", "data:", "blob:"],
            "frame-ancestors": ["'self'"],
        }
    )
    for pattern in patterns:
        if hasattr(pattern, "url_patterns"):
            _relaxed(pattern.url_patterns)
        else:
            pattern.callback = relaxed(pattern.callback)
    return patterns


handler400 = "config.errors.bad_request"
handler403 = "config.errors.not_found"
handler404 = "config.errors.not_found"
handler500 = "config.errors.server_error"

_relaxed(wagtailadmin_urls.urlpatterns)

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("offline/", errors.offline, name="offline"),
    path("offline-worker.js", errors.offline_worker, name="offline_worker"),
    # Pictures are the only uploads with an address of their own: Wagtail cannot make them
    # private. Everything else is streamed by a view that asks the policy.
    path("media/<str:folder>/<path:path>", picture, name="picture"),
    path("accounts/", include("allauth.account.urls")),
    path("", include("community.urls")),
    path("", include("forum.spaces.urls")),
    # Signing in has one door; people and groups are the roster's; a password on a page would let
    # in whoever was told it.
    path("cms/login/", sign_in),
    re_path(
        r"^cms/(users|groups|bulk/community|password_reset|account/change_password|failwhale)(/.*)?$",
        gone,
    ),
    re_path(r"^_util/authenticate_with_password/.*$", gone),
    re_path(r"^_util/login/$", gone),
    re_path(r"^documents/authenticate_with_password/.*$", gone),
    path("cms/", include(wagtailadmin_urls)),
    path("documents/", include(wagtaildocs_urls)),
    path("", include("home.urls")),
    path("", include(wagtail_urls)),
]
