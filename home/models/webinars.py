"""Webinars and calls between the meetings, with experts and graduates."""

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import (
    FieldPanel,
    FieldRowPanel,
    InlinePanel,
    MultiFieldPanel,
    PageChooserPanel,
)
from wagtail.models import Orderable

from community import access
from community.models import Audience
from home.models.library import ResourcePage, linked_resources
from home.models.readable import ReadablePage
from home.privacy import admits_to_document


class WebinarPage(ReadablePage):
    starts_at = models.DateTimeField(_("starts"))
    ends_at = models.DateTimeField(_("ends"))
    join_url = models.URLField(
        _("link to join"), blank=True, help_text=_("Shown to those who come, until it ends.")
    )
    places = models.PositiveIntegerField(
        _("places"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text=_(
            "How many may come; empty where there is no limit. Fewer than come already sends"
            " nobody away."
        ),
    )

    recording = models.URLField(
        _("recording"), blank=True, help_text=_("Where it can be seen afterwards.")
    )
    slides = models.ForeignKey(
        "wagtaildocs.Document",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("slides"),
        help_text=_("For a restricted page choose a file in a collection with the same audience."),
    )

    parent_page_types = ["home.MeetingsPage"]
    subpage_types = []

    content_panels = [
        *ReadablePage.opening_panels,
        FieldRowPanel([FieldPanel("starts_at"), FieldPanel("ends_at")]),
        FieldPanel("join_url"),
        FieldPanel("places"),
        MultiFieldPanel(
            [FieldPanel("recording"), FieldPanel("slides")], heading=_("When it is over")
        ),
        InlinePanel("experts", label=_("expert"), heading=_("Experts and graduates")),
        *ReadablePage.body_panels,
        InlinePanel("resource_links", label=_("resource"), heading=_("Resources")),
    ]

    class Meta:
        verbose_name = _("webinar")
        verbose_name_plural = _("webinars")

    def clean(self):
        super().clean()
        if self.starts_at and self.ends_at and self.ends_at <= self.starts_at:
            raise ValidationError({"ends_at": _("A webinar ends after it starts.")})

    @property
    def is_over(self):
        return self.ends_at <= timezone.now()

    def get_context(self, request, *args, **kwargs):
        context = super().get_context(request, *args, **kwargs)
        from home.going import answering

        members = Audience(kind=Audience.Kind.MEMBERS)
        is_member = access.admits(members, access.standing_of(request.user))
        going = answering.is_going(self, request.user) if is_member else None
        prepares = is_member and answering.may_know_who_goes(request.user)
        opens = is_member and not self.is_over and (going or prepares)
        context["join_url"] = self.join_url if opens else ""
        context["is_member"], context["going"], context["prepares"] = is_member, going, prepares
        context["seats"] = answering.seats_of(self) if self.pk else None
        context["slides"] = (
            self.slides if self.slides and admits_to_document(self.slides, request.user) else None
        )
        context["experts"] = list(self.experts.all())
        context["resources"] = linked_resources(self, request.user)
        return context


class WebinarExpert(Orderable):
    webinar = ParentalKey(WebinarPage, on_delete=models.CASCADE, related_name="experts")
    name = models.CharField(_("name"), max_length=120)
    about = models.CharField(_("what they bring"), max_length=240, blank=True)

    panels = [FieldPanel("name"), FieldPanel("about")]

    class Meta(Orderable.Meta):
        verbose_name = _("expert")
        verbose_name_plural = _("experts")


class WebinarResource(Orderable):
    webinar = ParentalKey(WebinarPage, on_delete=models.CASCADE, related_name="resource_links")
    resource = models.ForeignKey(
        ResourcePage, models.CASCADE, related_name="+", verbose_name=_("resource")
    )

    panels = [PageChooserPanel("resource", "home.ResourcePage")]

    class Meta(Orderable.Meta):
        verbose_name = _("resource of a webinar")
        verbose_name_plural = _("resources of webinars")
