"""What somebody told their director alone: theirs, so it goes with them. Whoever read it has no
right to the words of others."""

from django.utils.translation import gettext_lazy as _

from community import inventory
from community.introductions import shown_name
from community.sharing import reading
from community.sharing.models import Note

inventory.declare("sharing.Note.by", inventory.REMOVED, "notes_for_directors")
# The author keeps their words, and reads that whoever they were for has left.
inventory.declare("sharing.Note.reader", inventory.KEPT)
inventory.declare("sharing.Looked.person", inventory.REMOVED)


def _rows(person):
    for note in reading.mine(person).order_by("pk").iterator(chunk_size=200):
        yield {
            "title": note.title,
            "what": note.what and Note.What(note.what).label,
            "text": note.text,
            "for": shown_name(note.reader),
            "shared": note.shared_at,
            "changed": note.changed_at,
            "opened": note.opened_at,
            "taken_back": note.taken_back_at,
        }


inventory.add_part("notes_for_directors", _("Notes for your director"), _rows)
