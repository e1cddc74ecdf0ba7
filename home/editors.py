"""What editors see in Wagtail's admin: topics, fewer menus, and a form for a page's audience that
offers audiences and nothing else. Imported by the hooks.
"""

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.forms.collections import CollectionViewRestrictionForm
from wagtail.admin.forms.pages import PageViewRestrictionForm
from wagtail.admin.views import collection_privacy
from wagtail.admin.views.page_privacy import SetPrivacyView
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.admin.widgets.button import Button
from wagtail.models import BaseViewRestriction

from community import access
from community.models import Audience
from home import sections
from home.models import ResourcePage, Topic
from home.privacy import audience_of

OFFERED = {BaseViewRestriction.NONE, BaseViewRestriction.GROUPS}


class AudienceField(forms.ModelMultipleChoiceField):
    def label_from_instance(self, group):
        return str(group.audience)


class AudienceChoice:
    """Public, or one audience: a group of the admin would admit nobody, and of two audiences
    nobody could say where the page is discussed."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields.pop("password", None)
        kinds = self.fields["restriction_type"]
        kinds.choices = [(value, label) for value, label in kinds.choices if value in OFFERED]
        groups = self.fields["groups"].queryset.filter(audience__isnull=False)
        self.fields["groups"] = AudienceField(
            groups.select_related("audience__cohort"),
            label=_("Audience"),
            required=False,
            widget=forms.CheckboxSelectMultiple,
        )

    def clean_groups(self):
        groups = super().clean_groups()
        restricted = self.cleaned_data.get("restriction_type") == BaseViewRestriction.GROUPS
        if restricted and len(groups) > 1:
            raise ValidationError(_("Choose one audience."))
        return groups


class PageAudienceForm(AudienceChoice, PageViewRestrictionForm):
    pass


class CollectionAudienceForm(AudienceChoice, CollectionViewRestrictionForm):
    pass


# Wagtail 8 has no setting for these two forms; each is named in one place only.
SetPrivacyView.form_class = PageAudienceForm
collection_privacy.CollectionViewRestrictionForm = CollectionAudienceForm


class TopicViewSet(ModelViewSet):
    model = Topic
    icon = "tag"
    menu_label = _("Topics")
    menu_order = 400
    add_to_admin_menu = True
    form_fields = ["name", "slug"]
    list_display = ["name", "slug"]
    search_fields = ["name"]
    search_backend_name = None


@hooks.register("register_admin_viewset")
def topics():
    return TopicViewSet("topics")


@hooks.register("register_page_header_buttons")
def ask_who_can_see(page, user, view_name, next_url=None):
    """On every screen of a page: who can see it, by name and with the reason."""
    if access.may_ask_who_sees(access.standing_of(user)):
        yield Button(
            _("Who can see this?"),
            reverse("seeing:page", args=[page.pk]),
            icon_name="view",
            priority=70,
        )


@hooks.register("construct_help_menu")
def leave_out_what_leads_elsewhere(request, menu_items):
    """Release notes and the editor's manual are on other hosts and about another audience."""
    menu_items[:] = [item for item in menu_items if item.name == "keyboard-shortcuts-trigger"]


@hooks.register("after_create_page")
@hooks.register("after_edit_page")
def warn_of_a_file_that_is_open_wider(request, page):
    """A file is as open as its collection, whatever the page says: tell whoever restricts one."""
    if not isinstance(page, ResourcePage) or page.document is None:
        return
    audience = audience_of(page)
    if audience is not None and audience.kind == Audience.Kind.PUBLIC:
        return
    wanted = audience.group_id if audience else None
    restrictions = page.document.collection.get_view_restrictions()
    if not restrictions.filter(groups=wanted).exists():
        messages.warning(
            request,
            _(
                "This page is not public, but its file is in the collection “%(collection)s”, "
                "which has another audience. Move the file to the page's own collection."
            )
            % {"collection": page.document.collection.name},
        )


@hooks.register("after_edit_page")
@hooks.register("after_unpublish_page")
@hooks.register("after_move_page")
@hooks.register("after_delete_page")
def warn_of_a_notice_that_no_form_finds(request, page):
    """Every form that asks somebody about themselves leads to the privacy notice: tell whoever
    takes it away, and whoever edits a page while it is gone."""
    if sections.notice_is_lost():
        messages.warning(
            request,
            _(
                "No form leads to the privacy notice now. It must be published for everybody, "
                "on a page whose slug is “%(slug)s”."
            )
            % {"slug": sections.PRIVACY},
        )
