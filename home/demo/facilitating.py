"""What the demo's facilitators did: a pinned thread, an announcement, a split that can be taken
back, a note, and three small threads: locked, moved, merged; by the forum's own verbs."""

from datetime import timedelta

from django.utils import timezone

from forum import posting
from forum.moderation import arranging, joining, notes
from forum.moderation.models import Act
from forum.spaces.models import Space
from forum.threads import Topic

NOTE = "Asked by two sites now. Worth a quarter of an hour at the next meeting; Jo takes it up."


def _thread(words):
    return (
        Topic.objects.filter(approved=True, poster__is_demo=True, subject__icontains=words)
        .select_related("forum__space__audience__cohort", "forum__space__forum")
        .first()
    )


def load_facilitating(people):
    """Once: where the demo's facilitators acted already, nothing is done again."""
    fern = people["fern"]
    if Act.objects.filter(by=fern, verb="pinned").exists():
        return
    if topic := _thread("one small thing"):
        arranging.pin(topic, by=fern, reason="Everybody may add to it, every week.")
    if topic := _thread("finding time"):
        arranging.announce(topic, by=fern, until=timezone.now() + timedelta(days=21))
    if topic := _thread("teachers came"):
        last = topic.posts.filter(approved=True).order_by("pk").last()
        if last and last.pk != topic.first_post_id:
            reason = "A question of its own, so that people can find it."
            joining.split(
                topic, [last.pk], by=fern, subject="When teachers visit: what next?", reason=reason
            )
    if topic := _thread("hungry"):
        notes.leave_note(topic, by=fern, text=NOTE)
    _locked(people)
    _moved(people)
    _merged(people)


def _start(kind, by, subject, content):
    space = Space.objects.select_related("forum", "audience").filter(audience__kind=kind).first()
    topic = posting.start(space, by=by, subject=subject, content=content).topic
    return _thread(topic.subject)


def _locked(people):
    topic = _start(
        "members",
        people["luis"],
        "Is there a meeting on the holiday Monday?",
        "My calendar says yes and my school says no.",
    )
    posting.reply(topic, by=people["fern"], content="No. The next date is on the meetings page.")
    reason = "Answered, and the date may move: look at the meetings page."
    posting.lock(_thread(topic.subject), by=people["fern"], reason=reason)


def _moved(people):
    topic = _start(
        "members",
        people["aisha"],
        "Two of my staff no longer talk to each other",
        "They were friends in September. The children have noticed. Where do I begin?",
    )
    corner = Space.objects.get(audience__kind="coordinators")
    reason = "Here only coordinators and graduates read it, so you can say more."
    arranging.move(topic, corner, by=people["fern"], reason=reason)
    posting.reply(
        _thread(topic.subject),
        by=people["tomas"],
        content="With each of them alone, and before Friday. I waited until spring once.",
    )


def _merged(people):
    first = _start(
        "members", people["sam"], "What is your rain plan?", "Ours is three decks of cards."
    )
    second = _start(
        "members", people["priya"], "Rain again: ideas?", "We danced to one song, eleven times."
    )
    joining.merge(second, first, by=people["fern"], reason="The same question, twice in a day.")
