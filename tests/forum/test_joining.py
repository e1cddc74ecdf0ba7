"""Two threads of one and one of two: order, counters, addresses, and what hangs on a post."""

import re
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from machina.core.db.models import get_model

from community import roster
from community.models import Audience, Epoch, Role
from forum import posting, threads
from forum.live import log
from forum.live.models import Event, Thread
from forum.moderation import arranging, joining, undoing
from forum.moderation.models import Act
from forum.shelf import saving
from forum.subscriptions import subscribing
from forum.subscriptions.models import Subscription
from forum.threads import Post, Topic

from .counting import assert_counters_are_right

Kind = Audience.Kind
TopicPoll = get_model("forum_polls", "TopicPoll")


@pytest.fixture
def square(make_space):
    return make_space(Kind.MEMBERS, name="Town square")


@pytest.fixture
def den(make_space, cohort):
    return make_space(Kind.COHORT, cohort, name="Zebrafinch den")


@pytest.fixture
def facilitator(make_facilitator, cohort):
    return make_facilitator(cohort)


@pytest.fixture
def authors(make_participant, cohort):
    return [make_participant(cohort, name="Ada Author"), make_participant(cohort, name="Bo Other")]


@pytest.fixture
def braided(square, authors, make_thread):
    """Two threads whose posts were said in turns: `(older, newer)`."""
    older = make_thread(square, authors[0], "Older 1", subject="The older")
    newer = make_thread(square, authors[1], "Newer 1", subject="The newer")
    for number in (2, 3):
        posting.reply(older, by=authors[1], content=f"Older {number}")
        posting.reply(newer, by=authors[0], content=f"Newer {number}")
    return Topic.objects.get(pk=older.pk), Topic.objects.get(pk=newer.pk)


def words(topic):
    found = Post.objects.filter(topic=topic, approved=True).order_by("pk")
    return [post.content.raw for post in found]


def keys(topic, *numbers):
    found = list(topic.posts.order_by("pk").values_list("pk", flat=True))
    return [found[number] for number in numbers]


def kinds(topic):
    return list(Event.objects.filter(thread_id=topic.pk).values_list("kind", flat=True))


# --- Split ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("numbers", "onwards", "left", "carried"),
    [
        ([2], False, ["Older 1", "Older 2"], ["Older 3"]),
        ([1], False, ["Older 1", "Older 3"], ["Older 2"]),
        ([1], True, ["Older 1"], ["Older 2", "Older 3"]),
        ([2, 1], False, ["Older 1"], ["Older 2", "Older 3"]),
    ],
)
def test_posts_go_to_a_thread_of_their_own(
    braided, facilitator, authors, numbers, onwards, left, carried
):
    topic = braided[0]

    act = joining.split(
        topic, keys(topic, *numbers), by=facilitator, subject="Apart", onwards=onwards
    )

    new = Topic.objects.get(pk=act.undo["new"])
    assert (words(topic), words(new)) == (left, carried)
    assert new.poster == authors[1]
    assert_counters_are_right()
    assert kinds(new) == ["changed"]
    assert kinds(topic)[-1] == "changed"
    assert (act.concerns, act.topic) == (authors[1], topic)


def test_the_opening_post_stays_with_its_thread(braided, facilitator):
    topic = braided[0]

    with pytest.raises(posting.Refused):
        joining.split(topic, keys(topic, 0), by=facilitator, subject="Apart")
    with pytest.raises(posting.Refused):
        joining.split(topic, [], by=facilitator, subject="Apart")
    with pytest.raises(posting.Refused):
        joining.split(topic, keys(braided[1], 1), by=facilitator, subject="Apart")

    assert Topic.objects.count() == 2


def test_everybody_whose_words_were_carried_is_told_once(braided, facilitator, authors):
    topic = braided[0]
    posting.reply(topic, by=authors[0], content="Older 4")

    act = joining.split(topic, keys(topic, 1, 2, 3), by=facilitator, subject="Apart")

    told = Act.objects.filter(verb__startswith="split").values_list("concerns_id", flat=True)
    assert sorted(told) == sorted(author.pk for author in authors)
    assert Act.objects.filter(verb="split").get() == act


