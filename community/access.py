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

A steward who broke the glass reads one space for an hour, and does nothing else there; see
`looks_into`. It is no answer of `admits`, so whatever asks that (writing, mails, feeds, lists) is
as closed to them as before.

A note for one's director has no audience, since it is told to one person:

| read by          | for as long as                                              | never           |
|------------------|-------------------------------------------------------------|-----------------|
| who wrote it     | their account is open                                       |                 |
| the named reader | they supervise the author or direct the program of their    | everybody else, |
|                  | site, both accounts are open, and it was not taken back     | by any role     |

See `told_alone`: a director who is named nowhere on it is as far from it as a visitor, also one of
the same program, and so is whoever takes their place.

The wall: whoever directs a program, or supervises anyone in the network, is on the other side of
it, whatever else they are; a superuser too. A person's standing is read afresh for each request;
whoever keeps an answer longer (an open socket) compares `epoch()` and `Standing.valid_until`.
"""

import hashlib
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db.models import Exists, OuterRef, Q, TextChoices
from django.utils import timezone

from community.gathered import Gathered, moment
from community.glass.models import Breaking
from community.kept import Kept
from community.models import Audience, Cohort, Epoch, Membership, Person, Role

Kind = Audience.Kind
WALLED = frozenset({Kind.COHORT, Kind.COORDINATORS, Kind.GRADUATES})

# Wagtail's editors, the facilitators who review applications in its admin, and the installation's
# stewards: groups of the admin, kept by the roster.
EDITORS = "Editors"
FACILITATORS = "Facilitators"
STEWARDS = "Stewards"
STAFF_GROUPS = {
    Role.Kind.EDITOR: EDITORS,
    Role.Kind.FACILITATOR: FACILITATORS,
    Role.Kind.STEWARD: STEWARDS,
}
# For so long a space's own page tells its members that the glass was broken.
GLASS_IS_ANNOUNCED = timedelta(days=30)
# Whoever opens doors to others: one guessed password of theirs must not open them to a stranger.
NEED_SECOND_FACTOR = frozenset({Role.Kind.FACILITATOR, Role.Kind.EDITOR, Role.Kind.STEWARD})
SECOND_FACTOR_GRACE = timedelta(days=7)


@dataclass(frozen=True)
class Standing:
    """Everything the policy looks at, for one person at one moment.

    `cohorts` maps a kind of membership to the keys of the cohorts; `glass` holds the forums whose
    glass they broke. `valid_until` is when the first of these facts ends by the clock; None when
    none does.
    """

    person_id: int | None = None
    active: bool = False
    roles: frozenset = frozenset()
    supervises: bool = False
    cohorts: dict = field(default_factory=dict)
    glass: frozenset = frozenset()
    valid_until: datetime | None = None
    # Since when they hold a role that needs a second factor; None where they hold none.
    answers_since: datetime | None = None

    def has(self, *kinds):
        return not self.roles.isdisjoint(kinds)

    def belongs(self, *kinds):
        """Whether any cohort counts them among these kinds of membership."""
        return any(self.cohorts.get(kind) for kind in kinds)

    @property
    def behind_wall(self):
        return self.supervises or self.has(Role.Kind.DIRECTOR)


VISITOR = Standing()


def _facts(people):
    """A queryset of people that brings along all that the policy looks at, and what will begin."""
    now = timezone.now()
    ahead = Q(ends_at=None) | Q(ends_at__gt=now)
    roles = Role.objects.filter(ahead)
    memberships = Membership.objects.filter(ahead, person_id=OuterRef("pk"))
    return people.annotate(
        role_facts=Gathered(roles.filter(person_id=OuterRef("pk")), "starts_at", "ends_at", "kind"),
        membership_facts=Gathered(memberships, "starts_at", "ends_at", "kind", "cohort_id"),
        supervision_facts=Gathered(
            roles.filter(supervisor_id=OuterRef("pk")), "starts_at", "ends_at"
        ),
        glass_facts=Gathered(
            Breaking.objects.current().filter(by_id=OuterRef("pk")).order_by(),
            "at",
            "ends_at",
            "forum_id",
        ),
    )


_FACTS = ("role_facts", "membership_facts", "supervision_facts", "glass_facts")


def _standing_from(person, now):
    """`(Standing, when the clock changes it or None)` of a person who was read with `_facts`."""
    begun, moments, ends, answers = {}, [], [], []
    for name in _FACTS:
        begun[name] = []
        for starts, ends_at, *fact in getattr(person, name):
            if moment(starts) > now:
                moments.append(moment(starts))
                continue
            begun[name].append(fact)
            if name == "role_facts" and fact[0] in NEED_SECOND_FACTOR:
                answers.append(moment(starts))
            if ends_at:
                ends.append(moment(ends_at))
    cohorts = {}
    for kind, cohort_id in begun["membership_facts"]:
        cohorts.setdefault(kind, set()).add(cohort_id)
    standing = Standing(
        person_id=person.pk,
        active=True,
        roles=frozenset(kind for (kind,) in begun["role_facts"]),
        supervises=bool(begun["supervision_facts"]),
        cohorts={kind: frozenset(keys) for kind, keys in cohorts.items()},
        glass=frozenset(forum for (forum,) in begun["glass_facts"]),
        valid_until=min(ends, default=None),
        answers_since=min(answers, default=None),
    )
    return standing, min(moments + ends, default=None)


def _read_standings(person_ids):
    active = Person.objects.filter(pk__in=list(person_ids), is_active=True)
    now = timezone.now()
    return {person.pk: _standing_from(person, now) for person in _facts(active)}


def standings_of(person_ids):
    """`{person_id: Standing}` of the active among these people, in one query however many."""
    return {pk: standing for pk, (standing, _until) in _read_standings(person_ids).items()}


_standings = Kept()


def standing_of(person):
    """The standing of one person (or of a visitor), found once for each loaded person.

    No query for whoever signed in, as long as nobody's standing changed: the epoch comes with
    their row, and what was found under it holds. A person object lives for one request, so the
    next request asks anew; sockets use `standings_of` with keys.
    """
    if person is None or not person.is_authenticated:
        return VISITOR
    if not hasattr(person, "_standing"):
        person._standing = _standing_under(epoch_of(person), person.pk)
    return person._standing


def _standing_under(number, pk):
    standing = _standings.get(number, pk)
    if standing is None:
        standing, until = _read_standings([pk]).get(pk, (VISITOR, None))
        _standings.keep(number, pk, standing, until)
    return standing


def epoch_of(person):
    """The epoch that was read with a person; read now for one who came another way."""
    if not hasattr(person, "epoch_read"):
        person.epoch_read = epoch()
    return person.epoch_read or 0


def standing_now(person):
    """The standing read anew, for whoever decides after waiting for a lock."""
    forget(person)
    return standing_of(person)


def ask_anew(person, **beside):
    """Read the epoch again for a person, and in the same statement values that the caller needs as
    of now; returns them by name."""
    forget(person)
    rows = Epoch.objects.filter(pk=1).annotate(**beside).values("value", *beside)
    found = rows.first() or (Epoch.objects.get_or_create(pk=1) and rows.first())
    person.epoch_read = found["value"]
    return found


def standings_of_loaded(people):
    """`standings_of` for people who were loaded, each of whom is answered for by it from now on."""
    found = standings_of(person.pk for person in people)
    for person in people:
        person._standing = found.get(person.pk, VISITOR)
    return found


def forget(person):
    """Let a loaded person be asked about anew."""
    # `request.user` is lazy: what is kept lies on the person behind it.
    known = getattr(person, "_wrapped", person).__dict__
    for name in ("_standing", "epoch_read"):
        known.pop(name, None)


def epoch():
    """The number that every change of standing advances. One query."""
    return Epoch.objects.filter(pk=1).values_list("value", flat=True).first() or 0


def epoch_is(value):
    """That no standing has changed since, as a condition on a write: whoever acts on an answer of
    the policy puts it into the very statement by which they act."""
    return Exists(Epoch.objects.filter(pk=1, value=value))


# --- The matrix -----------------------------------------------------------------------------


class Way(TextChoices):
    """Why an audience admits somebody."""

    EVERYBODY = "everybody"
    MEMBER = "member"
    PARTICIPANT = "participant"
    GRADUATE = "graduate"
    MENTOR = "mentor"
    FACILITATOR = "facilitator"
    DIRECTOR = "director"


def ways_in(audience, standing):
    """Every reason for which `audience` lets somebody of this standing see and read, as
    `(Way, cohort key or None)`; none, and they are not admitted. Deny by default."""
    kind, member = audience.kind, Membership.Kind
    if kind == Kind.PUBLIC:
        yield Way.EVERYBODY, None
        return
    if not standing.active or is_barred(audience, standing):
        return
    facilitates = standing.has(Role.Kind.FACILITATOR)
    if kind == Kind.MEMBERS:
        yield Way.MEMBER, None
    elif kind == Kind.COHORT:
        yield from _ways_into_cohort(audience.cohort_id, standing)
    elif kind == Kind.COORDINATORS:
        yield from _of_cohorts(Way.PARTICIPANT, standing, member.PARTICIPANT)
        if standing.has(Role.Kind.COORDINATOR):
            yield from _of_cohorts(Way.GRADUATE, standing, member.GRADUATE)
    elif kind == Kind.GRADUATES:
        yield from _of_cohorts(Way.GRADUATE, standing, member.GRADUATE)
    elif kind == Kind.LEADERS and standing.has(Role.Kind.DIRECTOR):
        yield Way.DIRECTOR, None
    open_to_facilitators = {Kind.COORDINATORS, Kind.GRADUATES, Kind.LEADERS, Kind.FACILITATORS}
    if kind in open_to_facilitators and facilitates:
        yield Way.FACILITATOR, None


def admits_to_cohort(cohort_id, standing):
    """`admits` for a cohort's audience, where only its key is at hand."""
    return admits(Audience(kind=Kind.COHORT, cohort_id=cohort_id), standing)


