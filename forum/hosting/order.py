"""In which order the questions of a session stand, and which of them stand in its panel."""

from django.db.models import Case, IntegerField, Value, When

from forum.hosting.models import Question

OPEN, ANSWERING, ANSWERED, WITHDRAWN, TAKEN = Question.State
WAITING = (OPEN, ANSWERING)
SHOWN = (OPEN, ANSWERING, ANSWERED)

SHOWN_QUESTIONS = 50


def in_their_order(questions):
    """What is being answered, then what is open by votes and time, then what was answered.
    hosting.js puts the questions of a panel into the same order when votes come in."""
    place = Case(
        When(state=ANSWERING, then=Value(0)),
        When(state=OPEN, then=Value(1)),
        default=Value(2),
        output_field=IntegerField(),
    )
    return questions.filter(state__in=SHOWN).order_by(place, "-votes", "asked_at", "pk")


def in_the_panel(session_id):
    """Keys of the questions that stand in the panel of a session, of more that there may be."""
    questions = in_their_order(Question.objects.filter(session=session_id))
    return set(questions.values_list("pk", flat=True)[:SHOWN_QUESTIONS])
