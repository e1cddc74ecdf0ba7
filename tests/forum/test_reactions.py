"""Reactions, the answer that helped, and what was tried: counted right, and for insiders alone."""

import html

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.html import strip_tags
from wagtail.models import Page

from community import roster
from community.models import Audience, Role
from forum import counters, posting
from forum.live import log
from forum.live.models import Event, Thread
from forum.moderation import joining
from forum.reactions import reacting
from forum.reactions.models import Helped, Reaction, Tally
from forum.reactions.reading import PEOPLE_ON_A_PAGE
from forum.spaces import keeping

JSON = {"accept": "application/json"}


@pytest.fixture
def corner(make_space, cohort):
    return make_space(Audience.Kind.COHORT, cohort, name="Zebrafinch room")


@pytest.fixture
def asker(make_participant, cohort):
    return make_participant(cohort, name="Ada Asker")


@pytest.fixture
def helper(make_participant, cohort):
    return make_participant(cohort, name="Hal Helper")


@pytest.fixture
def topic(corner, asker, helper, make_thread):
    topic = make_thread(corner, asker, "How do you start the day?", subject="Wobblegong")
    posting.reply(topic, by=helper, content="With a circle")
    topic.refresh_from_db()
    return topic


@pytest.fixture
def answer(topic):
    return topic.posts.order_by("pk").last()


def url(post, what="reactions"):
    return f"/threads/{post.topic_id}/posts/{post.pk}/{what}/"


def words(response):
    return html.unescape(" ".join(strip_tags(response.content.decode()).split()))


def counts(post):
    found = Tally.objects.filter(post=post).values("thanks", "me_too", "tried").first()
    return found or {"thanks": 0, "me_too": 0, "tried": 0}


def test_a_reaction_is_said_once_counted_shown_with_its_name_and_taken_back(
    topic, answer, asker, signed_in
):
    client = signed_in(asker)
    for _ in range(2):
        response = client.post(url(answer), {"kind": "thanks", "said": "yes"})
        assert response.headers["Location"] == f"/threads/{topic.pk}/?post={answer.pk}"

    assert counts(answer) == {"thanks": 1, "me_too": 0, "tried": 0}
    page = words(client.get(url(answer)))
    assert "Ada Asker" in page
    assert "Take back “Thanks”" in page
    assert f"thanks-{answer.pk} " in client.get(f"/threads/{topic.pk}/").content.decode()
    for _ in range(2):
        client.post(url(answer), {"kind": "thanks", "said": "no"})
    assert counts(answer)["thanks"] == 0
    assert "Nobody has reacted to this post yet." in words(client.get(url(answer)))


def test_by_script_the_numbers_come_back_and_a_refusal_says_why(topic, answer, asker, signed_in):
    client = signed_in(asker)

    said = client.post(url(answer), {"kind": "me_too", "said": "yes"}, headers=JSON)
    own = client.post(url(topic.first_post), {"kind": "thanks", "said": "yes"}, headers=JSON)

    assert said.json() == {"counts": {"thanks": 0, "me_too": 1, "tried": 0}}
    assert own.status_code == 422
    assert "your own post" in own.json()["problem"]


@pytest.mark.parametrize("kind", ["", "hate", "x" * 5_000, "thanks\x00"])
def test_what_is_no_reaction_is_refused_and_writes_nothing(answer, asker, signed_in, kind):
    response = signed_in(asker).post(url(answer), {"kind": kind, "said": "yes"})

    assert response.status_code == 422
    assert "Choose what you want to say." in words(response)
    assert not Reaction.objects.exists()


def test_where_one_may_not_write_one_does_not_react(
    topic, answer, asker, cohort, make_facilitator, signed_in
):
    keeping.close(topic.forum.space, by=make_facilitator(cohort))

    with pytest.raises(posting.Refused):
        reacting.react(answer, "thanks", by=asker)
    assert signed_in(asker).post(url(answer), {"kind": "thanks"}).status_code == 422
    roster.leave(asker, cohort, by=None)
    assert signed_in(asker).post(url(answer), {"kind": "thanks"}).status_code == 404
    assert not Reaction.objects.exists()


def test_a_post_that_was_removed_meanwhile_takes_no_reaction(topic, answer, asker, helper):
    posting.remove(answer, by=helper)

    with pytest.raises(posting.Refused):
        reacting.react(answer, "thanks", by=asker)

    assert not Tally.objects.exists()


