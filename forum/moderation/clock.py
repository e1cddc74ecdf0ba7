"""What the worker does for facilitators by the clock."""

from django.tasks import task

from forum.moderation import arranging


@task()
def end_announcements():
    """Let announcements whose last day is over stand like any other thread."""
    return arranging.end_announcements()
