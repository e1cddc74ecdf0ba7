"""Many at once: chosen, confirmed, reported, and taken back together."""

import pytest

from community.models import Audience
from forum import posting
from forum.live import log
from forum.moderation import arranging, bulk, undoing
from forum.moderation.models import Act
from forum.threads import Post, Topic

from .counting import assert_counters_are_right

Kind = Audience.Kind


@pytest.fixture
def square(make_space):
    return make_space(Kind.MEMBERS, name="Town square")


@pytest.fixture
def facilitator(make_facilitator, cohort):
    return make_facilitator(cohort)


@pytest.fixture
def author(make_participant, cohort):
    return make_participant(cohort, name="Ada Author")


@pytest.fixture
def topics(square, author, make_thread):
    return [make_thread(square, author, "One", "Two", subject=f"Title {n}") for n in range(4)]


def keys(things):
    return [thing.pk for thing in things]


def standing(topics):
    found = Topic.objects.filter(pk__in=keys(topics)).order_by("pk")
    return list(found.values_list("approved", "status", "type", "forum_id", "posts_count"))


@pytest.mark.parametrize("verb", sorted(bulk.VERBS))
def test_each_act_upon_many_goes_back_at_once(
    verb, square, topics, facilitator, make_space, author
):
    target = make_space(Kind.MEMBERS, name="Second square")
    posting.lock(topics[3], by=facilitator)
    arranging.pin(topics[3], by=facilitator)
    before = standing(topics)

    report = bulk.sweep_threads(
        square, keys(topics), verb, by=facilitator, reason="All alike", target=target
    )

    alike = {"lock": 3, "pin": 3, "unlock": 1, "unpin": 1}.get(verb, 4)
    assert (report.done, report.unchanged, report.refused) == (alike, 4 - alike, [])
    assert standing(topics) != before
    assert_counters_are_right()
    about_author = Act.objects.filter(pk__in=report.act.undo["acts"], concerns=author)
    assert about_author.filter(reason="All alike").count() == alike
    assert undoing.undo(report.act, by=facilitator) == (alike, [])
    report.act.refresh_from_db()
    assert undoing.undo(report.act, by=facilitator) == (0, [])
    assert standing(topics) == before
    assert_counters_are_right()


def test_what_cannot_be_done_is_told_and_the_rest_is_done(square, topics, facilitator, author):
    posting.remove(
        Post.objects.select_related("topic__forum__space").get(pk=topics[0].first_post_id),
        by=facilitator,
    )

    report = bulk.sweep_threads(square, [*keys(topics), 987654], "lock", by=facilitator)

    assert report.done == 3
    assert report.refused == ["Some of what you chose was removed or moved meanwhile."]


def test_a_thread_of_another_space_is_not_swept_along(
    square, topics, facilitator, author, make_space, make_thread
):
    elsewhere = make_thread(make_space(Kind.MEMBERS), author)

    report = bulk.sweep_threads(square, [elsewhere.pk], "lock", by=facilitator)

    assert (report.done, len(report.refused)) == (0, 1)
    assert not Topic.objects.get(pk=elsewhere.pk).is_locked


def test_only_moderators_sweep(square, topics, author):
    with pytest.raises(posting.Refused):
        bulk.sweep_threads(square, keys(topics), "remove", by=author)

    assert all(approved for approved, *_rest in standing(topics))


def test_taking_back_leaves_what_changed_meanwhile_and_says_so(square, topics, facilitator):
    report = bulk.sweep_threads(square, keys(topics), "lock", by=facilitator)
    posting.unlock(topics[1], by=facilitator)

    done, refused = undoing.undo(report.act, by=facilitator)

    assert done == 3
    assert len(refused) == 1
    assert not any(topic.is_locked for topic in Topic.objects.all())


def test_a_removed_post_that_is_back_is_told_where_it_belongs(topics, facilitator, author):
    topic = topics[0]
    post = Post.objects.select_related("topic__forum__space").get(pk=topic.last_post_id)
    posting.reply(topic, by=author, content="Three")
    act = arranging.take_away(post, by=facilitator)
    since = log.news(topic.pk, 0).seq

    undoing.undo(act, by=facilitator)

    (frame,) = log.news(topic.pk, since).frames
    assert (frame["kind"], frame["post"]) == ("changed", post.pk)
    assert "Two" in frame["html"]
    assert_counters_are_right()


