"""machina's handler with every short cut for superusers taken out."""

from machina.apps.forum_permission.handler import (
    PermissionHandler as MachinaPermissionHandler,
)

from forum.spaces.models import Space


class PermissionHandler(MachinaPermissionHandler):
    """machina's other modules call this; our own views ask the space and the policy themselves."""

    def forum_list_filter(self, qs, user):
        """Of a queryset of forums, those whose space is open to the person."""
        return qs.filter(space__in=Space.objects.open_to(user))

    def get_readable_forums(self, forums, user):
        """The same of a queryset or a list."""
        if hasattr(forums, "filter"):
            return self.forum_list_filter(forums, user)
        hidden = set(self._get_hidden_forum_ids(forums, user))
        return [forum for forum in forums if forum.pk not in hidden]

    def _perform_basic_permission_check(self, forum, user, permission):
        return self._get_checker(user).has_perm(permission, forum)

    def _get_forums_for_user(self, user, perm_codenames, use_tree_hierarchy=False):
        checker = self._get_checker(user)
        forums = list(self._get_all_forums())
        held = checker.get_perms_for_forumlist(forums)
        return [forum for forum in forums if set(perm_codenames) <= held[forum]]

    def _get_hidden_forum_ids(self, forums, user):
        open_ids = set(Space.objects.open_to(user).values_list("forum_id", flat=True))
        return [forum.pk for forum in forums if forum.pk not in open_ids]

    def can_edit_post(self, post, user):
        """The author while the thread is open, or a moderator; nobody in a removed thread."""
        checker = self._get_checker(user)
        if not (post.approved and post.topic.approved):
            return False
        if checker.has_perm("can_edit_posts", post.topic.forum):
            return True
        return (
            post.poster_id == user.pk
            and not post.topic.is_locked
            and checker.has_perm("can_edit_own_posts", post.topic.forum)
        )

    def can_delete_post(self, post, user):
        """As `can_edit_post`; an opening post that has replies goes only with its thread."""
        return self.can_edit_post(post, user)

    def can_subscribe_to_topic(self, topic, user):
        return self._perform_basic_permission_check(topic.forum, user, "can_read_forum")

    can_unsubscribe_from_topic = can_subscribe_to_topic
