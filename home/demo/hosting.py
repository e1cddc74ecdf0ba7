"""The demo's live session: an open hallway that is over, with its questions, votes and pins."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from forum.hosting import asking, hosting
from forum.hosting.models import Question, Session
from forum.threads import Post, Topic

THREAD = "They are hungry at 4 pm, and then they go home"
HOST = "jo"
# Who asks what, who votes for it, and the words of the post that answered it, where one did.
QUESTIONS = (
    (
        "luis",
        "Does a supper program mean more paperwork for the site, or only for the district?",
        ("maya", "grace", "priya", "sam"),
        "Your district's food service may already do it",
    ),
    (
        "priya",
        "How long did you keep the sheet at the door?",
        ("luis", "aisha"),
        "Two weeks later, as promised.",
    ),
    ("sam", "What do you do with children who do not like what is served?", ("tomas",), None),
)
PINNED = ("Before you change anything, count for a week.", "Two weeks later, as promised.")
MINUTES = 60


@transaction.atomic
def load_hosting(people):
    """One session in this thread, where it is there and nothing was hosted in it."""
    topic = Topic.objects.filter(subject=THREAD, approved=True).first()
    if topic is None or Session.objects.filter(topic=topic).exists():
        return
    host = people[HOST]
    session = hosting.start(topic, by=host, minutes=MINUTES)
    for who, text, voters, answer in QUESTIONS:
        question = asking.ask(topic, by=people[who], text=text)
        for voter in voters:
            asking.vote(question, topic, by=people[voter])
        if answer:
            asking.answer_now(question, topic, by=host)
            asking.answered(question, topic, by=host, post=_post(topic, answer))
    for words in PINNED:
        hosting.pin(_post(topic, words), by=host)
    hosting.end(topic, by=host)
    _say_when(session)


def _post(topic, words):
    return Post.objects.filter(topic=topic, content__contains=words).first()


def _say_when(session):
    """It was on for its hour, a day ago."""
    started = timezone.now() - timedelta(days=1)
    Session.objects.filter(pk=session.pk).update(
        started_at=started, ends_at=started + timedelta(minutes=MINUTES), ended_by=None
    )
    Question.objects.filter(session=session).update(asked_at=started + timedelta(minutes=5))