@pytest.mark.parametrize("verb", ["split", "merge"])
def test_every_undo_that_the_log_offers_works_and_everybody_hears_of_it(
    braided, facilitator, authors, make_participant, make_thread, cohort, signed_in, verb
):
    older, starter = braided[0], make_participant(cohort, name="Cy Starter")
    newest = make_thread(older.forum.space, starter, "Newest 1")
    if verb == "split":
        posting.reply(older, by=authors[0], content="Older 4")
        joining.split(older, keys(older, 1, 2, 3), by=facilitator, subject="Apart")
    else:
        joining.merge(older, newest, by=facilitator)
    client = signed_in(facilitator)
    log_page = client.get(f"/spaces/{older.forum.space.pk}/acts/").content.decode()
    offered = set(re.findall(r"/acts/\d+/undo/", log_page))

    assert len(offered) == 1
    assert client.post(offered.pop()).status_code == 302

    def heard(person):
        return signed_in(person).get("/me/acts/").content.decode()

    for author in authors:
        assert "put posts of yours back" in heard(author)
    assert ("out of a thread that you started" in heard(starter)) == (verb == "merge")
    assert_counters_are_right()


def test_the_same_form_again_gives_the_same_thread(braided, facilitator):
    topic, key = braided[0], uuid.uuid4()
    chosen = keys(topic, 1)

    first = joining.split(topic, chosen, by=facilitator, subject="Apart", key=key)
    again = joining.split(topic, chosen, by=facilitator, subject="Apart", key=key)

    assert first == again
    assert Topic.objects.count() == 3


def test_an_old_link_to_a_post_that_was_split_off_leads_to_it(
    braided, facilitator, authors, signed_in, make_person
):
    topic = braided[0]
    post = keys(topic, 1)[0]
    address = f"/threads/{topic.pk}/?post={post}"
    act = joining.split(topic, [post], by=facilitator, subject="Apart")
    new = act.undo["new"]

    landed = signed_in(authors[0]).get(address)
    elsewhere = signed_in(authors[0]).get(f"/threads/{braided[1].pk}/?post={post}")

    assert landed.headers["Location"] == f"/threads/{new}/?page=1#post-{post}"
    assert elsewhere.status_code == 404


def test_a_split_is_not_taken_back_over_somebodys_reply(braided, facilitator, authors):
    topic = braided[0]
    act = joining.split(topic, keys(topic, 1), by=facilitator, subject="Apart")
    new = Topic.objects.get(pk=act.undo["new"])
    posting.reply(new, by=authors[0], content="In the new one")

    with pytest.raises(posting.Refused, match="changed meanwhile"):
        undoing.undo(act, by=facilitator)

    assert words(new) == ["Older 2", "In the new one"]


# --- Merge ---------------------------------------------------------------------------------------


def test_merged_posts_fall_into_their_time(braided, facilitator, authors):
    older, newer = braided

    act = joining.merge(older, newer, by=facilitator)

    assert words(newer) == ["Older 1", "Newer 1", "Older 2", "Newer 2", "Older 3", "Newer 3"]
    newer.refresh_from_db()
    assert (newer.subject, newer.poster) == ("The newer", authors[0])
    assert not Topic.objects.get(pk=older.pk).approved
    assert_counters_are_right()
    assert (kinds(older)[-1], kinds(newer)[-1]) == ("moved", "changed")
    assert joining.merge(older, newer, by=facilitator) is None
    assert act.concerns in authors


def test_the_old_address_leads_its_readers_and_nobody_else(
    braided, den, facilitator, authors, signed_in, make_person, make_thread
):
    older, newer = braided
    walled = make_thread(den, authors[0], "Walled")
    reply = keys(older, 1)[0]
    joining.merge(older, newer, by=facilitator)
    joining.merge(newer, walled, by=facilitator)
    reader, outsider = signed_in(authors[1]), signed_in(make_person(Role.Kind.DIRECTOR))

    for topic in (older, newer):
        first = reader.get(f"/threads/{topic.pk}/")
        assert first.status_code == 302
        assert first.headers["Location"] == f"/threads/{walled.pk}/?merged={topic.pk}"
        told = outsider.get(f"/threads/{topic.pk}/")
        missing = outsider.get("/threads/987654/")
        assert (told.status_code, told.content) == (missing.status_code, missing.content)
    led = reader.get(f"/threads/{older.pk}/?post={reply}", follow=True)
    assert led.redirect_chain[-1][0].endswith(f"#post-{reply}")


