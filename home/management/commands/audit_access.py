from django.core.management.base import BaseCommand, CommandError

from home import drift


class Command(BaseCommand):
    help = (
        "Compares what is kept of the policy (groups, lists of readers, restrictions, permissions,"
        " public files) with what the policy answers, and says in sentences what differs."
        " --repair puts right what the roster can."
    )

    def add_arguments(self, parser):
        parser.add_argument("--repair", action="store_true", help="put right what the roster can")

    def handle(self, *, repair, **options):
        differing = list(drift.found())
        for found in differing:
            self.stdout.write(str(found))
        if repair and any(found.mend for found in differing):
            for found in differing:
                if found.mend:
                    found.mend()
            left = list(drift.found())
            self.stdout.write(f"Put right: {len(differing) - len(left)}.")
            differing = left
        if differing:
            raise CommandError(
                f"Drifted from the policy: {len(differing)}. --repair puts right what concerns"
                " people; the rest says above what to do.",
                returncode=1,
            )
        self.stdout.write("Everything is as the policy answers.")
