"""machina's mixin with its redirect and its 403 taken out: a 403 tells that something is there."""

from django.contrib.auth.views import redirect_to_login
from django.http import Http404
from machina.apps.forum_permission.viewmixins import (
    PermissionRequiredMixin as MachinaPermissionRequiredMixin,
)

from forum.forum_permission.checker import ForumPermissionChecker


class PermissionRequiredMixin(MachinaPermissionRequiredMixin):
    def dispatch(self, request, *args, **kwargs):
        # A visitor is sent to sign-in before anything is looked up.
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        return super().dispatch(request, *args, **kwargs)

    def perform_permissions_check(self, user, obj, perms):
        checker = ForumPermissionChecker(user)
        if not all(checker.has_perm(perm, obj) for perm in perms):
            raise Http404
        return True
