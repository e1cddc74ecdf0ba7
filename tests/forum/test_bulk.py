"""Many at once: chosen, confirmed, reported, and taken back together."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.html import strip_tags

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


def sent_twice(client, address, chosen, between=None):
    """The pages after the same form was sent, and after it was sent again."""
    asked = client.get(address, chosen).content.decode()
    body = {**chosen, "key": asked.split('name="key" value="')[1].split('"')[0]}
    first = client.post(address, body, follow=True).content.decode()
    if between:
        between()
    return first, client.post(address, body, follow=True).content.decode()


def test_the_same_form_sent_again_says_the_same_also_of_what_was_not_done(
    square, topics, facilitator, signed_in
):
    posting.lock(topics[0], by=facilitator)
    address = f"/spaces/{square.pk}/threads/"

    chosen = {"act": "lock", "threads": [*keys(topics[:2]), 987654]}
    pages = sent_twice(signed_in(facilitator), address, chosen)

    for page in pages:
        assert "1 thread is locked." in page
        assert "1 was so already." in page
        assert "Some of what you chose was removed or moved meanwhile." in page
    assert Act.objects.filter(verb="swept").count() == 1


def test_what_was_taken_back_is_not_said_to_be_done(square, topics, facilitator, signed_in):
    client, address = signed_in(facilitator), f"/spaces/{square.pk}/threads/"

    def take_back():
        client.post(f"/acts/{Act.objects.get(verb='swept').pk}/undo/")

    chosen = {"act": "lock", "threads": keys(topics[:2])}
    first, second = sent_twice(client, address, chosen, take_back)

    assert "2 threads are locked." in first
    assert "locked." not in second.split("<main")[1]
    assert "This was done before, and taken back since." in second
    assert "nothing was changed" not in second
    assert not Topic.objects.filter(status=Topic.TOPIC_LOCKED).exists()


def test_what_was_taken_back_in_part_is_said_in_numbers(square, topics, facilitator, signed_in):
    client, address = signed_in(facilitator), f"/spaces/{square.pk}/threads/"

    def take_one_back():
        client.post(f"/acts/{Act.objects.filter(verb='locked').first().pk}/undo/")

    chosen = {"act": "lock", "threads": keys(topics[:3])}
    _first, second = sent_twice(client, address, chosen, take_one_back)

    assert "2 threads are locked." in second
    assert "1 was taken back since." in second
    assert f"/acts/{Act.objects.get(verb='swept').pk}/undo/" in second


# --- What the log and the page that takes back say of it ------------------------------------------


def described(client, space):
    """`(line of the log, sentence of the page that takes back)` of the one sweep, as text."""
    act = Act.objects.get(verb="swept")
    log = client.get(f"/spaces/{space.pk}/acts/").content.decode()
    (line,) = [row for row in log.split("<li")[1:] if f"/acts/{act.pk}/undo/" in row]
    line = line.split('row__title">')[1].split("</p>")[0]
    asked = client.get(f"/acts/{act.pk}/undo/").content.decode()
    asked = asked.split("Take this back?</h1>")[1].split("</p>")[0]
    return strip_tags(line).strip(), " ".join(strip_tags(asked).split())


@pytest.mark.parametrize(
    ("verb", "done"),
    {
        "lock": "locked 2 threads",
        "unlock": "opened 2 threads again",
        "pin": "pinned 2 threads",
        "unpin": "let 2 threads stand like any other",
        "move": "moved 2 threads to another space",
        "remove": "removed 2 threads",
    }.items(),
)
def test_the_log_says_what_was_done_to_which_threads(
    verb, done, square, topics, facilitator, make_space, signed_in
):
    for topic in topics[:2]:
        if verb in ("unlock", "unpin"):
            {"unlock": posting.lock, "unpin": arranging.pin}[verb](topic, by=facilitator)
    target = make_space(Kind.MEMBERS, name="Second square")
    bulk.sweep_threads(square, keys(topics[:2]), verb, by=facilitator, target=target)

    line, asked = described(signed_in(facilitator), square)

    assert line.startswith(f"{facilitator.name} {done}: “Title ")
    assert asked.startswith(f"{facilitator.name} {done}, ")
    for said in (line, asked):
        assert said.endswith(("“Title 0”, “Title 1”", "“Title 1”, “Title 0”"))


def test_only_a_few_titles_are_told(square, topics, facilitator, author, make_thread, signed_in):
    more = [make_thread(square, author, subject="Title 4")]
    bulk.sweep_threads(square, keys([*topics, *more]), "remove", by=facilitator)

    for said in described(signed_in(facilitator), square):
        assert "removed 5 threads" in said
        assert said.count("Title") == 3
        assert said.endswith("and 2 more")


def test_what_was_done_to_one_thread_is_told_in_the_singular(
    square, topics, facilitator, signed_in
):
    bulk.sweep_threads(square, keys(topics[:1]), "pin", by=facilitator)

    line, _asked = described(signed_in(facilitator), square)

    assert line == f"{facilitator.name} pinned 1 thread: “Title 0”"


def test_posts_that_were_removed_are_told_with_their_thread(topics, facilitator, author, signed_in):
    posting.reply(topics[0], by=author, content="Three")
    chosen = list(topics[0].posts.order_by("pk").values_list("pk", flat=True))[1:]
    bulk.sweep_posts(topics[0], chosen, by=facilitator)

    line, asked = described(signed_in(facilitator), topics[0].forum.space)

    assert line == f"{facilitator.name} removed 2 posts of a thread"
    assert asked.endswith(": Title 0")


def test_a_title_that_went_where_the_reader_cannot_read_is_told_no_more(
    square, topics, facilitator, make_facilitator, cohort, other_cohort, make_space, signed_in
):
    other = make_facilitator(other_cohort)
    room = make_space(Kind.COHORT, cohort, name="North room")
    bulk.sweep_threads(square, keys(topics[:2]), "lock", by=facilitator)
    assert "Title 0" in described(signed_in(other), square)[0]

    arranging.move(topics[0], room, by=facilitator)

    assert "Title 0" in described(signed_in(facilitator), square)[0]
    for said in described(signed_in(other), square):
        assert "locked 2 threads" in said
        assert "Title 0" not in said
        assert said.endswith("“Title 1” and 1 more")


def test_the_log_costs_the_same_however_much_was_done_at_once(
    square, topics, facilitator, signed_in
):
    client, costs = signed_in(facilitator), []
    for verb in ("lock", "pin", "unlock", "unpin"):
        bulk.sweep_threads(square, keys(topics), verb, by=facilitator)
        client.get(f"/spaces/{square.pk}/acts/")
        with CaptureQueriesContext(connection) as queries:
            client.get(f"/spaces/{square.pk}/acts/")
        costs.append(len(queries))

    assert len(set(costs)) == 1


def test_the_pages_say_who_is_told(square, topics, facilitator, signed_in):
    client, chosen = signed_in(facilitator), keys(topics[:2])
    many = client.get(f"/spaces/{square.pk}/threads/", {"act": "lock", "threads": chosen})
    one = client.get(f"/spaces/{square.pk}/threads/", {"act": "lock", "threads": chosen[0]})
    act = bulk.sweep_threads(square, chosen, "lock", by=facilitator).act
    back = client.get(f"/acts/{act.pk}/undo/")

    assert "Whoever wrote them is told." in many.content.decode()
    assert "Whoever wrote it can read this reason." in many.content.decode()
    for page in (one, back):
        assert "Whoever wrote it is told." in page.content.decode()
