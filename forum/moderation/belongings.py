"""What somebody told the facilitators, and what they did as one. What was reported about them, and
what facilitators noted, is not theirs to have: others were promised that it is not passed on."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from community import inventory
from community.inventory import KEPT
from forum.moderation.models import Act, Note, Report
from forum.spaces.models import keys_open_to

inventory.declare("moderation.Act.by", KEPT, "facilitating")
inventory.declare("moderation.Act.concerns", KEPT, "acts_about_you")
inventory.declare("moderation.Act.undone_by", KEPT)
inventory.declare("moderation.Report.by", KEPT, "reports")
inventory.declare("moderation.Report.decided_by", KEPT)
inventory.declare("moderation.Hold.decided_by", KEPT)
inventory.declare("moderation.Announcement.by", KEPT)
inventory.declare("moderation.Notice.by", KEPT)
inventory.declare("moderation.Note.by", KEPT, "facilitating")


@inventory.add_step
def take_back_the_words(person):
    """Which post was reported and under which heading stays: somebody still has to look at it."""
    Report.objects.filter(by=person).update(words="", answer="")
    Act.objects.filter(concerns=person).update(reason="")


def _reports(person):
    """What became of it where the post is open to them."""
    open_now = set(keys_open_to(person))
    rows = Report.objects.filter(by=person).select_related("post__topic__thread").order_by("pk")
    for row in rows.iterator(chunk_size=200):
        told = row.post.topic.thread.space_id in open_now
        yield {
            "post": row.post_id,
            "why": row.get_why_display(),
            "your_words": row.words,
            "at": row.at,
            "what_became_of_it": row.get_outcome_display() if told else None,
        }


def _about(person):
    """As on their page: of a space that is closed to them by now nothing, not even when."""
    acts = Act.objects.filter(concerns=person, space__in=keys_open_to(person))
    for row in acts.order_by("pk").iterator(chunk_size=200):
        yield {"what": row.verb, "at": row.at, "undone": row.undone_at}


def _facilitating(person):
    for row in Act.objects.filter(by=person).order_by("pk").iterator(chunk_size=200):
        yield {"what": row.verb, "at": row.at, "your_reason": row.reason, "undone": row.undone_at}
    for row in Note.objects.filter(by=person).order_by("pk").iterator(chunk_size=200):
        yield {
            "note_on": reverse("spaces:thread", args=[row.topic_id]),
            "your_words": row.text,
            "at": row.at,
        }


inventory.add_part("reports", _("What you reported"), _reports)
inventory.add_part("acts_about_you", _("What facilitators did with your posts"), _about)
inventory.add_part("facilitating", _("What you did as a facilitator"), _facilitating)
