"""Sessions as Markdown to keep, for facilitators: what was asked, said and pinned, and who may read
it. The caller has asked whether they moderate."""

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from community.introductions import shown_name
from forum.hosting.models import Pin, Question, Session
from forum.hosting.order import in_their_order
from forum.threads import Post

MOST_POSTS = 1_000
MOST_QUESTIONS = 1_000


def as_text(session, topic, epoch):
    """The Markdown of one session of a thread that was found readable; three queries and no more,
    however much was said."""
    meanwhile = {"created__gte": session.started_at, "created__lt": session.ends_at}
    return joined(
        *head(topic, epoch, _about(session)),
        *_hosted(topic, [session]),
        *posts(topic, _("What was said meanwhile"), MOST_POSTS, **meanwhile),
    )


def all_sessions(topic):
    """The parts of every session of a thread, the first one first: three queries."""
    sessions = Session.objects.filter(topic=topic.pk).select_related("host")
    found = list(sessions.order_by("started_at", "pk"))
    return _hosted(topic, found, told=True) if found else ()


def joined(*parts):
    return "\n\n".join(parts) + "\n"


def head(topic, epoch, *about):
    """What the file is, and who may read it."""
    yield f"# {line(topic.subject)}"
    yield f"{line(topic.forum.space.name)}"
    yield from about
    yield (
        f"**{_('Who may read this')}:** {topic.forum.space.readers_sentence(epoch)}"
        f" {_('Pass it on to nobody else.')}"
    )


def _about(session):
    hosted = _("Hosted by %(name)s") % {"name": line(shown_name(session.host))}
    times = f"{moment(session.started_at)} – {moment(session.ends_at)}"
    return f"{session.get_kind_display()} · {times} · {hosted}"


def moment(when):
    return f"{timezone.localtime(when):%Y-%m-%d %H:%M %Z}"


def line(text):
    """Words of people on one line, so that none of them begins a heading."""
    return " ".join(text.split())


def quoted(text, mark="> "):
    return "\n".join(f"{mark}{each}".rstrip() for each in text.splitlines())


def _only_the_first(count):
    return _("There is more. Only the first %(count)d are in this copy.") % {"count": count}


def _hosted(topic, sessions, *, told=False):
    """Questions and pins of sessions; `told` names each session before them."""
    asked = in_their_order(Question.objects.filter(session__in=sessions))
    asked = list(asked.select_related("by", "answer__poster")[: MOST_QUESTIONS + 1])
    pins = Pin.objects.filter(session__in=sessions, post__approved=True, post__topic=topic.pk)
    pins = list(pins.select_related("post__poster").order_by("pk"))
    for session in sessions:
        if told:
            yield f"## {_about(session)}"
        level = "###" if told else "##"
        yield f"{level} {_('Questions')}"
        theirs = [each for each in asked[:MOST_QUESTIONS] if each.session_id == session.pk]
        for question in theirs:
            yield _question(question, topic)
        if not theirs:
            yield _("Nobody asked anything.")
        pinned = [pin.post for pin in pins if pin.session_id == session.pk]
        if pinned:
            yield f"{level} {_('Pinned')}"
        for post in pinned:
            yield f"**{line(shown_name(post.poster))}**\n\n{quoted(post.content.raw)}"
    if len(asked) > MOST_QUESTIONS:
        yield _only_the_first(MOST_QUESTIONS)


def _question(question, topic):
    votes = ngettext("%(count)d vote", "%(count)d votes", question.votes)
    facts = [line(shown_name(question.by)), votes % {"count": question.votes}]
    facts.append(str(question.get_state_display()))
    said = f"- {line(question.text)}\n  ({', '.join(facts)})"
    answer = question.answer
    if answer and answer.approved and answer.topic_id == topic.pk:
        who = {"name": line(shown_name(answer.poster))}
        said += f"\n  {_('Answered by %(name)s:') % who}\n{quoted(answer.content.raw, '  > ')}"
    return said


def posts(topic, title, most, **which):
    """What stands in a thread, in its order: one query."""
    yield f"## {title}"
    said = Post.objects.filter(topic=topic.pk, approved=True, **which)
    found = list(said.select_related("poster").order_by("pk")[: most + 1])
    for post in found[:most]:
        who = line(shown_name(post.poster))
        yield f"**{who}**, {moment(post.created)}\n\n{quoted(post.content.raw)}"
    if not found:
        yield _("Nobody posted anything.")
    if len(found) > most:
        yield _only_the_first(most)
