from io import StringIO

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from community.models import Person
from home.demo.accounts import load_accounts
from home.demo.applications import load_applications
from home.demo.cohorts import load_agreements, load_cohorts
from home.demo.conversations import load_conversations
from home.demo.facilitating import load_facilitating
from home.demo.glass import load_glass
from home.demo.going import load_going
from home.demo.hosting import load_hosting
from home.demo.moderation import load_moderation
from home.demo.pages import load_pages
from home.demo.people import PASSWORD, PEOPLE, email_of, load_people
from home.demo.polls import load_polls
from home.demo.profiles import load_profiles
from home.demo.reactions import load_reactions
from home.demo.sharing import load_sharing
from home.demo.subscriptions import load_subscriptions
from home.demo.summaries import load_summaries
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
            ("agreements", lambda: load_agreements(load_people())),
            ("meetings and attendance", lambda: load_cohorts(load_people())),
            ("applications", lambda: load_applications(load_people())),
            ("the threads", lambda: load_conversations(load_people())),
            ("what facilitators did", lambda: load_facilitating(load_people())),
            ("what needs a look", lambda: load_moderation(load_people())),
            ("reactions and answers", lambda: load_reactions(load_people())),
            ("a summary", lambda: load_summaries(load_people())),
            ("who comes to a webinar", lambda: load_going(load_people())),
            ("the polls", lambda: load_polls(load_people())),
            ("a live session", lambda: load_hosting(load_people())),
            ("subscriptions", lambda: load_subscriptions(load_people())),
            ("profiles and saved threads", lambda: load_profiles(load_people())),
            ("a note for a director", lambda: load_sharing(load_people())),
            ("a broken glass", lambda: load_glass(load_people())),
            ("a copy of somebody's data", lambda: load_accounts(load_people())),
        ):
            self.stdout.write(f"  Loading {said} …")
            self.stdout.flush()
            step()

    def _tell(self):
        self.stdout.write(f"\nSign in as one of these; the password of each is {PASSWORD}\n")
        for key, (name, _role, said) in PEOPLE.items():
            self.stdout.write(f"  {email_of(key):24} {name:20} {said}")
