from django.tasks import task

from community.takeout import taking


@task()
def make_copy(takeout_id):
    """Runs again from the start when its worker was killed; runs once otherwise."""
    try:
        taking.make(takeout_id)
    except taking.GivenUp:
        return


@task()
def sweep_copies():
    taking.sweep()
