"""How pages and files ask the policy. Editors set an audience with Wagtail's own group privacy;
Wagtail's own answer to a refused reader (a redirect, an OPTIONS, a superuser waved through) is
never given: the hooks in `wagtail_hooks` ask here first and say 404.

A restriction that names no audience (a password, a group of the admin) admits nobody.
"""

from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Left, Length
from wagtail.models import CollectionViewRestriction, PageViewRestriction
from wagtail.query import PageQuerySet

from community import access
from community.models import PUBLIC, Audience


def audiences_named(restriction):
    """The audiences that one restriction names; anonymous 'any signed-in' means all members."""
    if restriction.restriction_type == restriction.LOGIN:
        return list(Audience.objects.filter(kind=Audience.Kind.MEMBERS))
    if restriction.restriction_type != restriction.GROUPS:
        return []
    return access.audience_of_groups(restriction.groups.values_list("pk", flat=True))


def _passes(restrictions, person):
    standing = access.standing_of(person)
    return all(
        any(access.admits(audience, standing) for audience in audiences_named(restriction))
        for restriction in restrictions
    )


def admits(page, person):
    """Whether this person may read the page: every restriction on it and above it must agree."""
    return _passes(page.get_view_restrictions(), person)


def admits_to_document(document, person):
    """The same for a file, by the collections it lies in."""
    return _passes(document.collection.get_view_restrictions(), person)


def audience_of(page):
    """The audience that a page is for: PUBLIC, or the one that its restrictions name.

    None where they name no audience or several, since only who is in all of them reads it: such a
    page is discussed nowhere.
    """
    restrictions = list(page.get_view_restrictions())
    if not restrictions:
        return PUBLIC
    named = [audiences_named(restriction) for restriction in restrictions]
    keys = {frozenset(audience.pk for audience in audiences) for audiences in named}
    return named[0][0] if len(keys) == 1 and len(named[0]) == 1 else None


def _admitting(model, person):
    """Restrictions of `model` that let this person through, as a condition on its rows."""
    standing = access.standing_of(person)
    admitting = Audience.objects.filter(access.admitting(standing))
    condition = Q(restriction_type=model.GROUPS, groups__in=admitting.values("group_id"))
    members = Audience(kind=Audience.Kind.MEMBERS)
    if access.admits(members, standing):
        condition |= Q(restriction_type=model.LOGIN)
    return model.objects.filter(condition)


class ReadablePageQuerySet(PageQuerySet):
    """The one way to list pages: `objects.readable_by(person)`."""

    def readable_by(self, person):
        """Live pages that this person (or visitor) may read, in a fixed number of queries."""
        refusing = PageViewRestriction.objects.exclude(
            pk__in=_admitting(PageViewRestriction, person).values("pk")
        )
        above = refusing.filter(page__path=Left(OuterRef("path"), Length("page__path")))
        return self.live().filter(~Exists(above))


def readable_documents(documents, person):
    """Of a queryset of documents, those in collections open to this person."""
    refusing = CollectionViewRestriction.objects.exclude(
        pk__in=_admitting(CollectionViewRestriction, person).values("pk")
    )
    above = refusing.filter(
        collection__path=Left(OuterRef("collection__path"), Length("collection__path"))
    )
    return documents.filter(~Exists(above))