def test_a_reply_to_a_merged_thread_is_kept_and_says_where_it_would_stand(
    braided, den, facilitator, authors, signed_in, make_person, make_thread
):
    older, _newer = braided
    walled = make_thread(den, authors[0], "Walled", subject="The walled one")
    joining.merge(older, walled, by=facilitator)
    address, body = (
        f"/threads/{older.pk}/reply/",
        {"content": "Typed meanwhile", "key": str(uuid.uuid4())},
    )
    reader, outsider = signed_in(authors[1]), signed_in(make_person(Role.Kind.DIRECTOR))

    asked = reader.post(address, body)
    by_script = reader.post(address, body, headers={"accept": "application/json"})

    assert asked.status_code == by_script.status_code == 422
    page = asked.content.decode()
    assert "Typed meanwhile" in page
    assert "The thread is a part of “The walled one” now." in page
    assert walled.forum.space.readers_sentence(Epoch.objects.get(pk=1).value) in page
    told = by_script.json()["errors"]["__all__"][0]["message"]
    assert "Open it: what you wrote comes along." in told
    assert not Post.objects.filter(content="Typed meanwhile").exists()
    for method in (outsider.get, outsider.post):
        gone, missing = method(address, body), method("/threads/987654/reply/", body)
        assert (gone.status_code, gone.content) == (missing.status_code, missing.content)
        assert gone.status_code == 404

    quoting = reader.get(address, {"quote": keys(walled, 1)[0]})
    assert quoting.headers["Location"].startswith(f"/threads/{walled.pk}/reply/?quote=")
    assert by_script.json()["url"] == f"/threads/{older.pk}/"
    form = page[page.index("data-draft-form") - 300 : page.index("data-draft-form")]
    action = re.search(r'<form method="post" action="([^"]+)"', form)[1]
    assert reader.post(action, body).status_code == 302
    assert words(walled)[-1] == "Typed meanwhile"


def test_words_for_fewer_are_not_merged_into_a_thread_for_more(
    braided, den, facilitator, authors, make_thread
):
    walled = make_thread(den, authors[0], "Walled words")

    with pytest.raises(posting.Refused):
        joining.merge(walled, braided[0], by=facilitator)
    with pytest.raises(posting.Refused):
        joining.merge(braided[0], braided[0], by=facilitator)
    with pytest.raises(posting.Refused):
        joining.merge(braided[0], braided[1], by=authors[0])

    assert words(walled) == ["Walled words"]
    assert_counters_are_right()


def test_readers_of_the_old_thread_are_not_told_what_became_of_its_posts(
    braided, den, facilitator, authors, make_thread
):
    older, _newer = braided
    walled = make_thread(den, authors[0], "Walled words")
    epoch = Epoch.objects.get(pk=1).value

    joining.merge(older, walled, by=facilitator)
    moved = Post.objects.select_related("topic__forum__space").get(topic=walled, content="Older 1")
    posting.edit(moved, by=authors[0], content="Said behind the wall")

    told = log.news(older.pk, 0)
    assert [frame.get("html") for frame in told.frames] == [None] * len(told.frames)
    assert Epoch.objects.get(pk=1).value > epoch


def test_a_split_off_post_is_told_in_its_new_thread_only(braided, facilitator):
    topic = braided[0]
    chosen = keys(topic, 1)
    joining.split(topic, chosen, by=facilitator, subject="Apart")

    frames = log.news(topic.pk, 0).frames

    assert [frame["post"] for frame in frames if frame.get("html")] == keys(topic, 0, 1)
    assert chosen[0] not in keys(topic, 0, 1)


