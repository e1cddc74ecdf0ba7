"""What somebody's posts said before they were changed goes with their account: nobody answered it,
and a moderator who had to look has had the time."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from community import inventory
from forum.revisions.models import Revision
from forum.spaces.belongings import without_quotations
from forum.spaces.models import keys_open_to

inventory.declare("revisions.Revision.written_by", inventory.KEPT, "revisions")
inventory.declare("revisions.Revision.changed_by", inventory.KEPT)


@inventory.add_step
def drop_older_words(person):
    Revision.objects.filter(post__poster=person).delete()


def _rows(person):
    """Their own older words in their own posts; of a space that is closed to them by now without
    what they quoted, and without what others changed there."""
    rows = Revision.objects.filter(post__poster=person, written_by=person, erased_at=None)
    rows = rows.select_related("post__topic__thread", "post__topic__poster").order_by("pk")
    open_now = set(keys_open_to(person))
    for row in rows.iterator(chunk_size=200):
        topic = row.post.topic
        is_open = topic.thread.space_id in open_now
        if not is_open and row.changed_by_id != person.pk:
            continue
        yield {
            "thread": reverse("spaces:thread", args=[topic.pk]),
            "written": row.written_at,
            "changed": row.changed_at if is_open else None,
            "title": row.subject if topic.poster_id == person.pk else None,
            "text": row.text if is_open else without_quotations(row.text),
        }


inventory.add_part("revisions", _("What your posts said before you changed them"), _rows)
