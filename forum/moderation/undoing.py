"""Taking acts back, exactly, within a day: by any moderator of the places concerned.

What an act needs for that is in its `undo`, as keys and numbers. Where something else was done
meanwhile, taking it back is refused in plain words. It is an act of its own.
"""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from community import access
from forum import posting
from forum.hosting import hosting
from forum.live import events
from forum.live.models import Event, Removal
from forum.moderation import acts, arranging, outcomes, tallies
from forum.moderation.arranging import hold
from forum.moderation.joining import TopicPoll, hold_both, tell_starter
from forum.moderation.models import Act, Notice
from forum.posting import Refused
from forum.spaces.models import Space
from forum.threads import Post, Topic

OPEN_FOR = timedelta(days=1)


class Stale(Refused):
    def __init__(self):
        super().__init__(_("The thread changed meanwhile, so this cannot be taken back by itself."))


def acts_open_to(person):
    """The acts in spaces that this person moderates."""
    standing = access.standing_of(person)
    spaces = [
        space.pk
        for space in Space.objects.open_to(person)
        if access.may_moderate(space.audience, standing)
    ]
    return Act.objects.filter(space__in=spaces)


def may_undo(act):
    """Whether there is a way back, and it is still open."""
    if act.undone_at or act.verb not in TAKERS.keys() | {"swept"}:
        return False
    return act.at > timezone.now() - OPEN_FOR


def undo(act, *, by):
    """Take an act back. Returns `(how many were taken back, sentences of those that were not)`;
    what was taken back before is no change."""
    if act.verb == "swept":
        return _undo_each(act, by)
    return int(_undo_one(act, by)), []


def _undo_each(swept, by):
    """Each act of a sweep in a transaction of its own, the last first."""
    done, refused = 0, []
    for act in Act.objects.filter(pk__in=swept.undo.get("acts", [])).order_by("-pk"):
        try:
            done += _undo_one(act, by)
        except Refused as refusal:
            refused.append(str(refusal))
    if done:
        Act.objects.filter(pk=swept.pk).update(undone_at=timezone.now(), undone_by=by)
    return done, refused


@transaction.atomic
def _undo_one(act, by):
    act = Act.objects.select_for_update().get(pk=act.pk)
    if act.undone_at:
        return False
    if not may_undo(act):
        raise Refused(_("This can no longer be taken back: it was done more than a day ago."))
    if act.topic is None:
        raise Stale
    TAKERS[act.verb](act, act.topic, by)
    act.undone_at, act.undone_by = timezone.now(), by
    act.save(update_fields=["undone_at", "undone_by"])
    acts.leave(
        f"{act.verb}-undone",
        by=by,
        space=act.space,
        topic=act.topic,
        post=act.post,
        concerns=arranging.concerned(act.concerns, by),
    )
    _tell_the_others(act, by)
    return True


def _tell_the_others(act, by):
    """What all authors of a thread, or of the posts that were carried, were told of is taken back
    before the same people."""
    facts = {"by": by, "space": act.space, "topic": Topic.objects.get(pk=act.topic_id)}
    told = TOLD_TO_EACH.get(act.verb)
    if told and act.post_id in (None, act.topic.first_post_id):
        acts.tell_other_authors(told, besides=act.concerns, **facts)
    elif act.verb in ("split", "merged"):
        posts = Post.objects.filter(pk__in=act.undo["posts"], approved=True)
        keys = acts.authors_of(posts) - {by.pk, act.concerns_id}
        acts.tell_each(f"{act.verb}-with-undone", keys, **facts)
        if act.verb == "merged":
            tell_starter("merged-into-undone", posts, **facts)


def _undo_standing(act, topic, by):
    thread = hold(topic, by)
    if arranging.how_it_stands(thread.topic) != act.undo["after"]:
        raise Stale
    kind, until = act.undo["before"]
    arranging.set_standing(thread, kind, until, by)


def _undo_status(act, topic, by):
    thread = hold(topic, by)
    if thread.topic.is_locked != (act.verb == "locked"):
        raise Stale
    (posting.unlock if act.verb == "locked" else posting.lock)(topic, by=by)


def _undo_move(act, topic, by):
    thread = hold(topic, by)
    kept, here = act.undo, topic.forum.space
    if here.pk != kept["to"]:
        raise Stale
    back = Space.objects.open_to(by).filter(pk=kept["from"]).first()
    if back is None or not access.may_moderate(back.audience, access.standing_of(by)):
        raise Refused(_("You may not do this."))
    if arranging.narrows(back, here):
        _refuse_new_words(kept, topic)
        if Post.objects.filter(topic=topic).exclude(pk__in=kept["posts"]).exists():
            _refuse_wider()
    arranging.put(thread, here, back)
    before, then = kept["bumped"]
    # Nobody has written since: what was news then is news again, and no more.
    if not Event.objects.filter(thread=thread, kind=Event.Kind.POSTED, pk__gt=then).exists():
        tallies.bring(thread, before)
    Notice.objects.filter(pk=kept["notice"]).delete()


