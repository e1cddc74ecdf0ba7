"""Where people work and learn: regions, programs, sites and cohorts. They are added and named anew;
none is taken away, since what happened there stays."""

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from community import access, roster
from community.models import Audience, Cohort
from community.roster import Refused


def _ask(by):
    roster.ask(by is not None and access.may_set_up_places(access.standing_of(by)), by)


def _save(place):
    try:
        with transaction.atomic():
            place.save()
    except IntegrityError:
        raise Refused(_("There is one of this name already.")) from None


@transaction.atomic
def add(model, *, by, **facts):
    """A new region, program, site or cohort. A cohort gets its audience with it: whoever is put on
    its roster is let in, and nobody else."""
    _ask(by)
    place = model(**facts)
    _save(place)
    if model is Cohort:
        roster.open_audience(Audience.Kind.COHORT, place)
    _log(by, "add_place", place)
    return place


@transaction.atomic
def change(place, *, by, **facts):
    """Say something else of it."""
    _ask(by)
    current = type(place).objects.select_for_update(of=("self",)).get(pk=place.pk)
    for field, value in facts.items():
        setattr(current, field, value)
    _save(current)
    _log(by, "change_place", current)
    return current


def _log(by, verb, place):
    if by is not None:
        roster.log(by, by, verb, f"{place._meta.verbose_name}: {place}")
