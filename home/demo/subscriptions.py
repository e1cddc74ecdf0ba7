"""The demo's subscriptions: writing has begun most; these are what a few people chose beside it."""

from django.db.models import OuterRef, Subquery

from forum.spaces.models import Space
from forum.subscriptions import subscribing
from forum.subscriptions.models import How, Subscription

DAILY = ("maya", "fern")


def load_subscriptions(people):
    """Spaces for a facilitator and a coordinator, and a morning mail for both."""
    for key in DAILY:
        person = people[key]
        subscribing.prefer(by=person, when_writing=True, how=How.DIGEST)
        for space in Space.objects.open_to(person)[:2]:
            subscribing.subscribe_to_space(space, by=person)
        own = Subscription.objects.filter(person=person).values_list("pk", flat=True)
        subscribing.change(dict.fromkeys(own, How.DIGEST), by=person)
    # What the demo tells has happened long ago: nobody gets a mail about it now.
    for path in ("thread", "space"):
        newest = Subquery(Subscription.objects.filter(pk=OuterRef("pk")).values(f"{path}__bumped"))
        Subscription.objects.exclude(**{path: None}).update(told=newest)
