"""What the worker does for whoever reported a post."""

from django.conf import settings
from django.core.mail import send_mail
from django.tasks import task
from django.template.loader import render_to_string
from django.urls import reverse

from forum.moderation.models import Report
from forum.spaces.models import Space


@task()
def mail_outcome(report_id):
    """Mail that a report was looked at, to somebody who may still read in that space. The mail
    names no space, no thread and nobody, and says nothing of what became of it."""
    report = Report.objects.select_related("by", "post__topic").filter(pk=report_id).first()
    if report is None or not report.outcome or not report.by.is_active:
        return
    if not Space.objects.open_to(report.by).filter(forum_id=report.post.topic.forum_id).exists():
        return
    link = settings.WAGTAILADMIN_BASE_URL + reverse("moderation:my_reports")
    send_mail(
        render_to_string("moderation/email/outcome_subject.txt").strip(),
        render_to_string("moderation/email/outcome.txt", {"link": link}),
        None,
        [report.by.email],
    )
