from getpass import getpass

from django.core.management.base import BaseCommand, CommandError

from community import roster
from community.models import Person, Role


class Command(BaseCommand):
    help = "Make the first steward (or another): a person with this e-mail address."

    def add_arguments(self, parser):
        parser.add_argument("email")
        parser.add_argument("--name", help="The name that members see, for a new person.")

    def handle(self, email, name, **options):
        person = Person.objects.filter(email=email.strip().lower()).first()
        if person is None:
            if not name:
                raise CommandError(
                    f"Nobody has the address {email} yet. "
                    "Add --name 'Their name' to make an account."
                )
            password = getpass("Choose a password (nothing is shown while you type): ")
            if len(password) < 10:
                raise CommandError("A password has at least 10 characters. Nothing was changed.")
            person = roster.register(email, name, password, by=None)
        roster.appoint(person, Role.Kind.STEWARD, by=None)
        self.stdout.write(f"{person.name} is a steward now and can invite others.")