def _refuse_new_words(kept, *topics):
    """What was written for fewer people is never carried back to more: no changed post, and
    nothing that is said beside the posts."""
    if arranging.said_beside(*topics) != kept["said"]:
        _refuse_wider()
    edits = Event.objects.filter(kind=Event.Kind.EDITED, post__in=kept["posts"])
    if edits.filter(pk__gt=kept["bumped"][1]).exists():
        _refuse_wider()


def _refuse_wider():
    raise Refused(
        _("Somebody wrote here since, for those who can read it now. So the thread stays.")
    )


def _undo_removal(act, topic, by):
    post = act.post
    if post is None:
        raise Stale
    thread = posting.hold_thread(topic)
    access.standing_now(by)
    if not posting.may_moderate(topic, by):
        raise Refused(_("You may not do this."))
    post = Post.objects.select_for_update().get(pk=post.pk)
    put_back(thread, post, act.undo.get("reports", []))


def put_back(thread, post, reports):
    """Let everybody see a removed post of a held thread again, with an opening post the thread; the
    `reports` that its removal settled wait again. The caller has decided so and holds the post's
    row."""
    topic = thread.topic
    removal = Removal.objects.filter(post=post)
    opens = post.pk == topic.first_post_id
    if post.topic_id != topic.pk or post.approved or not removal.exists():
        raise Stale
    if topic.approved == opens:
        raise Stale
    removal.delete()
    outcomes.reopen(reports)
    Post.objects.filter(pk=post.pk).update(approved=True)
    tallies.lock_forums(topic.forum_id)
    if opens:
        Topic.objects.filter(pk=topic.pk).update(approved=True)
    count = tallies.settle(topic.pk)
    tallies.shift(topic.forum_id, posts=count if opens else 1, threads=int(opens))
    events.append(thread, Event.Kind.CHANGED, post)


def _undo_split(act, topic, by):
    kept = act.undo
    new = Topic.objects.select_related("forum__space__audience__cohort").get(pk=kept["new"])
    thread, beside = hold_both(topic, new, by)
    if thread.space_id != beside.space_id or _keys_in(new) != set(kept["posts"]):
        raise Stale
    Post.objects.filter(topic=new).update(topic=topic)
    tallies.lock_forums(topic.forum_id)
    _close(new)
    tallies.settle(topic.pk)
    tallies.shift(topic.forum_id, threads=-1)
    events.append(beside, Event.Kind.MOVED)
    tallies.bring(beside, 0)
    events.append(thread, Event.Kind.CHANGED)


def _close(topic):
    Topic.objects.filter(pk=topic.pk).update(
        approved=False, posts_count=0, last_post=None, last_post_on=None
    )


def _keys_in(topic):
    return set(Post.objects.filter(topic_id=topic.pk).values_list("pk", flat=True))


def _undo_merge(act, target, by):
    kept = act.undo
    source = Topic.objects.select_related("forum__space__audience__cohort").get(pk=kept["source"])
    thread, into = _hold_parted(source, target, by)
    here, back = target.forum.space, source.forum.space
    if here.pk != kept["to"] or not set(kept["posts"]) <= _keys_in(target):
        raise Stale
    if arranging.narrows(back, here):
        _refuse_new_words(kept, source, target)
    going = Post.objects.filter(pk__in=kept["posts"])
    staying = Post.objects.filter(topic=target, approved=True).exclude(pk__in=kept["posts"])
    if not going.filter(approved=True).exists() or not staying.exists():
        raise Stale
    going.update(topic=source)
    tallies.lock_forums(source.forum_id, target.forum_id)
    Topic.objects.filter(pk=source.pk).update(approved=True)
    TopicPoll.objects.filter(pk=kept["poll"], topic=target).update(topic=source)
    count = tallies.settle(source.pk)
    tallies.settle(target.pk)
    tallies.shift(target.forum_id, posts=-count)
    tallies.shift(source.forum_id, posts=count, threads=1)
    events.append(thread, Event.Kind.CHANGED)
    events.append(into, Event.Kind.CHANGED)
    hosting.give_back(thread, into)
    before, then = kept["bumped"]
    if into.bumped == then:
        tallies.bring(into, before)
    Notice.objects.filter(pk=kept["notice"]).delete()


def _hold_parted(source, target, by):
    """As `hold_both`, for a source that was emptied into the target and is not yet back."""
    rows = {}
    for topic in sorted((source, target), key=lambda each: each.pk):
        rows[topic.pk] = posting.hold_thread(topic)
    access.standing_now(by)
    for topic in (source, target):
        if not posting.may_moderate(topic, by):
            raise Refused(_("You may not do this."))
    if rows[source.pk].topic.approved or not rows[target.pk].topic.approved:
        raise Stale
    return rows[source.pk], rows[target.pk]


TOLD_TO_EACH = {"moved": "moved-with-undone", "removed": "removed-thread-undone"}
TAKERS = {
    "pinned": _undo_standing,
    "unpinned": _undo_standing,
    "announced": _undo_standing,
    "locked": _undo_status,
    "unlocked": _undo_status,
    "moved": _undo_move,
    "removed": _undo_removal,
    "split": _undo_split,
    "merged": _undo_merge,
}
