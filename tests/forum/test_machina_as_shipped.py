"""The holes are really there in the machina that is installed, and each has its test here.

When machina mends one, its line fails: then what we put in its place may go.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent

# Each hole, and the test beside this one that fails on machina as shipped.
CLOSED_BY = {
    "a_groups_denial_is_ignored_where_the_defaults_grant": (
        "neither_a_default_nor_a_group_outweighs_the_policy"
    ),
    "a_grant_beats_a_denial": "neither_a_default_nor_a_group_outweighs_the_policy",
    "the_answer_depends_on_the_order_of_the_forums": (
        "the_answer_does_not_depend_on_the_order_of_the_forums"
    ),
    "a_superuser_reads_everything": "a_superuser_has_no_short_cut",
    "a_child_of_a_closed_parent_answers_at_its_address": (
        "no_address_of_a_child_opens_what_its_parent_closes"
    ),
    "closed_and_missing_are_told_apart": "closed_and_missing_are_one_answer_at_every_address",
    "an_attachment_needs_no_right_to_read": "a_file_moves_out_of_reach_with_its_reader",
    "an_attachment_has_a_second_address_among_the_media": "no_upload_of_a_post_is_among_the_media",
    "an_attachment_is_read_into_memory_as_a_whole": "no_view_of_machinas_own_is_served",
    "a_profile_counts_what_its_viewer_may_not_read": (
        "a_profile_lists_and_counts_what_its_viewer_may_read_and_nothing_else"
    ),
    "a_members_posts_hold_what_was_not_approved": (
        "a_profile_neither_shows_nor_counts_what_is_not_approved"
    ),
    "subscriptions_show_titles_after_access_is_lost": (
        "the_page_shows_only_what_its_reader_may_read_now"
    ),
    "a_moved_topic_leaves_its_posts_in_the_index_as_they_were": (
        "no_view_of_machinas_own_is_served"
    ),
    "the_feed_answers_one_reader_with_anothers_topics": (
        "two_readers_at_once_never_get_each_others_feed"
    ),
    "a_visitor_gets_a_session": "a_visitor_opens_no_session_at_any_address",
    "deleting_a_user_takes_other_peoples_replies": "a_person_is_deleted_by_no_way",
    "a_reply_recounts_its_topic_and_its_forum": "a_reply_counts_nothing_and_scans_no_posts",
    "a_reply_undoes_what_others_did_meanwhile": "a_reply_keeps_what_others_did_meanwhile",
}


@pytest.fixture(scope="module")
def shown():
    """What machina as shipped shows, in a process that has nothing of ours installed."""
    environment = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("DJANGO_", "AS_SHIPPED_"))
    }
    done = subprocess.run(
        [sys.executable, str(HERE / "as_shipped" / "holes.py")],
        env={**environment, "PYTHONPATH": os.pathsep.join([str(HERE), str(HERE.parents[1])])},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_every_hole_has_its_test(shown):
    ours = "".join(path.read_text() for path in HERE.parent.glob("*/test_*.py"))

    assert set(shown) == set(CLOSED_BY)
    for hole, test in CLOSED_BY.items():
        assert f"def test_{test}(" in ours, hole


@pytest.mark.parametrize("hole", CLOSED_BY)
def test_the_hole_is_there_in_machina_as_shipped(shown, hole):
    assert shown[hole], f"machina has mended it: {hole}"
