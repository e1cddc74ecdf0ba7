"""The roster's screens: one act for each change, said before, logged once, in effect at once."""

import ast
import threading
from datetime import timedelta
from pathlib import Path

import pytest
from asgiref.sync import async_to_sync
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from community import access, moving, roster
from community.foreseeing import foresee
from community.keeping import people
from community.keeping.acts import ACTS
from community.models import (
    Admission,
    Audience,
    Cohort,
    Epoch,
    Membership,
    Person,
    Program,
    Region,
    Role,
    RosterEntry,
    Worksite,
)
from forum import posting
from tests.forum.test_live import Reader, later

ROOT = Path(__file__).resolve().parents[2]


def text_of(answer):
    return answer.content.decode()


def kinds(person, cohort):
    current = Membership.objects.current().filter(person=person, cohort=cohort)
    return set(current.values_list("kind", flat=True))


@pytest.fixture
def keeper(cohort, other_cohort, make_facilitator):
    """A facilitator of both cohorts."""
    return make_facilitator(cohort, other_cohort)


@pytest.fixture
def act(keeper, signed_in):
    """Ask for an act, look at what it says, then do it: `(what was said, the last answer)`."""

    def act(person, name, **data):
        client = signed_in(keeper)
        address = f"/people/{person.pk}/roster/{name}/"
        before = RosterEntry.objects.count()
        said = text_of(client.post(address, data))
        assert RosterEntry.objects.count() == before, "asking wrote something"
        return said, client.post(address, data | {"confirmed": "yes"}, follow=True)

    return act


def newest(person):
    return RosterEntry.objects.filter(person=person).first()


def test_graduating_says_what_is_gained_and_leaves_one_line(act, keeper, cohort, make_participant):
    person = make_participant(cohort)
    before = RosterEntry.objects.filter(person=person).count()

    said, answer = act(person, "graduate", cohort=cohort.pk)

    assert "They gain: Graduates only." in said
    assert "They lose" not in said
    assert "Done: Graduate." in text_of(answer)
    assert kinds(person, cohort) == {"graduate"}
    assert RosterEntry.objects.filter(person=person).count() == before + 1
    assert (newest(person).verb, newest(person).by) == ("graduate", keeper)


def test_a_graduate_is_put_back(act, cohort, make_graduate):
    person = make_graduate(cohort)

    said, _answer = act(person, "put-back", cohort=cohort.pk)

    assert "They lose: Graduates only." in said
    assert kinds(person, cohort) == {"participant"}


def test_a_graduate_becomes_a_mentor_and_is_one_no_longer(act, cohort, other_cohort, make_graduate):
    person = make_graduate(cohort)

    said, _answer = act(person, "mentor", cohort=other_cohort.pk)
    assert "They gain: South 2026 cohort only." in said
    assert kinds(person, other_cohort) == {"mentor"}

    said, _answer = act(person, "end-mentor", cohort=other_cohort.pk)
    assert "They lose: South 2026 cohort only." in said
    assert kinds(person, other_cohort) == set()


def test_who_never_graduated_is_offered_no_mentoring(
    keeper, cohort, other_cohort, make_participant, signed_in
):
    person = make_participant(cohort)
    address = f"/people/{person.pk}/roster/"

    assert "Appoint as a mentor" not in text_of(signed_in(keeper).get(address))
    answer = signed_in(keeper).post(
        f"{address}mentor/", {"cohort": other_cohort.pk, "confirmed": "yes"}, follow=True
    )
    assert "can not be done for them now" in text_of(answer)
    assert kinds(person, other_cohort) == set()


def test_a_participant_goes_on_in_another_cohort(act, cohort, other_cohort, make_participant):
    person = make_participant(cohort)

    said, _answer = act(person, "cohort", origin=cohort.pk, target=other_cohort.pk)

    assert "They lose: North 2026 cohort only." in said
    assert "They gain: South 2026 cohort only." in said
    assert (kinds(person, cohort), kinds(person, other_cohort)) == (set(), {"participant"})
    assert newest(person).detail == "North 2026 → South 2026"


