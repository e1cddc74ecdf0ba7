"""Who reads what, counted and in words: what a reader is told beside the name of a space. Nothing
here decides: `access` does."""

from datetime import timedelta

from django.db.models import Count, Exists, OuterRef, Q
from django.utils import timezone
from django.utils.formats import time_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from community import access
from community.kept import Kept
from community.models import Admission, Audience, Role

Kind = Audience.Kind
_readers = Kept()


def _count_readers(audience):
    facilitates = Role.objects.current().filter(
        person=OuterRef("person"), kind=Role.Kind.FACILITATOR
    )
    counts = (
        Admission.objects.filter(audience=audience)
        .annotate(facilitates=Exists(facilitates))
        .aggregate(everybody=Count("pk"), facilitators=Count("pk", filter=Q(facilitates=True)))
    )
    return counts["everybody"], counts["facilitators"]


def sentence_of_space(forum_id, audiences, number):
    """`sentence` of the first of `audiences` (its own, then those above it), and who looks
    in under the glass, until when."""
    looking = [
        _("And %(name)s, a steward who broke the glass, until %(time)s.")
        % {"name": breaking.by.name, "time": time_format(timezone.localtime(breaking.ends_at))}
        for breaking in access.looking_in(forum_id, audiences, number)
    ]
    return " ".join([sentence(audiences[0], number), *looking])


def sentence(audience, number=None):
    """Who can read this, in words and numbers, for the chip. One query, or none where `number` is
    the epoch that the reader came with and nobody's standing changed since it was counted."""
    if audience.kind == Kind.PUBLIC:
        return _("Everybody can read this, also without an account.")
    number = number or access.epoch()
    counted = _readers.get(number, audience.pk)
    if counted is None:
        counted = _readers.keep(number, audience.pk, _count_readers(audience))
    everybody, facilitators = counted
    others = everybody - facilitators
    and_facilitators = ngettext("%(count)d facilitator", "%(count)d facilitators", facilitators) % {
        "count": facilitators
    }
    sentences = {
        Kind.MEMBERS: ngettext(
            "%(count)d member and %(facilitators)s can read this, directors among them.",
            "%(count)d members and %(facilitators)s can read this, directors among them.",
            others,
        ),
        Kind.COORDINATORS: ngettext(
            "%(count)d coordinator or graduate and %(facilitators)s can read this."
            " No director can.",
            "%(count)d coordinators and graduates and %(facilitators)s can read this."
            " No director can.",
            others,
        ),
        Kind.COHORT: ngettext(
            "%(count)d person of this cohort and %(facilitators)s can read this. No director can.",
            "%(count)d people of this cohort and %(facilitators)s can read this. No director can.",
            others,
        ),
        Kind.GRADUATES: ngettext(
            "%(count)d graduate and %(facilitators)s can read this. No director can.",
            "%(count)d graduates and %(facilitators)s can read this. No director can.",
            others,
        ),
        Kind.LEADERS: ngettext(
            "%(count)d director and %(facilitators)s can read this. No coordinator can.",
            "%(count)d directors and %(facilitators)s can read this. No coordinator can.",
            others,
        ),
        Kind.FACILITATORS: _("%(facilitators)s can read this. Nobody else can."),
    }
    return sentences[audience.kind] % {"count": others, "facilitators": and_facilitators}


def how_many(audiences):
    """`{audience key: how many people it admits}`, in one query."""
    admitted = Admission.objects.filter(audience__in=[audience.pk for audience in audiences])
    counts = admitted.values_list("audience_id").annotate(Count("person", distinct=True))
    return {audience.pk: 0 for audience in audiences} | dict(counts.order_by())


def moderators_of(audience):
    """`{person_id: Standing}` of those who moderate for this audience."""
    facilitators = Role.objects.current().filter(kind=Role.Kind.FACILITATOR)
    listed = Admission.objects.filter(audience=audience, person__roles__in=facilitators)
    standings = access.standings_of(listed.values_list("person_id", flat=True).distinct())
    return {pk: found for pk, found in standings.items() if access.may_moderate(audience, found)}


def newcomers(audience, days=14):
    """Who was let into a walled audience lately and by whom, newest first: its members are shown
    each one. What the shell of the installation did is not somebody's act."""
    if audience.kind not in access.WALLED:
        return []
    since = timezone.now() - timedelta(days=days)
    return list(
        Admission.objects.filter(audience=audience, since__gt=since, by__isnull=False)
        .select_related("person", "by")
        .order_by("-since")
    )