def _of_cohorts(way, standing, kind):
    for key in sorted(standing.cohorts.get(kind, ())):
        yield way, key


def _ways_into_cohort(cohort_id, standing):
    """A mentor is a graduate and a facilitator holds the role: what was granted for it ends with
    it, whether or not the membership was ended too."""
    member = Membership.Kind

    def among(kind):
        return cohort_id in standing.cohorts.get(kind, ())

    if among(member.PARTICIPANT):
        yield Way.PARTICIPANT, cohort_id
    if among(member.GRADUATE):
        yield Way.GRADUATE, cohort_id
    if among(member.MENTOR) and standing.belongs(member.GRADUATE):
        yield Way.MENTOR, cohort_id
    if among(member.FACILITATOR) and standing.has(Role.Kind.FACILITATOR):
        yield Way.FACILITATOR, cohort_id


def is_barred(audience, standing):
    """Whether they stay outside whatever they are given: behind the wall; and where leaders meet,
    whoever coordinates. A director who also covers a site is a director, a facilitator who does is
    a coordinator: neither reads on both sides."""
    if audience.kind in WALLED:
        return standing.behind_wall
    if audience.kind == Kind.LEADERS and not standing.has(Role.Kind.DIRECTOR):
        return standing.has(Role.Kind.COORDINATOR) or standing.belongs(Membership.Kind.PARTICIPANT)
    return False


