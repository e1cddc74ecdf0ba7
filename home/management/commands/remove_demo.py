from django.core.management.base import BaseCommand
from django.db import transaction

from community import roster
from community.models import Membership, Person, Role
from home.demo.applications import close_applications


class Command(BaseCommand):
    help = (
        "Close the demo's accounts for good: no sign-in, no role, no cohort. Pages and files stay;"
        " threads stay too, under names that nobody can use. Its applications are deleted."
    )

    @transaction.atomic
    def handle(self, **options):
        people = list(Person.objects.filter(is_demo=True, is_active=True))
        for person in people:
            for role in Role.objects.current().filter(person=person):
                roster.dismiss(person, role.kind, by=None)
            for membership in Membership.objects.current().filter(person=person):
                roster.leave(person, membership.cohort, by=None)
            person.set_unusable_password()
            person.save(update_fields=["password"])
            roster.deactivate(person, by=None)
        close_applications()
        self.stdout.write(f"Closed {len(people)} demo accounts.")
