"""The demo community's people: invented, and obviously so. Written by the roster's own verbs."""

from datetime import datetime, time, timedelta

from django.db import transaction
from django.utils import timezone

from community import roster
from community.models import (
    Audience,
    Cohort,
    Meeting,
    Membership,
    Person,
    Program,
    Region,
    Role,
    Worksite,
)

# Published in the README and on the terminal: it opens nothing but a demo.
PASSWORD = "hallway-demo"  # noqa: S105
DOMAIN = "demo.example"

# key: (name, role, what the terminal says of them)
PEOPLE = {
    "maya": ("Maya Marshmallow", Role.Kind.COORDINATOR, "coordinator, North cohort 2026"),
    "luis": ("Luis Lanyard", Role.Kind.COORDINATOR, "coordinator, North cohort 2026"),
    "priya": ("Priya Paperclip", Role.Kind.COORDINATOR, "coordinator, North cohort 2026"),
    "sam": ("Sam Snacktime", Role.Kind.COORDINATOR, "coordinator, South cohort 2026"),
    "aisha": ("Aisha Afternoon", Role.Kind.COORDINATOR, "coordinator, South cohort 2026"),
    "noor": ("Noor Notebook", Role.Kind.COORDINATOR, "coordinator, new in South cohort 2026"),
    "tomas": ("Tomas Trellis", Role.Kind.COORDINATOR, "graduate of North 2024, mentors North 2026"),
    "grace": ("Grace Glockenspiel", Role.Kind.COORDINATOR, "graduate of South 2024"),
    "omar": ("Omar Origami", Role.Kind.COORDINATOR, "graduate of North 2024"),
    "fern": ("Fern Flipchart", Role.Kind.FACILITATOR, "facilitator of North 2026"),
    "jo": ("Jo Juicebox", Role.Kind.FACILITATOR, "facilitator of South 2026"),
    "dana": ("Dana Dashboard", Role.Kind.DIRECTOR, "program director, supervises Maya"),
    "viktor": ("Viktor Vestibule", Role.Kind.DIRECTOR, "program director, supervises Sam"),
    "ellen": ("Ellen Evidence", Role.Kind.EXPERT, "subject-matter expert"),
    "edda": ("Edda Editorial", Role.Kind.EDITOR, "editor of pages and files"),
    "stella": ("Stella Stapler", Role.Kind.STEWARD, "steward of the installation"),
}
WORKSITES = {
    "maya": ("Maple Yard School", "Pinecone After School", "North"),
    "luis": ("Lantern Elementary", "Pinecone After School", "North"),
    "priya": ("Pebble Creek School", "Windmill Kids", "North"),
    "sam": ("Sandcastle Middle School", "Harbor Lights", "South"),
    "aisha": ("Anchor Street School", "Harbor Lights", "South"),
    "noor": ("Notebook Lane School", "Tidepool Program", "South"),
    "omar": ("Paper Crane School", "Windmill Kids", "North"),
    "tomas": ("Trellis Garden School", "Windmill Kids", "North"),
    "grace": ("Gull Point School", "Tidepool Program", "South"),
}
DIRECTS = {"dana": "Pinecone After School", "viktor": "Harbor Lights"}
SUPERVISOR = {"maya": "dana", "luis": "dana", "sam": "viktor", "aisha": "viktor"}


def email_of(key):
    return f"{key}@{DOMAIN}"


def _places():
    regions = {name: Region.objects.get_or_create(name=name)[0] for name in ("North", "South")}
    programs, worksites = {}, {}
    for key, (site, program, region) in WORKSITES.items():
        programs[program] = Program.objects.get_or_create(
            name=program, defaults={"region": regions[region]}
        )[0]
        worksites[key] = Worksite.objects.get_or_create(name=site, program=programs[program])[0]
    cohorts = {
        f"{name.lower()}-{year}": Cohort.objects.get_or_create(
            name=f"{name} {year}", defaults={"region": regions[name], "year": year}
        )[0]
        for name in ("North", "South")
        for year in (2024, 2026)
    }
    return programs, worksites, cohorts


def _meetings(cohort, place):
    """Three meetings of the first year; the third is still to come."""
    for number, days in enumerate((-75, -24, 33), start=1):
        day = timezone.localdate() + timedelta(days=days)
        day += timedelta(days=(5 - day.weekday()) % 7)  # the next Saturday
        starts = timezone.make_aware(datetime.combine(day, time(8, 30)))
        Meeting.objects.get_or_create(
            cohort=cohort,
            year=1,
            number=number,
            defaults={
                "starts_at": starts,
                "ends_at": starts + timedelta(hours=4, minutes=30),
                "place": place,
            },
        )


@transaction.atomic
def load_people():
    """Everybody, with roles, cohorts and meetings; returns `{key: Person}`. Where everybody is
    there already, they stay as they are, and nothing more is written into their history."""
    there = {person.email: person for person in Person.objects.filter(is_demo=True)}
    if all(email_of(key) in there for key in PEOPLE):
        return {key: there[email_of(key)] for key in PEOPLE}
    programs, worksites, cohorts = _places()
    for kind in Audience.Kind:
        if kind not in (Audience.Kind.COHORT, Audience.Kind.PUBLIC):
            roster.open_audience(kind)
    for cohort in cohorts.values():
        roster.open_audience(Audience.Kind.COHORT, cohort)

    people = {}
    for key, (name, _role, _said) in PEOPLE.items():
        people[key] = Person.objects.filter(email=email_of(key)).first() or roster.register(
            email_of(key), name, PASSWORD, demo=True
        )
    for key, (_name, role, _said) in PEOPLE.items():
        roster.appoint(
            people[key],
            role,
            by=None,
            worksite=worksites.get(key),
            program=programs.get(DIRECTS.get(key)),
            supervisor=people.get(SUPERVISOR.get(key)),
        )
    for key, cohort in {
        "maya": "north-2026",
        "luis": "north-2026",
        "sam": "south-2026",
        "aisha": "south-2026",
        "noor": "south-2026",
    }.items():
        roster.enrol(people[key], cohorts[cohort], by=None)
    roster.graduate(people["tomas"], cohorts["north-2024"], by=None)
    roster.graduate(people["omar"], cohorts["north-2024"], by=None)
    roster.graduate(people["grace"], cohorts["south-2024"], by=None)
    roster.enrol(people["tomas"], cohorts["north-2026"], by=None, kind=Membership.Kind.MENTOR)
    roster.enrol(people["fern"], cohorts["north-2026"], by=None, kind=Membership.Kind.FACILITATOR)
    roster.enrol(people["jo"], cohorts["south-2026"], by=None, kind=Membership.Kind.FACILITATOR)
    # Let in by a person, so that the space shows its members who is new.
    roster.enrol(people["priya"], cohorts["north-2026"], by=people["fern"])
    _meetings(cohorts["north-2026"], "Pinecone Community Hall, big room with empty walls")
    _meetings(cohorts["south-2026"], "Harbor Library, second floor")
    return people
