"""Every write to threads and posts. A verb takes `by=`, asks the policy, writes in one transaction
under the thread's row lock, logs the event, and hints on commit.

Counters move by delta under that lock: posting runs no COUNT over posts. `key` is the one the
server put into the form; the same key again gives the same post, so a retry never doubles.
"""

import hashlib
import uuid
from contextlib import contextmanager

from django.db import transaction
from django.db.models import Case, DateTimeField, F, IntegerField, Subquery, Value, When
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from machina.apps.forum.models import Forum

from community import access
from community.cohorts import agreeing
from community.roster import Refused as RosterRefused
from forum.attachments import attaching
from forum.attachments.refusal import FileRefused
from forum.hosting import pace
from forum.live import events
from forum.live.models import Event, Receipt, Removal, Thread
from forum.moderation import acts, holding, outcomes
from forum.reactions import trials
from forum.reading import marks
from forum.revisions import keeping
from forum.spaces.models import may_write_in
from forum.threads import Post, Topic


class Refused(Exception):
    """The policy or the thread's state says no, in a sentence for the person who asked."""


class ChangedMeanwhile(Refused):
    """Another one changed the post since; `post` is how it stands."""

    def __init__(self, post):
        super().__init__(
            _("Somebody changed this post while you were writing. Your text is still here.")
        )
        self.post = post


def _standing_in(space, by):
    """The standing as it is now, not as it was when the page was asked for."""
    standing = access.standing_now(by)
    if not may_write_in(space, standing):
        raise Refused(_("You can no longer write here."))
    return standing


def hold_thread(topic):
    """The thread's row, locked, and `topic` brought to the space where it stands now: it may have
    moved since the page was asked for, and the policy is asked about where the words go."""
    thread = events.lock(topic.pk)
    if thread.topic.forum_id != topic.forum_id:
        topic.forum = Forum.objects.select_related("space__audience__cohort", "space__forum").get(
            pk=thread.topic.forum_id
        )
    return thread


def may_moderate(topic, person):
    """Whether this person may lock, edit and remove in the topic's space."""
    return access.may_moderate(topic.forum.space.audience, access.standing_of(person))


def may_reply(topic, person):
    """Whether this person may write in the topic now: a locked thread is its moderators'."""
    space = topic.forum.space
    if not may_write_in(space, access.standing_of(person)):
        return False
    return not topic.is_locked or may_moderate(topic, person)


def may_edit(post, person):
    """Its author while the thread is open, or a moderator."""
    if may_moderate(post.topic, person):
        return True
    return post.poster_id == person.pk and may_reply(post.topic, person)


def may_remove(post, person):
    """As `may_edit`; but an opening post that was answered goes only with its thread, by a
    moderator, since other people's words hang on it."""
    if not may_edit(post, person):
        return False
    opens_answered = post.pk == post.topic.first_post_id and post.topic.posts_count > 1
    return not opens_answered or may_moderate(post.topic, person)


def _asked_anew(space, by, key):
    """`(standing, post that this form was answered with or None, whether what they write waits)`,
    all as of now, in one statement. Whoever sends a form twice waits for a lock before this."""
    receipts = Receipt.objects.filter(person=by.pk, key=key).order_by()
    found = access.ask_anew(
        by,
        answered=Subquery(receipts.values("post_id")[:1]),
        known=holding.known_in(space, by),
    )
    standing = access.standing_of(by)
    if not may_write_in(space, standing):
        raise Refused(_("You can no longer write here."))
    return standing, found["answered"], holding.holds(space, standing, found["known"])


def _agree(space, by, agreed_to):
    """Whoever has still to agree to the community agreements does so with what they say, or is
    refused; nothing is asked where they agreed."""
    try:
        agreeing.settle(space.audience, by=by, agreed_to=agreed_to)
    except RosterRefused as refusal:
        raise Refused(str(refusal)) from None


def _answer(answered, **place):
    """The post of a receipt, or None. One that was given elsewhere answers for nothing here: that
    place may be closed to them by now."""
    return Post.objects.filter(pk=answered, **place).first() if answered else None


def _add_post(topic, by, content, key, *, waits):
    post = Post(
        topic=topic,
        poster=by,
        subject=topic.subject,
        content=content,
        approved=not waits,
        enable_signature=False,
    )
    post.save()
    if waits:
        holding.hold(post)
    # A key that was used elsewhere answers for this post from now on.
    Receipt.objects.bulk_create(
        [Receipt(person=by, key=key, post=post)],
        update_conflicts=True,
        unique_fields=["person", "key"],
        update_fields=["post"],
    )
    return post


