from django.core.management.base import BaseCommand, CommandError

from community import roster
from community.models import Person, Program, Role, Worksite


class Command(BaseCommand):
    help = "Give somebody a role from the shell. It takes effect on every open page at once."

    def add_arguments(self, parser):
        parser.add_argument("email")
        parser.add_argument("role", choices=Role.Kind.values)
        parser.add_argument("--program", help="The program that a director directs, by name.")
        parser.add_argument("--worksite", help="The site where a coordinator works, by name.")
        parser.add_argument(
            "--supervisor", metavar="EMAIL", help="Who supervises a coordinator; 'none' for nobody."
        )

    def handle(self, email, role, program, worksite, supervisor, **options):
        person = self._one(Person, email=email.strip().lower())
        try:
            roster.appoint(
                person,
                role,
                by=None,
                program=program and self._one(Program, name=program),
                worksite=worksite and self._one(Worksite, name=worksite),
                supervisor=self._supervisor(supervisor),
            )
        except roster.Refused as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(f"{person.name} is now: {Role.Kind(role).label}.")

    def _supervisor(self, email):
        if not email:
            return roster.UNCHANGED
        return None if email == "none" else self._one(Person, email=email.strip().lower())

    def _one(self, model, **lookup):
        found = model.objects.filter(**lookup).first()
        if found is None:
            name = model._meta.verbose_name
            raise CommandError(f"There is no {name} called {next(iter(lookup.values()))}.")
        return found
