"""The meetings of the two years. When a cohort meets is a fact of the community's; these pages say
what a meeting holds and present those dates to the cohort."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, PageChooserPanel
from wagtail.models import Orderable

from community.cohorts.reading import dates_for
from home.models.guide import around
from home.models.library import ResourcePage, linked_resources
from home.models.readable import ReadablePage


class MeetingsPage(ReadablePage):
    max_count = 1
    parent_page_types = ["home.HomePage"]
    subpage_types = ["home.MeetingPage", "home.WebinarPage"]

    class Meta:
        verbose_name = _("list of meetings")
        verbose_name_plural = _("lists of meetings")

    def get_context(self, request, *args, **kwargs):
        from home.models.webinars import WebinarPage

        context = super().get_context(request, *args, **kwargs)
        meetings = MeetingPage.objects.child_of(self).readable_by(request.user).defer("body")
        webinars = WebinarPage.objects.child_of(self).readable_by(request.user).defer("body")
        now = timezone.now()
        dates = list(dates_for(request.user))
        context["meetings"] = list(meetings.order_by("year", "number"))
        webinars = list(webinars.order_by("starts_at"))
        context["coming"] = [webinar for webinar in webinars if webinar.ends_at > now]
        context["past"] = [webinar for webinar in reversed(webinars) if webinar.ends_at <= now]
        context["dates"] = [date for date in dates if date.ends_at > now]
        return context


class MeetingPage(ReadablePage):
    year = models.PositiveSmallIntegerField(_("year"), choices=ResourcePage.Year)
    number = models.PositiveSmallIntegerField(_("meeting"), help_text=_("Within the year."))
    hours = models.DecimalField(_("hours"), max_digits=3, decimal_places=1, default=4.5)

    parent_page_types = ["home.MeetingsPage"]
    subpage_types = []

    content_panels = [
        *ReadablePage.opening_panels,
        FieldRowPanel([FieldPanel("year"), FieldPanel("number"), FieldPanel("hours")]),
        *ReadablePage.body_panels,
        InlinePanel("resource_links", label=_("resource"), heading=_("Resources")),
    ]

    class Meta:
        verbose_name = _("meeting")
        verbose_name_plural = _("meetings")

    @property
    def name(self):
        return _("Year %(year)s, meeting %(number)s") % {"year": self.year, "number": self.number}

    def get_context(self, request, *args, **kwargs):
        context = super().get_context(request, *args, **kwargs)
        siblings = MeetingPage.objects.sibling_of(self).readable_by(request.user).defer("body")
        meetings = list(siblings.order_by("year", "number"))
        context["previous"], context["next"] = around(meetings, self)
        context["resources"] = linked_resources(self, request.user)
        context["dates"] = list(dates_for(request.user, year=self.year, number=self.number))
        return context


class MeetingResource(Orderable):
    meeting = ParentalKey(MeetingPage, on_delete=models.CASCADE, related_name="resource_links")
    resource = models.ForeignKey(
        ResourcePage, models.CASCADE, related_name="+", verbose_name=_("resource")
    )

    panels = [PageChooserPanel("resource", "home.ResourcePage")]

    class Meta(Orderable.Meta):
        verbose_name = _("resource of a meeting")
        verbose_name_plural = _("resources of meetings")
