"""What people attach to their posts. `intake` makes the rows, `attaching` binds them to a post."""

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from forum.attachments.storage import token, uploads

# The longer side of the picture that the thread's page shows.
SMALL_SIDE = 800


def scaled(width, height, side):
    """`(width, height)` that fit into a square of this side; never larger than they are."""
    longest = max(width, height)
    if longest <= side:
        return width, height
    return max(1, width * side // longest), max(1, height * side // longest)


class Attachment(models.Model):
    """One file. Without a post it is its uploader's alone, and gone after a day."""

    uploader = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    post = models.ForeignKey(
        "forum_conversation.Post", models.CASCADE, null=True, related_name="attached"
    )
    name = models.CharField(_("name"), max_length=120)
    content_type = models.CharField(max_length=120)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    file = models.FileField(storage=uploads, upload_to=token, unique=True)
    small = models.FileField(storage=uploads, upload_to=token, blank=True, db_index=True)
    width = models.PositiveIntegerField(null=True)
    height = models.PositiveIntegerField(null=True)
    alt = models.CharField(_("what it shows"), max_length=300, blank=True)
    created = models.DateTimeField(default=timezone.now)

    wagtail_reference_index_ignore = True

    class Meta:
        ordering = ["pk"]
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")
        indexes = [
            models.Index(fields=["uploader", "created"], name="uploads_of_a_day"),
            models.Index(
                fields=["created"], name="uploads_never_posted", condition=models.Q(post=None)
            ),
        ]

    @property
    def is_picture(self):
        return self.width is not None

    @property
    def url(self):
        return reverse("attachments:file", args=[self.pk, self.name])

    @property
    def small_url(self):
        return reverse("attachments:small", args=[self.pk, self.name])

    @property
    def small_size(self):
        return scaled(self.width, self.height, SMALL_SIDE)

    def stored_names(self):
        return [field.name for field in (self.file, self.small) if field.name]
