"""Every address of the site. What a framework would open beside its own purpose is shadowed."""

from functools import wraps

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import SuspiciousFileOperation
from django.http import Http404
from django.shortcuts import redirect
from django.urls import include, path, re_path
from django.views.decorators.csp import csp_override
from django.views.static import serve
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.documents import urls as wagtaildocs_urls

from community import access
from config import errors, health
from home import serving


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


# What of Wagtail's own admin everybody needs whom it lets in.
_FURNITURE = {"wagtailadmin_logout", "wagtailadmin_javascript_catalog", "wagtailadmin_sprite"}
_INSTEAD = {"wagtailadmin_home": "reviewing:board", "wagtailadmin_account": "community:me"}
_OUR_PACKAGES = ("community.", "forum.", "home.")


def _kept_from_facilitators(view, name):
    """The view, for everybody but those who have only this project's screens in the admin: two
    addresses that the admin's frame names lead them to ours."""

    @wraps(view)
    def ask(request, *args, **kwargs):
        if access.keeps_to_own_screens(access.standing_of(request.user)):
            if name in _INSTEAD:
                return redirect(_INSTEAD[name])
            raise Http404
        return view(request, *args, **kwargs)

    return ask


def _for_whom_it_lets_in(patterns):
    """Wagtail sends everybody else to sign in; whoever is signed in already would be sent back, and
    so on for ever. To them there is nothing here."""
    for pattern in patterns:
        if hasattr(pattern, "url_patterns"):
            _for_whom_it_lets_in(pattern.url_patterns)
        else:
            pattern.callback = _let_in(pattern.callback)


def _let_in(view):
    @wraps(view)
    def ask(request, *args, **kwargs):
        # The groups that hold it are the roster's; Wagtail asks the same.
        if request.user.is_authenticated and not request.user.has_perm("wagtailadmin.access_admin"):
            raise Http404
        return view(request, *args, **kwargs)

    return ask


def _ours_and_wagtails(patterns):
    """Closed by default: a screen that a new release of Wagtail brings is no facilitator's."""
    for pattern in patterns:
        if hasattr(pattern, "url_patterns"):
            _ours_and_wagtails(pattern.url_patterns)
        elif pattern.name not in _FURNITURE and not pattern.callback.__module__.startswith(
            _OUR_PACKAGES
        ):
            pattern.callback = _kept_from_facilitators(pattern.callback, pattern.name)


handler400 = "config.errors.bad_request"
handler403 = "config.errors.not_found"
handler404 = "config.errors.not_found"
handler500 = "config.errors.server_error"

_relaxed(wagtailadmin_urls.urlpatterns)
_ours_and_wagtails(wagtailadmin_urls.urlpatterns)
_for_whom_it_lets_in(wagtailadmin_urls.urlpatterns)

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("offline/", errors.offline, name="offline"),
    path("offline-worker.js", errors.offline_worker, name="offline_worker"),
    # Pictures are the only uploads with an address of their own: Wagtail cannot make them
    # private. Everything else is streamed by a view that asks the policy.
    path("media/<str:folder>/<path:path>", picture, name="picture"),
    path("accounts/", include("allauth.account.urls")),
    path("", include("community.cohorts.urls")),
    path("", include("community.keeping.urls")),
    path("", include("community.applications.urls")),
    path("", include("community.directory.urls")),
    path("accounts/2fa/", include("allauth.mfa.urls")),
    path("", include("community.urls")),
    path("", include("community.leaving.urls")),
    path("", include("community.second_factor.urls")),
    path("", include("community.sessions.urls")),
    path("", include("community.sharing.urls")),
    path("", include("community.takeout.urls")),
    path("", include("forum.spaces.urls")),
    path("", include("forum.writing.urls")),
    path("", include("forum.revisions.urls")),
    path("", include("forum.moderation.facilitating.urls")),
    path("", include("forum.moderation.urls")),
    path("", include("forum.polls.urls")),
    path("", include("forum.glass.urls")),
    path("", include("forum.previews.urls")),
    path("", include("forum.subscriptions.urls")),
    path("", include("forum.profiles.urls")),
    path("", include("forum.shelf.urls")),
    path("", include("forum.reactions.urls")),
    path("", include("forum.summaries.urls")),
    path("", include("forum.hosting.urls")),
    path("", include("forum.attachments.urls")),
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
    re_path(r"^documents/(\d+)/(.*)$", serving.file, name="wagtaildocs_serve"),
    path("documents/", include(wagtaildocs_urls)),
    path("", include("home.seeing.urls")),
    path("", include("home.going.urls")),
    path("", include("home.urls")),
    re_path(wagtail_urls.serve_pattern, serving.page, name="wagtail_serve"),
    path("", include(wagtail_urls)),
]