def admits(audience, standing):
    """Whether `audience` lets somebody of this standing see and read."""
    return next(ways_in(audience, standing), None) is not None


# --- Breaking the glass -----------------------------------------------------------------------


def may_break_glass(standing):
    """Whether they may look into a space that is closed to them, for a stated reason, for an hour,
    before everybody's eyes: a steward may, and nobody behind the wall."""
    return standing.active and standing.has(Role.Kind.STEWARD) and not standing.behind_wall


def may_break_into(audiences, standing):
    """The same for one space, given as every audience that its readers must pass."""
    return may_break_glass(standing) and not any(
        is_barred(audience, standing) for audience in audiences
    )


def looks_into(forum_id, audiences, standing):
    """Whether they read this one space under the glass now. To read is all that it gives."""
    return forum_id in standing.glass and may_break_into(audiences, standing)


def may_end_glass(audiences, standing, breaking):
    """Whoever broke it, and the space's own facilitators."""
    if standing.person_id == breaking.by_id:
        return True
    return bool(audiences) and all(may_moderate(audience, standing) for audience in audiences)


_broken = Kept()


def broken_lately(number):
    """Every breaking of the last 30 days, newest first, for the notices of its space; one query
    under an epoch. What has ended since is told from each by the clock."""
    found = _broken.get(number, "lately")
    if found is None:
        since = timezone.now() - GLASS_IS_ANNOUNCED
        rows = Breaking.objects.filter(at__gt=since).select_related("by", "ending__by")
        found = _broken.keep(number, "lately", list(rows), timezone.now() + timedelta(hours=1))
    return found


