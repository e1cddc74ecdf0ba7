"""Questions in a live session: asked, voted for, answered, withdrawn, taken away. Verbs as in
`hosting`: under the thread's row lock, so votes and states never race.

How many voted is told, and to each whether they did; who else voted is told to nobody.
"""

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from community import access
from community.cohorts import agreeing
from community.roster import Refused as RosterRefused
from forum import posting
from forum.hosting import order
from forum.hosting.hosting import live_session_of
from forum.hosting.models import LONGEST_QUESTION, Question, QuestionVote
from forum.hosting.order import ANSWERED, ANSWERING, OPEN, SHOWN, TAKEN, WAITING, WITHDRAWN
from forum.live import events
from forum.live.models import Event
from forum.moderation import acts, arranging, holding
from forum.posting import Refused
from forum.spaces.models import may_write_in
from forum.threads import Post

MOST_OPEN = 5


def may_ask(topic, person):
    """Whoever may write in the space, while the thread is there and open to all of them."""
    if not topic.approved or topic.is_locked:
        return False
    return may_write_in(topic.forum.space, access.standing_of(person))


def _hold(topic, by):
    """`(thread row, session)` of a thread in which this person takes part in what is live."""
    thread = posting.hold_thread(topic)
    access.standing_now(by)
    topic.status, topic.approved = thread.topic.status, thread.topic.approved
    if topic.approved and topic.is_locked:
        raise Refused(_("This thread is locked, so nobody asks or votes in it now."))
    if not may_ask(topic, by):
        raise Refused(_("You can no longer take part here."))
    return thread, live_session_of(topic)


def _current(question, topic):
    """The question's row, locked; it may have been carried elsewhere with its thread."""
    found = Question.objects.select_for_update().filter(pk=question.pk)
    found = found.filter(session__topic=topic.pk).select_related("session", "by").first()
    if found is None:
        raise Refused(_("This question is in another thread now."))
    return found


@transaction.atomic
def ask(topic, *, by, text):
    """A question in the queue of a thread's live session. One's own open question asked again in
    the same words is that question, so a form that is sent twice asks once."""
    thread, session = _hold(topic, by)
    text = " ".join(text.split())
    if not text:
        raise Refused(_("Write your question first."))
    if len(text) > LONGEST_QUESTION:
        raise Refused(
            _("Make it shorter: a question has %(count)d characters at most.")
            % {"count": LONGEST_QUESTION}
        )
    if holding.would_wait(topic.forum.space, by):
        raise Refused(
            _("A facilitator looks at your posts here first, so ask in a reply this time.")
        )
    try:
        agreeing.settle(topic.forum.space.audience, by=by, agreed_to=None)
    except RosterRefused as refusal:
        raise Refused(str(refusal)) from None
    mine = Question.objects.filter(session=session, by=by, state__in=WAITING)
    same = mine.filter(text=text).first()
    if same:
        return same
    _keep_few(mine)
    question = Question.objects.create(session=session, by=by, text=text)
    events.append(thread, Event.Kind.SESSION)
    return question


def _keep_few(mine):
    if mine.count() >= MOST_OPEN:
        raise Refused(
            _("You have %(count)d open questions here, and that is the most. Withdraw one first.")
            % {"count": MOST_OPEN}
        )


@transaction.atomic
def vote(question, topic, *, by):
    """Say that one wants this answered too: once for each person."""
    thread, _session = _hold(topic, by)
    current = _votable(question, topic)
    if QuestionVote.objects.filter(question=current, person=by).exists():
        return
    QuestionVote.objects.create(question=current, person=by)
    _count(thread, current, 1)


@transaction.atomic
def unvote(question, topic, *, by):
    """Take one's vote back."""
    thread, _session = _hold(topic, by)
    current = _votable(question, topic)
    gone, _rows = QuestionVote.objects.filter(question=current, person=by).delete()
    if gone:
        _count(thread, current, -1)


def _votable(question, topic):
    current = _current(question, topic)
    if current.session.former:
        raise Refused(_("This session is over."))
    if current.state not in WAITING:
        raise Refused(_("This question is no longer open."))
    return current


def _count(thread, question, by_one):
    """Its event brings one number. Only a vote that lets a question into a full panel, or puts one
    out of it, brings the panel anew."""
    before = order.in_the_panel(question.session_id)
    Question.objects.filter(pk=question.pk).update(votes=F("votes") + by_one)
    full = len(before) == order.SHOWN_QUESTIONS
    if full and order.in_the_panel(question.session_id) != before:
        events.append(thread, Event.Kind.SESSION)
    else:
        events.append(thread, Event.Kind.VOTED, question=question)


@transaction.atomic
def withdraw(question, topic, *, by):
    """Take one's own question out of the queue."""
    thread, _session = _hold(topic, by)
    current = _votable(question, topic)
    if current.by_id != by.pk:
        raise Refused(_("This is somebody else's question."))
    _set(thread, current, WITHDRAWN)


@transaction.atomic
def bring_back(question, topic, *, by):
    """Put a question back that one withdrew, with its votes."""
    thread, session = _hold(topic, by)
    current = _current(question, topic)
    if current.by_id != by.pk or current.state != WITHDRAWN or current.session_id != session.pk:
        raise Refused(_("This question cannot be put back now."))
    _keep_few(Question.objects.filter(session=session, by=by, state__in=WAITING))
    _set(thread, current, OPEN)


def _set(thread, question, state, answer=None):
    question.state, question.answer = state, answer
    question.save(update_fields=["state", "answer"])
    events.append(thread, Event.Kind.SESSION)


# --- The facilitators' ---------------------------------------------------------------------------


def _hold_to_moderate(question, topic, by):
    thread = arranging.hold(topic, by)
    current = _current(question, topic)
    if current.state not in SHOWN:
        raise Refused(_("This question was taken out of the queue meanwhile."))
    return thread, current


@transaction.atomic
def answer_now(question, topic, *, by):
    """Say that this is being answered; what was before, and was not marked as answered, is open
    again."""
    thread, current = _hold_to_moderate(question, topic, by)
    if current.session_id != live_session_of(topic).pk:
        raise Refused(_("This session is over."))
    if current.state == ANSWERING:
        return
    beside = Question.objects.filter(session=current.session_id, state=ANSWERING)
    beside.update(state=OPEN)
    _set(thread, current, ANSWERING)


@transaction.atomic
def answered(question, topic, *, by, post=None):
    """Say that this was answered, and in which post of the thread where it was in one; also after
    the end."""
    thread, current = _hold_to_moderate(question, topic, by)
    if post and not Post.objects.filter(pk=post.pk, topic=topic.pk, approved=True).exists():
        raise Refused(_("This post is no longer in the thread."))
    if (current.state, current.answer_id) != (ANSWERED, post and post.pk):
        _set(thread, current, ANSWERED, post)


@transaction.atomic
def reopen(question, topic, *, by):
    """Let a question be open again that was being answered, or was said to be."""
    thread, current = _hold_to_moderate(question, topic, by)
    if current.state != OPEN:
        _set(thread, current, OPEN)


@transaction.atomic
def take_away(question, topic, *, by, reason=""):
    """Take somebody's question out of the queue, for good; they are told, with the reason."""
    thread = arranging.hold(topic, by)
    current = _current(question, topic)
    if current.state in (TAKEN, WITHDRAWN):
        return
    _set(thread, current, TAKEN)
    acts.leave(
        "took-question",
        by=by,
        space=topic.forum.space,
        topic=thread.topic,
        concerns=arranging.concerned(current.by, by),
        reason=reason,
    )
