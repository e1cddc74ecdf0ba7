from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from community import inventory
from forum.summaries.models import Passage, Summary

inventory.declare("summaries.Summary.by", inventory.KEPT, "summaries")
inventory.declare("summaries.Passage.asked_by", inventory.KEPT)


@inventory.add_step
def take_words_along_nowhere(person):
    """Whoever left cannot be asked again: their passages are in no draft that is made from now."""
    Passage.objects.filter(post__poster=person).delete()


def _passages(person):
    rows = Passage.objects.filter(post__poster=person).order_by("pk")
    for row in rows.iterator(chunk_size=200):
        yield {
            "passage": row.text,
            "for": row.get_for_whom_display(),
            "answer": row.get_answer_display(),
            "asked": row.asked_at,
        }


inventory.add_part("passages", _("Passages of yours that you were asked for"), _passages)


def _summaries(person):
    """In their own words, whatever they may read by now."""
    for row in Summary.objects.filter(by=person).order_by("pk").iterator(chunk_size=200):
        yield {
            "thread": reverse("spaces:thread", args=[row.topic_id]),
            "you_summed_up": row.text,
            "for": row.get_for_whom_display(),
            "at": row.at,
        }


inventory.add_part("summaries", _("Threads you summed up"), _summaries)
