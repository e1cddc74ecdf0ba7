"""Reading the log: what happened in a thread since a sequence, rendered once for all readers."""

from dataclasses import dataclass

from django.template.loader import render_to_string

from community import access
from forum import threads
from forum.live.models import Event, Thread

# A reader further behind than this is told to load the page again: it is the shorter way.
LONGEST_RESUME = 200


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


def news(thread_id, since):
    """What a reader who holds `since` has missed. A fixed number of queries, and one render for
    each event, whoever reads. Applying a frame twice is harmless: it says what is, not what
    changed."""
    events = list(
        Event.objects.filter(thread_id=thread_id, seq__gt=since)
        .select_related("post")
        .order_by("seq")[: LONGEST_RESUME + 1]
    )
    too_far = len(events) > LONGEST_RESUME
    if too_far:
        events = []
        seq = Thread.objects.values_list("seq", flat=True).get(pk=thread_id)
    else:
        seq = events[-1].seq if events else since
    frames = tuple(_frames(thread_id, events)) if events else ()
    return News(frames=frames, seq=seq, epoch=access.epoch(), too_far=too_far)


def _frames(thread_id, events):
    topic = threads.Topic.objects.get(pk=thread_id)
    standing_posts = {event.post_id: event.post for event in events if event.post_id}
    shown = {
        post.pk: render_to_string("spaces/post.html", {"post": post})
        for post in threads.show(
            [post for post in standing_posts.values() if post.approved and topic.approved],
            topic,
        )
    }
    for event in events:
        frame = {
            "type": "event",
            "seq": event.seq,
            "kind": event.kind,
            "post": event.post_id,
        }
        if event.kind in (Event.Kind.POSTED, Event.Kind.EDITED):
            # Removed meanwhile: the frame keeps its number and says nothing.
            frame["html"] = shown.get(event.post_id)
        yield frame
