"""Shows each hole of machina as shipped, on the installed package, in a process of its own.

Prints one JSON object: `{hole: true where it is there, false where it was mended}`. A function
below is one hole; it returns whether it is there.
"""

import json
import os
import sys
import tempfile

import django
from django.apps import apps
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.management import call_command
from django.db import connection, transaction
from django.db.models.signals import post_save
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext, setup_test_environment
from django.urls import resolve, reverse

HOLES = []


def hole(function):
    HOLES.append(function)
    return function


def model(label):
    return apps.get_model(label)


class Board:
    """A board with one forum, its author, and a reader; what each hole arranges with."""

    def __init__(self):
        self.user = model("auth.User").objects
        self.author = self.user.create(username="author")
        self.reader = self.user.create(username="reader")
        self.forum = self.make_forum("Quiet room")
        self.topic, self.post = self.make_topic(self.forum, self.author, "Wobblegong")

    def make_forum(self, name, parent=None):
        return model("forum.Forum").objects.create(name=name, type=0, parent=parent)

    def make_topic(self, forum, poster, subject, approved=True):
        topic = model("forum_conversation.Topic").objects.create(
            forum=forum, poster=poster, subject=subject, type=0, status=0, approved=approved
        )
        return topic, self.make_post(topic, poster, approved=approved)

    def make_post(self, topic, poster, approved=True):
        return model("forum_conversation.Post").objects.create(
            topic=topic, poster=poster, subject=topic.subject, content="Words", approved=approved
        )

    def grant(self, codename, forum=None, **whom):
        self._set(codename, forum, has_perm=True, **whom)

    def deny(self, codename, forum=None, **whom):
        self._set(codename, forum, has_perm=False, **whom)

    def _set(self, codename, forum, *, has_perm, user=None, group=None):
        kind, whose = ("User", {"user": user}) if user else ("Group", {"group": group})
        model(f"forum_permission.{kind}ForumPermission").objects.create(
            permission=model("forum_permission.ForumPermission").objects.get(codename=codename),
            forum=forum,
            has_perm=has_perm,
            **whose,
        )

    def make_group(self, *members):
        group = model("auth.Group").objects.create(
            name=f"Group {model('auth.Group').objects.count()}"
        )
        group.user_set.add(*members)
        return group

    def may(self, user, forum, perm="can_read_forum"):
        from machina.apps.forum_permission.checker import ForumPermissionChecker

        user = self.user.get(pk=user.pk)
        return ForumPermissionChecker(user).has_perm(perm, forum)

    def client(self, user=None):
        client = Client()
        if user:
            client.force_login(user)
        return client

    def address(self, topic):
        forum = topic.forum
        return reverse(
            "forum_conversation:topic",
            args=[forum.slug, forum.pk, topic.slug, topic.pk],
        )

    def close(self, forum, user):
        """Deny a person a forum, as a steward would who wants it closed to them."""
        for codename in ("can_see_forum", "can_read_forum"):
            self.deny(codename, forum, user=user)


@hole
def a_groups_denial_is_ignored_where_the_defaults_grant(board):
    board.deny("can_read_forum", board.forum, group=board.make_group(board.reader))

    return board.may(board.reader, board.forum)


@hole
def a_grant_beats_a_denial(board):
    board.deny("can_lock_topics", board.forum, group=board.make_group(board.reader))
    board.grant("can_lock_topics", board.forum, group=board.make_group(board.reader))

    return board.may(board.reader, board.forum, "can_lock_topics")


@hole
def the_answer_depends_on_the_order_of_the_forums(board):
    from machina.apps.forum_permission.checker import ForumPermissionChecker

    other, group = board.make_forum("Other"), board.make_group(board.reader)
    board.grant("can_lock_topics", group=group)
    board.deny("can_lock_topics", board.forum, group=group)
    there = ForumPermissionChecker(board.reader).get_perms_for_forumlist([board.forum, other])
    back = ForumPermissionChecker(board.reader).get_perms_for_forumlist([other, board.forum])

    return set(there[other]) != set(back[other])


@hole
def a_superuser_reads_everything(board):
    board.user.filter(pk=board.reader.pk).update(is_superuser=True)
    board.close(board.forum, board.reader)

    return board.may(board.reader, board.forum)


@hole
def a_child_of_a_closed_parent_answers_at_its_address(board):
    child = board.make_forum("Inner room", parent=board.forum)
    topic, _post = board.make_topic(child, board.author, "Inner thread")
    board.close(board.forum, board.reader)
    client = board.client(board.reader)
    listed = "Inner room" in client.get(reverse("forum:index")).content.decode()

    return not listed and client.get(board.address(topic)).status_code == 200


@hole
def closed_and_missing_are_told_apart(board):
    board.close(board.forum, board.reader)
    client, address = board.client(board.reader), board.address(board.topic)
    missing = address.replace(f"-{board.topic.pk}/", "-987654/")

    return (client.get(address).status_code, client.get(missing).status_code) == (403, 404)


def _attach(board):
    return model("forum_attachments.Attachment").objects.create(
        post=board.post, file=ContentFile(b"Sassafras", name="sassafras.txt")
    )


