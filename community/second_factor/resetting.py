"""A lost second factor: its person's recovery codes come first, and a steward after them. Nobody
resets their own: whoever sits at a steward's open desk would then need no second factor at all."""

from allauth.mfa.models import Authenticator
from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from community import access, roster
from community.models import Person, Role
from community.sessions import ending


def of_interest(word=""):
    """The people whom a steward is shown: who must have a second factor, and who has one."""
    answers = Role.objects.current().filter(
        person=OuterRef("pk"), kind__in=access.NEED_SECOND_FACTOR
    )
    people = Person.objects.filter(is_active=True).annotate(
        has_second_factor=access.second_factor(), answers=Exists(answers)
    )
    people = people.filter(Q(answers=True) | Q(has_second_factor=True) | Q(is_superuser=True))
    if word:
        people = people.filter(name__icontains=word)
    return people.order_by("name", "pk")


@transaction.atomic
def reset(person, *, by):
    """Take every second factor and passkey of somebody away, sign them out, and mail them so."""
    roster.ask(access.may_reset_second_factor(access.standing_of(by)), by, person)
    Authenticator.objects.filter(user=person).delete()
    ending.end_all(person)
    roster.log(by, person, "reset_second_factor")
    _mail(person)


def _mail(person):
    from community.second_factor.tasks import mail_reset  # the task's module imports models

    transaction.on_commit(lambda: mail_reset.enqueue(person.pk))
