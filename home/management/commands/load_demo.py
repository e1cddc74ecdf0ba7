from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from community.models import Person
from home.demo.conversations import load_conversations
from home.demo.pages import load_pages
from home.demo.people import PASSWORD, PEOPLE, email_of, load_people


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
        if not accounts:
            self._load()
        if Person.objects.filter(is_demo=True, is_active=True).exists():
            self._tell()

    def _load(self):
        if Person.objects.filter(is_demo=True).exists():
            return
        for said, step in (
            ("the people", lambda: load_people()),
            ("the page tree", lambda: call_command("prepare_site", verbosity=0)),
            ("guide, resources and meetings", lambda: load_pages()),
            ("the threads", lambda: load_conversations(load_people())),
        ):
            self.stdout.write(f"  Loading {said} …")
            self.stdout.flush()
            step()

    def _tell(self):
        self.stdout.write(f"\nSign in as one of these; the password of each is {PASSWORD}\n")
        for key, (name, _role, said) in PEOPLE.items():
            self.stdout.write(f"  {email_of(key):24} {name:20} {said}")
