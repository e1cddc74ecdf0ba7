"""THE policy: the only place that knows who may do what.

Everything else asks. No other module compares a role, reads `is_superuser` to decide on content,
or filters spaces by hand. The table is that of the safe-space promise:

| audience     | enters                                                    | never             |
|--------------|-----------------------------------------------------------|-------------------|
| public       | everybody (pages and files only, never a space)           |                   |
| members      | every active person                                       | visitors          |
| a cohort     | its participants, graduates, mentors, facilitators        | behind the wall   |
| coordinators | participants; graduates who still coordinate; facilitators | behind the wall   |
| graduates    | graduates; facilitators                                   | behind the wall   |
| leaders      | directors; facilitators                                   | coordinators      |
| facilitators | facilitators                                              | everybody else    |

The wall: whoever directs a program, or supervises anyone in the network, is on the other side of
it, whatever else they are; a superuser too. A person's standing is read afresh for each request;
whoever keeps an answer longer (an open socket) compares `epoch()` and `Standing.valid_until`.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import BigIntegerField, Count, Q, Value
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from community.models import Admission, Audience, Epoch, Membership, Person, Role

Kind = Audience.Kind
WALLED = frozenset({Kind.COHORT, Kind.COORDINATORS, Kind.GRADUATES})

# Wagtail's editors and the installation's stewards: groups of the admin, kept by the roster.
EDITORS = "Editors"
STEWARDS = "Stewards"
STAFF_GROUPS = {Role.Kind.EDITOR: EDITORS, Role.Kind.STEWARD: STEWARDS}


@dataclass(frozen=True)
class Standing:
    """Everything the policy looks at, for one person at one moment.

    `cohorts` maps a kind of membership to the keys of the cohorts. `valid_until` is when the
    first of these facts ends by the clock; None when none does.
    """

    person_id: int | None = None
    active: bool = False
    roles: frozenset = frozenset()
    supervises: bool = False
    cohorts: dict = field(default_factory=dict)
    valid_until: datetime | None = None

    def has(self, *kinds):
        return not self.roles.isdisjoint(kinds)

    def belongs(self, *kinds):
        """Whether any cohort counts them among these kinds of membership."""
        return any(self.cohorts.get(kind) for kind in kinds)

    @property
    def behind_wall(self):
        return self.supervises or self.has(Role.Kind.DIRECTOR)


VISITOR = Standing()


def _facts(ids, now):
    """One row for each role, membership and supervision of these people: a single query."""
    nothing = Value(None, output_field=BigIntegerField())
    roles = (
        Role.objects.current(now)
        .filter(person_id__in=ids)
        .annotate(fact=Value("role"), cohort=nothing)
        .values_list("person_id", "fact", "kind", "cohort", "ends_at")
    )
    memberships = (
        Membership.objects.current(now)
        .filter(person_id__in=ids)
        .annotate(fact=Value("membership"))
        .values_list("person_id", "fact", "kind", "cohort_id", "ends_at")
    )
    supervisions = (
        Role.objects.current(now)
        .filter(supervisor_id__in=ids)
        .annotate(fact=Value("supervision"), cohort=nothing)
        .values_list("supervisor_id", "fact", "kind", "cohort", "ends_at")
    )
    return roles.union(memberships, supervisions, all=True)


def _gather(ids):
    """`{person_id: Standing}` for active people with these keys."""
    roles, cohorts, supervisors, ends = {}, {}, set(), {}
    for pk, fact, kind, cohort_id, ends_at in _facts(ids, timezone.now()):
        if fact == "role":
            roles.setdefault(pk, set()).add(kind)
        elif fact == "membership":
            cohorts.setdefault(pk, {}).setdefault(kind, set()).add(cohort_id)
        else:
            supervisors.add(pk)
        if ends_at is not None:
            ends[pk] = min(ends.get(pk, ends_at), ends_at)
    return {
        pk: Standing(
            person_id=pk,
            active=True,
            roles=frozenset(roles.get(pk, ())),
            supervises=pk in supervisors,
            cohorts={kind: frozenset(keys) for kind, keys in cohorts.get(pk, {}).items()},
            valid_until=ends.get(pk),
        )
        for pk in ids
    }


def standings_of(person_ids):
    """`{person_id: Standing}` of the active among these people, in two queries however many."""
    active = Person.objects.filter(pk__in=list(person_ids), is_active=True)
    return _gather(list(active.values_list("pk", flat=True)))


def standing_of(person):
    """The standing of one person (or of a visitor), read once for each loaded person.

    One query. A person object lives for one request, so the next request reads afresh; sockets
    use `standings_of` with keys.
    """
    if person is None or not person.is_authenticated:
        return VISITOR
    if not hasattr(person, "_standing"):
        person._standing = _gather([person.pk])[person.pk] if person.is_active else VISITOR
    return person._standing


def standing_now(person):
    """The standing read anew, for whoever decides after waiting for a lock."""
    vars(person).pop("_standing", None)
    return standing_of(person)


def epoch():
    """The number that every change of standing advances. One query."""
    return Epoch.objects.values_list("value", flat=True).get(pk=1)


# --- The matrix -----------------------------------------------------------------------------


def admits(audience, standing):
    """Whether `audience` lets somebody of this standing see and read. Deny by default."""
    kind = audience.kind
    if kind == Kind.PUBLIC:
        return True
    if not standing.active:
        return False
    if kind in WALLED and standing.behind_wall:
        return False
    if kind == Kind.MEMBERS:
        return True
    if kind == Kind.COHORT:
        return _belongs_to(audience.cohort_id, standing)
    facilitates = standing.has(Role.Kind.FACILITATOR)
    if kind == Kind.COORDINATORS:
        return (
            facilitates
            or standing.belongs(Membership.Kind.PARTICIPANT)
            or (standing.belongs(Membership.Kind.GRADUATE) and standing.has(Role.Kind.COORDINATOR))
        )
    if kind == Kind.GRADUATES:
        return facilitates or standing.belongs(Membership.Kind.GRADUATE)
    if kind == Kind.LEADERS:
        # A director who also covers a site is a director; a facilitator who does is a coordinator.
        coordinates = standing.has(Role.Kind.COORDINATOR) or standing.belongs(
            Membership.Kind.PARTICIPANT
        )
        return standing.has(Role.Kind.DIRECTOR) or (facilitates and not coordinates)
    if kind == Kind.FACILITATORS:
        return facilitates
    return False


def _belongs_to(cohort_id, standing):
    """A mentor is a graduate and a facilitator holds the role: what was granted for it ends with
    it, whether or not the membership was ended too."""
    member = Membership.Kind

    def among(kind):
        return cohort_id in standing.cohorts.get(kind, ())

    return (
        among(member.PARTICIPANT)
        or among(member.GRADUATE)
        or (among(member.MENTOR) and standing.belongs(member.GRADUATE))
        or (among(member.FACILITATOR) and standing.has(Role.Kind.FACILITATOR))
    )


def may_write(audience, standing):
    """Whether they may post for this audience. A page's `public` is nobody's to post to."""
    return audience.kind != Kind.PUBLIC and admits(audience, standing)


def may_moderate(audience, standing):
    """Whether they may lock, edit and remove there: facilitators, where they may read."""
    return may_write(audience, standing) and standing.has(Role.Kind.FACILITATOR)


def may_keep_roster(standing):
    """Whether they may invite people and give roles. Nobody behind the wall may: whom they let
    in could be themselves under another address."""
    keeps = standing.has(Role.Kind.FACILITATOR, Role.Kind.STEWARD)
    return standing.active and keeps and not standing.behind_wall


def may_enrol(standing, cohort_id, kind):
    """Whether they may put somebody on a cohort's roster: its own facilitators may. A steward may
    assign a facilitator, since somebody must be the first, and nobody else."""
    if not may_keep_roster(standing):
        return False
    inside = _belongs_to(cohort_id, standing) and standing.has(Role.Kind.FACILITATOR)
    return inside or (kind == Membership.Kind.FACILITATOR and standing.has(Role.Kind.STEWARD))


def may_appoint(standing, kind):
    """Whether they may give the role `kind`: facilitators and stewards are made by stewards."""
    if kind in {Role.Kind.FACILITATOR, Role.Kind.STEWARD}:
        return may_keep_roster(standing) and standing.has(Role.Kind.STEWARD)
    return may_keep_roster(standing)


# --- Audiences of people, pages and lists -----------------------------------------------------


def audiences_open_to(person):
    """Keys of the audiences that admit this person. One query beside the standing's own."""
    standing = standing_of(person)
    return [audience.pk for audience in Audience.objects.all() if admits(audience, standing)]


def audience_of_groups(group_ids):
    """The audiences behind Django groups; a group that is no audience's answers for nobody."""
    return list(Audience.objects.filter(group_id__in=group_ids).select_related("cohort"))


def readers_sentence(audience):
    """Who can read this, in words and numbers, for the chip. One query."""
    if audience.kind == Kind.PUBLIC:
        return _("Everybody can read this, also without an account.")
    now = timezone.now()
    facilitates = Q(person__roles__in=Role.objects.current(now).filter(kind=Role.Kind.FACILITATOR))
    counts = Admission.objects.filter(audience=audience).aggregate(
        everybody=Count("person", distinct=True),
        facilitators=Count("person", filter=facilitates, distinct=True),
    )
    facilitators = counts["facilitators"]
    others = counts["everybody"] - facilitators
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


def newcomers(audience, days=14):
    """Who was let into a walled audience lately and by whom, newest first: its members are shown
    each one. What the shell of the installation did is not somebody's act."""
    if audience.kind not in WALLED:
        return []
    since = timezone.now() - timedelta(days=days)
    return list(
        Admission.objects.filter(audience=audience, since__gt=since, by__isnull=False)
        .select_related("person", "by")
        .order_by("-since")
    )
