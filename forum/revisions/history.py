"""Reading what a post said before: for its author, and for the moderators of its space."""

from dataclasses import dataclass
from datetime import datetime

from django.core.paginator import Paginator

from community.introductions import shown_name
from forum import posting
from forum.revisions import wording
from forum.revisions.keeping import MOST_KEPT
from forum.revisions.models import Revision

CHANGES_ON_A_PAGE = 10


@dataclass(frozen=True)
class Change:
    """`title` is empty where the thread's title stayed. `pk` is that of what it said before; since
    `erased_at` that is gone, and `erased_next` says so of what it was changed to."""

    pk: int
    by: str
    at: datetime
    text: list
    title: list
    refiled: bool
    erased_at: datetime | None
    erased_next: bool


def may_see(post, person):
    """Words that were taken back are their author's; moderators see what became of a post."""
    return post.poster_id == person.pk or posting.may_moderate(post.topic, person)


def version_of(post, key):
    """The Revision `key` of a post, emptied or not, or None."""
    return Revision.objects.filter(post=post, pk=key).first()


def page_of(post, number):
    """A paginator page of the `Change`s of a post, newest first; `shortened` says that older ones
    are not kept any more."""
    kept = Revision.objects.filter(post=post).order_by("-pk")
    keys = list(kept.values_list("pk", flat=True))
    page = Paginator(keys, CHANGES_ON_A_PAGE).get_page(number)
    page.shortened = len(keys) == MOST_KEPT and not page.has_next()
    page.object_list = _changes(post, list(page.object_list))
    return page


def _changes(post, keys):
    if not keys:
        return []
    # With the one above them, which says what the newest of these was changed to.
    rows = Revision.objects.filter(post=post, pk__gte=keys[-1]).select_related("changed_by")
    rows = list(rows.order_by("pk")[: len(keys) + 1])
    afterwards = [*rows[1:], _now(post)][: len(keys)]
    return [
        Change(
            pk=row.pk,
            by=shown_name(row.changed_by),
            at=row.changed_at,
            text=[] if row.text == after.text else wording.passages(row.text, after.text),
            title=_title(row.subject, after.subject),
            refiled=row.refiled,
            erased_at=row.erased_at,
            erased_next=after.erased_at is not None,
        )
        for row, after in reversed(list(zip(rows[: len(keys)], afterwards, strict=True)))
    ]


def _now(post):
    opens = post.pk == post.topic.first_post_id
    return Revision(text=post.content.raw, subject=post.topic.subject if opens else "")


def _title(old, new):
    return wording.passages(old, new) if old and new and old != new else []
