"""Mails about single threads and spaces: one walk over the subscribers in batches, and the policy
asked for each of them at the moment of sending.

A mail that leaves the house is kept by others and shows on locked screens. Of a members' space it
tells title and author; of any other it says that there is something new, and no more; words it
never quotes. Whoever was mailed about a thread hears no more of it until they have been there.

Nobody is mailed twice. Before a mail is sent its subscription is moved on, in a statement that
changes nothing if anybody's standing, the thread, or the row is no longer what the mail was made
from; when sending fails the row is moved back. So a task that is tried again, or that runs twice
at once, sends what is missing. A process that is killed between the two loses one mail.
"""

import email.policy
from dataclasses import dataclass
from email.headerregistry import HeaderRegistry, UnstructuredHeader

from django.conf import settings
from django.core.mail import EmailMessage
from django.db.models import Exists
from django.template.loader import render_to_string
from django.urls import reverse

from community import access
from community.mails import post_office
from forum.live.models import Thread
from forum.spaces.models import Space
from forum.subscriptions import one_click
from forum.subscriptions.models import How, Subscription
from forum.subscriptions.news import Outlook

BATCH = 100
# Then a new task goes on, so that none comes near the longest that a task may take.
BATCHES_IN_A_TASK = 5
THREADS_IN_A_MAIL = 10


@dataclass(frozen=True)
class Letter:
    """A mail to be sent, and the row that says how far its reader is told by it."""

    subscription: Subscription
    upto: int
    pieces: list
    named: bool


def tell_thread(thread_id, after=0):
    """Mail the subscribers of one thread, those with keys beyond `after`. The key to go on from,
    or None at the end."""
    thread = Thread.objects.filter(pk=thread_id, topic__approved=True).first()
    if thread is None:
        return None
    waiting = Subscription.objects.filter(thread=thread, told__lt=thread.bumped)
    return _walk(waiting, after)


def tell_space(space_id, after=0):
    """Mail the subscribers of a space about its new threads; as `tell_thread`."""
    space = Space.objects.filter(pk=space_id).first()
    if space is None:
        return None
    return _walk(Subscription.objects.filter(space=space, told__lt=space.bumped), after)


def _walk(waiting, after):
    waiting = waiting.going_on().filter(how=How.MAIL).order_by("pk")
    with post_office() as send:
        for _ in range(BATCHES_IN_A_TASK):
            keys = list(waiting.filter(pk__gt=after).values_list("pk", flat=True)[:BATCH])
            if not keys:
                return None
            _tell(waiting, keys, send)
            after = keys[-1]
    return after


def _tell(waiting, keys, send):
    """Tell these, beginning anew from the rows as they are whenever an answer went stale."""
    while keys:
        rows = waiting.filter(pk__in=keys).select_related("person", "thread", "space__forum")
        rows = list(rows)
        outlook = Outlook(rows)
        keys = []
        for position, row in enumerate(rows):
            letter = _letter(row, outlook)
            if letter is None:
                continue
            if not _claim(letter, outlook.epoch):
                keys = [each.pk for each in rows[position:]]
                break
            try:
                send(_message(letter))
            except BaseException:
                # Also when the worker is asked to leave in the middle of it.
                _give_back(letter)
                raise


def _letter(row, outlook):
    if row.thread_id and row.mailed and outlook.seen(row.person_id, row.thread) < row.told:
        return None
    pieces = outlook.pieces(row)
    if not pieces:
        return None
    return Letter(
        subscription=row,
        upto=(row.thread or row.space).bumped,
        pieces=pieces[:THREADS_IN_A_MAIL],
        named=all(piece.named for piece in pieces),
    )


def _claim(letter, epoch):
    row = letter.subscription
    unchanged = Subscription.objects.going_on().filter(
        access.epoch_is(epoch), pk=row.pk, how=row.how, told=row.told, mailed=row.mailed
    )
    for piece in letter.pieces:
        same = Thread.objects.filter(pk=piece.thread.pk, seq=piece.thread.seq)
        unchanged = unchanged.filter(Exists(same))
    return bool(unchanged.update(told=letter.upto, mailed=True))


def _give_back(letter):
    row = letter.subscription
    Subscription.objects.filter(pk=row.pk, told=letter.upto).update(
        told=row.told, mailed=row.mailed
    )


# --- The mails ------------------------------------------------------------------------------------


def address_of(name, *arguments):
    """A whole address, for where there is no request."""
    return settings.WAGTAILADMIN_BASE_URL + reverse(name, args=arguments)


def _message(letter):
    row, thread = letter.subscription, letter.pieces[0].thread
    ends = one_click.address_of_subscription(row)
    context = {
        "pieces": [
            {
                "title": piece.thread.topic.subject,
                "author": piece.author,
                "link": address_of("spaces:thread", piece.thread.pk),
            }
            for piece in letter.pieces
        ],
        "ends": ends,
        "page": address_of("subscriptions:mine"),
        "named": letter.named,
    }
    if row.thread_id:
        context["link"] = address_of("spaces:thread", thread.pk)
        return compose(row.person, "thread", context, ends)
    context["link"] = address_of("spaces:space", row.space_id)
    if letter.named:
        context["space"] = row.space.name
    return compose(row.person, "space", context, ends)


class OneLine(UnstructuredHeader):
    """A header that is never folded. Where an address is longer than a line, Python's folding
    (3.13) makes encoded words of it, and no mail program finds an address in those (RFC 2369)."""

    max_count = 1

    def fold(self, *, policy):
        return super().fold(policy=policy.clone(max_line_length=None))


HEADERS = HeaderRegistry()
HEADERS.map_to_type("list-unsubscribe", OneLine)


class Mail(EmailMessage):
    """A mail whose way out is sent as it is, whichever backend makes the bytes."""

    def message(self, *, policy=email.policy.default):
        return super().message(policy=policy.clone(header_factory=HEADERS))


def compose(person, name, context, ends):
    """A plain mail from the templates of that name, with a way out that needs no sign-in."""
    path = f"subscriptions/email/{name}"
    # A title is one line, whatever somebody put into it.
    subject = " ".join(render_to_string(f"{path}_subject.txt", context).split())
    return Mail(
        subject,
        render_to_string(f"{path}.txt", context),
        to=[person.email],
        headers={
            "List-Unsubscribe": f"<{ends}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            "Auto-Submitted": "auto-generated",
        },
    )
