"""What the demo's facilitators have to look at and what they did, by the forum's own verbs."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from forum import posting, threads
from forum.moderation import approval, reports
from forum.moderation.models import Act, Hold, Report
from forum.spaces import keeping
from forum.spaces.models import Space


def _space(name):
    return Space.objects.select_related("forum", "audience__cohort").get(forum__name=name)


def _post(person, subject, **which):
    """A post as this person finds it."""
    found = threads.Post.objects.filter(topic__subject=subject, approved=True, **which)
    return threads.standing_post(person, found.order_by("pk").first().pk)


def _reports(people):
    reporter, facilitator = people["maya"], people["fern"]
    settled = _post(reporter, "How do you protect the hours for planning?", poster=people["aisha"])
    reports.report(settled, by=reporter, why="elsewhere")
    reports.decide(
        settled,
        by=facilitator,
        outcome=Report.Outcome.LEFT,
        answer="I read it as part of the question. If you see it otherwise, write to me.",
    )
    waiting = _post(people["priya"], "Three staff gone in one month", poster=people["sam"])
    reports.report(
        waiting,
        by=people["priya"],
        why="private",
        words="Could somebody at that site tell who is meant?",
    )


def _waiting_posts(people):
    author, facilitator = people["tomas"], people["jo"]
    space = _space("Graduates")
    keeping.set_up(
        space,
        by=facilitator,
        name=space.name,
        purpose=space.purpose,
        holds=Space.Holds.NEWCOMERS,
    )
    subject = "Who tells a story at the annual event?"

    def say(content):
        topic = _post(author, subject).topic
        return posting.reply(topic, by=author, content=content)

    first = say("For chair three I would ask Pim from our chess table. His family will say yes.")
    approval.decline(
        first.hold,
        by=facilitator,
        answer="Please leave the student's name out. The idea is a good one.",
    )
    say("For chair three I would ask a student from our chess table, if the family agrees.")


@transaction.atomic
def load_moderation(people):
    """Reports, a post that waits, and the lines that acts have left; once."""
    if Report.objects.exists():
        return
    acts_before = list(Act.objects.values_list("pk", flat=True))
    _reports(people)
    _waiting_posts(people)
    earlier = timezone.now() - timedelta(days=2)
    Act.objects.exclude(pk__in=acts_before).update(at=earlier)
    Report.objects.exclude(outcome="").update(at=earlier - timedelta(hours=5), decided_at=earlier)
    Hold.objects.exclude(outcome="").update(at=earlier)
