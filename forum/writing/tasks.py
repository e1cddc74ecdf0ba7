from django.tasks import task

from forum.writing import quoted


@task()
def unname_quotations(person_id):
    """What is quoted of somebody who closed their account names them no more."""
    quoted.unname(person_id)
