"""Muting a person: their posts are folded away and send no notification, for the one who muted.

The muted person never learns of it by any door: nothing that they are sent, and nothing that others
are shown of them, asks here. An announcement reaches everybody: whoever shows or sends one does not
ask either. Whoever moderates a space sees everything in it unfolded.
"""

from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import OuterRef
from django.utils.translation import gettext as _

from community import access
from community.gathered import Gathered
from community.introductions import introduce
from community.models import Person
from forum.posting import Refused
from forum.shelf.models import Mute

MUTED_ON_A_PAGE = 20
# They come along with whoever is signed in, so they stay few.
MOST_MUTED = 200


def column():
    """What comes along with whoever is signed in: keys of the people whom they muted."""
    return Gathered(Mute.objects.filter(by=OuterRef("pk")).order_by(), "person_id")


@transaction.atomic
def mute(person, *, by):
    """See less of somebody. Muting twice is muting once."""
    if person.pk == by.pk:
        raise Refused(_("You cannot mute yourself."))
    Person.objects.select_for_update().get(pk=by.pk)
    others = Mute.objects.filter(by=by).exclude(person=person)
    if others.count() >= MOST_MUTED:
        raise Refused(
            _("You muted %(count)s people, and that is the most. See the posts of somebody again.")
            % {"count": MOST_MUTED}
        )
    _forget(by)
    return Mute.objects.get_or_create(by=by, person=person)[0]


def unmute(person, *, by):
    _forget(by)
    Mute.objects.filter(by=by, person=person).delete()


def _forget(person):
    """What came along with them is no longer so."""
    person.__dict__.pop("muted_read", None)


def is_muted(person, *, by):
    return person.pk in muted_by(by)


def muted_by(person):
    """Keys of the people whom this person muted: as they came with them, or read now."""
    if not hasattr(person, "muted_read"):
        return muted_by_each([person.pk]).get(person.pk, frozenset())
    return frozenset(pk for (pk,) in person.muted_read)


def muted_by_each(people):
    """`{person key: keys of the people whom they muted}`, without those who muted nobody. One query
    for any number of people."""
    found = {}
    for by, person in Mute.objects.filter(by__in=people).order_by().values_list("by", "person"):
        found.setdefault(by, set()).add(person)
    return {by: frozenset(muted) for by, muted in found.items()}


def muted_in(space, person):
    """Whose threads are marked in this space's list: nobody's for its moderators."""
    if access.may_moderate(space.audience, access.standing_of(person)):
        return frozenset()
    return muted_by(person)


def page_of_muted(person, number):
    """A paginator page of introductions, the last muted first. Whoever left is nobody to unmute."""
    mutes = Mute.objects.filter(by=person, person__is_active=True).select_related("person")
    page = Paginator(mutes, MUTED_ON_A_PAGE).get_page(number)
    muted = [mute.person for mute in page.object_list]
    people = introduce(muted, access.epoch_of(person))
    page.object_list = [people[each.pk] for each in muted]
    return page
