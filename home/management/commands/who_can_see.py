from django.core.management.base import BaseCommand, CommandError
from django.http import Http404

from community import readers, reasons
from community.models import Audience, Person
from forum.spaces.models import Space
from home.seeing import walls


class Command(BaseCommand):
    help = (
        "Who can see a space, a page or a file, and why; or what a person can see, and why. It asks"
        " on behalf of a steward, editor or facilitator, and tells what the screen would tell them."
    )

    def add_arguments(self, parser):
        parser.add_argument("thing", choices=["space", "page", "file", "person"])
        parser.add_argument("which", help="Its key in the address; for a person their e-mail.")
        parser.add_argument("--as", dest="asker", required=True, metavar="EMAIL", help="Who asks.")

    def handle(self, thing, which, asker, **options):
        person = Person.objects.filter(email=asker.lower(), is_active=True).first()
        if person is None or not walls.may_ask(person):
            raise CommandError(f"{asker} is no steward, editor or facilitator.")
        if thing == "person":
            self._tell_person(which, person)
        else:
            self._tell_thing(thing, which, person)

    def _tell_thing(self, kind, which, asker):
        find = {"space": walls.space, "page": walls.page, "file": walls.document}[kind]
        try:
            thing = find(asker, int(which))
        except (Http404, ValueError):
            raise CommandError(f"There is no {kind} {which} for {asker.email}.") from None
        self.stdout.write(thing.name)
        if not thing.walls:
            self.stdout.write("Everybody can read this, also without an account.")
        elif not reasons.may_be_named(thing.walls, asker):
            for audience in thing.audiences:
                self.stdout.write(readers.sentence(audience))
        else:
            for breaking in thing.looking:
                self.stdout.write(f"{breaking.by.name}: {reasons.under_glass(breaking)}")
            self._tell_readers(thing, asker)

    def _tell_readers(self, thing, asker):
        number, page = 1, None
        while page is None or page.has_next():
            page = reasons.page_of_readers(thing.walls, number, asker)
            for reader in page.object_list:
                self.stdout.write(f"{reader.who.name}: {', '.join(reader.because)}")
            number += 1

    def _tell_person(self, email, asker):
        person = Person.objects.filter(email=email.strip().lower(), is_active=True).first()
        if person is None:
            raise CommandError(f"There is no person with the address {email}.")
        for seen in (
            *reasons.audiences_seen(person, asker),
            *walls.spaces_seen(person, asker),
            *walls.material_seen(person, asker),
        ):
            sees = "yes" if seen.sees else "no"
            kinds = {Audience: "audience", Space: "space"}
            kind = kinds.get(type(seen.what)) or seen.what.kind
            self.stdout.write(f"{sees:4} {kind} {seen.what}: {', '.join(seen.because)}")
