"""What changed posts said before. Words that somebody took back are theirs: `history` says who may
read them."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from forum.live.models import POST

PERSON = settings.AUTH_USER_MODEL


class Revision(models.Model):
    """A post as it stood until `changed_by` changed it; with an opening post the thread's title.

    `refiled` says that its files were changed as well: those that were taken away are gone.
    """

    post = models.ForeignKey(POST, models.CASCADE, related_name="+")
    text = models.TextField()
    subject = models.CharField(max_length=255, blank=True)
    written_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    written_at = models.DateTimeField()
    changed_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    changed_at = models.DateTimeField(default=timezone.now)
    refiled = models.BooleanField(default=False)
    # Whether it told how something went at a site, where that was changed.
    tried = models.BooleanField(null=True)
    # Since when its text and title are gone for good; `erasing` empties them.
    erased_at = models.DateTimeField(null=True)

    wagtail_reference_index_ignore = True

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("revision")
        verbose_name_plural = _("revisions")
