"""Within a minute, whoever removed or changed a post of their own takes that back."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from community import roster
from community.models import Audience
from forum import posting
from forum.live import log
from forum.live.models import Event, Removal
from forum.moderation import arranging, reports
from forum.moderation.models import Act, Report
from forum.revisions.models import Revision
from forum.threads import Post, Topic

from .counting import assert_counters_are_right
from .test_undoing import everything


@pytest.fixture
def author(make_participant, cohort):
    return make_participant(cohort, name="Ama Author")


@pytest.fixture
def other(make_participant, cohort):
    return make_participant(cohort)


@pytest.fixture
def facilitator(make_facilitator, cohort):
    return make_facilitator(cohort)


@pytest.fixture
def topic(make_space, make_thread, cohort, author, other):
    topic = make_thread(make_space(Audience.Kind.COHORT, cohort), other, "Opening")
    for number in range(3):
        posting.reply(topic, by=author, content=f"Mine {number}")
    return topic


@pytest.fixture
def post(topic):
    return topic.posts.get(content="Mine 1")


@pytest.fixture
def alone(make_thread, topic, author):
    return make_thread(topic.forum.space, author, "Nobody answered", subject="Wobblegong")


def remove_url(post):
    return f"/threads/{post.topic_id}/posts/{post.pk}/remove/"


def restore_url(post):
    return f"/posts/{post.pk}/restore/"


def edit_url(post):
    return f"/threads/{post.topic_id}/posts/{post.pk}/edit/"


def revert_url(post):
    return f"/threads/{post.topic_id}/posts/{post.pk}/revert/"


def version(post):
    return posting.version_of(Post.objects.select_related("topic").get(pk=post.pk))


def words(post):
    return Post.objects.get(pk=post.pk).content.raw


def facts(post):
    """All that a change leaves on the rows of a post and of its thread."""
    rows = Post.objects.filter(pk=post.pk)
    return (
        rows.values("content", "_content_rendered", "updates_count", "updated_by").get(),
        Topic.objects.filter(pk=post.topic_id).values("subject", "slug").get(),
        Revision.objects.filter(post=post).count(),
    )


# --- A removal ------------------------------------------------------------------------------------


def test_a_removed_post_is_put_back_as_it_was(post, author, signed_in):
    client, before = signed_in(author), everything()

    page = client.post(remove_url(post), follow=True).content.decode()
    assert restore_url(post) in page
    assert "Mine 1" not in page
    assert "Put your post back?" in client.get(restore_url(post)).content.decode()
    page = client.post(restore_url(post), follow=True).content.decode()

    assert "It is as it was before." in page
    assert page.index("Mine 0") < page.index("Mine 1") < page.index("Mine 2")
    assert everything() == before
    assert_counters_are_right()
    assert not Act.objects.exists()


def test_a_thread_that_nobody_answered_is_put_back(alone, author, signed_in):
    client, before = signed_in(author), everything()
    client.post(remove_url(alone.first_post))
    assert client.get(f"/threads/{alone.pk}/").status_code == 404

    page = client.post(restore_url(alone.first_post), follow=True).content.decode()

    assert "Wobblegong" in page
    assert everything() == before
    assert_counters_are_right()


def test_a_facilitator_puts_their_own_answered_thread_back_and_the_others_hear_of_it(
    make_thread, topic, facilitator, other, signed_in
):
    mine = make_thread(topic.forum.space, facilitator, "From me")
    posting.reply(mine, by=other, content="An answer")
    before = everything()
    signed_in(facilitator).post(remove_url(mine.first_post))

    signed_in(facilitator).post(restore_url(mine.first_post))

    assert everything() == before
    told = Act.objects.filter(concerns=other).order_by("pk").values_list("verb", flat=True)
    assert list(told) == ["removed-thread", "removed-thread-undone"]


def test_after_a_minute_a_removal_stands(post, author, signed_in):
    client = signed_in(author)
    client.post(remove_url(post))
    after = everything()

    with time_machine.travel(timezone.now() + timedelta(seconds=61)):
        page = client.get(restore_url(post)).content.decode()
        late = client.post(restore_url(post))

    assert "This cannot be taken back any more" in page
    assert "Mine 1" in page, "their own words are there to copy"
    assert late.status_code == 409
    assert "more than a minute ago" in late.content.decode()
    assert everything() == after


def test_pressing_twice_is_pressing_once(post, author, signed_in):
    client = signed_in(author)
    client.post(remove_url(post))
    client.post(restore_url(post))
    events = Event.objects.count()

    page = client.post(restore_url(post), follow=True).content.decode()

    assert "it was taken back already" in page
    assert Event.objects.count() == events
    assert client.get(restore_url(post)).status_code == 302


def test_nobody_but_its_author_puts_a_post_back(post, author, other, facilitator, signed_in):
    signed_in(author).post(remove_url(post))

    for person in (other, facilitator):
        for method in ("get", "post"):
            assert getattr(signed_in(person), method)(restore_url(post)).status_code == 404
    assert not Post.objects.get(pk=post.pk).approved
    signed_in(author).post(restore_url(post))
    assert Post.objects.get(pk=post.pk).approved


def test_what_a_facilitator_removed_its_author_does_not_put_back(
    post, author, facilitator, signed_in
):
    arranging.take_away(post, by=facilitator, reason="Why")

    assert signed_in(author).post(restore_url(post)).status_code == 404

    assert not Post.objects.get(pk=post.pk).approved


@pytest.mark.parametrize("what", ["locked", "lost", "promoted"])
def test_where_one_cannot_write_any_more_nothing_is_put_back(
    post, topic, author, other, facilitator, make_person, signed_in, what
):
    client = signed_in(author)
    client.post(remove_url(post))
    if what == "locked":
        posting.lock(topic, by=facilitator)
    elif what == "lost":
        posting.remove(topic.first_post, by=facilitator)
    else:
        make_person.appoint(author, "director")

    response = client.post(restore_url(post))

    assert response.status_code == (404 if what == "promoted" else 409)
    assert not Post.objects.get(pk=post.pk).approved


def test_reports_that_the_removal_settled_wait_again(post, author, other, facilitator, signed_in):
    reports.report(post, by=other, why="hurtful", words="Please look")
    earlier = topic_reply = posting.reply(post.topic, by=author, content="Another")
    reports.report(topic_reply, by=other, why="hurtful", words="This too")
    signed_in(author).post(remove_url(earlier))
    signed_in(author).post(remove_url(post))
    assert not Report.objects.filter(outcome="").exists()

    signed_in(author).post(restore_url(post))

    assert Report.objects.get(outcome="").post == post


def test_readers_who_are_there_are_told_of_it(post, topic, author, signed_in):
    client = signed_in(author)
    client.post(remove_url(post))
    topic.thread.refresh_from_db()
    since = topic.thread.seq

    client.post(restore_url(post))

    (frame,) = log.news(topic.pk, since).frames
    assert (frame["kind"], frame["post"]) == ("changed", post.pk)
    assert "Mine 1" in frame["html"]


# --- A change -------------------------------------------------------------------------------------


@pytest.fixture
def change(signed_in, author):
    def change(post, text, **further):
        data = {"content": text, "version": version(post), **further}
        response = signed_in(author).post(edit_url(post), data, follow=True)
        assert response.status_code == 200
        return response.content.decode()

    return change


def test_a_change_is_taken_back_as_if_it_had_not_been_made(post, author, change, signed_in):
    before = facts(post)
    assert revert_url(post) in change(post, "Other words")
    client = signed_in(author)
    page = client.get(revert_url(post)).content.decode()
    assert version(post) in page

    page = client.post(revert_url(post), {"version": version(post)}, follow=True).content.decode()

    assert "It is as it was before." in page
    assert "Other words" not in page
    assert facts(post) == before
    assert ">Changed<" not in page.replace("\n", "")


def test_the_change_before_it_stands(post, author, change, signed_in):
    change(post, "Once")
    between = facts(post)
    change(post, "Twice")

    signed_in(author).post(revert_url(post), {"version": version(post)})

    assert facts(post) == between
    assert words(post) == "Once"


def test_a_title_is_taken_back_with_its_post(alone, author, change, signed_in):
    post, before = alone.first_post, facts(alone.first_post)
    change(post, "Nobody answered yet", subject="Numbat")

    signed_in(author).post(revert_url(post), {"version": version(post)})

    assert facts(post) == before
    assert Topic.objects.get(pk=alone.pk).subject == "Wobblegong"


def test_pressing_twice_takes_one_change_back(post, author, change, signed_in):
    change(post, "Once")
    change(post, "Twice")
    pressed = {"version": version(post)}
    client = signed_in(author)
    client.post(revert_url(post), pressed)

    page = client.post(revert_url(post), pressed, follow=True).content.decode()

    assert "it was taken back already" in page
    assert words(post) == "Once"


def test_after_a_minute_a_change_stands(post, author, change, signed_in):
    change(post, "Other words")
    client = signed_in(author)

    with time_machine.travel(timezone.now() + timedelta(seconds=61)):
        page = client.get(revert_url(post)).content.decode()
        late = client.post(revert_url(post), {"version": version(post)})

    assert "This cannot be taken back any more" in page
    assert late.status_code == 409
    assert "more than a minute ago" in late.content.decode()
    assert words(post) == "Other words"


def test_a_facilitators_change_stands_and_so_does_what_it_changed(
    post, author, facilitator, change, signed_in
):
    change(post, "Other words")
    posting.edit(post, by=facilitator, content="Calmer words", reason="Calmer")

    signed_in(author).post(revert_url(post), {"version": version(post)})

    assert words(post) == "Calmer words"
    assert signed_in(facilitator).get(revert_url(post)).status_code == 404


@pytest.mark.parametrize("what", ["locked", "left"])
def test_where_one_cannot_write_any_more_a_change_stands(
    post, topic, author, facilitator, cohort, change, signed_in, what
):
    change(post, "Other words")
    pressed = {"version": version(post)}
    if what == "locked":
        posting.lock(topic, by=facilitator)
    else:
        roster.leave(author, cohort, by=None)

    response = signed_in(author).post(revert_url(post), pressed)

    assert response.status_code == (409 if what == "locked" else 404)
    assert words(post) == "Other words"


def test_readers_who_are_there_see_the_words_of_before(post, topic, author, change, signed_in):
    change(post, "Other words")
    topic.thread.refresh_from_db()
    since = topic.thread.seq

    signed_in(author).post(revert_url(post), {"version": version(post)})

    (frame,) = log.news(topic.pk, since).frames
    assert frame["kind"] == "edited"
    assert "Mine 1" in frame["html"]
    assert Removal.objects.count() == 0
