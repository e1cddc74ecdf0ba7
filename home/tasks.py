"""What the worker does for the pages."""

import logging

from django.core.management import call_command
from django.tasks import task
from wagtail.models import Page

from community.models import Person
from home import drift

logger = logging.getLogger("hallway.access")


@task()
def publish_scheduled():
    """Publish what is due, and take down what has expired, as editors asked."""
    call_command("publish_scheduled", verbosity=0)


@task()
def send_to_review(page_id, by_id):
    """Start the editors' review of a draft, which mails them: by the worker, so that no mail server
    stands in the way of whoever made it. Nothing where it was begun, or the page is published."""
    page = Page.objects.filter(pk=page_id, live=False).first()
    if page is None or page.current_workflow_state is not None:
        return
    workflow = page.get_workflow()
    if workflow:
        workflow.start(page.specific, Person.objects.get(pk=by_id))


@task()
def audit_access():
    """Say once a day how much has drifted from the policy; the log names nobody."""
    count = sum(1 for _found in drift.found())
    if count:
        logger.warning("Drifted from the policy: %d. Run: manage.py audit_access", count)
    return count
