"""What people wrote. Posts stay for those who answered them; what never stood in a thread, and what
its author took back, is emptied."""

from django.db import transaction
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from community import inventory
from community.inventory import KEPT, REMOVED
from forum.attachments import attaching
from forum.attachments.models import Attachment
from forum.moderation.models import Hold
from forum.spaces.models import keys_open_to
from forum.threads import Post, Topic
from forum.writing.tasks import unname_quotations

inventory.declare("forum_conversation.Topic.poster", KEPT, "posts")
inventory.declare("forum_conversation.Post.poster", KEPT, "posts")
inventory.declare("forum_conversation.Post.updated_by", KEPT)
# machina's own subscriptions: nothing of ours writes them.
inventory.declare("forum_conversation.Topic_subscribers.person", REMOVED)


@inventory.add_step
def empty_what_nobody_was_told(person):
    Hold.objects.filter(post__poster=person, outcome="").update(
        outcome=Hold.Outcome.WITHDRAWN, decided_at=timezone.now()
    )
    untold = Post.objects.filter(poster=person, approved=False).filter(
        Q(hold__isnull=False) & ~Q(hold__outcome=Hold.Outcome.APPROVED)
        | Q(removal__by_id=F("poster_id"))
    )
    keys = list(untold.values_list("pk", flat=True))
    attaching.discard(Attachment.objects.filter(post__in=keys))
    Topic.objects.filter(first_post__in=keys, approved=False).update(subject="", slug="")
    Post.objects.filter(pk__in=keys).update(content="", _content_rendered="", subject="")


@inventory.add_step
def unname_what_is_quoted(person):
    """By the worker, once the account is closed: it reads every post that quotes."""
    transaction.on_commit(lambda: unname_quotations.enqueue(person.pk))


def _posts(person):
    """A person's own words; the title of a thread is its starter's. Of a space that is closed to
    them by now only what they wrote themselves, and nothing of what became of it there."""
    posts = Post.objects.filter(poster=person).select_related("topic__forum__space").order_by("pk")
    open_now = set(keys_open_to(person))
    for post in posts.iterator(chunk_size=200):
        topic = post.topic
        thread = reverse("spaces:thread", args=[topic.pk])
        if topic.forum.space.pk not in open_now:
            theirs = post.updated_by_id in (None, person.pk)
            text = without_quotations(post.content.raw) if theirs else None
            yield {"written": post.created, "thread": thread, "text": text}
            continue
        yield {
            "written": post.created,
            "changed": post.updated,
            "space": topic.forum.name,
            "thread": thread,
            "title": topic.subject if topic.poster_id == person.pk else None,
            "stands_in_its_thread": post.approved and topic.approved,
            "text": post.content.raw,
        }


def without_quotations(text):
    return "\n".join(line for line in text.split("\n") if not line.lstrip().startswith(">"))


inventory.add_part("posts", _("What you wrote"), _posts)
