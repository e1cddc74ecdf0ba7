"""Every write to notes: their author shares, changes, takes back, shares again and deletes them;
whom they are shared with does nothing but read."""

import uuid

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from community import access, roster
from community.pacing import DAY, allows
from community.roster import Refused
from community.sharing.models import Looked, Note
from community.sharing.tasks import mail_that_note_is_shared

MOST_IN_A_DAY = 20


class ChangedMeanwhile(Refused):
    """The note was changed in another window since; `note` is how it stands."""

    def __init__(self, note):
        super().__init__(
            _("You changed this note in another window meanwhile. Your text is still here.")
        )
        self.note = note


def _ask(by, reader):
    """That `reader` directs `by` now, asked after waiting for whoever changes that."""
    if not access.may_tell_alone(access.standing_of(by), reader.pk):
        raise Refused(_("They do not direct you any more, so they cannot read this."))


def _keep_pace(by):
    if not allows("notes.shared", by.pk, MOST_IN_A_DAY, DAY):
        raise Refused(_("You shared many notes today. Your text is still here: share it tomorrow."))


def _tell(note):
    facts = note.pk, note.shared_at.isoformat()
    transaction.on_commit(lambda: mail_that_note_is_shared.enqueue(*facts))


@transaction.atomic
def share(*, by, reader, title, text, what="", key=None):
    """A new note for one director of `by`, who hears by mail that there is one. The same `key` is
    the same note."""
    roster.hold(by)  # of a form that is sent twice, the second one finds the note of the first
    key = key or uuid.uuid4()
    there = Note.objects.filter(by=by, key=key).first()
    if there:
        return there
    _ask(by, reader)
    _keep_pace(by)
    note = Note.objects.create(by=by, reader=reader, title=title, text=text, what=what, key=key)
    _tell(note)
    return note


def _held(note, by):
    """The note as it is now, locked, to its author alone."""
    roster.hold(by)
    current = Note.objects.select_for_update(of=("self",)).filter(pk=note.pk, by=by.pk)
    found = current.select_related("reader").first()
    if found is None or not access.standing_of(by).active:
        raise Refused(_("This note is gone."))
    return found


@transaction.atomic
def change(note, *, by, version, title, text, what):
    """Say something else in it; its reader sees that it was changed. The same again is no change.
    `version` is that of the note which whoever writes had before them."""
    current = _held(note, by)
    said = {"title": title, "text": text, "what": what}
    if all(getattr(current, field) == value for field, value in said.items()):
        return current
    if version != current.version:
        raise ChangedMeanwhile(current)
    for field, value in said.items():
        setattr(current, field, value)
    current.version += 1
    current.changed_at = timezone.now()
    current.save(update_fields=[*said, "version", "changed_at"])
    return current


@transaction.atomic
def take_back(note, *, by):
    """From now on only its author finds it. Taken back twice it is taken back."""
    current = _held(note, by)
    if current.taken_back_at is None:
        current.taken_back_at = timezone.now()
        current.save(update_fields=["taken_back_at"])
    return current


@transaction.atomic
def share_again(note, *, by, reader):
    """Share what was taken back, or what its reader cannot read any more, with a director of now:
    to them it is new. A note that somebody reads has that one reader."""
    current = _held(note, by)
    _ask(by, reader)
    if current.taken_back_at is None:
        if current.reader_id == reader.pk:
            return current
        if access.may_tell_alone(access.standing_of(by), current.reader_id):
            raise Refused(_("Somebody reads this note already. Take it back from them first."))
    _keep_pace(by)
    current.reader, current.shared_at = reader, timezone.now()
    current.changed_at = current.opened_at = current.taken_back_at = None
    current.save(update_fields=["reader", "shared_at", "changed_at", "opened_at", "taken_back_at"])
    _tell(current)
    return current


@transaction.atomic
def delete(note, *, by):
    """Delete for good what was taken back."""
    current = _held(note, by)
    if current.taken_back_at is None:
        raise Refused(_("Take the note back first."))
    current.delete()


def open_it(note):
    """Its reader has it before them: the author sees when. Of words that were changed since they
    were read, nothing is said."""
    if note.is_unread:
        unseen = Q(opened_at=None) | Q(opened_at__lt=F("changed_at"))
        found = Note.objects.filter(unseen, pk=note.pk, version=note.version, taken_back_at=None)
        found.update(opened_at=timezone.now())


def look(person, until):
    """They have seen the list up to `until`; it never goes back."""
    if not Looked.objects.filter(person=person, until__lt=until).update(until=until):
        row = Looked(person=person, until=until)
        Looked.objects.bulk_create([row], ignore_conflicts=True)
