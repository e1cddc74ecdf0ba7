"""What somebody's director sees: the policy asked for the director's own standing, and never a rule
written down a second time. Of what the director sees, only what the asker sees too is told."""

from dataclasses import dataclass

from community import profiles
from community.directors import Director, directors_of
from community.profiles import Shown
from community.sharing.reading import how_many_told
from forum import authored
from forum.spaces.models import Space, keys_open_to


@dataclass(frozen=True)
class View:
    """One director before one thing: `sees`; for a profile what is shown, and a paginator page of
    the posts."""

    director: Director
    sees: bool = True
    shown: Shown | None = None
    posts: object = None


@dataclass(frozen=True)
class Spaces:
    """A director before all spaces of the asker."""

    director: Director
    opened: list
    closed: list
    # How many notes the asker shares with this director alone.
    notes: int = 0


def of_spaces(asker):
    """For each director of the asker, which of the asker's spaces are open to them, and how
    many notes the asker shares with them."""
    spaces = list(Space.objects.open_to(asker))
    notes = how_many_told(asker)
    found = []
    for director in directors_of(asker):
        keys = set(keys_open_to(director.person))
        found.append(
            Spaces(
                director,
                [space for space in spaces if space.pk in keys],
                [space for space in spaces if space.pk not in keys],
                notes.get(director.person.pk, 0),
            )
        )
    return found


def of_space(asker, space):
    """For each director of the asker, whether this space of theirs is open to them."""
    return [
        View(director, sees=space.pk in keys_open_to(director.person))
        for director in directors_of(asker)
    ]


def of_person(asker, person):
    """For each director of the asker, the profile of `person` as that director sees it."""
    known = profiles.shown(person, asker)
    return [
        View(
            director,
            shown=profiles.shown(person, director.person).within(known),
            posts=authored.page_of_posts_by(person, 1, asker, director.person),
        )
        for director in directors_of(asker)
    ]