def broken_in(forum_id, number):
    """Those of one space."""
    return [breaking for breaking in broken_lately(number) if breaking.forum_id == forum_id]


def looking_in(forum_id, audiences, number):
    """The breakings by which somebody reads a space at this moment."""
    return [
        breaking
        for breaking in broken_in(forum_id, number)
        if breaking.is_current
        and looks_into(forum_id, audiences, _standing_under(number, breaking.by_id))
    ]


# --- Who may know who can see -----------------------------------------------------------------


def may_ask_who_sees(standing):
    """Whether "who can see this?" is answered to them at all."""
    return standing.active and standing.has(
        Role.Kind.FACILITATOR, Role.Kind.EDITOR, Role.Kind.STEWARD
    )


def mark_of(standing):
    """A short text that stands for all that the policy looks at: another one, another standing."""
    facts = (
        standing.active,
        sorted(standing.roles),
        standing.supervises,
        sorted((kind, sorted(keys)) for kind, keys in standing.cohorts.items()),
    )
    return hashlib.sha256(repr(facts).encode()).hexdigest()


def has_director(standing):
    """Whether somebody may stand on the other side of the wall from them: they coordinate a site,
    or take part as one who does."""
    coordinates = standing.has(Role.Kind.COORDINATOR)
    return standing.active and (coordinates or standing.belongs(Membership.Kind.PARTICIPANT))


def may_know_who(audience, standing):
    """Whether they may be told by name whom an audience admits. That it exists is public; who is in
    it is its members' to know, and a steward's, who appoints people: never through the wall."""
    within = admits(audience, standing) or may_break_into([audience], standing)
    return standing.active and within


# --- What is told to one director alone --------------------------------------------------------


def directed_by(director_id):
    """The keys of the people whom this one supervises, or the program of whose site they direct, at
    this moment, as a query. `directors.directors_of` is the same from the other side, in words."""
    roles = Role.objects.current()
    directs = roles.filter(kind=Role.Kind.DIRECTOR, person=director_id).values("program")
    return (
        roles.filter(
            Q(supervisor=director_id) | Q(worksite__program__in=directs),
            kind=Role.Kind.COORDINATOR,
        )
        .exclude(person=director_id)
        .values("person")
    )


def told_alone(standing, owner, reader):
    """Rows that tell something to this reader alone, as a condition: `owner` and `reader` are the
    paths to who tells it and to whom. That they were named is not enough: they direct the owner
    now, and the owner is here. What the owner reads of their own needs no policy."""
    if not hears_alone(standing):
        return Q(pk__in=[])
    told = {reader: standing.person_id, f"{owner}__in": directed_by(standing.person_id)}
    return Q(**told, **{f"{owner}__is_active": True})


def hears_alone(standing):
    """Whether anything could be told to them as somebody's director at all."""
    return standing.active and standing.behind_wall


def may_tell_alone(standing, director_id):
    """Whether they may tell something to this director alone, who would read it now. One query."""
    if not standing.active:
        return False
    directed = directed_by(director_id).filter(person=standing.person_id)
    return Person.objects.filter(Exists(directed), pk=director_id, is_active=True).exists()


# --- What follows from it ---------------------------------------------------------------------


def may_write(audience, standing):
    """Whether they may post for this audience. A page's `public` is nobody's to post to."""
    return audience.kind != Kind.PUBLIC and admits(audience, standing)


def may_be_named_outside(audience):
    """Whether a mail or a feed may carry a title and a name from there: both leave the house, are
    kept by others, and show on locked screens. Only what every member may read."""
    return audience.kind == Kind.MEMBERS


def may_moderate(audience, standing):
    """Whether they may lock, edit and remove there: facilitators, where they may read."""
    return may_write(audience, standing) and standing.has(Role.Kind.FACILITATOR)


def may_open_space(audience, standing):
    """Whether they may open a space for this audience: whoever moderates for it, and a steward, who
    opens a room without a key to it."""
    steward = standing.active and standing.has(Role.Kind.STEWARD) and not standing.behind_wall
    return audience.kind != Kind.PUBLIC and (steward or may_moderate(audience, standing))


