"""Keeping what a post said before it was changed; called inside the transaction that changes it."""

from forum.revisions.models import Revision

# Of one post; beyond that the oldest go.
MOST_KEPT = 50


def before(post):
    """The post as it stands, as a Revision that is not yet kept. `post.topic` is as it is now."""
    opens = post.pk == post.topic.first_post_id
    return Revision(
        post=post,
        text=post.content.raw,
        subject=post.topic.subject if opens else "",
        written_by_id=post.updated_by_id or post.poster_id,
        written_at=post.updated if post.updates_count else post.created,
    )


def keep(revision, *, by, refiled, tried=None):
    """Keep what `before` gave, now that `by` changed it; `tried` is what its mark was, where that
    was changed."""
    revision.changed_by, revision.refiled, revision.tried = by, refiled, tried
    revision.save(force_insert=True)
    kept = Revision.objects.filter(post=revision.post_id).order_by("-pk")
    if over := list(kept.values_list("pk", flat=True)[MOST_KEPT:]):
        Revision.objects.filter(pk__in=over).delete()
    return revision


def reword(renamed):
    """Let every kept text that quotes say what `renamed(text)` makes of it. After it was kept a row
    is only ever emptied, so none is held; one that is emptied meanwhile stays empty."""
    quoting = Revision.objects.filter(text__contains="/?post=").values_list("pk", "text")
    changed = [
        (pk, renamed(text))
        for pk, text in quoting.order_by("pk").iterator(chunk_size=200)
        if renamed(text) != text
    ]
    for pk, text in changed:
        Revision.objects.filter(pk=pk, erased_at=None).update(text=text)
