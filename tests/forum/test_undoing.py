"""Whatever facilitators do, taking it back in turn leaves everything as it was."""

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from machina.apps.forum.models import Forum

from community.models import Audience
from forum import posting
from forum.live.models import Removal
from forum.moderation import arranging, bulk, joining, record, undoing
from forum.moderation.models import Act, Announcement, Notice
from forum.spaces.models import Space
from forum.threads import Post, Topic

from .counting import assert_counters_are_right


def everything():
    """All that readers could see, in one value."""
    return {
        "topics": sorted(
            Topic.objects.filter(approved=True).values_list(
                "pk", "forum_id", "type", "status", "subject", "poster_id", "posts_count",
                "first_post_id", "last_post_id", "last_post_on", "thread__space_id",
                "thread__bumped",
            )
        ),
        "posts": sorted(Post.objects.values_list("pk", "topic_id", "approved")),
        "forums": sorted(
            Forum.objects.values_list(
                "pk", "direct_posts_count", "direct_topics_count", "last_post_id", "last_post_on"
            )
        ),
        "spaces": sorted(Space.objects.values_list("pk", "bumped")),
        "announced": sorted(Announcement.objects.values_list("pk", "until")),
        "removed": sorted(Removal.objects.values_list("post_id", flat=True)),
        "notices": sorted(Notice.objects.values_list("pk", flat=True)),
    }  # fmt: skip


STEPS = ("pin", "announce", "unpin", "lock", "unlock", "move", "split", "merge", "remove", "post")


def take_step(verb, first, second, spaces, by):
    """The Act of one verb upon two of the threads that stand, or None where it was refused."""
    standing = list(Topic.objects.filter(approved=True).order_by("pk"))
    topic, other = standing[first % len(standing)], standing[second % len(standing)]
    if verb == "move":
        return arranging.move(topic, spaces[second % len(spaces)], by=by)
    if verb == "merge":
        return joining.merge(topic, other, by=by)
    posts = list(topic.posts.filter(approved=True).order_by("pk"))
    post = posts[second % len(posts)]
    post.topic = topic
    if verb == "split":
        onwards = bool(first % 2)
        return joining.split(topic, [post.pk], by=by, subject="Split off", onwards=onwards)
    if verb == "post":
        return arranging.take_away(post, by=by)
    if verb == "announce":
        return arranging.announce(topic, by=by)
    return bulk.VERBS[verb](topic, by=by)


@pytest.fixture
def floor(make_space, make_thread, make_person, make_participant, make_facilitator, cohort):
    """`(spaces, facilitator)`: two spaces of one audience and a narrower one, four threads."""
    facilitator = make_facilitator(cohort)
    authors = [make_participant(cohort), make_participant(cohort), facilitator]
    spaces = [
        make_space(Audience.Kind.MEMBERS),
        make_space(Audience.Kind.MEMBERS),
        make_space(Audience.Kind.COHORT, cohort),
    ]
    for number in range(4):
        topic = make_thread(spaces[0 if number < 3 else 2], authors[number % 3], "One")
        for reply in range(3):
            posting.reply(topic, by=authors[(number + reply) % 3], content=f"More {reply}")
    posting.lock(topic, by=facilitator)
    return spaces, facilitator


def test_taking_back_a_sequence_leaves_everything_as_it_was(floor):
    spaces, facilitator = floor
    step = st.tuples(st.sampled_from(STEPS), st.integers(0, 7), st.integers(0, 7))
    taken = set()

    @settings(
        max_examples=50,
        deadline=None,
        derandomize=True,
        suppress_health_check=[HealthCheck.too_slow],
    )
    @given(st.lists(step, min_size=1, max_size=7))
    def holds(steps):
        with transaction.atomic():
            acts, states = [], []
            for verb, first, second in steps:
                before = everything()
                try:
                    with transaction.atomic():
                        act = take_step(verb, first, second, spaces, facilitator)
                except posting.Refused:
                    act = None
                if act is None:
                    assert everything() == before
                    continue
                taken.add(verb)
                acts.append(act)
                states.append(before)
                assert_counters_are_right()
            for act, before in zip(reversed(acts), reversed(states), strict=True):
                assert undoing.undo(act, by=facilitator) == (1, [])
                assert undoing.undo(act, by=facilitator) == (0, [])
                assert everything() == before
                assert_counters_are_right()
            undone = Act.objects.filter(verb__endswith="-undone")
            assert undone.exclude(verb__in=record.TOLD_TO_EACH).count() == len(acts)
            transaction.set_rollback(True)

    holds()

    assert taken == set(STEPS)
