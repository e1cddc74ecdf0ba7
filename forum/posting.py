"""Every write to threads and posts. A verb takes `by=`, asks the policy, writes in one transaction
under the thread's row lock, logs the event, and hints on commit.

Counters move by delta under that lock: posting runs no COUNT over posts. `key` is the one the
server put into the form; the same key again gives the same post, so a retry never doubles.
"""

import uuid

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from machina.apps.forum.models import Forum

from community import access
from forum.live import events
from forum.live.models import Event, Receipt, Removal, Thread
from forum.threads import Post, Topic


class Refused(Exception):
    """The policy or the thread's state says no, in a sentence for the person who asked."""


def _standing_in(space, by):
    """The standing as it is now, not as it was when the page was asked for."""
    standing = access.standing_now(by)
    if not access.may_write(space.audience, standing):
        raise Refused(_("You can no longer write here."))
    return standing


def may_moderate(topic, person):
    """Whether this person may lock, edit and remove in the topic's space."""
    return access.may_moderate(topic.forum.space.audience, access.standing_of(person))


def may_reply(topic, person):
    """Whether this person may write in the topic now: a locked thread is its moderators'."""
    space = topic.forum.space
    if not access.may_write(space.audience, access.standing_of(person)):
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


def _claim(by, key):
    """The receipt of this form, made if it is new; whoever comes second waits for the first. One
    that was given elsewhere answers for nothing here: that place may be closed to them by now."""
    receipt, _created = Receipt.objects.get_or_create(person=by, key=key)
    return receipt


def _add_post(topic, by, content, receipt):
    post = Post(
        topic=topic,
        poster=by,
        subject=topic.subject,
        content=content,
        enable_signature=False,
    )
    post.save()
    receipt.post = post
    receipt.save(update_fields=["post"])
    return post


def _count(topic, post, *, threads=0):
    Topic.objects.filter(pk=topic.pk).update(
        posts_count=F("posts_count") + 1, last_post=post, last_post_on=post.created
    )
    Forum.objects.filter(pk=topic.forum_id).update(
        direct_posts_count=F("direct_posts_count") + 1,
        direct_topics_count=F("direct_topics_count") + threads,
        last_post=post,
        last_post_on=post.created,
    )


@transaction.atomic
def start(space, *, by, subject, content, key=None, page=None):
    """A new thread in a space; returns its opening post."""
    _standing_in(space, by)
    receipt = _claim(by, key or uuid.uuid4())
    if receipt.post_id and receipt.post.topic.forum_id == space.forum_id:
        return receipt.post
    topic = Topic.objects.create(
        forum=space.forum,
        poster=by,
        subject=subject,
        slug=slugify(subject, allow_unicode=True)[:255] or "thread",
        type=Topic.TOPIC_POST,
        status=Topic.TOPIC_UNLOCKED,
        approved=True,
    )
    thread = Thread.objects.create(topic=topic, page=page)
    post = _add_post(topic, by, content, receipt)
    Topic.objects.filter(pk=topic.pk).update(first_post=post)
    _count(topic, post, threads=1)
    events.append(thread, Event.Kind.POSTED, post)
    return post


@transaction.atomic
def reply(topic, *, by, content, key=None):
    """A new post at the end of a thread."""
    space = topic.forum.space
    thread = events.lock(topic.pk)
    standing = _standing_in(space, by)
    receipt = _claim(by, key or uuid.uuid4())
    if receipt.post_id and receipt.post.topic_id == topic.pk:
        return receipt.post
    if not thread.topic.approved:
        raise Refused(_("This thread was removed while you were writing."))
    if thread.topic.is_locked and not access.may_moderate(space.audience, standing):
        raise Refused(_("This thread was locked while you were writing. Nobody can reply now."))
    post = _add_post(thread.topic, by, content, receipt)
    _count(thread.topic, post)
    events.append(thread, Event.Kind.POSTED, post)
    return post


@transaction.atomic
def edit(post, *, by, content):
    """Change a post's text. Saying the same again is no change."""
    thread = events.lock(post.topic_id)
    access.standing_now(by)
    current = Post.objects.select_for_update().get(pk=post.pk)
    current.topic = post.topic
    if not current.approved or not thread.topic.approved:
        raise Refused(_("This post was removed while you were writing."))
    if not may_edit(current, by):
        raise Refused(_("You can no longer change this post."))
    if current.content.raw == content:
        return current
    current.content = content
    current.updated_by = by
    current.updates_count += 1
    current.save()
    events.append(thread, Event.Kind.EDITED, current)
    return current


@transaction.atomic
def remove(post, *, by):
    """Take a post away from everybody; the opening post takes its whole thread with it."""
    thread = events.lock(post.topic_id)
    topic = thread.topic
    current = Post.objects.select_for_update().get(pk=post.pk)
    current.topic = post.topic
    post.topic.posts_count = topic.posts_count
    if not current.approved or not topic.approved:
        return
    if not may_remove(current, by):
        raise Refused(_("You can no longer remove this post."))
    Removal.objects.create(post=current, by=by)
    Post.objects.filter(pk=current.pk).update(approved=False)
    if current.pk == topic.first_post_id:
        Topic.objects.filter(pk=topic.pk).update(approved=False)
        _uncount(topic, posts=topic.posts_count, threads=1)
        events.append(thread, Event.Kind.CLOSED)
        return
    last = Post.objects.filter(topic=topic, approved=True).order_by("-pk").first()
    Topic.objects.filter(pk=topic.pk).update(
        posts_count=F("posts_count") - 1, last_post=last, last_post_on=last.created
    )
    _uncount(topic, posts=1)
    events.append(thread, Event.Kind.REMOVED, current)


def _uncount(topic, *, posts, threads=0):
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


def lock(topic, *, by):
    """Lock a thread, so that only moderators write in it."""
    _set_status(topic, Topic.TOPIC_LOCKED, Event.Kind.LOCKED, by)


def unlock(topic, *, by):
    """Open a locked thread again."""
    _set_status(topic, Topic.TOPIC_UNLOCKED, Event.Kind.UNLOCKED, by)


@transaction.atomic
def _set_status(topic, status, kind, by):
    thread = events.lock(topic.pk)
    access.standing_now(by)
    if not may_moderate(topic, by):
        raise Refused(_("You may not do this."))
    if thread.topic.status == status:
        return
    Topic.objects.filter(pk=topic.pk).update(status=status, updated=timezone.now())
    events.append(thread, kind)


@transaction.atomic
def discuss(page, space, *, by, subject, content):
    """The opening post of the one thread about a page in a space, started if there is none yet."""
    _standing_in(space, by)
    # The space's forum row is the lock: two who press at once get one thread.
    Forum.objects.select_for_update().get(pk=space.forum_id)
    existing = Topic.objects.filter(
        forum=space.forum, approved=True, thread__page_id=page.pk
    ).first()
    if existing:
        return existing.first_post
    return start(space, by=by, subject=subject, content=content, page=page)
