"""What was done to many at once, for who moderates the space: what, to how many, and a few titles.

The titles come from the threads as they are now, as in every line of the log, and only as far as
the reader may know them.
"""

from dataclasses import dataclass

from django.urls import reverse

from community.introductions import shown_name
from forum.moderation.facilitating import words
from forum.moderation.models import Act

NAMED = 3


@dataclass(frozen=True)
class Sweep:
    """`threads` are `(title, address)` of the first few; the address is empty where the thread was
    removed. `more` is how many there are beside them."""

    said: str
    threads: tuple
    more: int


def sweeps_among(acts, forums):
    """`{key of the act: Sweep}` for the sweeps among these acts, of spaces that the reader was
    found to moderate. `forums` are the keys of those open to the reader. One query, or none."""
    swept = {act: act.undo["acts"] for act in acts if act.verb == "swept"}
    if not swept:
        return {}
    first = [key for keys in swept.values() for key in keys[:NAMED]]
    found = Act.objects.select_related("topic").in_bulk(first)
    return {
        act.pk: _sweep(act, [found[key] for key in keys[:NAMED]], len(keys), forums)
        for act, keys in swept.items()
    }


def _sweep(act, first, count, forums):
    name = shown_name(act.by)
    if act.topic_id:  # which is named beside it
        return Sweep(words.SWEPT_POSTS % {"name": name, "count": count}, (), 0)
    threads = [_named(each.topic, act.space, forums) for each in first]
    threads = tuple(thread for thread in threads if thread)
    return Sweep(
        said=words.SWEPT_THREADS[first[0].verb] % {"name": name, "count": count},
        threads=threads,
        more=count - len(threads),
    )


def _named(topic, space, forums):
    """Title and address of a thread; None where the reader may not know it. One that was removed
    is known to those who moderate where it stands."""
    if topic is None or topic.forum_id not in forums:
        return None
    if topic.approved:
        return topic.subject, reverse("spaces:thread", args=[topic.pk])
    return (topic.subject, "") if topic.forum_id == space.forum_id else None