def test_who_moves_to_another_region_does_so_by_one_act(
    act, cohort, other_cohort, make_participant, make_person, keeper, signed_in
):
    south = Region.objects.create(name="Far South")
    Cohort.objects.filter(pk=other_cohort.pk).update(region=south)
    program = Program.objects.create(name="Southern", region=south)
    creek = Worksite.objects.create(name="Pebble Creek", program=program)
    supervisor = make_person(name="Su Pervisor")
    person = make_participant(cohort, name="Mo Mover", supervisor=supervisor)
    entries = RosterEntry.objects.filter(person=person).count()

    said, _answer = act(
        person, "cohort", origin=cohort.pk, target=other_cohort.pk, worksite=creek.pk
    )

    assert "They gain: South 2026 cohort only." in said
    role = Role.objects.current().get(person=person, kind="coordinator")
    assert (role.worksite, role.supervisor) == (creek, supervisor)
    assert newest(person).detail == "North 2026 → South 2026, Pebble Creek"
    assert RosterEntry.objects.filter(person=person).count() == entries + 1
    here = text_of(signed_in(keeper).get(f"/people/?region={south.pk}"))
    assert "Mo Mover" in here


def test_another_site_keeps_the_supervisor_and_so_the_wall(
    act, cohort, program, make_participant, make_person
):
    supervisor = make_participant(cohort)
    person = make_participant(cohort, supervisor=supervisor)
    elsewhere = Worksite.objects.create(name="Pebble Creek", program=program)

    said, _answer = act(person, "site", worksite=elsewhere.pk)

    assert "Nobody gains or loses a room by it." in said
    role = Role.objects.current().get(person=person)
    assert (role.worksite, role.supervisor) == (elsewhere, supervisor)
    assert access.standing_now(supervisor).behind_wall


def test_two_sites_of_one_name_are_told_apart_by_their_programs(
    keeper, cohort, worksite, make_participant, signed_in
):
    other = Program.objects.create(name="Tidepool", region=worksite.program.region)
    Worksite.objects.create(name=worksite.name, program=other)
    person = make_participant(cohort)

    page = signed_in(keeper).get(f"/people/{person.pk}/roster/site/").content.decode()

    for program in ("Pinecone", "Tidepool"):
        assert f">{worksite.name} ({program})</option>" in page


@pytest.mark.parametrize("name", ["graduate", "leave"])
def test_of_who_is_behind_the_wall_a_cohorts_act_says_that_it_opens_nothing(
    act, cohort, make_participant, make_person, name
):
    said, person = "no room of a cohort is open to them meanwhile", make_participant(cohort)
    before, _answer = act(make_participant(cohort), name, cohort=cohort.pk)
    make_person.appoint(person, Role.Kind.DIRECTOR)

    after, _answer = act(person, name, cohort=cohort.pk)

    assert said in after
    assert said not in before


def test_becoming_a_director_says_what_is_lost_and_the_wall_stands(
    act, cohort, program, make_participant, signed_in
):
    person = make_participant(cohort)

    said, _answer = act(person, "director", program=program.pk)

    assert "They lose: North 2026 cohort only, Coordinators only." in said
    assert "They gain: Leaders only." in said
    assert signed_in(person).get(f"/cohorts/{cohort.pk}/").status_code == 404
    assert not Role.objects.current().filter(person=person, kind="coordinator").exists()


def test_who_supervised_somebody_that_now_directs_is_back_at_once(
    act, cohort, program, make_participant, make_graduate, signed_in
):
    boss = make_graduate(cohort, name="Bo Boss")
    person = make_participant(cohort, supervisor=boss)
    assert signed_in(boss).get(f"/cohorts/{cohort.pk}/").status_code == 404

    said, _answer = act(person, "director", program=program.pk)

    assert "Bo Boss" in said
    assert signed_in(boss).get(f"/cohorts/{cohort.pk}/").status_code == 200
    assert boss.admissions.filter(audience=cohort.audience).exists()


def test_naming_a_supervisor_says_what_the_supervisor_loses(
    act, cohort, make_participant, signed_in
):
    person, boss = make_participant(cohort), make_participant(cohort, name="Bo Boss")
    assert signed_in(boss).get(f"/cohorts/{cohort.pk}/").status_code == 200

    said, _answer = act(person, "supervisor", email=boss.email)

    assert "Bo Boss" in said
    assert "They lose: " in said
    assert signed_in(boss).get(f"/cohorts/{cohort.pk}/").status_code == 404

    said, _answer = act(person, "supervisor", email="")
    assert "They gain: " in said
    assert signed_in(boss).get(f"/cohorts/{cohort.pk}/").status_code == 200


def test_a_supervisor_whom_nobody_knows_is_refused_beside_the_field(act, cohort, make_participant):
    person = make_participant(cohort)

    said, answer = act(person, "supervisor", email="nobody@example.org")

    assert "No member signs in with this address" in said
    assert answer.status_code == 422


