"""Ending sessions: the row of Django's goes, and with it every right that rested on it; the sockets
it opened are told on commit."""

from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from community import roster
from community.sessions.models import OpenSession
from community.signals import sessions_ended


def of(person):
    """The sessions of a person that go on, the one last used first. One query."""
    going_on = Session.objects.filter(pk=OuterRef("key"), expire_date__gt=timezone.now())
    return OpenSession.objects.filter(Exists(going_on), person=person)


@transaction.atomic
def end(pk, *, by):
    """End one session of one's own; False where there is none of that key."""
    return _end(OpenSession.objects.filter(pk=pk, person=by)) > 0


@transaction.atomic
def end_others(session_key, *, by):
    """End every session of one's own but this one; how many there were."""
    return _end(OpenSession.objects.filter(person=by).exclude(key=session_key))


@transaction.atomic
def end_all(person):
    """For the verbs that close an account or take a way of signing in away."""
    return _end(OpenSession.objects.filter(person=person))


def _end(rows):
    keys = list(rows.values_list("key", flat=True))
    ended, _each = Session.objects.filter(pk__in=keys, expire_date__gt=timezone.now()).delete()
    Session.objects.filter(pk__in=keys).delete()
    OpenSession.objects.filter(key__in=keys).delete()
    if keys:
        roster.advance_epoch()
        transaction.on_commit(lambda: sessions_ended.send(sender=OpenSession))
    return ended


def forget_ended():
    """Rows whose session is no more: it ran out, or was ended elsewhere."""
    OpenSession.objects.exclude(
        key__in=Session.objects.filter(expire_date__gt=timezone.now()).values("pk")
    ).delete()
