"""The facilitators' screens in Wagtail's admin, and their place in its menu."""

from django.urls import include, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from community import access
from community.applications import staff_urls


@hooks.register("register_admin_urls")
def addresses():
    return [path("applications/", include(staff_urls))]


class ApplicationsItem(MenuItem):
    def is_shown(self, request):
        return access.may_review(access.standing_of(request.user))


@hooks.register("register_admin_menu_item")
def applications_item():
    return ApplicationsItem(
        _("Applications"), reverse("reviewing:board"), icon_name="form", order=150
    )
