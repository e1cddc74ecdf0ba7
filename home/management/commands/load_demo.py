from io import StringIO

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from community.models import Person
from home.demo.conversations import load_conversations
from home.demo.pages import load_pages
from home.demo.people import PASSWORD, PEOPLE, email_of, load_people
from home.setup import prepare_site


class Command(BaseCommand):
    help = "Fill the site with an invented community, once. What is there already stays."

    def add_arguments(self, parser):
        parser.add_argument(
            "--accounts", action="store_true", help="Only print the accounts, if they are there."
        )

    def handle(self, accounts, **options):
        if settings.PRODUCTION:
            raise CommandError(
                "The demo's password is published: it is not loaded into a production site."
            )
        if not accounts and not Person.objects.filter(is_demo=True).exists():
            self._load()
            # Pages are found at once, not only when the worker has come to each of them.
            call_command("rebuild_modelsearch_index", verbosity=0, stdout=StringIO())
        if Person.objects.filter(is_demo=True, is_active=True).exists():
            self._tell()

    @transaction.atomic
    def _load(self):
        """All of it or nothing, so that a load that was interrupted is not taken for a whole."""
        for said, step in (
            ("the people", load_people),
            ("the page tree", prepare_site),
            ("guide, resources and meetings", load_pages),
            ("the threads", lambda: load_conversations(load_people())),
        ):
            self.stdout.write(f"  Loading {said} …")
            self.stdout.flush()
            step()

    def _tell(self):
        self.stdout.write(f"\nSign in as one of these; the password of each is {PASSWORD}\n")
        for key, (name, _role, said) in PEOPLE.items():
            self.stdout.write(f"  {email_of(key):24} {name:20} {said}")
