"""The way out that stands in every mail: one click, no sign-in (RFC 8058).

The link is signed and names a person and what to end, in keys. Opening it changes nothing, since
mail scanners open every link; and its page tells nothing of what it would end.
"""

from django.conf import settings
from django.core import signing
from django.urls import reverse

from forum.subscriptions import subscribing

SALT = "forum.subscriptions.one_click"
DIGEST = 0


def _address(person_id, key):
    token = signing.dumps([person_id, key], salt=SALT)
    return settings.WAGTAILADMIN_BASE_URL + reverse("subscriptions:one_click", args=[token])


def address_of_subscription(subscription):
    return _address(subscription.person_id, subscription.pk)


def address_of_digest(person):
    return _address(person.pk, DIGEST)


def read(token):
    """`(person key, subscription key or DIGEST)`, or None for what was not signed here."""
    try:
        person_id, key = signing.loads(token, salt=SALT)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return person_id, key


def end(person_id, key):
    """Doing it again changes nothing, and says the same."""
    if key == DIGEST:
        subscribing.end_digest(person_id)
    else:
        subscribing.stop([key], by=person_id)