def test_leaving_a_cohort_and_leaving_the_network_and_coming_back(
    act, cohort, make_participant, make_person, signed_in
):
    supervisor = make_participant(cohort)
    person = make_participant(cohort, supervisor=supervisor)
    act(person, "leave", cohort=cohort.pk)
    assert kinds(person, cohort) == set()
    roster.enrol(person, cohort, by=None)
    client = signed_in(person)

    said, _answer = act(person, "deactivate")
    assert "They lose: All members, " in said
    assert client.get("/me/").status_code == 302, "signed out at once"
    assert Person.objects.get(pk=person.pk).is_active is False

    said, _answer = act(person, "return")
    assert "They gain: All members." in said
    person.refresh_from_db()
    assert access.standing_now(person).roles == frozenset()
    assert kinds(person, cohort) == set()
    assert signed_in(person).get(f"/cohorts/{cohort.pk}/").status_code == 404
    assert not access.standing_now(supervisor).behind_wall


def test_whoever_closed_their_account_is_invited_and_not_brought_back(
    keeper, make_person, signed_in
):
    person = make_person()
    roster.close_account(person, by=person)
    person.refresh_from_db()

    assert "Come back" not in text_of(signed_in(keeper).get(f"/people/{person.pk}/roster/"))
    with pytest.raises(roster.Refused):
        moving.reactivate(person, by=keeper)
    assert Person.objects.get(pk=person.pk).is_active is False


def test_roles_are_given_and_ended(act, make_person):
    person = make_person()

    act(person, "role", kind="expert")
    assert access.standing_now(person).has(Role.Kind.EXPERT)
    said, answer = act(person, "role", kind="coordinator")
    assert "Say at which site they work." in said
    assert answer.status_code == 422
    said, answer = act(person, "role", kind="steward")
    assert answer.status_code == 422

    act(person, "end-role", kind="expert")
    assert not access.standing_now(person).has(Role.Kind.EXPERT)


def test_a_steward_assigns_a_facilitator_and_gives_nothing_else_of_a_cohort(
    cohort, make_person, make_facilitator, make_participant, signed_in
):
    steward, facilitator = make_person(Role.Kind.STEWARD), make_facilitator()
    participant = make_participant(cohort)
    client = signed_in(steward)
    address = f"/people/{facilitator.pk}/roster/assign/"

    client.post(address, {"cohort": cohort.pk, "confirmed": "yes"})

    assert kinds(facilitator, cohort) == {"facilitator"}
    page = text_of(client.get(f"/people/{participant.pk}/roster/"))
    for title in ("Graduate<", "Leave a cohort", "Put on a cohort"):
        assert title not in page


@pytest.mark.parametrize("name", ACTS)
def test_nobody_acts_upon_themselves(
    keeper, cohort, other_cohort, worksite, program, signed_in, name
):
    before = RosterEntry.objects.count()
    data = {
        "cohort": cohort.pk,
        "origin": cohort.pk,
        "target": other_cohort.pk,
        "worksite": worksite.pk,
        "program": program.pk,
        "kind": "expert",
        "email": "",
        "confirmed": "yes",
    }

    answer = signed_in(keeper).post(f"/people/{keeper.pk}/roster/{name}/", data)

    assert answer.status_code == 422
    assert RosterEntry.objects.count() == before


def test_a_facilitator_of_another_cohort_is_refused_by_screen_and_verb(
    cohort, other_cohort, make_facilitator, make_participant, signed_in
):
    stranger, person = make_facilitator(other_cohort), make_participant(cohort)

    for name in ("graduate", "leave", "put-back", "cohort"):
        answer = signed_in(stranger).post(
            f"/people/{person.pk}/roster/{name}/",
            {"cohort": cohort.pk, "origin": cohort.pk, "target": other_cohort.pk,
             "confirmed": "yes"},
        )  # fmt: skip
        assert answer.status_code in (302, 422)
    for verb in (
        lambda: moving.graduate_together([person], cohort, by=stranger),
        lambda: moving.change_cohort(person, cohort, other_cohort, by=stranger),
        lambda: moving.end_mentoring(person, cohort, by=stranger),
    ):
        with pytest.raises(roster.Refused):
            verb()
    assert kinds(person, cohort) == {"participant"}


def test_whoever_keeps_no_roster_finds_nothing(
    cohort, make_participant, make_person, signed_in, client
):
    person = make_participant(cohort)
    for reader in (person, make_person(Role.Kind.DIRECTOR), make_person(Role.Kind.EDITOR)):
        for path in ("roster/", f"{person.pk}/roster/", f"{person.pk}/roster/leave/"):
            answer = signed_in(reader).get(f"/people/{path}")
            assert answer.status_code == 404
            assert answer.content == signed_in(reader).get("/people/987654/roster/").content
    assert client.get("/people/roster/").status_code == 302


