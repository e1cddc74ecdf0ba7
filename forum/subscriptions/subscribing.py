"""Every write to subscriptions, but for how far somebody was told: that is `mailing`'s."""

from datetime import timedelta

from django.db import transaction
from django.db.models import Case, DateTimeField, F, OuterRef, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _

from community import access
from forum.live.models import Thread
from forum.posting import Refused
from forum.spaces.models import Space
from forum.subscriptions.models import How, Preference, Subscription


def how_of(person, thing):
    """How this person hears of a row, as a column of it; None where they do not. `thing` is
    `thread` (on topics) or `space`."""
    own = Subscription.objects.going_on().filter(person_id=person.pk, **{thing: OuterRef("pk")})
    return Subquery(own.values("how"))


def preference_of(person):
    """Their Preference, or the defaults."""
    return Preference.objects.filter(pk=person.pk).first() or Preference(person=person)


def _begin(by, space, news, thing):
    """`news` is a query of the number up to which its person has nothing to be told."""
    if not access.admits(space.audience, access.standing_of(by)):
        raise Refused(_("This is no longer open to you."))
    begun = {
        "stopped_at": None,
        "told": news.values_list("bumped", flat=True).get(),
        "mailed": False,
    }
    first = begun | {"how": preference_of(by).how}
    subscription, _created = Subscription.objects.update_or_create(
        person=by, **thing, defaults=begun, create_defaults=first
    )
    return subscription


@transaction.atomic
def subscribe_to_thread(topic, *, by):
    return _begin(
        by, topic.forum.space, Thread.objects.filter(pk=topic.pk), {"thread_id": topic.pk}
    )


@transaction.atomic
def subscribe_to_space(space, *, by):
    return _begin(by, space, Space.objects.filter(pk=space.pk), {"space": space})


def subscribe_writer(thread, event, post):
    """Whoever starts or answers a thread is subscribed to it, unless they want that not, and has
    heard all of it by now. One query, since posting pays for it.

    Where they want it not, the row begins stopped; `prefer` forgets such rows when they change
    their mind. What they stopped themselves stays stopped.
    """
    own = Preference.objects.filter(pk=post.poster_id)
    begun = Value(timezone.now(), output_field=DateTimeField())
    stopped = own.annotate(
        since=Case(When(when_writing=False, then=begun), output_field=DateTimeField())
    )
    Subscription.objects.bulk_create(
        [
            Subscription(
                person_id=post.poster_id,
                thread=thread,
                how=Coalesce(Subquery(own.values("how")), Value(str(How.MAIL))),
                since=begun,
                stopped_at=Subquery(stopped.values("since")),
                told=event.pk,
                mailed=False,
            )
        ],
        update_conflicts=True,
        unique_fields=["person", "thread"],
        update_fields=["told", "mailed"],
    )


def carry(source_id, target_id):
    """Whoever follows a thread follows the one it was merged into, and has nothing to be told of
    it yet. What was stopped there stays stopped. The old rows stay, for a merge taken back."""
    following = Subscription.objects.going_on().filter(thread=source_id)
    told = Thread.objects.values_list("bumped", flat=True).get(pk=target_id)
    Subscription.objects.bulk_create(
        [
            Subscription(person_id=person, thread_id=target_id, how=how, told=told)
            for person, how in following.values_list("person_id", "how")
        ],
        ignore_conflicts=True,
        batch_size=1_000,
    )


def stop(keys, *, by):
    """End these of their subscriptions; returns how many went on until now."""
    going_on = Subscription.objects.going_on().filter(person=by, pk__in=keys)
    return going_on.update(stopped_at=timezone.now())


def resume(keys, *, by):
    """Take `stop` back: they hear of what was new meanwhile, too."""
    return Subscription.objects.filter(person=by, pk__in=keys).update(stopped_at=None)


def change(ways, *, by):
    """`{key of a subscription: How}`; one query for each way."""
    for how in How:
        keys = [key for key, chosen in ways.items() if chosen == how]
        if keys:
            Subscription.objects.filter(person=by, pk__in=keys).exclude(how=how).update(how=how)


@transaction.atomic
def prefer(*, by, when_writing, how):
    """How they want to hear of new subscriptions, and whether writing begins one."""
    Preference.objects.update_or_create(
        person=by, defaults={"when_writing": when_writing, "how": how}
    )
    if when_writing:
        Subscription.objects.filter(person=by, stopped_at=F("since")).delete()


def end_digest(person_id):
    """No more digests: what came in them stays, only here on the site."""
    Subscription.objects.filter(person_id=person_id, how=How.DIGEST).update(how=How.SITE)
    Preference.objects.filter(pk=person_id, how=How.DIGEST).update(how=How.SITE)


def lately():
    """What was stopped after this moment can be taken back on the page."""
    return timezone.now() - timedelta(days=1)
