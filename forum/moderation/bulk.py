"""The same act upon many threads or posts: each in a transaction of its own, with a report of what
was done and what was not, and one act over all of them that takes everything back.
"""

import uuid
from dataclasses import dataclass, field

from django.db import transaction
from django.utils.translation import gettext as _

from community import access
from forum import posting, threads
from forum.moderation import acts, arranging
from forum.moderation.models import Act
from forum.posting import Refused
from forum.threads import Post, Topic

MOST = 50


@dataclass
class Report:
    """`act` takes everything back; None where nothing was changed. `done` are those that still
    are so by it, `taken_back` those that were put back since, `refused` sentences."""

    act: Act | None = None
    done: int = 0
    taken_back: int = 0
    unchanged: int = 0
    refused: list = field(default_factory=list)


def lock(topic, *, by, reason=""):
    """As `posting.lock`; returns its Act, or None."""
    return _last_act(posting.lock, "locked", topic, by, reason)


def unlock(topic, *, by, reason=""):
    return _last_act(posting.unlock, "unlocked", topic, by, reason)


@transaction.atomic
def _last_act(verb, word, topic, by, reason):
    found = Act.objects.filter(topic=topic, verb=word, by=by)
    before = found.order_by("-pk").values_list("pk", flat=True).first() or 0
    verb(topic, by=by, reason=reason)
    return found.filter(pk__gt=before).order_by("-pk").first()


def remove(topic, *, by, reason=""):
    """A whole thread, by its opening post."""
    post = topic.first_post
    post.topic = topic
    return arranging.take_away(post, by=by, reason=reason)


VERBS = {
    "lock": lock,
    "unlock": unlock,
    "pin": arranging.pin,
    "unpin": arranging.unpin,
    "move": arranging.move,
    "remove": remove,
}


def threads_among(space, keys, by):
    """Those of these threads that stand in the space, as far as this person may read them."""
    return list(
        threads.readable_by(by)
        .filter(forum=space.forum_id, pk__in=keys)
        .select_related("forum__space__audience__cohort", "forum__space__forum", "poster")
        .order_by("-last_post_on")
    )


def posts_among(topic, keys):
    """Those of these posts that everybody sees in the thread, but for the one that opens it."""
    found = Post.objects.filter(topic_id=topic.pk, approved=True, pk__in=keys)
    return found.exclude(pk=topic.first_post_id).order_by("pk")


def show_posts(topic, keys, by):
    """`posts_among` as ShownPosts."""
    return threads.show(posts_among(topic, keys).values("pk"), topic, access.epoch_of(by))


def sweep_threads(space, keys, verb, *, by, reason="", key=None, target=None):
    """Do `verb`, a word of `VERBS`, to these threads of a space; `target` is where "move" goes."""
    facts = {"target": target} if verb == "move" else {}

    def one(topic):
        return VERBS[verb](topic, by=by, reason=reason, **facts)

    found = threads_among(space, keys, by)
    gone = len(set(keys)) - len(found)
    return _sweep(space, found, one, gone=gone, by=by, reason=reason, key=key)


def sweep_posts(topic, keys, *, by, reason="", key=None):
    """Remove these posts of a thread."""
    space = topic.forum.space

    def one(post):
        post.topic = Topic.objects.select_related("forum__space__audience__cohort").get(pk=topic.pk)
        return arranging.take_away(post, by=by, reason=reason)

    found = list(posts_among(topic, keys).select_related("poster"))
    gone = len(set(keys)) - len(found)
    return _sweep(space, found, one, gone=gone, by=by, reason=reason, key=key, topic=topic)


def _sweep(space, things, one, *, gone, by, reason, key, topic=None):
    """The same `key` again changes nothing and gives the first report, as far as it still holds."""
    if not access.may_moderate(space.audience, access.standing_now(by)):
        raise Refused(_("You may not do this."))
    key = str(key or uuid.uuid4())
    earlier = Act.objects.filter(verb="swept", by=by, undo__key=key).first()
    if earlier:
        return _again(earlier)
    report, done = Report(), []
    for thing in things[:MOST]:
        try:
            act = one(thing)
        except Refused as refusal:
            report.refused.append(str(refusal))
        else:
            done += [act.pk] if act else []
            report.unchanged += act is None
    if gone > 0:
        report.refused.append(_("Some of what you chose was removed or moved meanwhile."))
    report.done = len(done)
    if done:
        undo = {
            "acts": done,
            "key": key,
            "unchanged": report.unchanged,
            "refused": report.refused,
        }
        report.act = acts.leave("swept", by=by, space=space, topic=topic, reason=reason, undo=undo)
    return report


def _again(act):
    kept = act.undo
    back = Act.objects.filter(pk__in=kept["acts"], undone_at__isnull=False).count()
    return Report(
        act=act,
        done=len(kept["acts"]) - back,
        taken_back=back,
        # What was done before these were kept has neither.
        unchanged=kept.get("unchanged", 0),
        refused=kept.get("refused", []),
    )
