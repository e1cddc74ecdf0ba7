"""What the worker does after the glass was broken."""

from django.conf import settings
from django.core.mail import EmailMessage
from django.tasks import task
from django.template.loader import render_to_string
from django.urls import reverse

from community import access
from community.glass.models import Breaking
from community.mails import post_office
from community.models import Person
from forum.spaces.models import Space, is_open

AT_ONCE = 200


@task()
def mail_members(breaking_id, after=0):
    """Tell everybody whom the space admits now, a batch for each task. The mail names no title and
    no space: it leaves the house. A task that is tried again tells its batch again: rather twice
    than silently."""
    breaking = Breaking.objects.select_related("by").filter(pk=breaking_id).first()
    space = breaking and Space.objects.filter(forum_id=breaking.forum_id).first()
    if space is None:
        return
    members = Person.objects.filter(
        is_active=True, admissions__audience=space.audience_id, pk__gt=after
    ).order_by("pk")
    batch = list(members[:AT_ONCE])
    number = access.epoch()
    standings = access.standings_of(person.pk for person in batch)
    link = settings.WAGTAILADMIN_BASE_URL + reverse("spaces:space", args=[space.pk])
    context = {"breaking": breaking, "link": link}
    subject = render_to_string("glass/email/broken_subject.txt", context)
    body = render_to_string("glass/email/broken.txt", context)
    with post_office() as send:
        for person in batch:
            standing = standings.get(person.pk, access.VISITOR)
            if is_open(space.pk, standing, number):
                send(EmailMessage(" ".join(subject.split()), body, to=[person.email]))
    if len(batch) == AT_ONCE:
        mail_members.enqueue(breaking_id, batch[-1].pk)
