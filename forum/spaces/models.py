"""A space is one of machina's forums plus the audience that it is for."""

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from machina.apps.forum.models import Forum

from community import access, readers
from community.kept import Kept
from community.models import Audience

_house = Kept()


def chains(number):
    """`{space key: (its audience and those of all forums above it)}`; None among them for a forum
    without a space. Kept under an epoch, which a change of any space advances."""
    chains = _house.get(number, "chains")
    if chains is None:
        chains = _house.keep(number, "chains", _read_chains())
    return chains


def _read_chains():
    rows = Forum.objects.values_list(
        "pk", "parent_id", "space__pk", "space__audience__kind", "space__audience__cohort_id"
    )
    above, audiences, spaces = {}, {}, {}
    for forum, parent, space, kind, cohort in rows:
        above[forum] = parent
        audiences[forum] = Audience(kind=kind, cohort_id=cohort) if space else None
        if space:
            spaces[space] = forum

    def chain(forum):
        while forum is not None:
            yield audiences[forum]
            forum = above[forum]

    return {space: tuple(chain(forum)) for space, forum in spaces.items()}


def is_open(space_key, standing, number):
    """Whether a space, with all above it, admits a standing, under the epoch `number`."""
    chain = chains(number).get(space_key, (None,))
    return all(above is not None and access.admits(above, standing) for above in chain)


def may_be_named_outside(space_key, number):
    """Whether mails and feeds may name a space and its threads: with all above it."""
    chain = chains(number).get(space_key, (None,))
    return all(above is not None and access.may_be_named_outside(above) for above in chain)


def chain_of(space_key, number):
    """The audiences that every reader of a space must pass, its own first; none where a forum above
    it has no space and so closes it."""
    chain = chains(number).get(space_key, (None,))
    return () if None in chain else chain


def looks_into(space, standing, number):
    """Whether they read this space under the glass: its pages, and nothing else by any door."""
    audiences = chain_of(space.pk, number)
    return bool(audiences) and access.looks_into(space.forum_id, audiences, standing)


def keys_seen_by(person):
    """The keys of the spaces whose pages they may read: those open to them, and the one into which
    they look under the glass. No query more for whoever broke none."""
    standing, keys = access.standing_of(person), keys_open_to(person)
    if not standing.glass:
        return keys
    number = access.epoch_of(person)
    broken = Space.objects.filter(forum_id__in=standing.glass)
    return keys + [space.pk for space in broken if looks_into(space, standing, number)]


def keys_open_to(person):
    """The keys of the spaces that this person may see and read; found once for a loaded person."""
    standing = access.standing_of(person)
    found = getattr(person, "_open_spaces", None)
    if found is None or found[0] is not standing:
        keys = []
        if standing.active:
            number = access.epoch_of(person)
            keys = [space for space in chains(number) if is_open(space, standing, number)]
        found = (standing, keys)
        if person is not None and person.is_authenticated:
            person._open_spaces = found
    return found[1]


def may_write_in(space, standing):
    """Whether somebody of this standing may write in a space now: nobody does in a closed one."""
    return space.closed_at is None and access.may_write(space.audience, standing)


class SpaceQuerySet(models.QuerySet):
    def open_to(self, person):
        """The spaces this person may see and read: the one way to list them.

        A child is never wider than its parent: one closed forum above closes all below it, and a
        forum without a space is closed to all.
        """
        return self.filter(pk__in=keys_open_to(person)).select_related("forum", "audience__cohort")

    def seen_by(self, person):
        """The same with what they read under the glass: for the pages of a space and its threads,
        their files and their sockets. All else asks `open_to` and stays closed."""
        return self.filter(pk__in=keys_seen_by(person)).select_related("forum", "audience__cohort")

    def moderated_by(self, person):
        """The spaces where this person moderates: whoever moderates at all moderates wherever
        they may read. Costs nothing for somebody who does not."""
        if not access.moderates_somewhere(access.standing_of(person)):
            return self.none()
        return self.open_to(person)


class Space(models.Model):
    class Holds(models.TextChoices):
        """Whose posts wait until a facilitator has looked at them."""

        NOBODY = "nobody", _("Nobody's: posts appear at once")
        NEWCOMERS = "newcomers", _("The first three posts of each person")
        EVERYBODY = "everybody", _("Everybody's, except facilitators'")

    forum = models.OneToOneField(Forum, models.PROTECT, related_name="space")
    audience = models.ForeignKey(Audience, models.PROTECT, related_name="spaces")
    purpose = models.CharField(_("what it is for"), max_length=240)
    holds = models.CharField(
        _("whose posts wait until a facilitator has looked at them"),
        max_length=12,
        choices=Holds,
        default=Holds.NOBODY,
    )
    # Since when it is only read; None while people write in it.
    closed_at = models.DateTimeField(null=True, editable=False)
    # The greatest `bumped` of its threads.
    bumped = models.BigIntegerField(default=0, editable=False)

    objects = SpaceQuerySet.as_manager()

    class Meta:
        ordering = ["forum__tree_id", "forum__lft"]
        verbose_name = _("space")
        verbose_name_plural = _("spaces")

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("spaces:space", args=[self.pk])

    @property
    def name(self):
        return self.forum.name

    def readers_sentence(self, number):
        """Who can read this, as the policy says it under this epoch."""
        audiences = chain_of(self.pk, number) or (self.audience,)
        return readers.sentence_of_space(self.forum_id, (self.audience, *audiences[1:]), number)
