"""What the worker does for the pages."""

from django.core.management import call_command
from django.tasks import task


@task()
def publish_scheduled():
    """Publish what is due, and take down what has expired, as editors asked."""
    call_command("publish_scheduled", verbosity=0)