def test_each_reaction_is_an_event_whose_frame_says_the_numbers_of_now(topic, answer, asker):
    before = Thread.objects.get(pk=topic.pk).seq
    reacting.react(answer, "thanks", by=asker)
    reacting.react(answer, "tried", by=asker)
    reacting.take_back(answer, "thanks", by=asker)

    frames = log.news(topic.pk, before).frames

    assert [frame["seq"] - before for frame in frames] == [1, 2, 3]
    assert {frame["kind"] for frame in frames} == {"reacted"}
    assert all(frame["counts"] == {"thanks": 0, "me_too": 0, "tried": 1} for frame in frames)


def test_reading_many_reactions_takes_as_many_queries_as_reading_one(
    topic, answer, make_participant, cohort
):
    before = Thread.objects.get(pk=topic.pk).seq

    def cost():
        with CaptureQueriesContext(connection) as captured:
            log.news(topic.pk, before)
        return len(captured)

    reacting.react(answer, "thanks", by=make_participant(cohort))
    cost()
    few = cost()
    for _ in range(9):
        reacting.react(answer, "thanks", by=make_participant(cohort))
    cost()  # people who came advance the epoch

    assert cost() == few


def test_hundreds_of_reactions_send_nobody_to_load_the_page(topic, answer, asker):
    before = Thread.objects.get(pk=topic.pk).seq
    for _ in range(log.LONGEST_RESUME // 2 + 1):
        reacting.react(answer, "thanks", by=asker)
        reacting.take_back(answer, "thanks", by=asker)

    news = log.news(topic.pk, before)

    assert not news.too_far
    assert len(news.frames) == log.LONGEST_RESUME + 2


def test_counters_are_checked_and_repaired(topic, answer, asker):
    reacting.react(answer, "thanks", by=asker)
    assert list(counters.check()) == []
    Tally.objects.filter(post=answer).update(thanks=7)

    found = [str(difference) for difference in counters.check(repair=True)]

    assert found == [f"Post {answer.pk}: how many said “Thanks” is 7, not 1."]
    assert counts(answer)["thanks"] == 1


def test_a_long_list_of_those_who_reacted_is_turned(
    topic, answer, asker, make_person, signed_in, make_participant, cohort
):
    people = [make_participant(cohort) for _ in range(PEOPLE_ON_A_PAGE + 1)]
    for person in people:
        reacting.react(answer, "thanks", by=person)
    client = signed_in(asker)

    assert people[-1].name not in words(client.get(url(answer)))
    assert people[-1].name in words(client.get(f"{url(answer)}?page=2"))


# --- The answer that helped ---------------------------------------------------------------------


def test_whoever_asked_marks_the_answer_that_helped_and_takes_it_back(
    topic, answer, asker, helper, corner, signed_in
):
    client = signed_in(asker)
    assert "Did this answer help?" in words(client.get(url(answer, "helped")))

    client.post(url(answer, "helped"), {"helped": "yes"})

    seen = signed_in(helper).get(f"/threads/{topic.pk}/").content.decode()
    assert "post--helped" in seen
    assert f'href="?post={answer.pk}"' in seen
    assert "Answered" in words(signed_in(helper).get(f"/spaces/{corner.pk}/"))
    client.post(url(answer, "helped"), {"helped": "no"})
    assert not Helped.objects.exists()
    assert "post--helped" not in client.get(f"/threads/{topic.pk}/").content.decode()


def test_nobody_but_the_asker_and_facilitators_says_what_helped(
    topic, answer, helper, make_facilitator, cohort, signed_in
):
    for what in ("get", "post"):
        response = getattr(signed_in(helper), what)(url(answer, "helped"), {"helped": "yes"})
        assert response.status_code == 404
    with pytest.raises(posting.Refused):
        reacting.mark_helped(answer, by=helper)
    assert not Helped.objects.exists()

    facilitator = make_facilitator(cohort)
    signed_in(facilitator).post(url(answer, "helped"), {"helped": "yes"})

    assert Helped.objects.get().by == facilitator


def test_one_answer_has_the_mark_and_both_posts_are_told_anew(topic, answer, asker, helper):
    other = posting.reply(topic, by=helper, content="Or with a song")
    reacting.mark_helped(answer, by=asker)
    before = Thread.objects.get(pk=topic.pk).seq

    reacting.mark_helped(other, by=asker)

    frames = {frame["post"]: frame for frame in log.news(topic.pk, before).frames}
    assert Helped.objects.get().post == other
    assert set(frames) == {answer.pk, other.pk}
    assert "post--helped" not in frames[answer.pk]["html"]
    assert "post--helped" in frames[other.pk]["html"]
    assert {frame["answer"] for frame in frames.values()} == {other.pk}


def test_the_opening_post_is_no_answer(topic, asker, signed_in):
    assert signed_in(asker).get(url(topic.first_post, "helped")).status_code == 404
    with pytest.raises(posting.Refused):
        reacting.mark_helped(topic.first_post, by=asker)


def test_marking_twice_tells_once(topic, answer, asker):
    reacting.mark_helped(answer, by=asker)
    reacting.mark_helped(answer, by=asker)

    assert Event.objects.filter(thread=topic.pk, kind=Event.Kind.HELPED).count() == 1


def test_an_answer_keeps_its_mark_and_numbers_where_its_thread_is_merged(
    topic, answer, asker, helper, corner, make_thread, make_facilitator, cohort, signed_in
):
    reacting.react(answer, "thanks", by=asker)
    reacting.mark_helped(answer, by=asker)
    target = make_thread(corner, helper, "Another question")

    joining.merge(topic, target, by=make_facilitator(cohort))

    page = signed_in(asker).get(f"/threads/{target.pk}/").content.decode()
    assert "post--helped" in page
    assert counts(answer)["thanks"] == 1
    assert list(counters.check()) == []


# --- How it went at a site ----------------------------------------------------------------------


def test_a_post_that_tells_of_a_try_is_gathered_in_its_thread(topic, helper, asker, signed_in):
    client = signed_in(helper)
    assert "Nobody has told yet" in words(client.get(f"/threads/{topic.pk}/tried/"))

    client.post(f"/threads/{topic.pk}/reply/", {"content": "We rang a bell", "tried": "on"})

    assert "1 post tells how it went" in words(signed_in(asker).get(f"/threads/{topic.pk}/"))
    told = words(client.get(f"/threads/{topic.pk}/tried/"))
    assert "We rang a bell" in told
    assert "With a circle" not in told


def test_by_script_the_answer_shows_that_it_tells_of_a_try(topic, helper, signed_in):
    told = signed_in(helper).post(
        f"/threads/{topic.pk}/reply/",
        {"content": "We rang a bell", "tried": "on", "since": Thread.objects.get(pk=topic.pk).seq},
        headers=JSON,
    )

    assert "Tells how it went at a site" in told.json()["events"][0]["html"]


def test_the_mark_is_changed_with_the_post(topic, answer, helper, signed_in):
    client, address = signed_in(helper), f"/threads/{topic.pk}/posts/{answer.pk}/edit/"
    assert "checked" not in client.get(address).content.decode().split('name="tried"')[1][:80]

    client.post(address, {"content": "With a circle", "tried": "on"})
    assert "With a circle" in words(client.get(f"/threads/{topic.pk}/tried/"))
    client.post(address, {"content": "With a circle"})
    assert "With a circle" not in words(client.get(f"/threads/{topic.pk}/tried/"))
    assert Event.objects.filter(thread=topic.pk, kind=Event.Kind.EDITED).count() == 2


def test_a_page_gathers_what_its_reader_may_read_of_it(
    topic, asker, helper, corner, make_space, make_person, signed_in
):
    call_command("prepare_site", verbosity=0)
    square = make_space(Audience.Kind.MEMBERS)
    page = Page.objects.get(slug="home")
    open_one = posting.discuss(page, square, by=asker, subject="Bells", content="x").topic
    posting.reply(open_one, by=asker, content="Open telling", tried=True)
    walled = posting.discuss(page, corner, by=asker, subject="Walled bells", content="x").topic
    posting.reply(walled, by=helper, content="Walled telling", tried=True)
    outsider = make_person(Role.Kind.DIRECTOR)

    seen = {p: words(signed_in(p).get(f"/tried/{page.pk}/")) for p in (asker, outsider)}

    assert "Walled telling" in seen[asker]
    assert "Open telling" in seen[outsider]
    for word in ("Walled", "Zebrafinch", helper.name):
        assert word not in seen[outsider]


def test_a_removed_post_is_gathered_no_more(topic, helper, signed_in):
    post = posting.reply(topic, by=helper, content="We rang a bell", tried=True)
    posting.remove(post, by=helper)

    assert "We rang" not in words(signed_in(helper).get(f"/threads/{topic.pk}/tried/"))
    page = words(signed_in(helper).get(f"/threads/{topic.pk}/"))
    assert "tells how it went at a site" not in page


def test_undoing_a_change_undoes_the_mark_too(topic, answer, helper, signed_in):
    client, address = signed_in(helper), f"/threads/{topic.pk}/posts/{answer.pk}/"
    client.post(f"{address}edit/", {"content": "With a circle", "tried": "on"})
    answer.refresh_from_db()

    client.post(f"{address}revert/", {"version": posting.version_of(answer)})

    assert "With a circle" not in words(client.get(f"/threads/{topic.pk}/tried/"))
    answer.refresh_from_db()
    assert answer.updates_count == 0
