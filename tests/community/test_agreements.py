"""The community agreements: asked for once, before first posting in a cohort's space."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from community import roster
from community.cohorts import agreeing
from community.cohorts.models import Acceptance, Agreement
from community.models import Audience, RosterEntry
from forum import posting
from forum.threads import Post

WORDS = {
    "play_safe": "Be kind.",
    "play_fair": "Be honest.",
    "play_hard": "Be here.",
    "choice": "You may sit it out.",
}


@pytest.fixture
def held(db):
    return agreeing.publish(by=None, **WORDS)


@pytest.fixture
def room(make_space, make_thread, make_participant, cohort):
    """A thread in a cohort's space, started before there were agreements."""
    author = make_participant(cohort)
    return make_thread(make_space(Audience.Kind.COHORT, cohort), author, "Opening words")


def test_nobody_is_asked_where_there_are_none(room, make_participant, cohort, signed_in):
    client = signed_in(make_participant(cohort))

    answer = client.post(f"/threads/{room.pk}/reply/", {"content": "At once"})

    assert answer.status_code == 302
    assert Post.objects.filter(topic=room).count() == 2


def test_the_first_post_is_refused_with_the_text_kept_until_it_is_ticked(
    room, make_participant, cohort, signed_in
):
    person = make_participant(cohort)
    held = agreeing.publish(by=None, **WORDS)
    client = signed_in(person)

    page = client.get(f"/threads/{room.pk}/").content.decode()
    refused = client.post(f"/threads/{room.pk}/reply/", {"content": "My very words"})
    text = refused.content.decode()

    assert "Be kind." in page
    assert "You may sit it out." in page
    assert refused.status_code == 422
    assert "My very words" in text
    assert "Tick this once" in text
    assert Post.objects.filter(topic=room).count() == 1

    taken = client.post(
        f"/threads/{room.pk}/reply/", {"content": "My very words", "agreed_to": held.pk}
    )
    again = client.post(f"/threads/{room.pk}/reply/", {"content": "And more"})

    assert (taken.status_code, again.status_code) == (302, 302)
    assert Post.objects.filter(topic=room).count() == 3
    assert Acceptance.objects.get(person=person).agreement == held
    assert "Be kind." not in client.get(f"/threads/{room.pk}/").content.decode()


def test_the_page_that_posts_by_itself_is_told_beside_the_tick(
    room, make_participant, cohort, signed_in
):
    person = make_participant(cohort)
    held = agreeing.publish(by=None, **WORDS)
    client = signed_in(person)
    body = {"content": "By script", "since": "0"}

    refused = client.post(
        f"/threads/{room.pk}/reply/", body, headers={"Accept": "application/json"}
    )
    taken = client.post(
        f"/threads/{room.pk}/reply/",
        body | {"agreed_to": held.pk},
        headers={"Accept": "application/json"},
    )

    assert refused.status_code == 422
    assert list(refused.json()["errors"]) == ["agreed_to"]
    assert taken.json()["events"]


def test_a_new_version_is_asked_for_again_and_an_older_tick_does_not_count(
    room, held, make_participant, make_facilitator, cohort, signed_in
):
    person, facilitator = make_participant(cohort), make_facilitator(cohort)
    posting.reply(room, by=person, content="Agreed in the maker")
    newer = agreeing.publish(by=facilitator, after=held.pk, **(WORDS | {"play_safe": "Be gentle."}))
    client = signed_in(person)

    for ticked, status in (("", 422), (held.pk, 422), ("x" * 99, 422), (newer.pk, 302)):
        answer = client.post(
            f"/threads/{room.pk}/reply/", {"content": f"With {ticked}", "agreed_to": ticked}
        )
        assert answer.status_code == status, ticked

    assert Acceptance.objects.filter(person=person).count() == 2
    assert Agreement.objects.get(pk=held.pk).play_safe == "Be kind."
    assert RosterEntry.objects.filter(verb="agreements", by=facilitator).exists()


def test_elsewhere_nobody_is_asked(held, make_space, make_thread, make_person, signed_in):
    person = make_person()
    topic = make_thread(make_space(Audience.Kind.MEMBERS), person, "For everybody")

    answer = signed_in(person).post(f"/threads/{topic.pk}/reply/", {"content": "At once"})

    assert answer.status_code == 302


def test_the_verb_refuses_whoever_did_not_agree(room, make_participant, cohort):
    person = make_participant(cohort)
    agreeing.publish(by=None, **WORDS)

    with pytest.raises(posting.Refused):
        posting.reply(room, by=person, content="Past the form")

    assert Post.objects.filter(topic=room).count() == 1
    assert not Acceptance.objects.filter(person=person).exists()


def test_posting_takes_no_query_more_once_one_agreed(room, make_participant, cohort, signed_in):
    person = make_participant(cohort)
    client = signed_in(person)
    counts = []
    for number in range(3):
        if number == 1:
            held = agreeing.publish(by=None, **WORDS)
            agreeing.accept(held.pk, by=person)
        client.get(f"/threads/{room.pk}/")
        with CaptureQueriesContext(connection) as queries:
            client.post(f"/threads/{room.pk}/reply/", {"content": f"Number {number}"})
        counts.append(len(queries))

    assert counts[1] == counts[2] == counts[0]


def test_one_button_agrees_and_says_when(held, make_person, signed_in):
    person = make_person()
    client = signed_in(person)

    client.post("/agreements/", {"agreed_to": held.pk})
    client.post("/agreements/", {"agreed_to": held.pk})
    stale = client.post("/agreements/", {"agreed_to": held.pk + 1}, follow=True)

    assert Acceptance.objects.filter(person=person).count() == 1
    assert "changed meanwhile" in stale.content.decode()
    assert "You agreed on" in client.get("/agreements/").content.decode()


def test_only_roster_keepers_publish_and_only_after_looking(
    held, make_person, make_facilitator, signed_in
):
    facilitator = make_facilitator()
    words = WORDS | {"choice": "You may watch.", "after": held.pk}

    assert signed_in(make_person()).get("/agreements/change/").status_code == 404
    with pytest.raises(roster.Refused):
        agreeing.publish(by=make_person(), after=held.pk, **(WORDS | {"choice": "Nothing."}))

    client = signed_in(facilitator)
    shown = client.post("/agreements/change/", words)
    assert shown.status_code == 200
    assert agreeing.current() == held
    client.post("/agreements/change/", words | {"confirmed": "yes"})
    assert agreeing.current().choice == "You may watch."
    late = client.post(
        "/agreements/change/", words | {"choice": "Something else.", "confirmed": "yes"}
    )
    assert late.status_code == 422
    assert "Something else." in late.content.decode()
    assert client.post("/agreements/change/", {"play_safe": "\x00"}).status_code == 422
