"""Things that somebody can see, each with its walls: what `community.reasons` explains.

A thing is found only for whoever reads or keeps it themselves; for everybody else it is missing.
"""

from dataclasses import dataclass, field

from django.contrib.auth.models import Group
from django.db.models import Prefetch
from django.http import Http404
from django.urls import reverse
from wagtail.documents import get_document_model
from wagtail.models import Collection, CollectionViewRestriction, Page, PageViewRestriction

from community import access, reasons
from community.models import Audience
from forum.glass import breaking
from forum.spaces.models import Space, chain_of
from home import privacy
from home.models.readable import readable_pages


@dataclass
class Thing:
    """`looking` are the breakings by which stewards read it now."""

    kind: str
    name: str
    url: str
    walls: list
    looking: list = field(default_factory=list)
    file: object = None

    def __str__(self):
        return self.name

    @property
    def audiences(self):
        """The audiences that stand on it, each once."""
        return list(dict.fromkeys(audience for wall in self.walls for audience in wall))


def may_ask(person):
    return access.may_ask_who_sees(access.standing_of(person))


def spaces_for(person):
    """The spaces of which they may ask: those open to them, and to a steward all but what lies
    behind their own wall."""
    return Space.objects.open_to(person) | breaking.breakable_by(person)


def pages_for(person):
    if access.may_edit_pages(access.standing_of(person)):
        return Page.objects.filter(depth__gt=1)
    return readable_pages(person)


def documents_for(person):
    documents = get_document_model().objects.all()
    if access.may_edit_pages(access.standing_of(person)):
        return documents
    return privacy.readable_documents(documents, person)


def _one(rows, pk):
    found = rows.filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def space(person, pk):
    """A space as a Thing, or Http404 alike for missing and for none of theirs."""
    found = _one(spaces_for(person), pk)
    number = access.epoch_of(person)
    above = found.forum.get_ancestors(include_self=True)
    audiences = Audience.objects.filter(spaces__forum__in=above).select_related("cohort")
    audiences = sorted(set(audiences), key=lambda audience: audience.pk != found.audience_id)
    return Thing(
        "space",
        found.name,
        found.get_absolute_url(),
        [[audience] for audience in audiences],
        access.looking_in(found.forum_id, chain_of(found.pk, number), number),
    )


def page(person, pk):
    found = _one(pages_for(person), pk)
    restrictions = found.get_view_restrictions()
    walls = [privacy.audiences_named(restriction) for restriction in restrictions]
    return Thing(
        "page", found.title, found.url, walls, file=getattr(found.specific, "document", None)
    )


def document(person, pk):
    found = _one(documents_for(person), pk)
    restrictions = found.collection.get_view_restrictions()
    walls = [privacy.audiences_named(restriction) for restriction in restrictions]
    return Thing("document", found.title, found.url, walls)


def spaces_seen(person, asker):
    """Whether a person can open each space of which the asker may ask, and why."""
    standing, number = access.standing_of(person), access.epoch_of(asker)
    names = reasons.Names(asker)
    found = []
    for each in spaces_for(asker):
        chain = chain_of(each.pk, number)
        walls = [[each.audience], *([audience] for audience in chain[1:])]
        told = reasons.seen(walls, each, standing, names)
        looks = [
            breaking
            for breaking in access.looking_in(each.forum_id, chain, number)
            if breaking.by_id == person.pk
        ]
        if looks and not told.sees:
            told = reasons.Seen(each, (reasons.under_glass(looks[0]),), sees=True)
        found.append(told)
    return found


def material_seen(person, asker):
    """Whether a person can open each page that is not for everybody, and the files of each such
    collection, and why; what lies below follows. Only where the asker may know who can."""
    standing, names = access.standing_of(person), reasons.Names(asker)
    things = [*_restricted_pages(asker), *_restricted_collections()]
    return [
        reasons.seen(thing.walls, thing, standing, names)
        for thing in sorted(things, key=lambda thing: (thing.kind != "page", thing.name))
        if reasons.may_be_named(thing.walls, asker)
    ]


def _restricted_pages(asker):
    walls = _walls_by_path(PageViewRestriction, "page")
    for page in pages_for(asker).filter(path__in=walls):
        yield Thing("page", page.title, reverse("seeing:page", args=[page.pk]), walls[page.path])


def _restricted_collections():
    walls = _walls_by_path(CollectionViewRestriction, "collection")
    for collection in Collection.objects.filter(path__in=walls):
        yield Thing("collection", collection.name, "", walls[collection.path])


def _walls_by_path(model, what):
    """`{path: [the audiences that each restriction on it or above it names]}` of what is restricted
    itself: in two queries however much there is, as long as each names an audience."""
    groups = Prefetch("groups", Group.objects.select_related("audience__cohort"))
    standing = {}
    for restriction in model.objects.select_related(what).prefetch_related(groups):
        named = (
            [group.audience for group in restriction.groups.all() if hasattr(group, "audience")]
            if restriction.restriction_type == model.GROUPS
            else privacy.audiences_named(restriction)
        )
        standing.setdefault(getattr(restriction, what).path, []).append(named)
    return {
        path: [wall for above in standing if path.startswith(above) for wall in standing[above]]
        for path in standing
    }
