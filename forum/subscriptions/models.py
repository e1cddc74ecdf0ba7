"""What people want to hear of, and how far they were told. No title and no word is kept here.

A subscription opens no door. When its person loses a space, the row stays and is neither shown nor
counted nor told of: each list and each mail asks the policy anew, so nothing has to be kept in
step, and somebody whose role is renewed a day late finds everything as it was.
"""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from forum.live.models import Thread
from forum.spaces.models import Space


class How(models.TextChoices):
    MAIL = "mail", _("By mail, at once")
    DIGEST = "digest", _("In one mail each morning")
    SITE = "site", _("Only here on the site")


class SubscriptionQuerySet(models.QuerySet):
    def going_on(self):
        return self.filter(stopped_at=None)

    def open_to(self, person):
        """Those whose thread or space this person may read now."""
        spaces = Space.objects.open_to(person).values("pk")
        return self.filter(
            Q(space__in=spaces) | Q(thread__space__in=spaces, thread__topic__approved=True),
            person=person,
        )


class Subscription(models.Model):
    """One person's, to one thread or to the new threads of one space.

    `told` is the number of the last event (`live.Event`) that they were told of, or that was there
    when they began; `mailed` says that it was by a mail. Stopping is remembered, so that the next
    reply does not begin what was ended.
    """

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="subscriptions"
    )
    thread = models.ForeignKey(Thread, models.CASCADE, null=True, related_name="subscriptions")
    space = models.ForeignKey(Space, models.CASCADE, null=True, related_name="subscriptions")
    how = models.CharField(max_length=8, choices=How, default=How.MAIL)
    since = models.DateTimeField(default=timezone.now)
    stopped_at = models.DateTimeField(null=True)
    told = models.BigIntegerField(default=0)
    mailed = models.BooleanField(default=False)

    objects = SubscriptionQuerySet.as_manager()

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("subscription")
        verbose_name_plural = _("subscriptions")
        constraints = [
            models.CheckConstraint(
                condition=Q(thread=None, space__isnull=False) | Q(thread__isnull=False, space=None),
                name="to_a_thread_or_to_a_space",
            ),
            models.UniqueConstraint(
                fields=["person", "thread"], name="subscribed_once_to_a_thread"
            ),
            models.UniqueConstraint(fields=["person", "space"], name="subscribed_once_to_a_space"),
        ]
        indexes = [models.Index(fields=["how", "person"], name="subscriptions_by_way")]


class Preference(models.Model):
    """How somebody wants to hear of what they subscribe to; no row says the defaults."""

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        primary_key=True,
        related_name="subscription_preference",
    )
    when_writing = models.BooleanField(
        _("Subscribe me to threads that I start or answer"), default=True
    )
    how = models.CharField(
        _("How you hear of new subscriptions"), max_length=8, choices=How, default=How.MAIL
    )
    # The day of their last digest, where the site is.
    digested_on = models.DateField(null=True, editable=False)

    wagtail_reference_index_ignore = True


class FeedKey(models.Model):
    """The secret in the addresses of somebody's feeds. Only its hash is here.

    `password_mark` ties it to the password under which it was made, as a session is: a new
    password ends it, by whatever way that was set.
    """

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="feed_key"
    )
    digest = models.CharField(max_length=64, unique=True)
    password_mark = models.CharField(max_length=64)
    made_at = models.DateTimeField(default=timezone.now)
    used_at = models.DateTimeField(null=True)

    wagtail_reference_index_ignore = True