@contextmanager
def _files_in_words():
    """A file that cannot be attached refuses the post, in the file's own sentence."""
    try:
        yield
    except FileRefused as refusal:
        raise Refused(str(refusal)) from None


def _add_files(post, attachments, by):
    with _files_in_words():
        attaching.bind(post, attachments, by=by)


def refile(post, attachments, *, by):
    """Give a post these files and no others; True where that changed anything. The caller has
    decided so and holds the thread's lock."""
    with _files_in_words():
        return attaching.rebind(post, attachments, by=by)


def _count(topic, post, *, threads=0):
    Topic.objects.filter(pk=topic.pk).update(
        posts_count=F("posts_count") + 1, last_post=post, last_post_on=post.created
    )
    Forum.objects.filter(pk=topic.forum_id).update(
        direct_posts_count=F("direct_posts_count") + 1,
        direct_topics_count=F("direct_topics_count") + threads,
        # Whoever wrote in another thread of this forum a moment later may have been here first.
        last_post=Case(
            When(last_post_on__gt=post.created, then=F("last_post")),
            default=Value(post.pk),
            output_field=IntegerField(),
        ),
        last_post_on=Case(
            When(last_post_on__gt=post.created, then=F("last_post_on")),
            default=Value(post.created, output_field=DateTimeField()),
        ),
    )


@transaction.atomic
def start(
    space, *, by, subject, content, key=None, page=None, attachments=(), agreed_to=None, tried=False
):
    """A new thread in a space; returns its opening post, which may have to wait. `attachments` are
    unposted ones of `by`; `agreed_to` is the version of the agreements that they ticked; `tried`:
    it tells how something went at their site."""
    # Two who start at once wait for each other, so that a form sent twice finds its receipt. It is
    # the forum's row, since whoever writes takes that one first and its space's after it.
    Forum.objects.select_for_update(no_key=True).get(pk=space.forum_id)
    space.refresh_from_db(fields=["closed_at", "holds"])
    key = key or uuid.uuid4()
    _standing, answered, waits = _asked_anew(space, by, key)
    answered = _answer(answered, topic__forum=space.forum_id, topic__first_post=F("pk"))
    if answered:
        return answered
    _agree(space, by, agreed_to)
    topic = Topic.objects.create(
        forum=space.forum,
        poster=by,
        subject=subject,
        slug=slug_of(subject),
        type=Topic.TOPIC_POST,
        status=Topic.TOPIC_UNLOCKED,
        approved=not waits,
    )
    thread = Thread.objects.create(topic=topic, space=space, page=page)
    post = _add_post(topic, by, content, key, waits=waits)
    _add_files(post, attachments, by)
    if tried:
        trials.mark(post)
    Topic.objects.filter(pk=topic.pk).update(first_post=post)
    if waits:
        return post
    _count(topic, post, threads=1)
    events.append(thread, Event.Kind.POSTED, post)
    marks.read(by, topic.pk, thread.bumped)
    return post


@transaction.atomic
def reply(topic, *, by, content, key=None, attachments=(), agreed_to=None, tried=False):
    """A new post at the end of a thread, where it may have to wait; its `topic` counts it, and its
    `event` tells of it where it was written by this very call. `agreed_to` and `tried` are as
    in `start`."""
    thread = hold_thread(topic)
    space = topic.forum.space
    key = key or uuid.uuid4()
    standing, answered, waits = _asked_anew(space, by, key)
    answered = _answer(answered, topic=topic.pk)
    if answered:
        answered.topic = thread.topic
        return answered
    if not thread.topic.approved:
        raise Refused(_("This thread was removed while you were writing."))
    if thread.topic.is_locked and not access.may_moderate(space.audience, standing):
        raise Refused(_("This thread was locked while you were writing. Nobody can reply now."))
    if thread.slow and not access.may_moderate(space.audience, standing):
        _keep_pace(thread, by)
    _agree(space, by, agreed_to)
    post = _add_post(thread.topic, by, content, key, waits=waits)
    _add_files(post, attachments, by)
    if tried:
        trials.mark(post)
    if waits:
        return post
    _count(thread.topic, post)
    thread.topic.posts_count += 1
    post.event = events.append(thread, Event.Kind.POSTED, post)
    marks.read(by, topic.pk, thread.bumped)
    return post


def _keep_pace(thread, by):
    seconds = pace.wait(thread, by)
    if seconds:
        raise Refused(pace.sentence(seconds))


