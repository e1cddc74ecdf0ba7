"""The demo's spaces and threads: real posts, by the forum's own verbs, read from a text file."""

import re
from datetime import timedelta
from pathlib import Path

from django.db import transaction
from django.utils import timezone
from machina.apps.forum.models import Forum
from wagtail.models import Page

from community.models import Audience
from forum import posting
from forum.live.models import Event
from forum.spaces import keeping
from forum.spaces.models import Space
from forum.threads import Post, Topic
from home.demo.attachments import files_of

THREADS = Path(__file__).parent / "content" / "threads.md"

COHORTS = ("North 2026", "South 2026")
COHORTS_PURPOSE = "The cohort's own room, between meetings and after."


def _spaces():
    """`{key in the file of threads: space}`; those of a new community, and one for each cohort."""
    keeping.open_first_spaces()
    for name in COHORTS:
        audience = Audience.objects.get(cohort__name=name)
        if not audience.spaces.exists():
            keeping.open_space(audience, by=None, name=name, purpose=COHORTS_PURPOSE)
    found = {}
    for space in Space.objects.select_related("forum", "audience__cohort").order_by("-pk"):
        cohort = space.audience.cohort
        found[cohort.name.lower().replace(" ", "-") if cohort else space.audience.kind] = space
    return found


def parse(text):
    """`[(title, {space, kind}, [(author key, Markdown)])]` of the threads file."""
    threads = []
    for chunk in re.split(r"^## ", text, flags=re.M)[1:]:
        head, *posts = re.split(r"^@(\w+)[ \t]*$", chunk, flags=re.M)
        title, *lines = head.strip().splitlines()
        facts = dict(line.split(": ", 1) for line in lines if ": " in line)
        pairs = [(key, body.strip()) for key, body in zip(posts[::2], posts[1::2], strict=True)]
        threads.append((title.strip(), facts, pairs))
    return threads


# How long each conversation took, in days, as its own words tell; a day where nothing is told.
SPANS = {
    "hungry": 16, "one small thing": 0.4, "finding time": 14, "teachers came": 2, "three staff": 6,
    "protect the hours": 8, "my director": 9, "wording": 2, "after meeting two": 5,
    "homework help for forty": 12, "annual event": 3, "what do you ask": 7, "carry": 2,
}  # fmt: skip


def _say_when(topic, index, count):
    """Spread a thread's posts over the days that it took; each ends a little later than the one
    before it in the file, and the last of them today."""
    posts = list(Post.objects.filter(topic=topic).order_by("pk"))
    span = timedelta(
        days=next((days for word, days in SPANS.items() if word in topic.subject.lower()), 1)
    )
    end = timezone.now() - timedelta(hours=9 * (count - index - 1) + 1)
    step = span / max(len(posts) - 1, 1)
    # Counted back from the end: a step is rounded, and what the thread says of its last post is
    # that post's own time.
    times = [end - step * number for number in reversed(range(len(posts)))]
    for post, said in zip(posts, times, strict=True):
        Post.objects.filter(pk=post.pk).update(created=said, updated=said)
        Event.objects.filter(post=post).update(at=said)
    Topic.objects.filter(pk=topic.pk).update(created=times[0], last_post_on=times[-1])
    Forum.objects.filter(pk=topic.forum_id, last_post=posts[-1]).update(last_post_on=times[-1])


@transaction.atomic
def load_conversations(people):
    """Spaces and their threads. A space in which anybody wrote already is left as it is."""
    spaces = _spaces()
    threads = parse(THREADS.read_text(encoding="utf-8"))
    untouched = {
        key for key, space in spaces.items() if not Topic.objects.filter(forum=space.forum).exists()
    }
    for index, (title, facts, posts) in enumerate(threads):
        key = facts["space"]
        if key not in untouched:
            continue
        (author, opening), *replies = posts
        page = Page.objects.filter(slug=facts["page"]).first() if "page" in facts else None
        first = posting.start(
            spaces[key], by=people[author], subject=title, content=opening, page=page
        )
        topic = first.topic
        for number, (author, content) in enumerate(replies, start=1):
            by = people[author]
            files = files_of(title, number, by)
            posting.reply(topic, by=by, content=content, attachments=files)
        _say_when(topic, index, len(threads))
