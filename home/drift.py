"""What has drifted from the policy, beside the verbs that keep it: in a shell, by a restored
backup, or by a mistake of ours. Reading always asks the policy itself, so a drift opens no page by
that alone; it makes a list, a count or the admin wrong.

Each is told in a sentence. What a verb of the roster puts right carries that verb.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.contrib.auth.models import Group
from django.db.models import Q
from django.utils import timezone
from machina.apps.forum.models import Forum
from wagtail.models import (
    CollectionViewRestriction,
    GroupCollectionPermission,
    GroupPagePermission,
    PageViewRestriction,
)

from community import access, roster
from community.models import Admission, Audience, Membership, Person, Role, RosterEntry
from home import sections, setup
from home.models import Picture, PictureRendition
from home.privacy import audiences_named

# What the clock ended a moment ago is swept within a minute, by itself.
GRACE = timedelta(minutes=5)
PUBLIC_FOLDERS = ("images", "original_images")


@dataclass(frozen=True)
class Drift:
    sentence: str
    mend: Callable | None = None

    def __str__(self):
        return self.sentence


def found():
    """Yield each Drift there is; none where all is as the policy answers."""
    for look in LOOKS:
        yield from look()


# --- People ---------------------------------------------------------------------------------


def _named(person):
    return f"{person.name} (person {person.pk})"


def _mending(person):
    return lambda: roster.mend(person, by=None)


def _people_that_the_clock_has_just_changed():
    lately = Q(ends_at__lte=timezone.now(), ends_at__gt=timezone.now() - GRACE)
    yield from Membership.objects.filter(lately).values_list("person_id", flat=True)
    for pair in Role.objects.filter(lately).values_list("person_id", "supervisor_id"):
        yield from pair


def groups_and_admissions():
    """Of everybody, closed accounts too: what the policy answers, and what is kept of it."""
    people = list(Person.objects.exclude(pk__in=set(_people_that_the_clock_has_just_changed())))
    standings = access.standings_of(person.pk for person in people)
    audiences = list(Audience.objects.select_related("cohort"))
    staff = {
        group.pk: kind
        for kind, name in access.STAFF_GROUPS.items()
        for group in Group.objects.filter(name=name)
    }
    names = dict(Group.objects.values_list("pk", "name"))
    admitted, grouped = {}, {}
    for pk, audience in Admission.objects.values_list("person_id", "audience_id"):
        admitted.setdefault(pk, set()).add(audience)
    for pk, group in Person.groups.through.objects.values_list("person_id", "group_id"):
        grouped.setdefault(pk, set()).add(group)
    for person in people:
        standing = standings.get(person.pk, access.VISITOR)
        due = {audience for audience in audiences if access.admits(audience, standing)}
        labels = {audience.pk: str(audience.label) for audience in audiences}
        held = admitted.get(person.pk, set())
        yield from _differences(
            person, {audience.pk for audience in due}, held, labels, "the readers of"
        )
        wanted = {audience.group_id for audience in due}
        wanted |= {group for group, kind in staff.items() if access.is_staff_as(kind, standing)}
        yield from _differences(person, wanted, grouped.get(person.pk, set()), names, "the group")


def _differences(person, due, held, labels, of):
    who = _named(person) if person.is_active else f"The closed account of {_named(person)}"
    for key in sorted(held - due):
        yield Drift(f"{who} is among {of} “{labels[key]}” and must not be.", _mending(person))
    for key in sorted(due - held):
        yield Drift(f"{who} is missing from {of} “{labels[key]}”.", _mending(person))


def people_beyond_the_roster():
    for person in Person.objects.filter(is_superuser=True):
        yield Drift(
            f"{_named(person)} is a superuser, whom the admin of pages refuses nothing. "
            "Take it away in the shell; a steward needs no such right."
        )
    for person in Person.objects.filter(user_permissions__isnull=False).distinct():
        yield Drift(f"{_named(person)} has permissions of their own, which no role gives.")


def closed_accounts():
    """Who deactivates by the roster leaves the roles for a return; whoever left holds none."""
    current = Q(person__is_active=False)
    holding = {
        *Role.objects.current().filter(current).values_list("person_id", flat=True),
        *Membership.objects.current().filter(current).values_list("person_id", flat=True),
    }
    for person in Person.objects.filter(pk__in=holding).order_by("pk"):
        closing = RosterEntry.objects.filter(
            person=person, verb__in=("deactivate", "reactivate", "close_account")
        )
        last = closing.values_list("verb", flat=True).first()
        if last == "close_account":
            yield Drift(
                f"{_named(person)} left for good and still holds a role or a membership.",
                lambda person=person: _end_everything(person),
            )
        elif last != "deactivate":
            yield Drift(
                f"The account of {_named(person)} was closed beside the roster, and its open pages"
                " were not told.",
                lambda person=person: roster.deactivate(person, by=None),
            )


def _end_everything(person):
    for kind in set(Role.objects.current().filter(person=person).values_list("kind", flat=True)):
        roster.dismiss(person, kind, by=None)
    for membership in Membership.objects.current().filter(person=person).select_related("cohort"):
        roster.leave(person, membership.cohort, by=None)


# --- Spaces, pages and files ------------------------------------------------------------------


def spaces():
    forums = Forum.objects.select_related("parent", "space__audience__cohort").order_by("pk")
    kept = {forum.pk: getattr(forum, "space", None) for forum in forums}
    for forum in forums:
        space, above = kept[forum.pk], kept.get(forum.parent_id)
        if space is None:
            yield Drift(
                f"The forum “{forum.name}” ({forum.pk}) has no audience: it is closed to everybody,"
                " with all below it."
            )
        elif above and not access.may_carry(above.audience, space.audience):
            yield Drift(
                f"The space “{forum.name}” ({space.pk}) is for “{space.audience.label}”, wider than"
                f" “{above.audience.label}” of the space above it. Only who is in both gets in."
            )


def restrictions():
    pages = PageViewRestriction.objects.select_related("page")
    files = CollectionViewRestriction.objects.select_related("collection")
    for what, restriction, thing in (
        *(("page", found, found.page.title) for found in pages),
        *(("collection", found, found.collection.name) for found in files),
    ):
        groups = restriction.restriction_type == restriction.GROUPS
        named = audiences_named(restriction)
        if not groups or len(named) != 1 or restriction.groups.count() != 1:
            yield Drift(
                f"The {what} “{thing}” is restricted to no single audience: choose one for it in"
                " the admin."
            )


def privacy_notice():
    if sections.notice_is_lost():
        yield Drift(
            "No form leads to the privacy notice: it must be published for everybody, on a page"
            f" whose slug is “{sections.PRIVACY}”."
        )


def permissions():
    """Groups of the admin may do what the installation gave them, and nobody else anything."""
    for group in Group.objects.order_by("name"):
        is_staff = group.name in access.STAFF_GROUPS.values()
        is_editors = group.name == setup.EDITORS
        tied = (
            (GroupPagePermission, setup.page_permissions),
            (GroupCollectionPermission, setup.file_permissions),
        )
        unexpected = list(
            group.permissions.exclude(
                pk__in=setup.permissions_of(group.name).values("pk") if is_staff else []
            )
        )
        for model, expected in tied:
            extra = model.objects.filter(group=group).select_related("permission")
            if is_editors:
                extra = extra.exclude(permission__in=expected())
            unexpected += [row.permission for row in extra]
        # Wagtail brings two groups of its own that are nobody's here.
        if unexpected and (is_staff or group.user_set.exists() or hasattr(group, "audience")):
            codes = ", ".join(sorted({permission.codename for permission in unexpected}))
            yield Drift(f"The group “{group.name}” may do what nobody gave it: {codes}.")


def public_files():
    """The only folders with addresses of their own hold the library's pictures and nothing else."""
    known = {
        *Picture.objects.values_list("file", flat=True),
        *PictureRendition.objects.values_list("file", flat=True),
    }
    root = Path(settings.MEDIA_ROOT)
    for folder in PUBLIC_FOLDERS:
        for path in sorted((root / folder).rglob("*")):
            name = str(path.relative_to(root))
            if path.is_file() and name not in known:
                yield Drift(f"The public folder holds “{name}”, which is no picture of a page.")
        uploads = Path(settings.UPLOADS_ROOT)
        if uploads.is_relative_to(root / folder):
            yield Drift("What people attach is kept in a public folder. Change UPLOADS_ROOT.")


LOOKS = (
    groups_and_admissions,
    people_beyond_the_roster,
    closed_accounts,
    spaces,
    restrictions,
    privacy_notice,
    permissions,
    public_files,
)