def let_in(thread, post):
    """Let everybody see a post that waited, as if it were said now; returns it. The caller has
    decided so and holds the thread's lock."""
    topic = thread.topic
    opens = topic.first_post_id == post.pk
    if opens and on_the_page(topic.forum_id, thread.page_id):
        # One thread about a page in a space: whoever was let in first has it.
        Thread.objects.filter(pk=thread.pk).update(page=None)
    if Post.objects.filter(topic=topic, approved=True, pk__gt=post.pk).exists():
        post = _under_a_new_key(post)
    post.created, post.approved = timezone.now(), True
    Post.objects.filter(pk=post.pk).update(created=post.created, approved=True)
    if opens:
        Topic.objects.filter(pk=topic.pk).update(approved=True, created=post.created)
    _count(topic, post, threads=int(opens))
    events.append(thread, Event.Kind.POSTED, post)
    return post


def _under_a_new_key(post):
    """Keys are the order of a thread: what is said now gets the key of now, and everything that
    hangs on the post follows it."""
    old, topic = post.pk, post.topic
    post.pk = None
    post.save(force_insert=True)
    for field in Post._meta.get_fields(include_hidden=True):
        if field.auto_created and not field.concrete:
            theirs = field.related_model._base_manager
            theirs.filter(**{field.field.name: old}).update(**{field.field.name: post.pk})
    Post.objects.filter(pk=old).delete()
    post.topic = topic
    return post


def hold_post(post):
    """The post's row, locked, in the thread whose row is held."""
    current = Post.objects.select_for_update().get(pk=post.pk)
    if current.topic_id != post.topic_id:
        raise Refused(_("This post is in another thread now. Open it there, and try again."))
    current.topic = post.topic
    return current


def as_it_is_now(topic, thread):
    """Let a topic say of itself what the held row says: it may have been locked, or taken up other
    posts, since the page was asked for."""
    for fact in ("status", "posts_count", "first_post_id", "subject"):
        setattr(topic, fact, getattr(thread.topic, fact))


def version_of(post):
    """Stands for what a post says, and with an opening post its title."""
    said = [post.content.raw]
    if post.pk == post.topic.first_post_id:
        said.append(post.topic.subject)
    return hashlib.sha256("\0".join(said).encode()).hexdigest()[:32]


@transaction.atomic
def edit(post, *, by, content, version=None, reason="", attachments=None, subject=None, tried=None):
    """Change a post's text, and its files where they are given: these, and no others; with the
    opening post the thread's title. Saying the same again is no change. `version` is the
    `version_of` what whoever writes had before them: what another one changed since is not written
    over, and raises `ChangedMeanwhile`. `tried`, where it is given, is as in `start`. `reason` is a
    moderator's to the author of a post not theirs. What it said before is kept, and is its
    `revision`."""
    thread = hold_thread(post.topic)
    as_it_is_now(post.topic, thread)
    access.standing_now(by)
    current = hold_post(post)
    if not current.approved or not thread.topic.approved:
        raise Refused(_("This post was removed while you were writing."))
    if not may_edit(current, by):
        raise Refused(_("You can no longer change this post."))
    says_other = current.content.raw != content or subject not in (None, post.topic.subject)
    if version and version != version_of(current) and says_other:
        raise ChangedMeanwhile(current)
    stood = keeping.before(current)
    refiled = attachments is not None and refile(current, attachments, by=by)
    retold = tried is not None and trials.settle(current, tried=tried)
    renamed = subject is not None and rename(thread, current, subject)
    rewritten = refiled or retold or current.content.raw != content
    if rewritten:
        current.content = content
        current.updated_by = by
        current.updates_count += 1
        current.save()
        events.append(thread, Event.Kind.EDITED, current)
    current.revision = None
    if rewritten or renamed:
        current.revision = keeping.keep(
            stood, by=by, refiled=refiled, tried=not tried if retold else None
        )
        _leave_act("changed", current, by, reason)
    return current


def slug_of(subject):
    """What machina keeps beside a title; no address of ours is made of it."""
    return slugify(subject, allow_unicode=True)[:255] or "thread"


def rename(thread, post, subject):
    """Give a held thread another title, where this is its opening post; True where it had not."""
    topic = thread.topic
    if topic.first_post_id != post.pk:
        raise Refused(_("This post no longer opens its thread, so it cannot name it."))
    if topic.subject == subject:
        return False
    topic.subject, topic.slug = subject, slug_of(subject)
    Topic.objects.filter(pk=topic.pk).update(
        subject=topic.subject, slug=topic.slug, updated=timezone.now()
    )
    events.append(thread, Event.Kind.CHANGED)
    return True


def _leave_act(verb, post, by, reason, undo=None):
    """What a moderator did with somebody else's post; one's own is nobody's business."""
    if post.poster_id != by.pk:
        topic = post.topic
        acts.leave(
            verb,
            by=by,
            space=topic.forum.space,
            topic=topic,
            post=post,
            concerns=post.poster,
            reason=reason,
            undo=undo,
        )


