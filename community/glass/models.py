"""That a steward looked into a space: a fact that the policy reads, and the log of it in one.

Rows are written once, by `forum.glass.breaking`, and never changed: an early end is a row too.
The space is named by its forum, as a thread names a page: whose table it is stands above this.
"""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

LASTS = timedelta(hours=1)


class Permanent(models.Model):
    """A row of a log: written once."""

    class Meta:
        abstract = True

    def save(self, *args, **kwargs):
        if not self._state.adding:
            raise TypeError("What stands in this log is never changed.")
        super().save(*args, **kwargs)

    def delete(self, *args, **kwargs):
        raise TypeError("What stands in this log is never deleted.")


class BreakingQuerySet(models.QuerySet):
    def current(self):
        """Those that still let somebody look."""
        return self.filter(ending=None, ends_at__gt=timezone.now())


class Breaking(Permanent):
    """`reason` is for stewards and the space's facilitators; `told` is what its members read."""

    forum = models.ForeignKey("forum.Forum", models.PROTECT, related_name="breakings")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="breakings")
    reason = models.CharField(_("reason"), max_length=500)
    told = models.CharField(_("what members are told"), max_length=200)
    at = models.DateTimeField(default=timezone.now)
    ends_at = models.DateTimeField()

    objects = BreakingQuerySet.as_manager()

    wagtail_reference_index_ignore = True

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name = _("breaking of the glass")
        verbose_name_plural = _("breakings of the glass")

    @property
    def over_at(self):
        """When it ended or will: early, or by the clock."""
        ending = getattr(self, "ending", None)
        return ending.at if ending else self.ends_at

    @property
    def is_current(self):
        return self.over_at > timezone.now()


class Ending(Permanent):
    """That somebody ended it before the hour was over."""

    breaking = models.OneToOneField(Breaking, models.PROTECT, related_name="ending")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("early end")
        verbose_name_plural = _("early ends")
