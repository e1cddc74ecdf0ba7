"""The library: resources to take along, found by what they are, about and for."""

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalManyToManyField
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel
from wagtail.search import index

from home.catalogue import search_library
from home.models.readable import ReadablePage
from home.privacy import admits_to_document


class Topic(models.Model):
    name = models.CharField(_("name"), max_length=60, unique=True)
    slug = models.SlugField(_("address"), max_length=60, unique=True)

    class Meta:
        ordering = ["name"]
        verbose_name = _("topic")
        verbose_name_plural = _("topics")

    def __str__(self):
        return self.name


class LibraryPage(ReadablePage):
    max_count = 1
    parent_page_types = ["home.HomePage"]
    subpage_types = ["home.ResourcePage"]

    class Meta:
        verbose_name = _("library")
        verbose_name_plural = _("libraries")

    def get_context(self, request, *args, **kwargs):
        context = super().get_context(request, *args, **kwargs)
        resources = ResourcePage.objects.child_of(self).readable_by(request.user)
        context.update(search_library(resources, request.GET))
        return context


class ResourcePage(ReadablePage):
    class Kind(models.TextChoices):
        OVERVIEW = "overview", _("Overview")
        AGENDA = "agenda", _("Agenda")
        ACTIVITY = "activity", _("Activity")
        WORKSHEET = "worksheet", _("Worksheet")
        EVALUATION = "evaluation", _("Evaluation")
        APPLICATION = "application", _("Application")
        VIDEO = "video", _("Video")
        LINK = "link", _("Link")
        STORY = "story", _("Story")

    class Year(models.IntegerChoices):
        ONE = 1, _("Year one")
        TWO = 2, _("Year two")

    kind = models.CharField(_("kind"), max_length=16, choices=Kind)
    topics = ParentalManyToManyField(
        Topic, blank=True, related_name="resources", verbose_name=_("topics")
    )
    for_whom = models.CharField(
        _("for whom"), max_length=120, blank=True, help_text=_("Such as: site coordinators.")
    )
    year = models.PositiveSmallIntegerField(_("year"), choices=Year, null=True, blank=True)
    meeting = models.PositiveSmallIntegerField(
        _("meeting"), null=True, blank=True, help_text=_("Its number within the year.")
    )
    minutes = models.PositiveSmallIntegerField(
        _("minutes"), null=True, blank=True, help_text=_("How long it takes to do or to fill in.")
    )
    to_print = models.CharField(
        _("what to print"),
        max_length=160,
        blank=True,
        help_text=_("Such as: one for each participant, two-sided."),
    )
    document = models.ForeignKey(
        "wagtaildocs.Document",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("file"),
        help_text=_("For a restricted page choose a file in a collection with the same audience."),
    )
    link = models.URLField(_("link"), blank=True, help_text=_("To something kept elsewhere."))

    parent_page_types = ["home.LibraryPage"]
    subpage_types = []

    search_fields = [
        *ReadablePage.search_fields,
        index.SearchField("for_whom"),
        index.SearchField("get_kind_display"),
        index.RelatedFields("topics", [index.SearchField("name"), index.AutocompleteField("name")]),
    ]

    content_panels = [
        *ReadablePage.opening_panels,
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("kind"), FieldPanel("for_whom")]),
                FieldPanel("topics", widget=forms.CheckboxSelectMultiple),
                FieldRowPanel([FieldPanel("year"), FieldPanel("meeting")]),
            ],
            heading=_("What it is"),
        ),
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("minutes"), FieldPanel("to_print")]),
                FieldPanel("document"),
                FieldPanel("link"),
            ],
            heading=_("Using it"),
        ),
        *ReadablePage.body_panels,
    ]

    class Meta:
        verbose_name = _("resource")
        verbose_name_plural = _("resources")

    def clean(self):
        super().clean()
        if self.meeting and not self.year:
            raise ValidationError({"year": _("Say in which year this meeting is.")})

    @property
    def icon(self):
        return KIND_ICONS.get(self.kind, "file-text")

    def get_context(self, request, *args, **kwargs):
        context = super().get_context(request, *args, **kwargs)
        document = self.document
        if document is not None and not admits_to_document(document, request.user):
            document = None
        context["document"] = document
        context["topics"] = list(self.topics.all())
        context["used_in"] = used_in(self, request.user)
        context["library"] = self.get_parent() if self.pk else None
        return context


def used_in(resource, person):
    """The meetings and webinars that this person may read and that use the resource."""
    from home.models.meetings import MeetingPage
    from home.models.webinars import WebinarPage

    if not resource.pk:
        return []
    pages = []
    for model in (MeetingPage, WebinarPage):
        found = model.objects.readable_by(person).filter(resource_links__resource=resource.pk)
        pages += found.defer("body").distinct().order_by("path")
    return pages


def linked_resources(page, person):
    """The resources of a meeting or a webinar that this person may read, in the editor's order.

    The links are read from the page itself, so that a preview shows what is not saved yet.
    """
    keys = [link.resource_id for link in page.resource_links.all()]
    readable = ResourcePage.objects.readable_by(person).filter(pk__in=keys).defer("body")
    found = readable.in_bulk()
    return [found[key] for key in keys if key in found]


KIND_ICONS = {
    "overview": "map",
    "agenda": "list-ordered",
    "activity": "puzzle",
    "worksheet": "notebook-pen",
    "evaluation": "clipboard-check",
    "application": "file-pen-line",
    "video": "circle-play",
    "link": "link",
    "story": "notebook-text",
}
