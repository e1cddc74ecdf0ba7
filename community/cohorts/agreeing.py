"""The community agreements: publishing a version, agreeing to it, and who still has to.

Everybody agrees once to each version before they first post in a cohort's space. What somebody has
not agreed to comes with them as they sign in, so asking costs nothing.
"""

from django.db import transaction
from django.db.models import Exists, OuterRef, Subquery
from django.utils.translation import gettext as _

from community import access, roster
from community.cohorts.models import Acceptance, Agreement
from community.models import Person
from community.roster import Refused


def column():
    """The key of the version that a Person has still to agree to, or NULL."""
    newest = Agreement.objects.order_by("-pk").values("pk")[:1]
    agreed = Acceptance.objects.filter(person=OuterRef(OuterRef("pk")), agreement=OuterRef("pk"))
    return Subquery(Agreement.objects.filter(~Exists(agreed), pk=Subquery(newest)).values("pk"))


def current():
    """The version that holds, or None where none was published yet."""
    return Agreement.objects.order_by("-pk").first()


def _key_due(person):
    """The key of what this person has still to agree to; read now for one who came another way."""
    if not hasattr(person, "agreement_due"):
        found = Person.objects.filter(pk=person.pk).annotate(due=column())
        person.agreement_due = found.values_list("due", flat=True).first()
    return person.agreement_due


def due(audience, person):
    """The version to agree to before posting for this audience, or None."""
    if not access.asks_to_agree(audience):
        return None
    key = _key_due(person)
    return Agreement.objects.filter(pk=key).first() if key else None


def settle(audience, *, by, agreed_to=None):
    """What posting asks within its own transaction: somebody who has still to agree does so now, by
    the key of the version they saw, or is refused."""
    if not access.asks_to_agree(audience):
        return
    key = _key_due(by)
    if key is None:
        return
    if agreed_to != key:
        raise Refused(_("Agree to the community agreements before you post here."))
    _accept(key, by)


@transaction.atomic
def accept(agreement_id, *, by):
    """Agree to the version of this key; one that no longer holds is refused."""
    found = current()
    if found is None or found.pk != agreement_id:
        raise Refused(_("The agreements were changed meanwhile. Read them once more."))
    if not access.standing_of(by).active:
        raise Refused(_("You may not do this."))
    _accept(found.pk, by)


def _accept(key, by):
    Acceptance.objects.bulk_create([Acceptance(agreement_id=key, person=by)], ignore_conflicts=True)
    by.agreement_due = None


def accepted_at(person, agreement):
    """When they agreed to it, or None."""
    found = Acceptance.objects.filter(person=person, agreement=agreement)
    return found.values_list("at", flat=True).first()


@transaction.atomic
def publish(*, by, after=None, **words):
    """A new version, which everybody is asked to agree to. The same words are no new version.

    `after` is the key of the version that was changed, so that of two who change it at once the
    second one reads what the first one wrote.
    """
    roster.ask(by is not None and access.may_set_agreements(access.standing_of(by)), by)
    held = current()
    if held and all(getattr(held, field) == said for field, said in words.items()):
        return held
    if by is not None and after != (held and held.pk):
        raise Refused(_("Somebody else changed the agreements meanwhile. Look at theirs first."))
    made = Agreement.objects.create(by=by, **words)
    if by is not None:
        roster.log(by, by, "agreements", made.pk)
        by.agreement_due = made.pk
    return made
