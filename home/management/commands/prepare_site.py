from django.core.management.base import BaseCommand

from home.setup import prepare_site


class Command(BaseCommand):
    help = (
        "Makes the front pages, the group of editors and the collections, where they are missing."
    )

    def handle(self, **options):
        home = prepare_site()
        self.stdout.write(f"The site is prepared; its home page is “{home}”.")
