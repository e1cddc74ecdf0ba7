"""Who can see a thing, and why, in words: what the policy answered, explained by itself.

A thing is given by its walls: a list of lists of audiences, of which a reader must pass one of each
list (a space below another has two walls; a page as many as there are restrictions above it). Every
reason is one that `access.ways_in` named, so there is a reason exactly where there is a way in.

People are listed by what the roster keeps in step, within a minute of the clock; the reason beside
each is asked as of now.
"""

from dataclasses import dataclass

from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.formats import time_format
from django.utils.translation import gettext as _

from community import access
from community.access import Way
from community.introductions import Introduction, introduce
from community.models import Admission, Audience, Cohort, Membership, Person, Role

ON_A_PAGE = 50
Kind = Audience.Kind


@dataclass(frozen=True)
class Reader:
    """Somebody who can see a thing, and the reasons in words."""

    who: Introduction
    because: tuple


@dataclass(frozen=True)
class Seen:
    """Something that a person can see, or not, and why."""

    what: object
    because: tuple
    sees: bool


# --- In words ----------------------------------------------------------------------------------


def _words(way, cohort):
    if way == Way.EVERYBODY:
        return _("everybody, also without an account")
    if way == Way.MEMBER:
        return _("member")
    if way == Way.DIRECTOR:
        return _("program director")
    if way == Way.FACILITATOR and cohort is None:
        return _("facilitator")
    named = {
        Way.PARTICIPANT: _("participant of %(cohort)s"),
        Way.GRADUATE: _("graduate of %(cohort)s"),
        Way.MENTOR: _("mentor of %(cohort)s"),
        Way.FACILITATOR: _("facilitator of %(cohort)s"),
    }
    return named[way] % {"cohort": cohort}


class Names:
    """The names of cohorts for one who asks, read at once where one is wanted for the first time.
    Who was in which is not everybody's to know: elsewhere it is "a cohort"."""

    def __init__(self, asker):
        self._standing = access.standing_of(asker)
        self._names = None

    def __call__(self, key):
        if key is None:
            return None
        if self._names is None:
            self._names = dict(Cohort.objects.values_list("pk", "name"))
        audience = Audience(kind=Kind.COHORT, cohort_id=key)
        known = access.may_know_who(audience, self._standing)
        return self._names[key] if known else _("a cohort")


def why(walls, standing, names):
    """The reasons for which somebody of this standing passes all walls, in words and each once;
    empty where they do not."""
    found = []
    for wall in walls:
        ways = [way for audience in wall for way in access.ways_in(audience, standing)]
        if not ways:
            return ()
        found += ways
    if not walls:
        found = [(Way.EVERYBODY, None)]
    return tuple(dict.fromkeys(_words(way, names(cohort)) for way, cohort in found))


def why_not(walls, standing):
    """Why they do not pass, in one sentence; empty where they do."""
    for wall in walls:
        if any(access.admits(audience, standing) for audience in wall):
            continue
        if not standing.active:
            return _("They have no open account.")
        if len(wall) == 1 and access.is_barred(wall[0], standing):
            return _barred(wall[0], standing)
        if not wall:
            return _("It is set for nobody.")
        return _("It is for: %(whom)s.") % {"whom": "; ".join(map(whom, wall))}
    return ""


def _barred(audience, standing):
    if audience.kind == Kind.LEADERS:
        return _("They coordinate a site, and no coordinator reads where leaders meet.")
    if standing.has(Role.Kind.DIRECTOR):
        return _("They direct a program, and the wall stands between.")
    return _("They supervise somebody, and the wall stands between.")


def whom(audience):
    """Whom an audience is for, by the rule and without a name."""
    if audience.kind == Kind.COHORT:
        cohort = {"cohort": audience.cohort.name}
        return _("participants, graduates, mentors and facilitators of %(cohort)s") % cohort
    return {
        Kind.PUBLIC: _("everybody"),
        Kind.MEMBERS: _("every member"),
        Kind.COORDINATORS: _("participants, graduates who coordinate a site, and facilitators"),
        Kind.GRADUATES: _("graduates and facilitators"),
        Kind.LEADERS: _("directors and facilitators who do not coordinate a site"),
        Kind.FACILITATORS: _("facilitators"),
    }[audience.kind]


def under_glass(breaking):
    """The reason of a steward who looks in."""
    time = time_format(timezone.localtime(breaking.ends_at))
    return _("breaking the glass until %(time)s") % {"time": time}


# --- Who can see this -----------------------------------------------------------------------------


def may_be_named(walls, asker):
    """Whether the people who pass these walls may be named to the one who asks."""
    standing = access.standing_of(asker)
    return access.may_ask_who_sees(standing) and all(
        any(access.may_know_who(audience, standing) for audience in wall) for wall in walls
    )


def people_past(walls, word=""):
    """The people who pass all walls, by name."""
    people = Person.objects.filter(is_active=True)
    for wall in walls:
        admitted = Admission.objects.filter(person=OuterRef("pk"), audience__in=wall)
        people = people.filter(Exists(admitted))
    if word:
        people = people.filter(name__icontains=word)
    return people.order_by("name", "pk")


def page_of_readers(walls, number, asker, word=""):
    """A paginator page of Readers for one who asks: five queries, however many people there are."""
    page = Paginator(people_past(walls, word), ON_A_PAGE).get_page(number)
    page.object_list = _readers(list(page.object_list), walls, asker)
    return page


def _readers(people, walls, asker):
    """Whoever the clock has put out since they were listed has no reason."""
    standings = access.standings_of(person.pk for person in people)
    who, names = introduce(people, access.epoch_of(asker)), Names(asker)
    return [
        Reader(who[person.pk], why(walls, standings.get(person.pk, access.VISITOR), names))
        for person in people
    ]


# --- What can they see ----------------------------------------------------------------------------


def audiences_seen(person, asker):
    """For each audience whose people the asker may know: whether it admits this person, and why. A
    cohort that does not, and where they never were, is left out: there are hundreds."""
    standing, own = access.standing_of(person), access.standing_of(asker)
    been = Membership.objects.filter(person=person).values("cohort")
    audiences = list(
        (Audience.objects.exclude(kind=Kind.COHORT) | Audience.objects.filter(cohort__in=been))
        .select_related("cohort")
        .order_by("pk")
    )
    names = Names(asker)
    return [
        seen([[audience]], audience, standing, names)
        for audience in audiences
        if access.may_know_who(audience, own)
    ]


def seen(walls, what, standing, names):
    """Whether somebody of this standing sees one thing, and why."""
    because = why(walls, standing, names)
    if because:
        return Seen(what, because, sees=True)
    return Seen(what, (why_not(walls, standing),), sees=False)
