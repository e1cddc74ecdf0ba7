"""What members say of themselves, and what of it others may know.

Name, role and site are for every member. Of everything else its owner says to whom it is told, and
`told_to` is the one condition that a page, a list, a filter and a photo's address all go through.
Who is in a cohort stands there only for those whom the cohort's audience admits.
"""

from dataclasses import dataclass

from django.db import transaction
from django.db.models import BooleanField, Exists, ExpressionWrapper, OuterRef, Q
from django.http import Http404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from community import access
from community.directory.models import Card, Circle, Photo
from community.models import Audience, Membership, Person
from community.roster import Refused
from community.signals import naming_changed

FIELDS = ("about", "pronouns", "photo", "languages", "offers", "seeks", "email", "phone")
# What was told to every member before there was a card, and is until its owner says otherwise.
OPEN_WITHOUT_CARD = {"about", "pronouns", "photo"}


def name_is_taken(name, person=None):
    """Whether another member has this name: people are told apart by it."""
    others = Person.objects.filter(name__iexact=name, is_active=True)
    return others.exclude(pk=person.pk if person else None).exists()


def distinct_name(name):
    """The name, with a number after it where a member has it already."""
    number, found = 1, name
    while name_is_taken(found):
        number += 1
        found = f"{name[:110]} ({number})"
    return found


@dataclass(frozen=True)
class Shown:
    """Of one person what one viewer may know; empty where it is not told or not said."""

    about: str = ""
    pronouns: str = ""
    photo: Photo | None = None
    languages: str = ""
    offers: str = ""
    seeks: str = ""
    email: str = ""
    phone: str = ""

    def within(self, other):
        """Only what `other` holds as well."""
        return Shown(**{field: getattr(self, field) for field in FIELDS if getattr(other, field)})


def person_for(viewer, pk):
    """The member `pk`, or Http404 alike for nobody, for whoever left, and for a viewer who did."""
    person = Person.objects.filter(pk=pk, is_active=True).first()
    if person is None or not viewer.is_active:
        raise Http404
    return person


def told_to(viewer, field):
    """People who tell this field of theirs to the viewer, as a condition on people."""
    standing = access.standing_of(viewer)
    if not standing.active:
        return Q(pk__in=[])
    at = f"card__{field}_for"
    circles = [Circle.MEMBERS]
    if access.admits(Audience(kind=Audience.Kind.COORDINATORS), standing):
        circles.append(Circle.COORDINATORS)
    told = Q(**{f"{at}__in": circles}) | Q(pk=standing.person_id)
    if field in OPEN_WITHOUT_CARD:
        told |= Q(card=None)
    cohorts = access.cohorts_admitting(standing)
    if cohorts:
        theirs = Membership.objects.current().filter(person=OuterRef("pk"), cohort__in=cohorts)
        told |= Q(**{at: Circle.COHORTS}) & Exists(theirs)
    return told


def shown(person, viewer):
    """What `viewer` may know of `person`. One query beside the standing's."""
    return shown_of([person.pk], viewer).get(person.pk, Shown())


def shown_of(keys, viewer):
    """`{person key: Shown}` of the active among these, in one query however many."""
    if not access.standing_of(viewer).active:
        return {}
    told = {
        f"tells_{field}": ExpressionWrapper(told_to(viewer, field), output_field=BooleanField())
        for field in FIELDS
    }
    people = Person.objects.filter(pk__in=keys, is_active=True).select_related("card", "photo")
    return {person.pk: _shown(person) for person in people.annotate(**told)}


# Of what somebody tells, what each is called, and to whom it goes, as others say it.
LABELS = {
    "about": _lazy("About them"),
    "pronouns": _lazy("Pronouns"),
    "photo": _lazy("Photo"),
    "languages": _lazy("Languages"),
    "offers": _lazy("Ask me about"),
    "seeks": _lazy("Looks for"),
    "email": _lazy("E-mail"),
    "phone": _lazy("Phone"),
}
TOLD_TO = {
    Circle.ME: _lazy("nobody else"),
    Circle.COHORTS: _lazy("the people of their cohorts, and no director"),
    Circle.COORDINATORS: _lazy("coordinators, graduates and facilitators, and no director"),
    Circle.MEMBERS: _lazy("all members, directors too"),
}


def circles_of(person, viewer):
    """`[(what it is called, to whom it is told)]` of each field that `viewer` may know: of the
    others not even that there is anything."""
    held, card = shown(person, viewer), card_of(person)
    return [
        (LABELS[field], TOLD_TO[getattr(card, f"{field}_for")])
        for field in FIELDS
        if getattr(held, field)
    ]


def _shown(person):
    card, photo = getattr(person, "card", None), getattr(person, "photo", None)
    said = {"about": person.about, "pronouns": person.pronouns, "photo": photo}
    if card:
        for field in FIELDS:
            said.setdefault(field, getattr(card, field, ""))
    return Shown(
        **{field: value for field, value in said.items() if getattr(person, f"tells_{field}")}
    )


def cohorts_shown(person, viewer):
    """The memberships of `person` that `viewer` may know of. One query beside the standing's."""
    standing = access.standing_of(viewer)
    memberships = (
        Membership.objects.current()
        .filter(person=person, cohort__audience__isnull=False)
        .select_related("cohort__audience")
        .order_by("-cohort__year", "cohort__name", "pk")
    )
    return [
        membership
        for membership in memberships
        if person.pk == viewer.pk or access.admits(membership.cohort.audience, standing)
    ]


def card_of(person):
    """Their Card, or one as it is before they have said anything."""
    return Card.objects.filter(person=person).first() or Card(person=person)


@transaction.atomic
def change(person, *, by, name, pronouns, about, **told):
    """Say something else of oneself. The new name stands beside old posts too. `told` holds columns
    of the card; what is not named there stays as it is."""
    current = Person.objects.select_for_update(no_key=True).get(pk=person.pk)
    if by.pk != current.pk or not current.is_active:
        raise Refused(_("Everybody writes their own profile."))
    current.name, current.pronouns, current.about = name, pronouns, about
    current.save(update_fields=["name", "pronouns", "about"])
    if told:
        Card.objects.update_or_create(person=current, defaults=told)
    return current


def named_here():
    """Whether somebody is named while they are in a thread, as a column on people."""
    return Exists(Card.objects.filter(person=OuterRef("pk"), here_by_name=True))


@transaction.atomic
def be_named_here(person, *, by, named):
    """Let others in a thread read one's name while one is there, or be counted only. Saying the
    same again changes nothing."""
    current = Person.objects.select_for_update(no_key=True).get(pk=person.pk)
    if by.pk != current.pk or not current.is_active:
        raise Refused(_("Everybody says this for themselves."))
    Card.objects.update_or_create(person=current, defaults={"here_by_name": named})
    transaction.on_commit(lambda: naming_changed.send(sender=Card, person=current))
