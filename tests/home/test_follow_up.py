"""The thread of a webinar: what is hosted there is its follow-up, unless its host says not."""

import re

import pytest

from community import roster
from community.models import Audience
from forum import posting
from forum.hosting.models import Session
from home.models import ChapterPage, GuidePage


@pytest.fixture
def square(make_space):
    return make_space(Audience.Kind.MEMBERS)


@pytest.fixture
def host(make_facilitator, cohort):
    return make_facilitator(cohort)


def offered(client, topic, **sent):
    """`[(kind, whether it is chosen)]` as the form that starts a session offers them."""
    address = f"/threads/{topic.pk}/session/host/"
    answer = client.post(address, {"act": "start", **sent}) if sent else client.get(address)
    inputs = re.findall(r'<input type="radio" name="kind"[^>]*>', answer.content.decode())
    return [(re.search('value="([^"]+)"', one)[1], " checked" in one) for one in inputs]


def test_in_the_thread_of_a_webinar_the_follow_up_is_first_and_chosen(
    square, host, make_webinar, signed_in
):
    topic = posting.discuss(make_webinar(), square, by=host, subject="S", content="W").topic
    client = signed_in(host)

    assert offered(client, topic) == [("follow-up", True), ("hallway", False)]

    sent = offered(client, topic, kind="hallway", minutes="none")
    assert sent == [("follow-up", False), ("hallway", True)]
    client.post(
        f"/threads/{topic.pk}/session/host/", {"act": "start", "kind": "hallway", "minutes": "60"}
    )
    assert Session.objects.get().kind == Session.Kind.HALLWAY


def test_in_any_other_thread_the_open_hallway_is(square, host, make_page, make_thread, signed_in):
    chapter = make_page(ChapterPage, GuidePage)
    about = posting.discuss(chapter, square, by=host, subject="S", content="W").topic

    for topic in (about, make_thread(square, host)):
        assert offered(signed_in(host), topic) == [("hallway", True), ("follow-up", False)]


def test_whoever_hosts_and_cannot_read_the_webinar_is_not_told_that_the_thread_is_about_one(
    square, host, make_webinar, other_cohort, signed_in
):
    page = make_webinar()
    topic = posting.discuss(page, square, by=host, subject="S", content="W").topic
    wall = roster.open_audience(Audience.Kind.COHORT, other_cohort)
    page.view_restrictions.create(restriction_type="groups").groups.add(wall.group)

    assert offered(signed_in(host), topic) == [("hallway", True), ("follow-up", False)]
