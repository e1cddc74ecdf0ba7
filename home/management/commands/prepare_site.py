from django.core.management.base import BaseCommand

from forum.spaces import keeping
from home.setup import prepare_site


class Command(BaseCommand):
    help = (
        "Makes the front pages, the group of editors and the collections where they are missing,"
        " and the first spaces where there is none."
    )

    def handle(self, **options):
        home = prepare_site()
        keeping.open_first_spaces()
        self.stdout.write(f"The site is prepared; its home page is “{home}”.")
