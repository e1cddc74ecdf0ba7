"""The panel of a live session as a property: whatever is asked, voted for, answered and taken away,
and whenever its reader reads the log, and however much of it, what they hold in the end is what the
page shows."""

import contextlib
import itertools
import re

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from community.models import Audience
from forum import posting
from forum.hosting import asking, hosting, order
from forum.hosting.models import Question
from forum.live import log
from forum.live.models import Thread

pytestmark = pytest.mark.django_db

PEOPLE = 4
FEW = 3  # questions in a panel, so that it is full soon

OF_EVERYBODY = {
    "vote": asking.vote,
    "unvote": asking.unvote,
    "withdraw": asking.withdraw,
    "put back": asking.bring_back,
}
OF_FACILITATORS = {
    "answer": asking.answer_now,
    "answered": asking.answered,
    "reopen": asking.reopen,
    "take": asking.take_away,
}
ANY = ("ask", *["vote"] * 4, *OF_EVERYBODY, *OF_FACILITATORS, "end", "start")


def some(acts, least, most):
    numbers = st.integers(0, PEOPLE - 1), st.integers(0, 5)
    return st.lists(st.tuples(st.sampled_from(acts), *numbers), min_size=least, max_size=most)


# At the end nothing but votes, since whatever else happens would bring the panel anew.
steps = st.tuples(
    some(["ask", "vote"], 6, 12),
    some(["read", "read", "ask", *ANY], 5, 25),
    some(["read", "vote", "vote", "unvote"], 3, 12),
).map(lambda parts: list(itertools.chain(*parts)))

ROW = re.compile(
    r'<li class="question question--(\w+)" data-question="(\d+)" data-author="\d+" '
    r'data-at="(\d+\.\d{6})">.*?data-votes="(\d+)">(\d+ votes?)\s*<',
    re.DOTALL,
)


class Panel:
    """What a browser shows of it, kept as hosting.js keeps it: `rows` are
    `[state, key, when it was asked, votes, the same in words]`."""

    def __init__(self, page):
        self.read(page)

    def read(self, markup):
        self.rows = [
            [state, int(key), float(asked), int(votes), words]
            for state, key, asked, votes, words in ROW.findall(markup)
        ]

    def apply(self, frame):
        if "panel" in frame:
            self.read(frame["panel"])
        elif "question" in frame:
            for row in self.rows:
                if row[1] == frame["question"] and row[0] != "answered":
                    row[3:] = [frame["votes"], frame["words"]]
            self.rows.sort(key=_place)


def _place(row):
    state, key, asked, votes, _words = row
    # What was answered is a list of its own, which no vote moves.
    return (2,) if state == "answered" else (state != "answering", -votes, asked, key)


def test_whatever_is_asked_and_voted_a_reader_ends_with_what_the_page_shows(
    monkeypatch, make_space, make_thread, make_participant, make_facilitator, cohort, signed_in
):
    monkeypatch.setattr(order, "SHOWN_QUESTIONS", FEW)
    space = make_space(Audience.Kind.COHORT, cohort)
    host = make_facilitator(cohort)
    people = [make_participant(cohort) for _ in range(PEOPLE)]
    client = signed_in(people[0])
    seen = {"votes": 0, "panels": 0, "questions": 0}

    def act(topic, what, person, number):
        by = people[person]
        if what == "ask":
            asking.ask(topic, by=by, text=f"Question {number}?")
        elif what == "end":
            if number == 0:
                hosting.end(topic, by=host)
        elif what == "start":
            hosting.start(topic, by=host)
        else:
            asked = Question.objects.filter(session__topic=topic).order_by("pk")
            if asked:
                verb = (OF_EVERYBODY | OF_FACILITATORS)[what]
                by = host if what in OF_FACILITATORS else by
                verb(asked[(number * PEOPLE + person) % len(asked)], topic, by=by)

    @settings(
        max_examples=40,
        derandomize=True,
        phases=[Phase.generate],
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(steps)
    def whatever_happens(todo):
        topic = make_thread(space, host, "Opening words")
        hosting.start(topic, by=host)
        address = f"/threads/{topic.pk}/"
        panel, since = Panel(client.get(address).content.decode()), seq_of(topic)

        def read(upto):
            # Of what is there now, and told with a number of before: others wrote meanwhile.
            for frame in log.news(topic.pk, since, upto=upto).frames:
                seen["votes"] += "votes" in frame
                seen["panels"] += "panel" in frame
                panel.apply(frame)
                panel.apply(frame)
            return upto

        for what, person, number in todo:
            if what == "read":
                since = read(min(since + 1 + number, seq_of(topic)))
            else:
                with contextlib.suppress(posting.Refused):
                    act(topic, what, person, number)
        read(seq_of(topic))

        seen["questions"] += len(panel.rows)
        assert panel.rows == Panel(client.get(address).content.decode()).rows

    whatever_happens()

    assert min(seen.values()) > 50, f"hardly anything came: {seen}"


def seq_of(topic):
    return Thread.objects.get(pk=topic.pk).seq
