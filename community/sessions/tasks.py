from django.tasks import task

from community.sessions import ending


@task()
def forget_ended_sessions():
    ending.forget_ended()
