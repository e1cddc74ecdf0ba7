"""The secrets in the addresses of feeds: made, ended, and recognised.

A feed reader signs in nowhere, so its address is the whole proof: whoever has it reads. It is
therefore shown once, kept as a hash, and opens nothing but what a mail could carry as well.
"""

import hashlib
import secrets
from datetime import timedelta

from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac

from community.accounts import people_who_ask
from forum.subscriptions.models import FeedKey

# Readers ask every few minutes: the time of the last use is written this often.
NOTED_EVERY = timedelta(hours=1)


def _digest(token):
    return hashlib.sha256(token.encode()).hexdigest()


def _mark(person):
    return salted_hmac("forum.subscriptions.keys", person.password, algorithm="sha256").hexdigest()


def make(*, by):
    """A new secret, which ends the one before; returned here and nowhere else."""
    token = secrets.token_urlsafe(32)
    FeedKey.objects.update_or_create(
        person=by,
        defaults={
            "digest": _digest(token),
            "password_mark": _mark(by),
            "made_at": timezone.now(),
            "used_at": None,
        },
    )
    return token


def end(*, by):
    FeedKey.objects.filter(person=by).delete()


def end_closed(person_ids):
    """A closed account has no feeds, also when it is opened again."""
    FeedKey.objects.filter(person_id__in=person_ids, person__is_active=False).delete()


def of(person):
    """Their FeedKey if it works still, else None."""
    key = FeedKey.objects.filter(pk=person.pk).first()
    return key if key and _holds(key, person) else None


def _holds(key, person):
    return person.is_active and constant_time_compare(key.password_mark, _mark(person))


def recognise(token):
    """The person whose secret this is, as if they had signed in, or None. One query."""
    people = people_who_ask().filter(feed_key__digest=_digest(token))
    person = people.select_related("feed_key").first()
    return person if person and _holds(person.feed_key, person) else None


def note_use(key):
    now = timezone.now()
    if key.used_at is None or now - key.used_at > NOTED_EVERY:
        FeedKey.objects.filter(pk=key.pk, digest=key.digest).update(used_at=now)
