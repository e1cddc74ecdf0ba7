"""The demo's applicants: invented, in every state, in two regions, and one who has not finished."""

from datetime import timedelta

from django.utils import timezone
from django.utils.text import slugify

from community import invitations, roster
from community.applications import acts, applying, reviewing
from community.applications.likeness import likeness, words_of
from community.applications.models import Application, Intake, State
from community.models import Audience, Cohort, Invitation, Membership, Person, Region
from home.demo.people import DOMAIN, PASSWORD, email_of

# (name, region, county, site, program, days since it was sent, what became of it)
APPLICANTS = [
    ("Nina Notebook", "North", "Alder", "Notebook Lane School", "Windmill Kids", 1, "new"),
    ("Bea Backpack", "North", "Alder", "Hook Row School", "Pinecone After School", 2, "new"),
    ("Béa Backpack", "North", "Alder", "Hook Row School", "Pinecone After School", 9, "new"),
    ("Carl Crayon", "North", "Birch", "Crayon Court School", "Windmill Kids", 6, "called"),
    ("Desi Doodle", "North", "Birch", "Doodle Dale School", "Lighthouse Club", 12, "invited"),
    ("Flo Folder", "North", "Cedar", "Folder Falls School", "Lighthouse Club", 14, "waitlisted"),
    ("Gus Gluestick", "North", "Cedar", "Sticky Bridge School", "Windmill Kids", 20, "declined"),
    ("Hal Highlighter", "South", "Dune", "Highlight Hill School", "Harbor Lights", 1, "new"),
    ("Ivy Inkpad", "South", "Dune", "Inkwell Pier School", "Tidepool Program", 5, "called"),
    ("Jan Jumprope", "South", "Estuary", "Hopscotch School", "Harbor Lights", 11, "invited"),
    ("Kit Kickball", "South", "Estuary", "Kickball School", "Tidepool Program", 16, "accepted"),
    ("Lou Lunchbox", "South", "Dune", "Lunchbox Lane School", "Harbor Lights", 18, "withdrawn"),
]  # fmt: skip
# Whose named director is a member, and whose invitation ran out before they came.
DIRECTOR = {"Kit Kickball": ("Viktor Vestibule", "viktor")}
RAN_OUT = "Jan Jumprope"
SUPPORTED = {"called", "invited", "accepted"}
EXPERIENCE = (
    "Three years as a site coordinator, after two as a group leader. Our homework hour works well"
    " since the children chose their own tables. Hand-overs between staff are still a muddle."
)
GOALS = (
    "I would like to see how others plan with their staff, and to bring home one thing for each"
    " season. I can show how we let children run the snack counter."
)
CALL = "Glad to give the time. Asked who covers the site on Saturdays; answered the same day."


def _intake(region, facilitator, capacity):
    cohort, _created = Cohort.objects.get_or_create(
        name=f"{region} 2027", defaults={"region": Region.objects.get(name=region), "year": 2027}
    )
    roster.open_audience(Audience.Kind.COHORT, cohort)
    roster.enrol(facilitator, cohort, by=None, kind=Membership.Kind.FACILITATOR)
    today = timezone.localdate()
    return Intake.objects.filter(cohort=cohort).first() or reviewing.open_intake(
        cohort,
        by=facilitator,
        capacity=capacity,
        opens_on=today - timedelta(days=30),
        closes_on=today + timedelta(days=45),
    )


def load_applications(people):
    """Once: where somebody of the demo has applied, nothing is done again."""
    if Application.objects.filter(email__endswith=f"@{DOMAIN}").exists():
        return
    keepers = {"North": people["fern"], "South": people["jo"]}
    intakes = {
        region: _intake(region, keepers[region], places)
        for region, places in (("North", 12), ("South", 2))
    }
    for name, region, *facts, became in APPLICANTS:
        application = _send(name, *facts, became, intake=intakes[region])
        _decide(application, became, keepers[region])
    applying.begin("d0d0d0d0-0000-4000-8000-000000000001", {
        "name": "Uma Unfinished", "email": email_of("uma"), "county": "Alder",
        "worksite": "Half Page School",
    })  # fmt: skip


def _send(name, county, site, program, days, became, *, intake):
    """What applying leaves behind, some days ago and without its mails."""
    at = timezone.now() - timedelta(days=days)
    director, key = DIRECTOR.get(name, ("Dee Director", "dee"))
    application = Application(
        name=name, email=email_of(slugify(name.split()[0])), phone="555 0100", intake=intake,
        county=county, worksite=site, program=program, experience=EXPERIENCE, goals=GOALS,
        commitment=True,
        accessibility="Lunch without nuts, please." if days % 2 else "",
        director_name=director, director_email=email_of(key), created=at, sent_at=at,
        state=State.NEW, state_since=at, told_director_at=at,
        supported_at=at + timedelta(hours=5) if became in SUPPORTED else None,
    )  # fmt: skip
    application.likeness = likeness(name, site)
    application.words = words_of(application)
    application.save()
    acts.leave("send", application=application)
    return application


def _decide(application, became, keeper):
    if became in ("called", "invited", "accepted", "waitlisted"):
        day = timezone.localdate(application.sent_at)
        reviewing.note_call(application, by=keeper, called_on=day, text=CALL)
    if became in ("invited", "accepted"):
        reviewing.invite(application, by=keeper)
    if application.name == RAN_OUT:
        long_ago = timezone.now() - timedelta(days=15)
        applying.waiting_invitations(application).update(
            created=long_ago, expires_at=long_ago + timedelta(days=14)
        )
    if became == "accepted":
        token = Invitation.objects.get(email=application.email, withdrawn_at=None).token
        person = invitations.accept(token, application.name, PASSWORD)
        Person.objects.filter(pk=person.pk).update(is_demo=True)
    if became == "waitlisted":
        reviewing.waitlist(application, by=keeper)
    if became == "declined":
        reviewing.decline(application, by=keeper)
    if became == "withdrawn":
        applying.withdraw(application)


def close_applications():
    """Delete what the demo's applicants sent, and let its intakes take nothing more."""
    Application.objects.filter(email__endswith=f"@{DOMAIN}").delete()
    yesterday = timezone.localdate() - timedelta(days=1)
    opened = Intake.objects.filter(entries__verb="open", entries__by__is_demo=True)
    opened.filter(opens_on__lte=yesterday).update(closes_on=yesterday)
