"""What the worker does for subscriptions. Each task looks what there is still to tell, so that one
that is run late, again, or twice at the same moment mails nobody twice."""

from django.tasks import task

from forum.subscriptions import digests, mailing


@task()
def mail_about_thread(thread_id, after=0):
    """Mail whoever is subscribed to a thread that something is new in it."""
    reached = mailing.tell_thread(thread_id, after)
    if reached:
        mail_about_thread.enqueue(thread_id, reached)


@task()
def mail_about_space(space_id, after=0):
    """Mail whoever is subscribed to a space that there are new threads in it."""
    reached = mailing.tell_space(space_id, after)
    if reached:
        mail_about_space.enqueue(space_id, reached)


@task()
def mail_digests(after=0):
    """In the morning, one mail for each person who wants one and for whom anything is new."""
    reached = digests.tell(after)
    if reached:
        mail_digests.enqueue(reached)
