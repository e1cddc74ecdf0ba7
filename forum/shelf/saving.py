"""Saving threads and posts. A thing is a topic or a post that `threads` found for the person; the
list shows what they may read at this moment, so what closed is gone from it and comes back."""

from dataclasses import dataclass
from datetime import datetime

from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from community import access
from community.introductions import shown_name
from forum import threads
from forum.excerpts import excerpt
from forum.posting import Refused
from forum.shelf.models import Saved
from forum.spaces.models import Space
from forum.threads import Post, Topic

SAVED_ON_A_PAGE = 20


def _key(thing):
    return {"topic": thing} if isinstance(thing, Topic) else {"post": thing}


def saved_row(thing, person):
    """The row that says `person` saved this, or None."""
    return Saved.objects.filter(person=person, **_key(thing)).first()


@transaction.atomic
def save(thing, *, by, note=None):
    """Save a thread or a post; saving again changes nothing but the note, if one is given."""
    access.standing_now(by)
    if not _readable(thing, by):
        raise Refused(_("This is no longer open to you."))
    row, _created = Saved.objects.get_or_create(person=by, **_key(thing))
    if note is not None and note != row.note:
        row.note = note
        row.save(update_fields=["note"])
    return row


def _readable(thing, person):
    topics = threads.readable_by(person)
    if isinstance(thing, Topic):
        return topics.filter(pk=thing.pk).exists()
    return Post.objects.filter(pk=thing.pk, approved=True, topic__in=topics.values("pk")).exists()


@transaction.atomic
def take_off(thing, *, by):
    """No longer save it. Returns the note that stood on it, so that this can be undone."""
    row = Saved.objects.select_for_update().filter(person=by, **_key(thing)).first()
    if row is None:
        return ""
    row.delete()
    return row.note


def carry(source_id, target_id):
    """Whoever saved a thread has saved the one it was merged into. The old rows stay, and show
    nothing, for a merge taken back."""
    kept = Saved.objects.filter(topic=source_id)
    Saved.objects.bulk_create(
        [
            Saved(person_id=person, topic_id=target_id, note=note, at=at)
            for person, note, at in kept.values_list("person_id", "note", "at")
        ],
        ignore_conflicts=True,
        batch_size=1_000,
    )


# --- The list -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Kept:
    """One row of the saved page. `post` is its key, None for a thread."""

    topic: int
    post: int | None
    subject: str
    url: str
    save_url: str
    space: Space
    author: str
    author_pk: int | None
    words: str
    note: str
    at: datetime

    @property
    def key(self):
        return f"post-{self.post}" if self.post else f"thread-{self.topic}"


def _open_to(person):
    readable = threads.readable_by(person).values("pk")
    return Saved.objects.filter(
        Q(topic__in=readable) | Q(post__approved=True, post__topic__in=readable), person=person
    )


def page_of_saved(person, number, *, space=None, word=""):
    """A paginator page of what this person saved and may read, newest first."""
    rows = _open_to(person)
    if space is not None:
        forum = space.forum_id
        rows = rows.filter(Q(topic__forum=forum) | Q(post__topic__forum=forum))
    if word:
        rows = rows.filter(
            Q(note__icontains=word)
            | Q(topic__subject__icontains=word)
            | Q(post__topic__subject__icontains=word)
            | Q(post__content__icontains=word)
        )
    keys = rows.order_by("-at", "-pk").values_list("pk", flat=True)
    page = Paginator(keys, SAVED_ON_A_PAGE).get_page(number)
    found = Saved.objects.select_related(
        *(
            f"{way}{further}"
            for way in ("topic", "post__topic")
            for further in ("__forum__space__audience__cohort", "__forum__space__forum")
        ),
        "topic__poster",
        "topic__first_post",
        "post__poster",
    ).in_bulk(list(page.object_list))
    page.object_list = [_kept(found[pk]) for pk in page.object_list if pk in found]
    return page


def _kept(row):
    topic = row.topic or row.post.topic
    post = row.post or topic.first_post
    author = row.post.poster if row.post else topic.poster
    thread = reverse("spaces:thread", args=[topic.pk])
    return Kept(
        topic=topic.pk,
        post=row.post_id,
        subject=topic.subject,
        url=f"{thread}?post={row.post_id}" if row.post_id else thread,
        save_url=reverse("shelf:save_post", args=[topic.pk, row.post_id])
        if row.post_id
        else reverse("shelf:save_thread", args=[topic.pk]),
        space=topic.forum.space,
        author=shown_name(author),
        author_pk=author.pk if author.is_active else None,
        words=excerpt(post.content.raw) if post else "",
        note=row.note,
        at=row.at,
    )
