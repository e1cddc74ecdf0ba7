"""What the worker does for whoever is asked for a passage."""

from django.conf import settings
from django.core.mail import send_mail
from django.tasks import task
from django.template.loader import render_to_string
from django.urls import reverse

from forum.spaces.models import Space
from forum.summaries.models import Passage


@task()
def mail_that_passages_are_asked(passage_id):
    """Mail that somebody asks, to an author who may still read there. The mail names no space, no
    thread and nobody, and quotes nothing."""
    passage = Passage.objects.select_related("post__poster", "post__topic").filter(pk=passage_id)
    passage = passage.first()
    if passage is None or passage.answer or not passage.post.approved:
        return
    author = passage.post.poster
    forum = passage.post.topic.forum_id
    if not author.is_active or not Space.objects.open_to(author).filter(forum_id=forum).exists():
        return
    link = settings.WAGTAILADMIN_BASE_URL + reverse("summaries:mine")
    send_mail(
        render_to_string("summaries/email/asked_subject.txt").strip(),
        render_to_string("summaries/email/asked.txt", {"link": link}),
        None,
        [author.email],
    )
