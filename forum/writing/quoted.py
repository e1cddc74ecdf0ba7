"""Whether a text quotes what fewer people read than will read it here: asked before it is posted,
as `reminders` are. A quotation brings the address of its post; the server decides by that, and
tells of no post that its writer may not read.
"""

import re

from django.db import transaction
from django.utils.translation import gettext as _

from community.introductions import LEFT
from forum import markdown, threads
from forum.moderation.arranging import narrows
from forum.revisions import keeping
from forum.writing.reminders import QUOTE, Reminder

# A quotation of more posts than these is looked at no further.
MOST = 50
# > **[Somebody wrote:](/threads/3/?post=12)**, also within a further quotation, and pasted with the
# site's name before it.
_ADDRESS = re.compile(r"^[ \t]*>.*?/threads/\d{1,18}/\?post=(\d{1,18})\b", re.M)


def reminders_of_quotes(text, space, person):
    """A `Reminder` for each space whose words are quoted in `text` and which some who read `space`
    may not read; the excerpt is its name. No query where nothing is quoted."""
    keys = {int(found[1]) for found in list(_ADDRESS.finditer(text))[:MOST]}
    if not keys:
        return []
    quoted = threads.Topic.objects.filter(
        pk__in=threads.readable_by(person).values("pk"),
        posts__in=keys,
        posts__approved=True,
    ).exclude(forum=space.forum_id)
    origins = {}
    for topic in quoted.select_related("thread__space__audience", "thread__space__forum"):
        origins[topic.thread.space_id] = topic.thread.space
    return [
        Reminder(QUOTE, origin.name)
        for _key, origin in sorted(origins.items())
        if narrows(space, origin)
    ]


def _heading():
    """What finds the line that the site writes above a quotation: its marks, whose words they are,
    and the address of the post, whose key is the third."""
    before, after = (re.escape(part) for part in _("%(name)s wrote:").split("%(name)s"))
    name = r"(?:\\.|[^\\\[\]\n])*?"
    address = r"\([^\s)]*/threads/\d{1,18}/\?post=(\d{1,18})\)"
    return re.compile(rf"^([ \t]*(?:>[ \t]*)+)\*\*\[{before}{name}{after}\]({address}\*\*)", re.M)


def unname(person_id):
    """Take the name of somebody who left from the line above every quotation of theirs, whatever
    they were called when it was quoted, in what posts say and said before; how many posts that
    changed. The words stay, as their posts
    do. Each post is changed by itself: nobody waits, and done twice it is no change."""
    theirs = set(threads.Post.objects.filter(poster=person_id).values_list("pk", flat=True))
    heading, wrote = _heading(), _("%(name)s wrote:") % {"name": LEFT}

    def renamed(text):
        return heading.sub(
            lambda found: (
                f"{found[1]}**[{wrote}]{found[2]}" if int(found[3]) in theirs else found[0]
            ),
            text,
        )

    quoting = threads.Post.objects.filter(content__contains="/?post=").order_by("pk")
    texts = quoting.values_list("pk", "content").iterator(chunk_size=200)
    changed = 0
    for pk in [pk for pk, text in texts if renamed(text) != text] if theirs else ():
        with transaction.atomic():
            post = threads.Post.objects.select_for_update().filter(pk=pk).first()
            text = renamed(post.content.raw) if post else ""
            if post and text != post.content.raw:
                changed += threads.Post.objects.filter(pk=pk).update(
                    content=text, _content_rendered=markdown.render(text)
                )
    if theirs:
        keeping.reword(renamed)
    return changed
