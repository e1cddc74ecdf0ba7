"""A space is one of machina's forums plus the audience that it is for."""

from django.db import models
from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from machina.apps.forum.models import Forum

from community import access
from community.models import Audience


class SpaceQuerySet(models.QuerySet):
    def open_to(self, person):
        """The spaces this person may see and read: the one way to list them.

        A child is never wider than its parent: one closed forum above closes all below it, and a
        forum without a space is closed to all. Two queries go before the one that is returned.
        """
        admitting = access.audiences_open_to(person)
        closed_above = Forum.objects.filter(
            tree_id=OuterRef("forum__tree_id"),
            lft__lt=OuterRef("forum__lft"),
            rght__gt=OuterRef("forum__rght"),
        ).exclude(space__audience__in=admitting)
        return self.filter(~Exists(closed_above), audience__in=admitting).select_related(
            "forum", "audience__cohort"
        )

    def above(self, forum):
        """The spaces of this forum and of all forums above it; None where one has no space."""
        chain = Forum.objects.filter(
            tree_id=forum.tree_id, lft__lte=forum.lft, rght__gte=forum.rght
        )
        spaces = list(self.filter(forum__in=chain).select_related("audience"))
        return spaces if len(spaces) == chain.count() else None


class Space(models.Model):
    forum = models.OneToOneField(Forum, models.PROTECT, related_name="space")
    audience = models.ForeignKey(Audience, models.PROTECT, related_name="spaces")
    purpose = models.CharField(_("what it is for"), max_length=240)

    objects = SpaceQuerySet.as_manager()

    class Meta:
        ordering = ["forum__tree_id", "forum__lft"]
        verbose_name = _("space")
        verbose_name_plural = _("spaces")

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("spaces:space", args=[self.pk])

    @property
    def name(self):
        return self.forum.name
