"""What Wagtail keeps about whoever edits pages and files. What they published stays."""

from django.utils.translation import gettext_lazy as _
from wagtail.documents.models import Document
from wagtail.models import Comment, CommentReply, Page, PageLogEntry, Revision, UploadedFile
from wagtail.users.models import UserProfile

from community import inventory
from community.inventory import CLEARED, KEPT, REMOVED
from home.models import Picture, Rsvp, WebinarPage

inventory.declare("wagtailcore.Page.owner", KEPT, "pages")
inventory.declare("wagtailcore.Page.locked_by", CLEARED)
inventory.declare("wagtailcore.Revision.user", KEPT, "pages")
inventory.declare("wagtailcore.PageLogEntry.user", KEPT, "pages")
inventory.declare("wagtailcore.ModelLogEntry.user", KEPT)
inventory.declare("wagtailcore.Comment.user", KEPT, "pages")
inventory.declare("wagtailcore.Comment.resolved_by", KEPT)
inventory.declare("wagtailcore.CommentReply.user", KEPT, "pages")
inventory.declare("wagtailcore.WorkflowState.requested_by", KEPT)
inventory.declare("wagtailcore.TaskState.finished_by", KEPT)
inventory.declare("wagtailcore.PageSubscription.user", REMOVED)
inventory.declare("wagtailcore.APIToken.user", REMOVED)
inventory.declare("wagtailcore.UploadedFile.uploaded_by_user", REMOVED)
inventory.declare("wagtailadmin.EditingSession.user", REMOVED)
inventory.declare("wagtailadmin.FormState.user", REMOVED)
inventory.declare("wagtailusers.UserProfile.user", REMOVED, "pages")
inventory.declare("wagtaildocs.Document.uploaded_by_user", KEPT, "pages")
inventory.declare("wagtailimages.Image.uploaded_by_user", KEPT)
inventory.declare("home.Picture.uploaded_by_user", KEPT, "pages")
inventory.declare("home.Rsvp.person", REMOVED, "webinars")


@inventory.add_step
def open_what_they_locked(person):
    """A page that nobody is there to unlock would stay closed to every editor."""
    Page.objects.filter(locked_by=person).update(locked=False, locked_at=None)


@inventory.add_step
def delete_their_files(person):
    for profile in UserProfile.objects.filter(user=person).exclude(avatar=""):
        profile.avatar.delete(save=False)
    for upload in UploadedFile.objects.filter(uploaded_by_user=person):
        upload.file.delete(save=False)


def _pages(person):
    for entry in PageLogEntry.objects.filter(user=person).order_by("pk").iterator(chunk_size=200):
        yield {"page": entry.label, "what": entry.action, "at": entry.timestamp}
    for row in Revision.objects.filter(user=person).order_by("pk").iterator(chunk_size=200):
        yield {"draft_of": row.object_str, "at": row.created_at}
    for model in (Comment, CommentReply):
        for row in model.objects.filter(user=person).order_by("pk"):
            yield {"your_comment": row.text, "at": row.created_at}
    for model in (Document, Picture):
        for row in model.objects.filter(uploaded_by_user=person).order_by("pk"):
            yield {"you_uploaded": row.title, "at": row.created_at}
    for row in UserProfile.objects.filter(user=person):
        yield {"language": row.preferred_language, "time_zone": row.current_time_zone}


inventory.add_part("pages", _("What you edited"), _pages)


def _webinars(person):
    rows = Rsvp.objects.filter(person=person).order_by("pk").select_related("webinar")
    open_now = set(WebinarPage.objects.readable_by(person).values_list("pk", flat=True))
    for row in rows:
        is_open = row.webinar_id in open_now
        yield {
            "webinar": row.webinar.title if is_open else None,
            "coming": row.going,
            "at": row.at,
        }


inventory.add_part("webinars", _("Webinars you answered to"), _webinars)
