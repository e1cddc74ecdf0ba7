from django.core.management.base import BaseCommand, CommandError

from forum import counters


class Command(BaseCommand):
    help = (
        "Compares what the forum counts with what is there, and with --repair puts it right while"
        " people write. Says which row differs, and no word of anybody."
    )

    def add_arguments(self, parser):
        parser.add_argument("--repair", action="store_true", help="put right what differs")

    def handle(self, *, repair, **options):
        found = 0
        for difference in counters.check(repair=repair):
            found += 1
            self.stdout.write(str(difference))
        if not found:
            self.stdout.write("Everything that is counted is there.")
        elif repair:
            self.stdout.write(f"Put right: {found}.")
        else:
            raise CommandError(f"Different: {found}. Put it right with --repair.", returncode=1)