def test_waiting_and_removed_posts_go_along_unseen(braided, facilitator, authors):
    older, newer = braided
    gone = Post.objects.select_related("topic__forum__space").get(pk=keys(older, 1)[0])
    posting.remove(gone, by=authors[1])

    joining.merge(older, newer, by=facilitator)

    gone.refresh_from_db()
    assert (gone.topic_id, gone.approved) == (newer.pk, False)
    assert "Older 2" not in words(newer)
    assert_counters_are_right()


def test_a_poll_goes_along_and_two_are_refused(braided, facilitator, square, authors, make_thread):
    older, newer = braided
    poll = TopicPoll.objects.create(topic=older, question="Which day?")
    act = joining.merge(older, newer, by=facilitator)
    poll.refresh_from_db()
    assert poll.topic_id == newer.pk

    third = make_thread(square, authors[0])
    TopicPoll.objects.create(topic=third, question="Which hour?")
    with pytest.raises(posting.Refused, match="poll"):
        joining.merge(third, newer, by=facilitator)

    undoing.undo(act, by=facilitator)
    poll.refresh_from_db()
    assert poll.topic_id == older.pk


def test_whoever_follows_or_saved_a_thread_follows_and_saved_the_one_it_was_merged_into(
    braided, facilitator, make_person
):
    source, target = braided
    reader, stopped = make_person(), make_person()
    subscribing.subscribe_to_thread(source, by=reader)
    saving.save(source, by=reader, note="For Monday")
    subscribing.subscribe_to_thread(source, by=stopped)
    other = subscribing.subscribe_to_thread(target, by=stopped)
    subscribing.stop([other.pk], by=stopped)

    joining.merge(source, target, by=facilitator)

    following = Subscription.objects.going_on().filter(thread=target.pk)
    assert reader.pk in following.values_list("person", flat=True)
    assert stopped.pk not in following.values_list("person", flat=True)
    assert following.get(person=reader).told == Thread.objects.get(pk=target.pk).bumped
    assert [kept.note for kept in saving.page_of_saved(reader, 1)] == ["For Monday"]


def test_a_merge_behind_the_wall_is_not_taken_back_with_words_said_there(
    braided, den, facilitator, authors, make_thread
):
    older, _newer = braided
    walled = make_thread(den, authors[0], "Walled words")
    act = joining.merge(older, walled, by=facilitator)
    moved = Post.objects.select_related("topic__forum__space").get(pk=act.undo["posts"][0])
    posting.edit(moved, by=authors[0], content="Said behind the wall")

    with pytest.raises(posting.Refused, match="stays"):
        undoing.undo(act, by=facilitator)

    assert not Topic.objects.get(pk=older.pk).approved


def test_parted_threads_keep_what_was_said_meanwhile(braided, facilitator, authors):
    older, newer = braided
    act = joining.merge(older, newer, by=facilitator)
    posting.reply(newer, by=authors[0], content="Meanwhile")

    undoing.undo(act, by=facilitator)

    assert words(older) == ["Older 1", "Older 2", "Older 3"]
    assert words(newer) == ["Newer 1", "Newer 2", "Newer 3", "Meanwhile"]
    assert_counters_are_right()


@pytest.mark.django_db(transaction=True)
def test_replies_while_threads_are_merged_and_split_are_all_there_once(
    braided, facilitator, authors
):
    older, newer = braided
    refused = []

    def act(number):
        try:
            one, other = (older, newer) if number % 2 else (newer, older)
            page = Topic.objects.select_related("forum__space__audience__cohort").get(pk=one.pk)
            if number == 6:
                joining.merge(page, other, by=facilitator)
            elif number == 9:
                undoing.undo(Act.objects.filter(verb="merged").exclude(undo={})[0], by=facilitator)
            elif number % 5 == 0:
                joining.split(page, keys(page, -1), by=facilitator, subject="Apart")
            else:
                posting.reply(page, by=authors[0], content=f"Reply {number}")
        except (posting.Refused, IndexError):
            refused.append(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(act, range(24)))

    said = [post.content.raw for post in Post.objects.all() if post.content.raw.startswith("Reply")]
    assert len(said) == len(set(said))
    tried = [number for number in range(24) if number not in (6, 9) and number % 5]
    assert len(said) == len(set(tried) - set(refused))
    assert_counters_are_right()


