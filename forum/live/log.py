"""Reading the log: what happened in a thread since a sequence, rendered once for all readers."""

from dataclasses import dataclass, replace

from community import access
from forum import threads
from forum.live.models import Event, Thread
from forum.rendering import render_post

# A reader further behind than this is told to load the page again: it is the shorter way. So many
# events that bring a post, and so many of all; a vote or a word of thanks weighs next to nothing.
LONGEST_RESUME = 200
LONGEST_LOG = 2_000

# By kind of event, what its frames carry besides: `fill(topic, events, epoch)` of all events of the
# kind in one reading gives `{key of an event: fields}`, in a fixed number of queries and with
# nothing that depends on who reads. It says what is now, so that the last of several says it too.
_fills = {}


def shows(kind, fill):
    """Let an app say what the frames of its kind of event carry."""
    _fills[kind] = fill


@dataclass(frozen=True)
class News:
    """`frames` are in sequence; `seq` is the thread's; `epoch` was read after them, so a change of
    standing that came before an event is always seen with it. `too_far` means: load the page."""

    frames: tuple
    seq: int
    epoch: int
    too_far: bool = False

    def as_frames(self):
        """The same as an HTTP answer gives it."""
        return {"events": list(self.frames), "seq": self.seq, "reload": self.too_far}

    def after(self, since):
        """The same for a reader who holds more of it."""
        return replace(self, frames=tuple(one for one in self.frames if one["seq"] > since))


def answer(post, since, files=(), tried=False):
    """What a reader who holds `since` is told with the answer to a reply of theirs (with these
    `files`, and telling of something they `tried`): what was written up to that post and no
    further, since up to there their right to read was asked under the thread's lock. No query for
    whoever holds all that came before it."""
    thread, event = post.topic.thread, getattr(post, "event", None)
    # A form that was sent again was answered with the post of the first time: no event is new.
    if event is None or since != event.seq - 1:
        return news(thread.pk, since, upto=thread.seq)
    epoch = access.epoch_of(post.poster)
    frame = _frame(event.seq, event.kind, post.pk)
    frame["html"] = render_post(threads.show_new(post, files, epoch, trial=tried))
    return News(frames=(frame,), seq=event.seq, epoch=epoch)


def _frame(seq, kind, post_id):
    return {"type": "event", "seq": seq, "kind": kind, "post": post_id}


def news(thread_id, since, upto=None):
    """What a reader who holds `since` has missed, up to `upto` where that is given. A fixed number
    of queries, and one render for each event, whoever reads. Applying a frame twice is harmless:
    it says what is, not what changed."""
    missed = Event.objects.filter(thread_id=thread_id, seq__gt=since)
    if upto is not None:
        missed = missed.filter(seq__lte=upto)
    events = list(missed.order_by("seq")[: LONGEST_LOG + 1])
    too_far = len(events) > LONGEST_LOG or sum(map(_brings, events)) > LONGEST_RESUME
    seq = events[-1].seq if events else since
    if too_far or not events:
        last = Thread.objects.values_list("seq", flat=True).filter(pk=thread_id).first() or 0
        # A reader may claim a number that was never given out. One that was given out since the
        # events were read is none of these: the next look finds it.
        if too_far or last < since:
            too_far, seq, events = True, last, []
    epoch = access.epoch()
    frames = tuple(_frames(thread_id, events, epoch)) if events else ()
    return News(frames=frames, seq=seq, epoch=epoch, too_far=too_far)


def news_for_each(thread_id, sinces):
    """`{since: News}` for readers who hold different numbers: one reading for all who are not too
    far behind, and one more for each number that is, or that was never given out."""
    found, reading = {}, None
    for since in sorted(sinces):
        if reading is None or reading.too_far or since > reading.seq:
            reading = news(thread_id, since)
        found[since] = reading.after(since)
    return found


def _brings(event):
    """Whether a frame of this event shows its post; a changed one was removed, and is back."""
    kinds = (Event.Kind.POSTED, Event.Kind.EDITED, Event.Kind.HELPED, Event.Kind.CHANGED)
    return event.post_id is not None and event.kind in kinds


def _frames(thread_id, events, epoch):
    topic = threads.Topic.objects.get(pk=thread_id)
    posts = threads.Post.objects.filter(
        pk__in={event.post_id for event in events if _brings(event)}, topic=topic, approved=True
    )
    keys = posts.values("pk") if topic.approved else []
    shown = {post.pk: render_post(post) for post in threads.show(keys, topic, epoch)}
    further = _further(topic, events, epoch)
    for event in events:
        frame = _frame(event.seq, event.kind, event.post_id) | further.get(event.pk, {})
        if _brings(event):
            # Removed meanwhile: the frame keeps its number and says nothing.
            frame["html"] = shown.get(event.post_id)
        yield frame


def _further(topic, events, epoch):
    by_kind, found = {}, {}
    for event in events:
        by_kind.setdefault(event.kind, []).append(event)
    for kind, some in by_kind.items():
        if kind in _fills and topic.approved:
            found.update(_fills[kind](topic, some, epoch))
    return found
