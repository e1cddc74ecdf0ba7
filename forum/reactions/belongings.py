from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from community import inventory
from forum.reactions.models import Helped, Reaction
from forum.spaces.models import keys_open_to

# What others were told stays whole: the numbers below a post, and which answer helped.
inventory.declare("reactions.Reaction.person", inventory.KEPT, "reactions")
inventory.declare("reactions.Helped.by", inventory.KEPT, "reactions")


def _reactions(person):
    open_now = set(keys_open_to(person))
    for model, column in ((Reaction, "person"), (Helped, "by")):
        rows = model.objects.filter(**{column: person}).select_related("post__topic__thread")
        for row in rows.order_by("pk").iterator(chunk_size=200):
            topic = row.post.topic
            address = f"{reverse('spaces:thread', args=[topic.pk])}?post={row.post_id}"
            said = row.get_kind_display() if model is Reaction else _("This answer helped")
            is_open = topic.thread.space_id in open_now
            yield {"said": str(said), "of": address if is_open else None, "at": row.at}


inventory.add_part("reactions", _("What you said of posts with one press"), _reactions)