def opens_spaces(standing):
    """Whether there is any audience at all for which `may_open_space` could say yes."""
    return moderates_somewhere(standing) or may_open_space(Audience(kind=Kind.MEMBERS), standing)


def may_carry(origin, target):
    """Whether words said for the audience `origin` may be carried to `target`: never to somebody
    who could not read them. Among the same, or from all members to fewer; never to the public."""
    if Kind.PUBLIC in (origin.kind, target.kind):
        return False
    return origin.pk == target.pk or origin.kind == Kind.MEMBERS


def may_carry_between(origins, targets):
    """`may_carry` between two places, each given as every audience that a reader there must pass
    (its own and those above it): whatever kept somebody out before keeps them out after."""
    return bool(origins) and all(
        any(may_carry(origin, target) for target in targets) for origin in origins
    )


def moderates_somewhere(standing):
    """Whether there is any audience at all for which `may_moderate` could say yes."""
    return standing.active and standing.has(Role.Kind.FACILITATOR)


def may_keep_roster(standing):
    """Whether they may invite people and give roles. Nobody behind the wall may: whom they let
    in could be themselves under another address."""
    keeps = standing.has(Role.Kind.FACILITATOR, Role.Kind.STEWARD)
    return standing.active and keeps and not standing.behind_wall


def is_staff_as(kind, standing):
    """Whether a group of the admin is theirs for this role. Nobody's behind the wall: the admin
    shows pages and files of every audience, and applications."""
    return standing.active and standing.has(kind) and not standing.behind_wall


def may_edit_pages(standing):
    """Whether the admin of pages is theirs (the editors' group lets them in)."""
    return is_staff_as(Role.Kind.EDITOR, standing)


def may_review(standing):
    """Whether they may read and decide applications: a facilitator, and nobody behind the wall.

    An applicant writes what they would not tell their director: what is hard at the site, what
    they need. Whoever directs a program or supervises anyone could read there what their own
    coordinator wrote, or choose who sits beside them; no other role of theirs makes up for it.
    """
    return is_staff_as(Role.Kind.FACILITATOR, standing)


def may_know_who_comes(standing):
    """Whether they may know by name who comes to a webinar that they can read: whoever prepares it,
    and nobody behind the wall, who would learn there what their own coordinator goes to."""
    return may_edit_pages(standing) or is_staff_as(Role.Kind.FACILITATOR, standing)


def keeps_to_own_screens(standing):
    """Whether of the staff admin they have only the screens that this project wrote: a facilitator
    who edits no pages. Wagtail's choosers and reports name every page to whoever is let in."""
    return standing.has(Role.Kind.FACILITATOR) and not may_edit_pages(standing)


def may_enrol(standing, cohort_id, kind):
    """Whether they may put somebody on a cohort's roster: its own facilitators may. A steward may
    assign a facilitator, since somebody must be the first, and nobody else."""
    if not may_keep_roster(standing):
        return False
    cohort = Audience(kind=Kind.COHORT, cohort_id=cohort_id)
    inside = admits(cohort, standing) and standing.has(Role.Kind.FACILITATOR)
    return inside or (kind == Membership.Kind.FACILITATOR and standing.has(Role.Kind.STEWARD))


def cohorts_enrolling(standing, kind):
    """A condition on cohorts: those on whose roster they may put somebody as `kind`."""
    if may_enrol(standing, None, kind):
        return Q()
    own = frozenset().union(*standing.cohorts.values())
    return Q(pk__in=[key for key in own if may_enrol(standing, key, kind)])


def may_run(standing, cohort_id):
    """Whether a cohort's meetings, attendance and certificates are theirs to keep: its own
    facilitators'."""
    return may_enrol(standing, cohort_id, Membership.Kind.PARTICIPANT)


def may_set_up_places(standing):
    """Whether they may set up regions, programs, sites and cohorts."""
    return may_keep_roster(standing)


def asks_to_agree(audience):
    """Whether whoever posts for this audience agrees to the community agreements first."""
    return audience.kind == Kind.COHORT


def may_set_agreements(standing):
    """Whether they may publish the community agreements in other words."""
    return may_keep_roster(standing)


