"""Finding notes: one's own, and those that one's coordinators share. There is no other way to get
one, and one answer for "not for you", "taken back" and "never there": Http404 after one query.
"""

from django.db.models import Count
from django.http import Http404

from community import access
from community.directors import directors_of
from community.sharing.models import Looked, Note


def mine(person):
    """The notes that somebody wrote, those that they took back as well."""
    return Note.objects.filter(by=person).select_related("by", "reader")


def note_of(person, pk):
    found = mine(person).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def told_to(person):
    """The notes that are shared with this director now."""
    told = access.told_alone(access.standing_of(person), owner="by", reader="reader")
    return Note.objects.filter(told, taken_back_at=None).select_related("by")


def note_for(person, pk):
    found = told_to(person).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def seen_until(person):
    """Up to when they looked at the list, or None."""
    return Looked.objects.filter(person=person).values_list("until", flat=True).first()


def how_many_new(person):
    """How many were shared with this director since they last looked. Two queries."""
    until, told = seen_until(person), told_to(person)
    return (told.filter(shared_at__gt=until) if until else told).count()


def how_many_told(person):
    """`{director's key: how many notes of this person they are shared now}`, in one query. Whether
    they still direct them is for whoever asks `directors_of` anyway."""
    told = Note.objects.filter(by=person, taken_back_at=None).order_by()
    return dict(told.values_list("reader").annotate(Count("pk")))


def readers_of(person):
    """`{director's key: Director}`: who can read a note of theirs at this moment, if it is shared
    with them."""
    return {director.person.pk: director for director in directors_of(person)}
