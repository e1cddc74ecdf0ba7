"""The guide: chapters read one after the other."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel

from home.models.readable import ReadablePage


def chapters_of(guide, person):
    """The chapters of a guide that this person may read, in reading order."""
    return ChapterPage.objects.child_of(guide).readable_by(person).order_by("path")


def around(chapters, page):
    """`(previous, next)` of `page` in a list of chapters; None where there is none."""
    keys = [chapter.pk for chapter in chapters]
    if page.pk not in keys:
        return None, None
    at = keys.index(page.pk)
    return (chapters[at - 1] if at else None), (chapters[at + 1] if at + 1 < len(keys) else None)


class GuidePage(ReadablePage):
    max_count = 1
    parent_page_types = ["home.HomePage"]
    subpage_types = ["home.ChapterPage"]

    class Meta:
        verbose_name = _("guide")
        verbose_name_plural = _("guides")

    def get_context(self, request, *args, **kwargs):
        context = super().get_context(request, *args, **kwargs)
        chapters = list(chapters_of(self, request.user).defer("body"))
        context["chapters"] = chapters
        context["minutes"] = sum(chapter.minutes or 0 for chapter in chapters)
        return context


class ChapterPage(ReadablePage):
    minutes = models.PositiveSmallIntegerField(
        _("minutes to read"), null=True, blank=True, help_text=_("About 200 words a minute.")
    )

    parent_page_types = ["home.GuidePage"]
    subpage_types = []

    content_panels = [
        *ReadablePage.opening_panels,
        FieldPanel("minutes"),
        *ReadablePage.body_panels,
    ]

    class Meta:
        verbose_name = _("chapter")
        verbose_name_plural = _("chapters")

    def get_context(self, request, *args, **kwargs):
        context = super().get_context(request, *args, **kwargs)
        chapters = list(chapters_of(self.get_parent(), request.user).defer("body"))
        context["chapters"] = chapters
        context["previous"], context["next"] = around(chapters, self)
        context["headings"] = [part for part in context["parts"] if part["anchor"]]
        return context
