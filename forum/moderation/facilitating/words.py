"""What each act of arranging, joining and taking back is called, for who reads the log. A sentence
quotes nothing and names no space."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

TO_ITS_AUTHOR = {
    "pinned": _("%(name)s pinned a thread that you started"),
    "unpinned": _("%(name)s let a thread that you started stand like any other"),
    "announced": _("%(name)s made a thread that you started an announcement"),
    "moved": _("%(name)s moved a thread that you started to another space"),
    "split": _("%(name)s moved posts of yours to a thread of their own"),
    "merged": _("%(name)s moved posts of yours into another thread"),
    "split-with": _("%(name)s moved posts of yours to a thread of their own"),
    "merged-with": _("%(name)s moved posts of yours into another thread"),
    "merged-into": _("%(name)s moved posts of others into a thread that you started"),
    "passage-asked": _("%(name)s asks you for words of a post of yours"),
    "took-question": _("%(name)s took a question of yours out of a live session"),
    "locked-undone": _("%(name)s took back the locking of a thread that you started"),
    "unlocked-undone": _("%(name)s took back the opening of a thread that you started"),
    "pinned-undone": _("%(name)s took back the pinning of a thread that you started"),
    "unpinned-undone": _("%(name)s put a thread that you started back on top"),
    "announced-undone": _("%(name)s took back the announcement of a thread that you started"),
    "moved-undone": _("%(name)s moved a thread that you started back to where it was"),
    "removed-undone": _("%(name)s put a post of yours back"),
    "split-undone": _("%(name)s put posts of yours back into their thread"),
    "merged-undone": _("%(name)s put posts of yours back into their own thread"),
    "split-with-undone": _("%(name)s put posts of yours back into their thread"),
    "merged-with-undone": _("%(name)s put posts of yours back into their own thread"),
    "merged-into-undone": _("%(name)s took posts of others out of a thread that you started"),
}
TO_MODERATORS = {
    "locked": _("%(name)s locked a thread"),
    "unlocked": _("%(name)s opened a thread again"),
    "removed": _("%(name)s removed a post or a thread"),
    "pinned": _("%(name)s pinned a thread"),
    "unpinned": _("%(name)s let a thread stand like any other"),
    "announced": _("%(name)s announced a thread"),
    "moved": _("%(name)s moved a thread to another space"),
    "received": _("%(name)s moved a thread into this space"),
    "split": _("%(name)s split a thread in two"),
    "merged": _("%(name)s merged two threads"),
    "summed": _("%(name)s summed a thread up"),
    "summary-removed": _("%(name)s removed the summary of a thread"),
    "draft-made": _("%(name)s made a draft page of a summary"),
    "passage-asked": _("%(name)s asked somebody for words of their post"),
    "took-question": _("%(name)s took a question out of a live session"),
    "locked-undone": _("%(name)s took back the locking of a thread"),
    "unlocked-undone": _("%(name)s took back the opening of a thread"),
    "pinned-undone": _("%(name)s took back the pinning of a thread"),
    "unpinned-undone": _("%(name)s put a thread back on top"),
    "announced-undone": _("%(name)s took back an announcement"),
    "moved-undone": _("%(name)s moved a thread back"),
    "removed-undone": _("%(name)s put back what was removed"),
    "split-undone": _("%(name)s joined a thread again that was split"),
    "merged-undone": _("%(name)s parted two threads again"),
}
# What was done to many at once, by the verb of each of them.
SWEPT_THREADS = {
    "locked": ngettext_lazy(
        "%(name)s locked %(count)d thread", "%(name)s locked %(count)d threads", "count"
    ),
    "unlocked": ngettext_lazy(
        "%(name)s opened %(count)d thread again", "%(name)s opened %(count)d threads again", "count"
    ),
    "pinned": ngettext_lazy(
        "%(name)s pinned %(count)d thread", "%(name)s pinned %(count)d threads", "count"
    ),
    "unpinned": ngettext_lazy(
        "%(name)s let %(count)d thread stand like any other",
        "%(name)s let %(count)d threads stand like any other",
        "count",
    ),
    "moved": ngettext_lazy(
        "%(name)s moved %(count)d thread to another space",
        "%(name)s moved %(count)d threads to another space",
        "count",
    ),
    "removed": ngettext_lazy(
        "%(name)s removed %(count)d thread", "%(name)s removed %(count)d threads", "count"
    ),
}
SWEPT_POSTS = ngettext_lazy(
    "%(name)s removed %(count)d post of a thread",
    "%(name)s removed %(count)d posts of a thread",
    "count",
)