def has_second_factor(person):
    """Whether they have one; it comes with whoever is signed in, and is read for anybody else."""
    if not hasattr(person, "has_second_factor"):
        found = Person.objects.filter(pk=person.pk).annotate(has_second_factor=second_factor())
        person.has_second_factor = any(one.has_second_factor for one in found)
    return person.has_second_factor


def second_factor():
    """An expression on Person. Recovery codes alone are none: they stand in for one."""
    real = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
    return Exists(Authenticator.objects.filter(user=OuterRef("pk"), type__in=real))


def second_factor_due(person):
    """By when this person has to set up a second factor; None for whoever has one or needs none.
    The demo's accounts need none: their password is published, and production refuses them."""
    if not settings.STAFF_SECOND_FACTOR or not person.is_authenticated or person.is_demo:
        return None
    since = standing_of(person).answers_since
    if since is None and person.is_superuser and person.is_active:
        since = person.joined_at
    if since is None or has_second_factor(person):
        return None
    return since + SECOND_FACTOR_GRACE


def must_set_up_first(person):
    """Whether nothing of the members' area opens to them until they have a second factor."""
    due = second_factor_due(person)
    return due is not None and due <= timezone.now()


def may_reset_second_factor(standing):
    """Whether they may take somebody else's second factor away, for whoever lost theirs."""
    return may_keep_roster(standing) and standing.has(Role.Kind.STEWARD)


@dataclass(frozen=True)
class LeftWithout:
    """What would have nobody: the installation a steward, these cohorts a facilitator."""

    stewards: bool
    cohorts: tuple


def left_without(person, leaving=()):
    """What nobody would keep if this person went, and those who are `leaving` as well."""
    others = Role.objects.current().filter(person__is_active=True).exclude(person=person)
    others = others.exclude(person__in=leaving)
    standing = standing_of(person)
    alone = []
    if standing.has(Role.Kind.FACILITATOR):
        # Of a cohort that is closed to them they keep nothing, and are told of nobody who does.
        assigned = [
            key
            for key in standing.cohorts.get(Membership.Kind.FACILITATOR, ())
            if admits_to_cohort(key, standing)
        ]
        kept = Membership.objects.current().filter(
            cohort__in=assigned,
            kind=Membership.Kind.FACILITATOR,
            person__in=others.filter(kind=Role.Kind.FACILITATOR).values("person"),
        )
        alone = Cohort.objects.filter(pk__in=assigned).exclude(pk__in=kept.values("cohort"))
    return LeftWithout(
        stewards=standing.has(Role.Kind.STEWARD)
        and not others.filter(kind=Role.Kind.STEWARD).exists(),
        cohorts=tuple(cohort.name for cohort in alone),
    )


def may_appoint(standing, kind):
    """Whether they may give the role `kind`: facilitators and stewards are made by stewards."""
    if kind in {Role.Kind.FACILITATOR, Role.Kind.STEWARD}:
        return may_keep_roster(standing) and standing.has(Role.Kind.STEWARD)
    return may_keep_roster(standing)


# --- Audiences of people, pages and lists -----------------------------------------------------


def admitting(standing, path=""):
    """The audiences that admit this standing, as a condition on rows whose audience lies at
    `path` (`"audience"`, say; empty for audiences themselves). Asks `admits`; no query."""
    at = f"{path}__" if path else ""
    kinds = [
        kind
        for kind in Kind
        if kind not in (Kind.PUBLIC, Kind.COHORT) and admits(Audience(kind=kind), standing)
    ]
    cohorts = cohorts_admitting(standing)
    condition = Q(**{f"{at}kind__in": kinds})
    if cohorts:
        condition |= Q(**{f"{at}kind": Kind.COHORT, f"{at}cohort_id__in": cohorts})
    return condition


def cohorts_admitting(standing):
    """The keys of the cohorts whose audience admits this standing; no query."""
    return [
        key
        for key in frozenset().union(*standing.cohorts.values())
        if admits(Audience(kind=Kind.COHORT, cohort_id=key), standing)
    ]


def audience_of_groups(group_ids):
    """The audiences behind Django groups; a group that is no audience's answers for nobody."""
    return list(Audience.objects.filter(group_id__in=group_ids).select_related("cohort"))