def test_a_profile_leads_to_the_roster_for_whoever_keeps_it(
    keeper, cohort, make_participant, make_person, signed_in
):
    person = make_participant(cohort)
    roster_of_them = f'href="/people/{person.pk}/roster/"'

    assert roster_of_them in text_of(signed_in(keeper).get(f"/people/{person.pk}/"))
    for other in (person, make_person(), make_person(Role.Kind.DIRECTOR)):
        page = signed_in(other).get(f"/people/{person.pk}/")
        assert page.status_code == 200
        assert roster_of_them not in text_of(page)


def test_the_names_of_rooms_are_told_only_to_whoever_may_enter_them(
    cohort, program, make_space, make_person, make_participant, keeper, signed_in
):
    make_space(Audience.Kind.COHORT, cohort, name="Zebrafinch room")
    person = make_participant(cohort)
    address = f"/people/{person.pk}/roster/director/"

    inside = text_of(signed_in(keeper).post(address, {"program": program.pk}))
    outside = text_of(
        signed_in(make_person(Role.Kind.STEWARD)).post(address, {"program": program.pk})
    )

    assert "Zebrafinch room" in inside
    assert "Zebrafinch" not in outside
    assert "North 2026 cohort only" in outside


def test_foreseeing_leaves_nothing_behind(cohort, program, make_participant, keeper):
    person = make_participant(cohort)
    rows = [model.objects.count() for model in (Role, Membership, Admission, RosterEntry)]
    epoch = Epoch.objects.get().value

    changes = foresee(
        lambda: roster.appoint(person, Role.Kind.DIRECTOR, by=keeper, program=program), [person]
    )

    assert {each.kind for each in changes[0].gained} == {"leaders"}
    assert rows == [model.objects.count() for model in (Role, Membership, Admission, RosterEntry)]
    assert Epoch.objects.get().value == epoch
    assert not access.standing_of(person).behind_wall


# --- Finding people -----------------------------------------------------------------------------


def test_people_are_found_by_name_mail_cohort_region_role_and_state(
    keeper, cohort, make_participant, make_person, signed_in
):
    south = Region.objects.create(name="South")
    harbor = Program.objects.create(name="Harbor", region=south)
    pia = make_participant(cohort, name="Pia Participant")
    dan = make_person(Role.Kind.DIRECTOR, name="Dan Director", program=harbor)
    lea = make_person(name="Lea Left")
    roster.deactivate(lea, by=None)
    client = signed_in(keeper)

    def found(query):
        page = text_of(client.get(f"/people/roster/?{query}"))
        return {name for name in (pia.name, dan.name, lea.name) if name in page}

    assert found("") == {pia.name, dan.name}
    assert found("q=PIA") == {pia.name}
    assert found(f"q={dan.email}") == {dan.name}
    assert found("q=part pia") == {pia.name}
    assert found(f"cohort={cohort.pk}") == {pia.name}
    assert found(f"region={south.pk}") == {dan.name}
    assert found("role=director") == {dan.name}
    assert found("state=left") == {lea.name}
    assert found("state=all&q=Lea") == {lea.name}
    assert "Nobody is found" in text_of(client.get("/people/roster/?q=zeppelin"))
    for noise in ("cohort=" + "9" * 40, "role=king", "q=" + "x" * 200, "q=%00", "page=x"):
        assert client.get(f"/people/roster/?{noise}").status_code in (200, 422)


