"""The finished follow-up of the demo: what lasts of it, with the passages that were asked for."""

from django.db import transaction

from forum.summaries import summarising
from forum.summaries.models import Summary
from forum.threads import Post, Topic

THREAD = "Follow-up: finding time for a quality improvement plan"
BY = "jo"
TEXT = """\
What coordinators found out about time for a plan:

- A **fixed half hour** in the week holds, where somebody else is at the door for that long.
- A first measure is short, is taken by the same person each time, and is able to disappoint.
- Directors can give time back by asking for each number **once**.

The next question stands in the hallway in four weeks: who kept their half hour?
"""
# Words of a post, and what its author said; nothing where they have not answered.
PASSAGES = (
    ("I handed over the key. I mean it.", "grace", "named"),
    ("If it cannot turn out badly, it will not teach you anything.", "ellen", "unnamed"),
    ("Fewer forms with the same question on them.", "luis", None),
)


@transaction.atomic
def load_summaries(people):
    """Where the thread is there and nobody summed it up."""
    topic = Topic.objects.filter(subject=THREAD, approved=True).first()
    if topic is None or Summary.objects.filter(topic=topic).exists():
        return
    by = people[BY]
    summarising.write(topic, by=by, text=TEXT, for_whom="members")
    for words, author, said in PASSAGES:
        post = Post.objects.filter(topic=topic, content__contains=words).first()
        passage = summarising.ask(post, by=by, text=words, for_whom="members")
        if said:
            summarising.answer(passage, by=people[author], said=said)
    summarising.make_draft(topic, by=by, title="Half an hour a week, and how coordinators keep it")