def test_a_facilitators_own_post_can_be_put_back_too(square, facilitator, make_thread):
    topic = make_thread(square, facilitator, "Mine", "Mine too")
    post = Post.objects.select_related("topic__forum__space").get(pk=topic.last_post_id)

    act = arranging.take_away(post, by=facilitator)
    undoing.undo(act, by=facilitator)

    assert act.concerns is None
    assert Post.objects.get(pk=post.pk).approved


# --- Pages ---------------------------------------------------------------------------------------


def test_threads_are_chosen_in_the_list_confirmed_and_put_back(
    square, topics, facilitator, author, signed_in
):
    client, address = signed_in(facilitator), f"/spaces/{square.pk}/threads/"
    chosen = keys(topics[:3])
    assert signed_in(author).get(f"/spaces/{square.pk}/").content.count(b'form="sweep"') == 0
    assert client.get(f"/spaces/{square.pk}/").content.count(b'form="sweep"') == 4

    asked = client.get(address, {"act": "remove", "threads": chosen}).content.decode()
    assert "Remove these 3 threads?" in asked
    assert asked.count("Started by Ada Author") == 3
    assert all(approved for approved, *_rest in standing(topics))
    key = asked.split('name="key" value="')[1].split('"')[0]
    body = {"act": "remove", "threads": chosen, "key": key}
    done = client.post(address, body, follow=True).content.decode()
    again = client.post(address, body, follow=True).content.decode()

    assert "3 threads are removed." in done
    assert "3 threads are removed." in again
    assert Act.objects.filter(verb="swept").count() == 1
    act = Act.objects.get(verb="swept")
    assert f"/acts/{act.pk}/undo/" in done
    back = client.post(f"/acts/{act.pk}/undo/", follow=True).content.decode()
    assert "3 acts are taken back." in back
    assert all(approved for approved, *_rest in standing(topics))
    assert_counters_are_right()


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"act": "lock"},
        {"act": "lock", "threads": "x"},
        {"act": "explode", "threads": "1"},
        {"act": "lock", "threads": "9" * 40},
        {"act": "\x00", "threads": "\x00"},
    ],
)
def test_nothing_chosen_leads_back_to_the_list(square, topics, facilitator, signed_in, query):
    client, address = signed_in(facilitator), f"/spaces/{square.pk}/threads/"

    for answer in (client.get(address, query), client.post(address, query)):
        assert answer.headers["Location"] == f"/spaces/{square.pk}/"

    assert not Act.objects.exists()


def test_posts_are_chosen_in_the_thread_removed_and_put_back(
    topics, facilitator, author, signed_in
):
    topic, client = topics[0], signed_in(facilitator)
    posting.reply(topic, by=author, content="Three")
    chosen = list(topic.posts.order_by("pk").values_list("pk", flat=True))  # the opening one too
    address = f"/threads/{topic.pk}/sweep/"

    asked = client.get(address, {"posts": chosen}).content.decode()
    done = client.post(address, {"posts": chosen[1:]}, follow=True).content.decode()

    assert "Remove these 2 posts?" in asked
    assert "2 posts are gone." in done
    topic.refresh_from_db()
    assert topic.posts_count == 1
    act = Act.objects.get(verb="swept")
    assert (
        "2 acts are taken back."
        in client.post(f"/acts/{act.pk}/undo/", follow=True).content.decode()
    )
    topic.refresh_from_db()
    assert topic.posts_count == 3
    assert_counters_are_right()


def test_what_was_so_already_is_told_beside_what_is_so_now(square, topics, facilitator, signed_in):
    posting.lock(topics[0], by=facilitator)
    client, address = signed_in(facilitator), f"/spaces/{square.pk}/threads/"

    two = {"act": "lock", "threads": keys(topics[:2])}
    first = client.post(address, two, follow=True).content.decode()
    second = client.post(address, two, follow=True).content.decode()
    none = client.post(address, {"act": "lock"}, follow=True).content.decode()

    assert "1 thread is locked." in first
    assert "1 was so already." in first
    assert "is locked." not in second
    assert "2 were so already." in second
    assert "Nothing was chosen, so nothing was changed." in none
