from django.db.models import F
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from community import inventory
from community.introductions import shown_name
from forum.shelf.models import Mute, Saved
from forum.spaces.models import keys_open_to

inventory.declare("shelf.Saved.person", inventory.REMOVED, "saved")
inventory.declare("shelf.Mute.by", inventory.REMOVED, "muted")
# That somebody muted them is the other's, who told nobody.
inventory.declare("shelf.Mute.person", inventory.REMOVED)


def _saved(person):
    rows = Saved.objects.filter(person=person).annotate(
        thread=Coalesce(F("topic_id"), F("post__topic_id")),
        space=Coalesce(F("topic__thread__space_id"), F("post__topic__thread__space_id")),
    )
    open_now = set(keys_open_to(person))
    for row in rows.order_by("pk").iterator(chunk_size=200):
        address = reverse("spaces:thread", args=[row.thread])
        what = f"{address}?post={row.post_id}" if row.post_id else address
        yield {
            "what": what if row.space in open_now else None,
            "note": row.note,
            "at": row.at,
        }


def _muted(person):
    for row in Mute.objects.filter(by=person).select_related("person").order_by("pk"):
        yield {"who": shown_name(row.person), "at": row.at}


inventory.add_part("saved", _("What you saved"), _saved)
inventory.add_part("muted", _("Whom you muted"), _muted)
