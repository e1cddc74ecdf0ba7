"""What posting asks: does this post wait, and if so, let it wait.

A waiting post is a post that is not approved and has an open `Hold`. It is no part of its thread:
not counted, not told, and only its author and the moderators of its space may see it.
"""

from django.db.models import BooleanField, Case, Exists, OuterRef, Value, When

from community import access
from community.gathered import Gathered
from forum.moderation.models import Hold
from forum.spaces.models import Space
from forum.threads import Post

# So many posts of a person were let in before theirs appear at once.
FIRST_POSTS = 3


def _makes_known(forum, person):
    """A row where so many posts of a person were let in that theirs no longer wait: as a query, it
    stops at the posts it needs. `forum` is a key or an expression."""
    theirs = Post.objects.filter(poster=person.pk, topic__forum_id=forum, approved=True)
    return theirs.order_by()[FIRST_POSTS - 1 : FIRST_POSTS]


def known_where(person):
    """What a topic brings along as `known`: whether this person is no newcomer to its space, where
    that holds newcomers' posts."""
    return Case(
        When(
            thread__space__holds=Space.Holds.NEWCOMERS,
            then=Exists(_makes_known(OuterRef("forum_id"), person)),
        ),
        default=True,
        output_field=BooleanField(),
    )


def waiting():
    """What a topic brings along as `waiting`: for each post in it that waits its key, its author's
    and the version of its text, oldest first."""
    holds = Hold.objects.filter(post__topic=OuterRef("pk"), outcome="").order_by("pk")
    return Gathered(holds, "post_id", "post__poster_id", "version")


def known_in(space, person):
    """Whether a person is no newcomer to a space that holds newcomers' posts, as an expression;
    where nobody's are held for that, one that asks nothing."""
    if space.holds != Space.Holds.NEWCOMERS:
        return Value(1)
    return Exists(_makes_known(space.forum_id, person))


def holds(space, standing, known):
    """Whether what somebody of this standing writes in the space waits."""
    if space.holds == Space.Holds.NOBODY or access.may_moderate(space.audience, standing):
        return False
    return space.holds == Space.Holds.EVERYBODY or not known


def would_wait(space, person):
    """Whether what this person writes there now would wait. One query at most, where newcomers'
    posts do."""
    newcomers = space.holds == Space.Holds.NEWCOMERS
    known = not newcomers or _makes_known(space.forum_id, person).exists()
    return holds(space, access.standing_of(person), known)


def hold(post):
    """Let a post that was just written, not approved, wait."""
    return Hold.objects.create(post=post)


def waits(post):
    """Whether a post waits; no query for one that everybody sees."""
    return not post.approved and Hold.objects.filter(post=post, outcome="").exists()
