"""The front door, and the plain pages beside it."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.fields import RichTextField

from home.blocks import TEXT_FEATURES
from home.models.readable import ReadablePage

VISITOR = "visitor"


class HomePage(ReadablePage):
    """What a visitor reads first, and what waits for a member. Its title is the site's name."""

    headline = models.CharField(_("headline"), max_length=120)
    breath = RichTextField(
        _("a community of practice in a breath"), features=TEXT_FEATURES, blank=True
    )
    joining = RichTextField(_("how to join"), features=TEXT_FEATURES, blank=True)

    max_count = 1
    parent_page_types = ["wagtailcore.Page"]
    subpage_types = ["home.GuidePage", "home.LibraryPage", "home.MeetingsPage", "home.TextPage"]
    # Whoever edits is signed in, and would never see what a visitor reads.
    preview_modes = [(VISITOR, _("As a visitor")), ("member", _("As a member"))]
    # The front door is open to everybody: there is no other way in.
    private_page_options = []

    content_panels = [
        *ReadablePage.opening_panels,
        FieldPanel("headline"),
        MultiFieldPanel([FieldPanel("breath"), FieldPanel("joining")], heading=_("For visitors")),
        *ReadablePage.body_panels,
    ]

    class Meta:
        verbose_name = _("home")
        verbose_name_plural = _("homes")

    def get_context(self, request, *args, **kwargs):
        from home import front_door  # stands on these models

        context = super().get_context(request, *args, **kwargs)
        context.update(front_door.ways_in(request))
        as_visitor = getattr(request, "preview_mode", "") == VISITOR
        context["as_member"] = request.user.is_authenticated and not as_visitor
        if context["as_member"]:
            context.update(front_door.waiting_for(request.user))
        return context


class TextPage(ReadablePage):
    """About, accessibility, privacy: a page to read, with nothing to do."""

    parent_page_types = ["home.HomePage"]
    subpage_types = []

    class Meta:
        verbose_name = _("plain page")
        verbose_name_plural = _("plain pages")
