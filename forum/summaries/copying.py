"""A whole thread as one file of Markdown, for facilitators: its summary with the passages that go
along, every session, and all that stands in it. The caller has asked whether they moderate."""

from django.utils.translation import gettext as _

from community.introductions import shown_name
from forum.hosting import copying
from forum.summaries.models import Passage, Summary
from forum.summaries.summarising import going_along

MOST_POSTS = 5_000


def as_text(topic, epoch):
    """Six queries and no more, however much was said."""
    return copying.joined(
        *copying.head(topic, epoch),
        *_summary(topic),
        *copying.all_sessions(topic),
        *copying.posts(topic, _("What was said"), MOST_POSTS),
    )


def _summary(topic):
    yield f"## {_('What lasts of this thread')}"
    summary = Summary.objects.filter(topic=topic.pk).select_related("by").first()
    if summary is None:
        yield _("Nobody has summed it up yet.")
        return
    yield copying.quoted(summary.text)
    who = {"name": copying.line(shown_name(summary.by))}
    yield f"{_('Summed up by %(name)s') % who}, {copying.moment(summary.at)}"
    passages = going_along(summary)
    if passages:
        yield f"### {_('Passages that go along')}"
        yield _("Agreed to for these readers: %(readers)s.") % {
            "readers": summary.get_for_whom_display()
        }
    for passage in passages:
        named = passage.answer == Passage.Answer.NAMED
        whose = copying.line(passage.author) if named else _("A participant")
        yield f"**{whose}**\n\n{copying.quoted(passage.text)}"
