"""What somebody tells of themselves beyond their name, and to whom each part of it.

Nothing reads these rows for a screen but `community.profiles`, which asks the policy for each.
"""

import secrets

from django.conf import settings
from django.core.files.storage import FileSystemStorage
from django.db import models
from django.utils import timezone
from django.utils.deconstruct import deconstructible
from django.utils.translation import gettext_lazy as _


class Circle(models.TextChoices):
    """To whom a field is told; the narrowest first."""

    ME = "me", _("Only me")
    COHORTS = "cohorts", _("My cohorts (no director)")
    COORDINATORS = "coordinators", _("Coordinators, graduates and facilitators (no director)")
    MEMBERS = "members", _("All members, directors too")


def _told_to(circle):
    return models.CharField(max_length=12, choices=Circle, default=circle)


class Card(models.Model):
    """`about` and `pronouns` are the person's own columns; to whom they are told stands here."""

    person = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="card")
    languages = models.CharField(_("languages"), max_length=120, blank=True)
    offers = models.CharField(_("ask me about"), max_length=240, blank=True)
    seeks = models.CharField(_("what I look for"), max_length=240, blank=True)
    email = models.EmailField(_("e-mail for members"), blank=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    about_for = _told_to(Circle.MEMBERS)
    pronouns_for = _told_to(Circle.MEMBERS)
    photo_for = _told_to(Circle.MEMBERS)
    languages_for = _told_to(Circle.MEMBERS)
    offers_for = _told_to(Circle.MEMBERS)
    seeks_for = _told_to(Circle.COHORTS)
    email_for = _told_to(Circle.ME)
    phone_for = _told_to(Circle.ME)
    # Whether the others in a thread read their name while they are in it.
    here_by_name = models.BooleanField(_("named while in a thread"), default=False)

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("profile card")
        verbose_name_plural = _("profile cards")


@deconstructible
class PhotoStorage(FileSystemStorage):
    """Beside what is attached to posts, outside every folder that has an address; read from the
    settings each time."""

    @property
    def base_location(self):
        return settings.UPLOADS_ROOT / "people"

    @property
    def location(self):
        return str(self.base_location)

    def url(self, name):
        raise ValueError("A photo has no address but the one that asks the policy.")


photos = PhotoStorage()


def _token(instance, filename):
    made = secrets.token_hex(20)
    return f"{made[:2]}/{made}"


class Photo(models.Model):
    person = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="photo")
    file = models.FileField(storage=photos, upload_to=_token, max_length=80)
    alt = models.CharField(_("what the photo shows"), max_length=160)
    at = models.DateTimeField(default=timezone.now)

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("photo")
        verbose_name_plural = _("photos")

    @property
    def version(self):
        """Another one for each photo, so that no address ever shows the one before."""
        return self.file.name.rsplit("/", 1)[-1][:12]
