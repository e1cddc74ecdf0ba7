"""The morning's mail: one for each person who wants one, made for its reader when it is sent."""

from contextlib import suppress

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from community import access
from community.mails import post_office
from community.models import Person
from forum.live.models import Thread
from forum.subscriptions import mailing, one_click
from forum.subscriptions.models import How, Preference, Subscription
from forum.subscriptions.news import Outlook

# Where the site is: people of one network live in one time zone.
MORNING = 7
PEOPLE_AT_ONCE = 50
BATCHES_IN_A_TASK = 10
# A digest is for a glance; what is beyond it waits on the site.
LONGEST = 30


class Stale(Exception):
    """Something changed after this digest was made and before it was sent."""


def tell(after=0):
    """Send today's digests to those with keys beyond `after`. The key to go on from, or None."""
    now = timezone.localtime()
    if now.hour < MORNING:
        return None
    waiting = (
        Person.objects.filter(
            Exists(Subscription.objects.going_on().filter(person=OuterRef("pk"), how=How.DIGEST)),
            ~Q(subscription_preference__digested_on__gte=now.date())
            | Q(subscription_preference__digested_on=None),
            is_active=True,
        )
        .order_by("pk")
        .values_list("pk", flat=True)
    )
    with post_office() as send:
        for _ in range(BATCHES_IN_A_TASK):
            keys = list(waiting.filter(pk__gt=after)[:PEOPLE_AT_ONCE])
            if not keys:
                return None
            _tell(keys, now.date(), send)
            after = keys[-1]
    return after


def _tell(keys, today, send):
    Preference.objects.bulk_create(
        [Preference(person_id=key) for key in keys], ignore_conflicts=True
    )
    while keys:
        rows = Subscription.objects.going_on().filter(person__in=keys, how=How.DIGEST)
        rows = rows.select_related("person", "thread", "space__forum").order_by("person", "pk")
        by_person = {}
        for row in rows:
            by_person.setdefault(row.person_id, []).append(row)
        outlook = Outlook([row for rows in by_person.values() for row in rows])
        parcels = {key: _parcel(by_person.get(key, ()), outlook) for key in keys}
        nothing = [key for key in keys if not parcels[key]]
        Preference.objects.filter(pk__in=nothing).update(digested_on=today)
        full = [key for key in keys if parcels[key]]
        keys = []
        for position, key in enumerate(full):
            try:
                _send_one(parcels[key], outlook.epoch, today, send)
            except Stale:
                keys = full[position:]
                break


def _parcel(rows, outlook):
    """`[(subscription, pieces)]` where there is anything."""
    found = [(row, outlook.pieces(row)) for row in rows]
    return [(row, pieces) for row, pieces in found if pieces]


def _send_one(parcel, epoch, today, send):
    person = parcel[0][0].person
    before = [(row.pk, row.told, row.mailed) for row, _pieces in parcel]
    with suppress(_AlreadySent):
        digested_on = _claim(person, parcel, epoch, today)
        try:
            send(_message(person, parcel))
        except BaseException:
            with transaction.atomic():
                Preference.objects.filter(pk=person.pk).update(digested_on=digested_on)
                for key, told, mailed in before:
                    Subscription.objects.filter(pk=key).update(told=told, mailed=mailed)
            raise


class _AlreadySent(Exception):
    """Another worker sent this person's digest in the meantime."""


@transaction.atomic
def _claim(person, parcel, epoch, today):
    """Move person and rows on, unless anything is no longer what the digest was made from. The day
    of the digest before this one."""
    preference = Preference.objects.select_for_update().get(pk=person.pk)
    if preference.digested_on is not None and preference.digested_on >= today:
        raise _AlreadySent
    keys = [row.pk for row, _pieces in parcel]
    wanted = Subscription.objects.going_on().filter(pk__in=keys, how=How.DIGEST)
    current = Preference.objects.filter(access.epoch_is(epoch), pk=person.pk)
    threads = {piece.thread.pk: piece.thread.seq for _row, pieces in parcel for piece in pieces}
    if dict(Thread.objects.filter(pk__in=threads).values_list("pk", "seq")) != threads:
        raise Stale
    if wanted.count() != len(keys) or not current.update(digested_on=today):
        raise Stale
    for row, _pieces in parcel:
        row.told, row.mailed = (row.thread or row.space).bumped, True
    Subscription.objects.bulk_update([row for row, _pieces in parcel], ["told", "mailed"])
    return preference.digested_on


def _message(person, parcel):
    pieces = {piece.thread.pk: piece for _row, pieces in parcel for piece in pieces}
    named = [piece for piece in pieces.values() if piece.named]
    ends = one_click.address_of_digest(person)
    context = {
        "pieces": [
            {
                "title": piece.thread.topic.subject,
                "author": piece.author,
                "opens": piece.opens,
                "link": mailing.address_of("spaces:thread", piece.thread.pk),
            }
            for piece in named[:LONGEST]
        ],
        "more": len(named) > LONGEST,
        "walled": len(named) < len(pieces),
        "page": mailing.address_of("subscriptions:mine"),
        "ends": ends,
    }
    return mailing.compose(person, "digest", context, ends)
