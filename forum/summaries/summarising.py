"""Writing the summary of a thread, asking for passages, and making a draft page of both."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from community import access, roster
from community.models import Audience
from forum import posting
from forum.live import events
from forum.live.models import Event
from forum.moderation import acts, notes
from forum.posting import Refused
from forum.summaries.models import ForWhom, Passage, Summary
from forum.summaries.tasks import mail_that_passages_are_asked
from forum.threads import Post

MOST_PASSAGES = 20
_make = {}


def drafts_are_made_by(make):
    """Told once, by whoever owns pages: `make(title=, text=, quotations=, audience=, by=)` gives an
    unpublished page for an editor to review. `quotations` are `(text, whose)`; `audience` is None
    for the public."""
    _make["draft"] = make


def _hold(topic, by):
    """The thread's row, locked, to somebody who moderates its space now."""
    thread = posting.hold_thread(topic)
    if not access.may_moderate(topic.forum.space.audience, access.standing_now(by)):
        raise Refused(_("You may not do this."))
    if not thread.topic.approved:
        raise Refused(_("This thread was removed while you were writing."))
    return thread


def _said(topic):
    posts = Post.objects.filter(topic=topic, approved=True).order_by("pk")
    for _pk, content in posts.values_list("pk", "content").iterator(chunk_size=100):
        yield content


@transaction.atomic
def write(topic, *, by, text, for_whom):
    """Write or change the summary. It is in the facilitator's own words: one that takes over a post
    is refused, since those words would leave without their author's consent."""
    thread = _hold(topic, by)
    if notes.quotes(text, _said(thread.topic)):
        raise Refused(
            _(
                "This repeats words of a post. Say it in your own words, and ask the author for the"
                " passage below their post."
            )
        )
    before = Summary.objects.filter(topic=thread.topic).first()
    if before and (before.text, before.for_whom) == (text, for_whom):
        return before
    summary, _new = Summary.objects.update_or_create(
        topic=thread.topic,
        defaults={"text": text, "for_whom": for_whom, "by": by, "at": timezone.now()},
    )
    acts.leave("summed", by=by, space=topic.forum.space, topic=thread.topic)
    events.append(thread, Event.Kind.SUMMED)
    return summary


@transaction.atomic
def remove(topic, *, by):
    """Take the summary away; a draft that was made of it stays the editors'."""
    thread = _hold(topic, by)
    gone, _rows = Summary.objects.filter(topic=thread.topic).delete()
    if gone:
        acts.leave("summary-removed", by=by, space=topic.forum.space, topic=thread.topic)
        events.append(thread, Event.Kind.SUMMED)


# --- Passages -----------------------------------------------------------------------------------


def _in_words(text):
    return " ".join(text.split())


def stands_in(text, post):
    """Whether a post says this, whatever its line ends."""
    return bool(text.strip()) and _in_words(text) in _in_words(post.content.raw)


@transaction.atomic
def ask(post, *, by, text, for_whom):
    """Ask the author of a post whether this part of it may go along. Asking the same again is
    asking once; one's own words are agreed to by that."""
    thread = _hold(post.topic, by)
    current = Post.objects.filter(pk=post.pk, topic=thread.topic, approved=True).first()
    if current is None:
        raise Refused(_("This post is no longer here."))
    if not stands_in(text, current):
        raise Refused(_("Leave only words that stand in the post, as they stand there."))
    if not current.poster.is_active:
        raise Refused(_("Whoever wrote this has left, and cannot be asked any more."))
    facts = {"post": current, "text": text.strip(), "for_whom": for_whom}
    asked = Passage.objects.filter(**facts).first()
    if asked:
        return asked
    if Passage.objects.filter(post__topic=thread.topic).count() >= MOST_PASSAGES:
        raise Refused(_("A thread takes 20 passages at most. Take one out first."))
    own = current.poster_id == by.pk
    passage = Passage.objects.create(
        asked_by=by,
        answer=Passage.Answer.NAMED if own else Passage.Answer.ASKED,
        answered_at=timezone.now() if own else None,
        **facts,
    )
    if not own:
        acts.leave(
            "passage-asked",
            by=by,
            space=post.topic.forum.space,
            topic=thread.topic,
            post=current,
            concerns=current.poster,
        )
        transaction.on_commit(lambda: mail_that_passages_are_asked.enqueue(passage.pk))
    return passage


@transaction.atomic
def answer(passage, *, by, said):
    """What its author says to a passage (a Passage.Answer); it may be changed as often as they
    like, and counts as it is when the draft is made."""
    current = Passage.objects.select_for_update(of=("self",)).select_related("post")
    current = current.filter(pk=passage.pk).first()
    if current is None or current.post.poster_id != by.pk:
        raise Refused(_("Nobody asks you about this any more."))
    if said not in Passage.Answer.values or said == Passage.Answer.ASKED:
        raise Refused(_("Choose an answer."))
    current.answer, current.answered_at = said, timezone.now()
    current.save(update_fields=["answer", "answered_at"])
    return current


@transaction.atomic
def take_out(passage, *, by):
    """No longer ask for a passage, nor take it along."""
    _hold(passage.post.topic, by)
    Passage.objects.filter(pk=passage.pk).delete()


def going_along(summary):
    """The passages that a draft for these readers would take along: agreed to, and still said."""
    passages = Passage.objects.filter(
        post__topic=summary.topic_id, post__approved=True, for_whom=summary.for_whom
    ).select_related("post__poster")
    return [
        passage
        for passage in passages
        if passage.is_agreed and stands_in(passage.text, passage.post)
    ]


# --- The draft ------------------------------------------------------------------------------------


@transaction.atomic
def make_draft(topic, *, by, title):
    """An unpublished page of the summary and the passages that go along; returns it. What the page
    says is the title that the facilitator gives it, never the thread's."""
    thread = _hold(topic, by)
    summary = Summary.objects.select_for_update().filter(topic=thread.topic).first()
    if summary is None:
        raise Refused(_("Write the summary first."))
    if summary.page_id:
        raise Refused(_("A draft was made of this summary already. The editors have it."))
    if notes.quotes(title, _said(thread.topic)):
        raise Refused(_("This repeats words of a post. Give the page a title of its own."))
    # The posts' rows are held, so that whoever takes words back is before this or after it.
    list(Post.objects.select_for_update().filter(passages__isnull=False, topic=thread.topic))
    quotations = [
        (passage.text, passage.author if passage.answer == "named" else "")
        for passage in going_along(summary)
    ]
    summary.page = _make["draft"](
        title=title,
        text=summary.text,
        quotations=quotations,
        audience=_audience(summary.for_whom, topic.forum.space),
        by=by,
    )
    summary.save(update_fields=["page"])
    acts.leave("draft-made", by=by, space=topic.forum.space, topic=thread.topic)
    return summary.page


def _audience(for_whom, space):
    if for_whom == ForWhom.PUBLIC:
        return None
    if for_whom == ForWhom.MEMBERS:
        return roster.open_audience(Audience.Kind.MEMBERS)
    return space.audience
