"""Whether a post tells how something went at its author's site. Whoever writes the post decides, so
`posting` calls this within its own transaction and under its lock."""

from forum.reactions.models import Trial


def mark(post):
    """A post that was just written tells of a try."""
    Trial.objects.create(post=post)


def settle(post, *, tried):
    """Let a post tell of a try, or no longer; True where that changed anything."""
    if tried:
        return Trial.objects.get_or_create(post=post)[1]
    return bool(Trial.objects.filter(post=post).delete()[0])