# --- Pages ---------------------------------------------------------------------------------------


def test_a_facilitator_splits_by_the_pages(braided, facilitator, signed_in):
    topic, client = braided[0], signed_in(facilitator)
    chosen = keys(topic, 1, 2)

    listed = client.get(f"/threads/{topic.pk}/posts/").content.decode()
    page = client.get(f"/threads/{topic.pk}/split/", {"posts": chosen})
    empty = client.post(f"/threads/{topic.pk}/split/", {"posts": chosen, "reason": "Kept words"})
    done = client.post(
        f"/threads/{topic.pk}/split/", {"posts": chosen, "subject": "Apart"}, follow=True
    )

    assert listed.count('name="posts"') == 2  # the opening post cannot be chosen
    assert b"Move these 2 posts" in page.content
    assert empty.status_code == 422
    assert b"Kept words" in empty.content
    assert b"2 posts stand in this thread" in done.content
    assert Topic.objects.filter(subject="Apart", posts_count=2).exists()
    nothing = client.get(
        f"/threads/{topic.pk}/split/", {"posts": ["x", "9" * 40, "\x00"]}, follow=True
    )
    assert nothing.redirect_chain == [(f"/threads/{topic.pk}/posts/", 302)]
    assert b"Choose posts first" in nothing.content


@pytest.mark.parametrize("shape", ["{}", "/threads/{}/", "https://hall.example/threads/{}/?post=1"])
def test_a_facilitator_merges_by_a_pasted_address(braided, facilitator, signed_in, shape):
    older, newer = braided
    client, address = signed_in(facilitator), f"/threads/{older.pk}/merge/"

    asked = client.post(address, {"address": shape.format(newer.pk), "reason": "Twice the same"})
    hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', asked.content.decode()))
    assert Topic.objects.get(pk=older.pk).approved
    done = client.post(address, {**hidden, "confirmed": "yes"}, follow=True)
    again = client.post(address, {**hidden, "confirmed": "yes"})

    assert b"Merge these two threads?" in asked.content
    assert b"stand here now" in done.content
    assert again.headers["Location"] == f"/threads/{newer.pk}/"
    assert Act.objects.filter(verb="merged", reason="Twice the same").exists()


@pytest.mark.parametrize(
    "pasted", ["", "nonsense", "/threads/", "9" * 300, "\x00", "/threads/987654/"]
)
def test_an_address_that_is_none_is_an_error_beside_its_field(
    braided, facilitator, signed_in, pasted
):
    answer = signed_in(facilitator).post(
        f"/threads/{braided[0].pk}/merge/", {"address": pasted, "reason": "Kept words"}
    )

    assert answer.status_code == 422
    assert b"Kept words" in answer.content


def test_a_thread_that_is_closed_to_a_facilitator_is_no_thread_to_merge_with(
    braided, make_space, make_thread, make_participant, other_cohort, facilitator, signed_in
):
    room = make_space(Kind.COHORT, other_cohort, name="Closed room")
    closed = make_thread(room, make_participant(other_cohort), subject="Closed title")
    address = f"/threads/{braided[0].pk}/merge/"

    def answer(pk):
        page = signed_in(facilitator).post(address, {"address": str(pk), "confirmed": "yes"})
        mine = rf'value="{pk}"|name="csrfmiddlewaretoken" value="\w+"'
        return page.status_code, re.sub(mine, "", page.content.decode())

    assert answer(closed.pk) == answer(987654)


def test_moderation_ends_with_the_role(braided, facilitator, signed_in):
    act = arranging.pin(braided[0], by=facilitator)
    client = signed_in(facilitator)
    assert client.get(f"/acts/{act.pk}/undo/").status_code == 200

    roster.dismiss(facilitator, Role.Kind.FACILITATOR, by=None)

    assert client.get(f"/acts/{act.pk}/undo/").status_code == 404
    with pytest.raises(posting.Refused):
        undoing.undo(act, by=facilitator)
    assert threads.Topic.objects.get(pk=braided[0].pk).is_sticky
