"""machina's question "has this user that permission on this forum?", answered by the policy.

machina's own checker waves superusers through, lets a default grant beat a group's denial, and
answers by the order of the forums it was asked for. None of its tables is read here.
"""

from community import access
from forum.spaces.models import Space, may_write_in

READS = frozenset({"can_see_forum", "can_read_forum", "can_download_file"})
WRITES = frozenset(
    {
        "can_start_new_topics",
        "can_reply_to_topics",
        "can_edit_own_posts",
        "can_delete_own_posts",
        "can_post_without_approval",
        "can_create_polls",
        "can_vote_in_polls",
        "can_attach_file",
    }
)
MODERATES = frozenset(
    {
        "can_post_announcements",
        "can_post_stickies",
        "can_lock_topics",
        "can_move_topics",
        "can_edit_posts",
        "can_delete_posts",
        "can_approve_posts",
        "can_reply_to_locked_topics",
    }
)


class ForumPermissionChecker:
    def __init__(self, user):
        self.user = user
        self._spaces = {}

    def has_perm(self, perm, forum):
        """Whether the person has machina's permission `perm`; unknown ones nobody has."""
        return perm in self.get_perms(forum)

    def get_perms(self, forum):
        """machina's codenames that the person has on this forum: none without a space."""
        if forum is None:
            return frozenset()
        return self.get_perms_for_forumlist([forum])[forum]

    def get_perms_for_forumlist(self, forums, perm_codenames=None):
        """`{forum: codenames}` for many forums, in a fixed number of queries."""
        missing = [forum.pk for forum in forums if forum.pk not in self._spaces]
        if missing:
            found = Space.objects.open_to(self.user).filter(forum_id__in=missing)
            by_forum = {space.forum_id: space for space in found}
            self._spaces |= {pk: by_forum.get(pk) for pk in missing}
        standing = access.standing_of(self.user)
        answer = {}
        for forum in forums:
            space = self._spaces[forum.pk]
            perms = set()
            if space is not None:
                perms |= READS
                if may_write_in(space, standing):
                    perms |= WRITES
                if access.may_moderate(space.audience, standing):
                    perms |= MODERATES
            if perm_codenames:
                perms &= set(perm_codenames)
            answer[forum] = frozenset(perms)
        return answer
