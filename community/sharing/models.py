"""What a coordinator tells their director alone. Who reads it is asked of `access` each time; that
somebody was named here lets them in only for as long as they direct whoever wrote it.
"""

import uuid

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Note(models.Model):
    """A note of `by` for one `reader`. It is theirs alone once it was taken back."""

    class What(models.TextChoices):
        SUCCESS = "success", _("Success")
        CHALLENGE = "challenge", _("Challenge")
        NEED = "need", _("Need")

    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="notes_for_directors"
    )
    reader = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="notes_told")
    title = models.CharField(_("title"), max_length=120)
    text = models.TextField(_("text"), max_length=5_000)
    what = models.CharField(_("what it is"), max_length=12, choices=What, blank=True)
    # Comes with the form, so that sending it twice is sharing once.
    key = models.UUIDField(default=uuid.uuid4, editable=False)
    # Counts what was saved, so that a form from another window is seen to be an old one.
    version = models.PositiveIntegerField(default=1)
    shared_at = models.DateTimeField(default=timezone.now)
    changed_at = models.DateTimeField(null=True)
    # When its reader last opened words that they had not seen.
    opened_at = models.DateTimeField(null=True)
    taken_back_at = models.DateTimeField(null=True)

    wagtail_reference_index_ignore = True

    class Meta:
        ordering = ["-shared_at", "-pk"]
        verbose_name = _("note for a director")
        verbose_name_plural = _("notes for directors")
        constraints = [
            models.UniqueConstraint(fields=["by", "key"], name="a_note_is_shared_once"),
        ]
        indexes = [
            models.Index(fields=["reader", "-shared_at", "-id"], name="notes_for_a_reader"),
            models.Index(fields=["by", "-shared_at", "-id"], name="notes_of_a_coordinator"),
        ]

    def __str__(self):
        return self.title

    @property
    def is_unread(self):
        """Whether it says something that its reader has not opened."""
        unseen = self.opened_at is None
        return unseen or (self.changed_at is not None and self.opened_at < self.changed_at)


class Looked(models.Model):
    """Up to when a director has seen what was shared with them: one row for each, not for each
    note."""

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="looked_at_notes"
    )
    until = models.DateTimeField()

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("mark of what was seen")
        verbose_name_plural = _("marks of what was seen")
