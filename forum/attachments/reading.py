"""Who may have a file: whoever may read its post, where it stands now.

A post that was removed, or waits for approval, keeps its files for its author and its moderators.
What was not posted yet is its uploader's alone.
"""

from django.db.models import Q
from django.http import Http404

from community import access
from forum.attachments.models import Attachment
from forum.spaces.models import Space


def attachment_for(person, pk):
    """The attachment `pk`, or Http404 alike where it is missing and where it is closed to them."""
    spaces = Space.objects.seen_by(person).values("pk")
    attachment = (
        Attachment.objects.filter(pk=pk)
        .filter(Q(post=None, uploader=person) | Q(post__topic__forum__space__in=spaces))
        .select_related("post__topic__forum__space__audience__cohort")
        .first()
    )
    if attachment is None or not _is_open(attachment, person):
        raise Http404
    return attachment


def _is_open(attachment, person):
    post = attachment.post
    if post is None or (post.approved and post.topic.approved):
        return True
    audience = post.topic.forum.space.audience
    return post.poster_id == person.pk or access.may_moderate(audience, access.standing_of(person))