def test_finding_takes_the_same_queries_with_ten_thousand_people_and_five_hundred_cohorts(
    keeper, cohort, region, worksite, signed_in
):
    client = signed_in(keeper)
    counts = []
    for more in (0, 10_000):
        people = Person.objects.bulk_create(
            [
                Person(email=f"many{n}@example.org", name=f"Many {n}", password="!")
                for n in range(more)
            ],
            batch_size=2_000,
        )
        cohorts = Cohort.objects.bulk_create(
            [Cohort(name=f"Many {n}", region=region, year=2026) for n in range(more // 20)]
        )
        Role.objects.bulk_create(
            [Role(person=each, kind="coordinator", worksite=worksite) for each in people],
            batch_size=2_000,
        )
        Membership.objects.bulk_create(
            [
                Membership(person=each, cohort=cohorts[n % 500], kind="participant")
                for n, each in enumerate(people)
            ],
            batch_size=2_000,
        )
        roster.advance_epoch()
        for query in ("", "q=many&role=coordinator&page=2", f"region={region.pk}"):
            client.get(f"/people/roster/?{query}")
            with CaptureQueriesContext(connection) as queries:
                assert client.get(f"/people/roster/?{query}").status_code == 200
            counts.append(len(queries))

    assert max(counts) <= 8, counts
    assert counts[3:] <= [count + 1 for count in counts[:3]], counts


def calls_of(name):
    """What calls of this name are given as their third argument, where it is written out."""
    for path in ROOT.glob("community/**/*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if not isinstance(node, ast.Call) or len(node.args) < 3:
                continue
            called = node.func.attr if isinstance(node.func, ast.Attribute) else None
            called = node.func.id if isinstance(node.func, ast.Name) else called
            if called == name and isinstance(node.args[2], ast.Constant):
                yield node.args[2].value


def test_every_verb_of_the_log_has_words():
    verbs = set(calls_of("log"))

    assert {"register", "ask_to_close", "reset_second_factor"} <= verbs
    assert verbs <= set(people.VERBS)


def test_somebody_moves_to_a_cohort_of_other_facilitators_in_two_acts(
    cohort, other_cohort, make_participant, make_facilitator, signed_in
):
    person = make_participant(cohort)
    here, there = (signed_in(make_facilitator(each)) for each in (cohort, other_cohort))
    address = f"/people/{person.pk}/roster/"
    assert f"{address}cohort/" not in text_of(here.get(address))

    here.post(f"{address}leave/", {"cohort": cohort.pk, "confirmed": "yes"})
    there.post(f"{address}join/", {"cohort": other_cohort.pk, "confirmed": "yes"})

    assert kinds(person, cohort) == set()
    assert kinds(person, other_cohort) == {"participant"}


def test_history_is_paginated(keeper, make_person, signed_in):
    person = make_person()
    RosterEntry.objects.bulk_create(
        [
            RosterEntry(person=person, verb="enrol", detail=f"line {n}",
                        at=timezone.now() - timedelta(days=n))
            for n in range(50)
        ]
    )  # fmt: skip
    client = signed_in(keeper)

    assert "line 49" not in text_of(client.get(f"/people/{person.pk}/roster/"))
    assert "line 49" in text_of(client.get(f"/people/{person.pk}/roster/?page=3"))


# --- At once ------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_two_facilitators_at_once_write_one_change(
    cohort, other_cohort, make_participant, make_facilitator
):
    Epoch.objects.get_or_create(pk=1)
    person = make_participant(cohort)
    facilitators = [make_facilitator(cohort, other_cohort) for _ in range(4)]
    outcomes, start = [], threading.Barrier(4)

    def change(by):
        try:
            start.wait(10)
            moving.change_cohort(person, cohort, other_cohort, by=by)
            outcomes.append("done")
        except roster.Refused:
            outcomes.append("refused")
        finally:
            connections.close_all()

    threads = [threading.Thread(target=change, args=(by,)) for by in facilitators]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == ["done", "refused", "refused", "refused"]
    assert Membership.objects.current().filter(person=person).count() == 1
    assert RosterEntry.objects.filter(person=person, verb="change_cohort").count() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "name", ["director", "leave", "deactivate", "supervisor", "cohort", "end-role"]
)
def test_every_open_socket_closes_with_the_act(
    name, cohort, other_cohort, program, make_participant, make_facilitator, make_space,
    make_thread, signed_in,
):  # fmt: skip
    Epoch.objects.get_or_create(pk=1)
    author, reader = make_participant(cohort), make_participant(cohort)
    keeper = make_facilitator(cohort, other_cohort)
    kind = Audience.Kind.COORDINATORS if name == "end-role" else Audience.Kind.COHORT
    if name == "end-role":
        roster.graduate(reader, cohort, by=None)
    space = make_space(kind, cohort if kind == Audience.Kind.COHORT else None)
    topic = make_thread(space, author, "Opening words")
    data = {
        "cohort": cohort.pk, "origin": cohort.pk, "target": other_cohort.pk,
        "program": program.pk, "kind": "coordinator", "email": reader.email, "confirmed": "yes",
    }  # fmt: skip
    # A supervisor is named for somebody else, and it is the supervisor's socket that closes.
    person = author if name == "supervisor" else reader
    client = signed_in(keeper)

    @async_to_sync
    async def scenario():
        page, witness = Reader(topic, reader, since=1), Reader(topic, keeper, since=1)
        async with page, witness:
            await page.hello()
            await witness.hello()
            answer = await later(client.post, f"/people/{person.pk}/roster/{name}/", data)
            assert answer.status_code == 302
            await later(posting.reply, topic, by=keeper, content="Not for them")
            assert (await witness.events(1))[0]["kind"] == "posted"
            return await page.closed()

    assert scenario() == 4404
