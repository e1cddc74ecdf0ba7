"""One side of the benchmark, in a process of its own: does what it is told, a JSON line at a time.

`python -m tests.bench.worker ours|machina`. The side's settings decide which site answers; asked of
both: the same pages, by the same reader, through Django's test client. Only `ours` writes rows.
"""

import gc
import json
import os
import sys
import time

SIDE = sys.argv[1]
os.environ["DJANGO_SETTINGS_MODULE"] = {
    "ours": "config.settings",
    "machina": "tests.bench.as_shipped",
}[SIDE]

import django  # noqa: E402

django.setup()

from django.contrib.auth import get_user_model  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402
from django.urls import reverse  # noqa: E402
from machina.core.db.models import get_model  # noqa: E402

Forum = get_model("forum", "Forum")
Topic = get_model("forum_conversation", "Topic")
Post = get_model("forum_conversation", "Post")


# --- What is asked for -----------------------------------------------------------------------


def _address(page):
    """The address of `{"kind", "pk", "number"}` on this side."""
    kind, pk = page["kind"], page.get("pk")
    if SIDE == "ours":
        address = {
            "index": lambda: reverse("spaces:index"),
            "list": lambda: reverse("spaces:space", args=[Forum.objects.get(pk=pk).space.pk]),
            "topic": lambda: reverse("spaces:thread", args=[pk]),
            "reply": lambda: reverse("spaces:reply", args=[pk]),
        }[kind]()
    elif kind == "index":
        address = reverse("forum:index")
    elif kind == "list":
        forum = Forum.objects.get(pk=pk)
        address = reverse("forum:forum", args=[forum.slug, forum.pk])
    else:
        topic = Topic.objects.select_related("forum").get(pk=pk)
        place = [topic.forum.slug, topic.forum_id, topic.slug, topic.pk]
        name = "topic" if kind == "topic" else "post_create"
        address = reverse(f"forum_conversation:{name}", args=place)
    return f"{address}?page={page['number']}" if "number" in page else address


class Asker:
    """Somebody signed in who asks for one page again and again."""

    def __init__(self, page, reader):
        self.page, self.address = page, _address(page)
        self.client = Client(SERVER_NAME="127.0.0.1")
        self.client.force_login(get_user_model().objects.get(pk=reader))
        self.posted = 0

    def ask(self):
        if self.page["kind"] != "reply":
            return self.client.get(self.address)
        self.posted += 1
        text = f"Reply {self.posted}: {self.page['text']}"
        return self.client.post(self.address, {"content": text, "subject": "Re: it"})

    def check(self, response):
        """An error page, an empty one or a form that came back would be fast too."""
        if self.page["kind"] == "reply":
            assert response.status_code == 302, (response.status_code, response.content[:400])
            return 0
        body = response.content.decode()
        assert response.status_code == 200, (self.address, response.status_code)
        for canary in self.page["canaries"]:
            assert canary in body, f"{self.address} does not say {canary!r}"
        return len(response.content)


def queries_in(captured):
    """How many statements a request ran; beginning and committing the outermost transaction is
    no query."""
    ends = ("BEGIN", "COMMIT")
    return sum(1 for query in captured if not query["sql"].upper().startswith(ends))


# --- What it is told -------------------------------------------------------------------------

_askers = {}


def start(page, reader, warm):
    """Sign in, warm up, check what comes back, and count queries: apart from what is timed."""
    asker = _askers["now"] = Asker(page, reader)
    before = _posts(page)
    size = 0
    for _ in range(warm):
        size = asker.check(asker.ask())
    with CaptureQueriesContext(connection) as captured:
        begun = time.perf_counter()
        asker.check(asker.ask())
        seconds = time.perf_counter() - begun
    if page["kind"] == "reply":
        assert _posts(page) == before + warm + 1
    gc.collect()
    gc.freeze()
    return {
        "queries": queries_in(captured.captured_queries),
        "statements": [query["sql"] for query in captured.captured_queries],
        "seconds": seconds,
        "bytes": size,
    }


def _posts(page):
    return Post.objects.filter(topic=page["pk"]).count() if page["kind"] == "reply" else None


def measure(times):
    """Seconds of so many further requests, one by one."""
    asker = _askers["now"]
    taken = []
    gc.collect()
    for _ in range(times):
        begun = time.perf_counter()
        response = asker.ask()
        taken.append(time.perf_counter() - begun)
        asker.check(response)
    return taken


def migrate():
    call_command("migrate", verbosity=0)
    if SIDE == "ours":
        from home.setup import prepare_site

        prepare_site()  # the pages of the navigation; the spaces are the measurement's own


def settle():
    """What autovacuum does on a database that lives: PostgreSQL plans by its statistics."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")


def machine():
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT sqlite_version()")
            return f"SQLite {cursor.fetchone()[0]}"
        cursor.execute("SHOW server_version")
        return f"PostgreSQL {cursor.fetchone()[0].split()[0]}"


def read_marks(**facts):
    """What this side keeps of who read what; each side writes its own."""
    if SIDE == "ours":
        from tests.bench import stage

        stage.marks(**facts)
    else:
        _tracks(**facts)


def _tracks(reader, half):
    """Every forum was read to its end, every other one (by key) up to just before its last post;
    or, with `half` None, nothing ever was."""
    from datetime import timedelta

    from machina.apps.forum_tracking.models import ForumReadTrack, TopicReadTrack

    ForumReadTrack.objects.filter(user=reader).delete()
    TopicReadTrack.objects.filter(user=reader).delete()
    if half is None:
        return
    a_little = timedelta(seconds=1)
    for forum in Forum.objects.exclude(last_post_on=None):
        track = ForumReadTrack.objects.create(user_id=reader, forum=forum)
        news = forum.pk in half
        read = forum.last_post_on - a_little if news else forum.last_post_on + a_little
        ForumReadTrack.objects.filter(pk=track.pk).update(mark_time=read)


def profiles():
    """machina keeps a profile for whoever ever posted."""
    from machina.apps.forum_member.models import ForumProfile

    people = Post.objects.order_by().values_list("poster", flat=True).distinct()
    ForumProfile.objects.bulk_create(
        [ForumProfile(user_id=pk, posts_count=500) for pk in people], ignore_conflicts=True
    )


def subscribe(topic, people):
    if SIDE == "ours":
        from tests.bench import stage

        stage.subscribe(topic, people)
    else:
        Topic.objects.get(pk=topic).subscribers.set(people)


def seed(**facts):
    from tests.bench import stage

    return getattr(stage, facts.pop("what"))(**facts)


def markdown():
    """How long the slowest of the hostile posts take to become HTML, as a table."""
    from tests.bench.markdown import table

    return table()


def main():
    told = {
        verb.__name__: verb
        for verb in (
            start, measure, migrate, settle, machine, read_marks, profiles, subscribe, seed,
            markdown,
        )
    }  # fmt: skip
    answers = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)  # whatever prints, prints to the log
    for line in sys.stdin:
        order = json.loads(line)
        answer = told[order.pop("do")](**order)
        answers.write(json.dumps(answer) + "\n")


if __name__ == "__main__":
    main()