@hole
def an_attachment_needs_no_right_to_read(board):
    board.close(board.forum, board.reader)
    board.grant("can_download_file", board.forum, user=board.reader)
    answer = board.client(board.reader).get(
        reverse("forum_conversation:attachment", args=[_attach(board).pk])
    )

    return answer.content == b"Sassafras"


@hole
def an_attachment_has_a_second_address_among_the_media(board):
    file = _attach(board).file

    return file.url.startswith(settings.MEDIA_URL) and file.path.startswith(settings.MEDIA_ROOT)


@hole
def an_attachment_is_read_into_memory_as_a_whole(board):
    board.grant("can_download_file", board.forum, user=board.reader)
    answer = board.client(board.reader).get(
        reverse("forum_conversation:attachment", args=[_attach(board).pk])
    )

    return answer.status_code == 200 and not answer.streaming


@hole
def a_profile_counts_what_its_viewer_may_not_read(board):
    board.close(board.forum, board.reader)
    page = board.client(board.reader).get(reverse("forum_member:profile", args=[board.author.pk]))

    return page.context["profile"].posts_count == 1 and page.context["topics_count"] == 1


@hole
def a_members_posts_hold_what_was_not_approved(board):
    board.make_topic(board.forum, board.author, "Unapproved Ptarmigan", approved=False)
    page = board.client(board.reader).get(
        reverse("forum_member:user_posts", args=[board.author.pk])
    )

    return "Unapproved Ptarmigan" in page.content.decode()


@hole
def subscriptions_show_titles_after_access_is_lost(board):
    board.topic.subscribers.add(board.reader)
    board.close(board.forum, board.reader)
    page = board.client(board.reader).get(reverse("forum_member:user_subscriptions"))

    return "Wobblegong" in page.content.decode()


@hole
def a_moved_topic_leaves_its_posts_in_the_index_as_they_were(board):
    # An index learns of a post when the post is saved; its forum is a field of the entry.
    from machina.apps.forum_search.search_indexes import PostIndex

    saved, other = [], board.make_forum("Other")
    post_save.connect(
        lambda instance, **kwargs: saved.append(instance),
        sender=model("forum_conversation.Post"),
        dispatch_uid="moved",
        weak=False,
    )
    try:
        board.topic.forum = other
        board.topic.save()
    finally:
        post_save.disconnect(sender=model("forum_conversation.Post"), dispatch_uid="moved")

    return "forum" in PostIndex.fields and saved == []


@hole
def the_feed_answers_one_reader_with_anothers_topics(board):
    board.close(board.forum, board.reader)
    feed = resolve(reverse("forum_feeds:latest_topics")).func

    def asked_by(user):
        from machina.apps.forum_permission.handler import PermissionHandler

        request = RequestFactory().get("/")
        request.user = board.user.get(pk=user.pk)
        request.forum_permission_handler = PermissionHandler()
        return request

    # The reader's request is half answered when the author's comes.
    feed.get_object(asked_by(board.reader))
    before = list(feed.items())
    feed.get_object(asked_by(board.author))

    return before == [] and board.topic in list(feed.items())


@hole
def a_visitor_gets_a_session(board):
    client = board.client()
    client.get(reverse("forum:index"))

    return "sessionid" in client.cookies


@hole
def deleting_a_user_takes_other_peoples_replies(board):
    reply = board.make_post(board.topic, board.reader)
    board.author.delete()

    return not model("forum_conversation.Post").objects.filter(pk=reply.pk).exists()


@hole
def a_reply_recounts_its_topic_and_its_forum(board):
    with CaptureQueriesContext(connection) as captured:
        board.make_post(board.topic, board.reader)
    said = [query["sql"] for query in captured]
    posts = [sql for sql in said if "COUNT(" in sql and 'FROM "forum_conversation_post"' in sql]
    forum = [sql for sql in said if "SUM(" in sql and 'FROM "forum_conversation_topic"' in sql]

    return bool(posts and forum)


@hole
def a_reply_undoes_what_others_did_meanwhile(board):
    topics = model("forum_conversation.Topic").objects
    stale = topics.get(pk=board.topic.pk)
    topics.filter(pk=board.topic.pk).update(status=1)  # somebody locks it
    board.make_post(stale, board.reader)

    return topics.get(pk=board.topic.pk).status == 0


def main():
    os.environ["DJANGO_SETTINGS_MODULE"] = "as_shipped.settings"
    with tempfile.TemporaryDirectory() as media:
        os.environ["AS_SHIPPED_MEDIA"] = media
        django.setup()
        setup_test_environment()
        # The tables straight from the models: the migrations take five times as long.
        settings.MIGRATION_MODULES = dict.fromkeys(
            (config.label for config in apps.get_app_configs()), None
        )
        call_command("migrate", run_syncdb=True, verbosity=0)
        found = {}
        for shown in HOLES:
            with transaction.atomic():
                found[shown.__name__] = bool(shown(Board()))
                transaction.set_rollback(True)
        json.dump(found, sys.stdout)


if __name__ == "__main__":
    main()