@transaction.atomic
def remove(post, *, by, reason="", answer=""):
    """Take a post away from everybody; the opening post takes its whole thread with it. `reason`
    is as in `edit`. Whoever reported it hears that it is gone, and reads `answer`. Returns the
    keys of the reports that this settled, or None where it was gone already."""
    thread = hold_thread(post.topic)
    access.standing_now(by)
    topic = thread.topic
    current = hold_post(post)
    as_it_is_now(post.topic, thread)
    if not current.approved or not topic.approved:
        return None
    if not may_remove(current, by):
        raise Refused(_("You can no longer remove this post."))
    Removal.objects.create(post=current, by=by)
    Post.objects.filter(pk=current.pk).update(approved=False)
    settled = outcomes.settle_removed(current, topic, by=by, answer=answer)
    _leave_act("removed", current, by, reason, undo={"reports": settled})
    if current.pk == topic.first_post_id:
        acts.tell_other_authors(
            "removed-thread",
            by=by,
            space=post.topic.forum.space,
            topic=topic,
            besides=current.poster,
            reason=reason,
        )
        Topic.objects.filter(pk=topic.pk).update(approved=False)
        _uncount(topic, posts=topic.posts_count, threads=1)
        events.append(thread, Event.Kind.CLOSED)
        return settled
    last = Post.objects.filter(topic=topic, approved=True).order_by("-pk").first()
    Topic.objects.filter(pk=topic.pk).update(
        posts_count=F("posts_count") - 1, last_post=last, last_post_on=last.created
    )
    _uncount(topic, posts=1)
    events.append(thread, Event.Kind.REMOVED, current)
    return settled


def _uncount(topic, *, posts, threads=0):
    # Held before it is asked which post is the last: another thread may be gaining one.
    Forum.objects.select_for_update(no_key=True).get(pk=topic.forum_id)
    newest = (
        Topic.objects.filter(forum_id=topic.forum_id, approved=True)
        .order_by("-last_post_on")
        .first()
    )
    Forum.objects.filter(pk=topic.forum_id).update(
        direct_posts_count=F("direct_posts_count") - posts,
        direct_topics_count=F("direct_topics_count") - threads,
        last_post_id=newest.last_post_id if newest else None,
        last_post_on=newest.last_post_on if newest else None,
    )


def lock(topic, *, by, reason=""):
    """Lock a thread, so that only moderators write in it; `reason` is told to who started it.
    Returns the Act, or None where it was so already."""
    return _set_status(topic, Topic.TOPIC_LOCKED, Event.Kind.LOCKED, by, reason)


def unlock(topic, *, by, reason=""):
    """Open a locked thread again. Returns as `lock`."""
    return _set_status(topic, Topic.TOPIC_UNLOCKED, Event.Kind.UNLOCKED, by, reason)


@transaction.atomic
def _set_status(topic, status, kind, by, reason):
    thread = hold_thread(topic)
    access.standing_now(by)
    if not may_moderate(topic, by):
        raise Refused(_("You may not do this."))
    if thread.topic.status == status:
        return None
    Topic.objects.filter(pk=topic.pk).update(status=status, updated=timezone.now())
    events.append(thread, kind)
    starter = thread.topic.poster if thread.topic.poster_id != by.pk else None
    return acts.leave(
        kind.value, by=by, space=topic.forum.space, topic=topic, concerns=starter, reason=reason
    )


def discuss(
    page, space, *, by, subject, content, key=None, attachments=(), agreed_to=None, tried=False
):
    """What somebody says about a page: the opening post of the one thread about it in a space, or a
    reply in that thread, where somebody opened it before."""
    said = {
        "by": by,
        "content": content,
        "key": key or uuid.uuid4(),
        "attachments": attachments,
        "agreed_to": agreed_to,
        "tried": tried,
    }
    with transaction.atomic():
        _standing_in(space, by)
        # The space's forum row is the lock: two who press at once get one thread.
        Forum.objects.select_for_update(no_key=True).get(pk=space.forum_id)
        existing = on_the_page(space.forum_id, page.pk)
        if existing is None:
            return start(space, subject=subject, page=page, **said)
    # Out of the forum's lock: whoever replies takes the thread's row before it.
    return reply(existing, **said)


def on_the_page(forum_id, page_id):
    """The topic about a page that everybody in a space's forum may see, or None."""
    about = Topic.objects.filter(forum_id=forum_id, approved=True, thread__page__isnull=False)
    return about.filter(thread__page_id=page_id).first()
