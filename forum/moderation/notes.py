"""What the moderators of a space tell each other about a thread or a post. A note quotes nothing:
whoever reads it can read the post, and what was removed must not live on in a note.
"""

import re

from django.db import transaction
from django.utils.translation import gettext as _

from community import access
from forum import posting
from forum.moderation.models import Note
from forum.posting import Refused
from forum.threads import Post

LONGEST_NOTE = 1000
# This many words in a row, taken over, are a quotation; and all of a text that has fewer, unless it
# is as short as "Thank you".
QUOTED_WORDS = 8
FEWEST_WORDS = 3


def _words(text):
    return re.findall(r"\w+", text.casefold())


def _runs(words, length):
    return {tuple(words[start : start + length]) for start in range(len(words) - length + 1)}


def quotes(text, sources):
    """Whether `text` takes a run of words from any of these texts, whatever stands between them."""
    told = _words(text)
    for source in sources:
        said = _words(source)
        length = min(QUOTED_WORDS, len(said))
        if length >= FEWEST_WORDS and not _runs(told, length).isdisjoint(_runs(said, length)):
            return True
    return False


def _texts(posts):
    """The texts of these posts, some at a time: a thread can be long."""
    last = 0
    while batch := posts.filter(pk__gt=last).order_by("pk").values_list("pk", "content")[:100]:
        yield from (content for _pk, content in batch)
        last = batch[len(batch) - 1][0]


def notes_on(topic):
    """The notes on a thread and its posts, written in the space where it stands now."""
    space = topic.forum.space
    return Note.objects.filter(topic_id=topic.pk, space_id=space.pk).select_related("by", "post")


@transaction.atomic
def leave_note(topic, *, by, text, post=None):
    """Leave a note for the other moderators of the space; the same again is the same note."""
    posting.hold_thread(topic)
    space = topic.forum.space
    if not access.may_moderate(space.audience, access.standing_now(by)):
        raise Refused(_("You may not do this."))
    said = Post.objects.filter(topic_id=topic.pk)
    if post:
        said = said.filter(pk=post.pk)
    if quotes(text, [topic.subject]) or quotes(text, _texts(said)):
        raise Refused(
            _("This repeats words of the thread. Say it in your own words: a note quotes nothing.")
        )
    facts = {"space": space, "topic_id": topic.pk, "post": post, "by": by, "text": text}
    return Note.objects.filter(**facts).first() or Note.objects.create(**facts)


@transaction.atomic
def take_note_back(note, *, by):
    """Delete a note of one's own."""
    if note.by_id != by.pk:
        raise Refused(_("You may not do this."))
    Note.objects.filter(pk=note.pk).delete()
