"""Reading sessions: those of a thread, what was asked in one, and what is live in a space."""

from django.core.paginator import Paginator
from django.db.models import OuterRef, Subquery
from django.db.models.functions import JSONObject
from django.http import Http404
from django.utils import timezone

from forum.hosting.models import Question, Session
from forum.hosting.order import in_their_order
from forum.hosting.panel import QUESTION_COLUMNS, shown_questions
from forum.live.models import Thread

SESSIONS_ON_A_PAGE = 20
QUESTIONS_ON_A_PAGE = 50


def live_in():
    """What a space brings along: `{topic, subject}` of the thread in it that is live longest, or
    None."""
    live = Thread.objects.filter(
        space=OuterRef("pk"), live_until__gt=timezone.now(), topic__approved=True
    ).order_by("-live_until")
    return Subquery(live.values(live=JSONObject(topic="pk", subject="topic__subject"))[:1])


def page_of_sessions(topic, number):
    """A paginator page of the sessions of a thread that was found readable, newest first."""
    rows = Session.objects.filter(topic=topic.pk).select_related("host")
    return Paginator(rows, SESSIONS_ON_A_PAGE).get_page(number)


def session_in(topic, pk):
    """One session of a thread that was found readable, or Http404."""
    found = Session.objects.filter(topic=topic.pk, pk=pk).select_related("host").first()
    if found is None:
        raise Http404
    return found


def page_of_questions(session, number, epoch):
    """A paginator page of ShownQuestions, in the order of the panel."""
    rows = in_their_order(Question.objects.filter(session=session))
    page = Paginator(rows.values_list(*QUESTION_COLUMNS), QUESTIONS_ON_A_PAGE).get_page(number)
    page.object_list = shown_questions(page.object_list, epoch)
    return page


def question_in(topic, pk, person):
    """A question of a thread that was found readable, or Http404; one that was withdrawn or taken
    away is there for its author alone."""
    found = Question.objects.filter(session__topic=topic.pk, pk=pk).select_related("session", "by")
    question = found.first()
    gone = question and question.state in (Question.State.WITHDRAWN, Question.State.TAKEN)
    if question is None or (gone and question.by_id != person.pk):
        raise Http404
    return question
