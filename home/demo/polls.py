"""The demo's polls: one that all members see, and one in a room behind the wall."""

from django.db import transaction

from forum.polls import polling
from forum.polls.models import Poll
from forum.threads import Topic

POLLS = (
    {
        "thread": "One small thing that went well this week",
        "question": "When should we post the next round of small things?",
        "options": ("Friday afternoon", "Monday morning", "Both: look back, then ahead"),
        "days": 30,
        "votes": {
            "jo": (0,), "aisha": (0,), "luis": (1,), "priya": (0,), "tomas": (2,),
            "sam": (2,), "grace": (0,), "dana": (1,),
        },
    },
    {
        "thread": "How do you protect the hours for planning?",
        "question": "Which hours of yours are eaten first?",
        "options": ("Planning", "Feedback to staff", "Talking with families", "Reports"),
        "choices": 2,
        "votes": {"luis": (0, 1), "priya": (0,), "aisha": (1, 3), "tomas": (0, 2)},
    },
)  # fmt: skip


@transaction.atomic
def load_polls(people):
    """A poll for each of these threads that is there and has none."""
    for told in POLLS:
        topic = Topic.objects.filter(subject=told["thread"], approved=True).first()
        if topic is None or Poll.objects.filter(topic=topic).exists():
            continue
        poll = polling.add(
            topic,
            by=topic.poster,
            question=told["question"],
            options=told["options"],
            choices=told.get("choices", 1),
            days=told.get("days"),
        )
        keys = list(poll.options.order_by("pk").values_list("pk", flat=True))
        for person, chosen in told["votes"].items():
            polling.vote(poll, by=people[person], options=[keys[index] for index in chosen])
