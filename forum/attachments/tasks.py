"""What was uploaded and never posted does not stay; nor does a file that no row knows."""

from datetime import timedelta

from django.db import transaction
from django.db.models import Q
from django.tasks import task
from django.utils import timezone

from forum.attachments import attaching
from forum.attachments.models import Attachment
from forum.attachments.storage import uploads

KEPT_UNPOSTED = timedelta(days=1)


@task()
def sweep_uploads():
    """A day after: no draft lives longer here, and no upload takes as long."""
    before = timezone.now() - KEPT_UNPOSTED
    with transaction.atomic():
        attaching.discard(
            # The lock makes whoever posts it at this moment wait, and then hear that it is gone.
            Attachment.objects.select_for_update().filter(post=None, created__lt=before)
        )
    for name in _unknown([name for name in uploads.all_names() if _is_older(name, before)]):
        uploads.delete(name)


def _is_older(name, before):
    try:
        return uploads.get_modified_time(name) < before
    except FileNotFoundError:  # deleted meanwhile
        return False


def _unknown(names, at_once=200):
    for start in range(0, len(names), at_once):
        some = names[start : start + at_once]
        rows = Attachment.objects.filter(Q(file__in=some) | Q(small__in=some))
        known = {name for row in rows.values_list("file", "small") for name in row}
        yield from (name for name in some if name not in known)
