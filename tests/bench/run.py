"""`make bench`: time and queries of ours and of machina as shipped, on the same rows, in one run.

SQLite by default; with DATABASE_URL a database of its own beside that one on PostgreSQL, dropped at
the end. `BENCH=small` shows in half a minute that the measuring works, and nothing else. Both sides
are processes that live through the run and take turns, so that a busy machine is busy for both.
"""

import json
import os
import platform
import secrets
import subprocess
import sys
import tempfile
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from statistics import median
from urllib.parse import urlsplit, urlunsplit

ROOT = Path(__file__).resolve().parents[2]
SIDES = ("ours", "machina")

FULL = {
    "rows": {
        "posts": 100_000, "topics": 10_000, "long": 2_000, "short": 20, "posters": 200, "spaces": 5,
    },
    "spaces": [5, 20, 100],
    "followers": [5, 5_000],
    "warm": 5,
    "rounds": 6,
    "times": 8,
}  # fmt: skip
SMALL = {
    "rows": {
        "posts": 800, "topics": 60, "long": 60, "short": 20, "posters": 20, "spaces": 5,
    },
    "spaces": [5, 8, 20],
    "followers": [5, 50],
    "warm": 1,
    "rounds": 2,
    "times": 2,
}  # fmt: skip

# The share of machina's time that ours may take, and how many queries.
INDEX, LIST, TOPIC, REPLY = (
    {"queries": 5}, {"share": 0.3, "queries": 6}, {"share": 0.3, "queries": 6},
    {"share": 0.15, "queries": 15},
)  # fmt: skip
LAST_PAGE = 1.15
PATIENCE = 4  # seconds for one side's turn


def main():
    size = SMALL if os.environ.get("BENCH") == "small" else FULL
    with ExitStack() as stack:
        scratch = stack.enter_context(tempfile.TemporaryDirectory(prefix="hallway-bench-"))
        url = stack.enter_context(a_database(scratch))
        sides = {name: stack.enter_context(Side(name, url, scratch)) for name in SIDES}
        places = prepare(sides, size)
        say(f"{machine()} · {sides['ours'].do('machine')}\n")
        heading()
        report(list(measurements(sides, size, places)))
        say("")
        say(sides["ours"].do("markdown"))


# --- The database, and the two that ask it ------------------------------------------------------


@contextmanager
def a_database(scratch):
    """The address of an empty database that goes away again."""
    given = os.environ.get("DATABASE_URL", "")
    if not given.startswith("postgres"):
        yield f"sqlite:///{scratch}/bench.sqlite3"
        return
    import psycopg

    name = f"hallway_bench_{secrets.token_hex(4)}"
    with psycopg.connect(given, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
        try:
            yield urlunsplit(urlsplit(given)._replace(path=f"/{name}"))
        finally:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


class Side:
    """A worker process, told what to do a line at a time."""

    def __init__(self, name, url, scratch):
        self.name, self.log = name, Path(scratch) / f"{name}.log"
        self.env = os.environ | {
            "DATABASE_URL": url,
            "DATABASE_POOL": "false",
            "DJANGO_ALLOW_ASYNC_UNSAFE": "",
            "HALLWAY_DATA": str(Path(scratch) / name),
            "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "site")]),
        }
        self.env.pop("REDIS_URL", None)

    def __enter__(self):
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.bench.worker", self.name],
            cwd=ROOT, env=self.env, text=True, bufsize=1,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.log.open("w"),
        )  # fmt: skip
        return self

    def __exit__(self, *failure):
        with suppress(BrokenPipeError):
            self.process.stdin.close()
        self.process.wait(timeout=30)
        self.process.stdout.close()

    def do(self, verb, **facts):
        try:
            self.process.stdin.write(json.dumps({"do": verb} | facts) + "\n")
            answer = self.process.stdout.readline()
        except BrokenPipeError:
            answer = ""
        if not answer:
            sys.exit(f"{self.name} ended at “{verb}”:\n{self.log.read_text()[-4000:]}")
        return json.loads(answer)


def prepare(sides, size):
    ours, machina = sides["ours"], sides["machina"]
    rows = size["rows"]
    say(f"Writing {rows['posts']:,} posts in {rows['topics']:,} threads of one forum …")
    ours.do("migrate")
    machina.do("migrate")
    places = ours.do("seed", what="begin", **rows)
    machina.do("profiles")
    return places


# --- What is measured ---------------------------------------------------------------------------


def measurements(sides, size, places):
    """Each scenario in turn: `{name, ours, machina, targets}`."""
    canary = "What worked at our site"
    long, short = size["rows"]["long"], size["rows"]["short"]

    def topic(pk, number=None):
        page = {"kind": "topic", "pk": places[pk], "canaries": [canary, "We tried this at our"]}
        return page if number is None else page | {"number": number}

    def listed(pk):
        return {"kind": "list", "pk": places[pk], "canaries": [canary]}

    def compare(name, page, reader="visitor", **targets):
        pages = page if isinstance(page, tuple) else (page, page)
        return line(
            {"name": name, "targets": targets} | take_turns(sides, size, pages, places[reader])
        )

    for side in sides.values():
        side.do("settle")
    yield compare("Threads of a space with 10", listed("few"), **LIST)
    yield compare(f"Threads of a space with {size['rows']['topics']:,}", listed("large"), **LIST)
    yield compare(f"Thread of {short} posts", topic("short"), **TOPIC)
    yield compare(f"Thread of {long:,} posts, first page", topic("long"), **TOPIC)
    last = places["last page"]
    yield compare(f"Thread of {long:,} posts, last page", topic("long", last), **TOPIC)
    for count in size["spaces"]:
        sides["ours"].do("seed", what="grow", to=count)
        page = {"kind": "index", "canaries": ["Space 1", f"Space {count}"]}
        share = {size["spaces"][1]: 0.2, size["spaces"][2]: 0.06}.get(count)
        read(sides, places["reader"], sides["ours"].do("seed", what="news"))
        yield compare(f"{count} spaces", page, "reader", share=share, **INDEX)
    read(sides, places["away"], None)
    yield compare(f"{count} spaces, nothing read for a year", page, "away", share=share, **INDEX)
    for count, which in zip(size["followers"], ("reply", "followed"), strict=True):
        people = sides["ours"].do("seed", what="followers", count=count)
        for name, side in sides.items():
            side.do("subscribe", topic=places[f"{which} {name}"], people=people)
        pages = tuple(
            {"kind": "reply", "pk": places[f"{which} {name}"], "text": places["text"]}
            for name in SIDES
        )
        yield compare(f"Reply to {long:,} posts, {count:,} subscribers", pages, "writer", **REPLY)


def read(sides, reader, half):
    for side in sides.values():
        side.do("read_marks", reader=reader, half=half)


def take_turns(sides, size, pages, reader):
    found = {}
    for (name, side), page in zip(sides.items(), pages, strict=True):
        found[name] = side.do("start", page=page, reader=reader, warm=size["warm"]) | {"taken": []}
    for turn in range(size["rounds"]):
        for name in SIDES if turn % 2 else reversed(SIDES):
            # A page that takes seconds is measured less often: the rest has its turn as well.
            times = max(1, min(size["times"], int(PATIENCE / found[name]["seconds"])))
            found[name]["taken"] += sides[name].do("measure", times=times)
    return found


# --- What is said -------------------------------------------------------------------------------


def heading():
    say("| | ours: ms (p95) | queries | machina: ms (p95) | queries | ratio | target | |")
    say("|---|--:|--:|--:|--:|--:|--:|---|")


def line(compared):
    ours, machina, targets = compared["ours"], compared["machina"], compared["targets"]
    ratio = median(ours["taken"]) / median(machina["taken"])
    share, ceiling = targets.get("share"), targets["queries"]
    missed = [
        word
        for word, is_missed in (
            ("time", share is not None and ratio > share),
            ("queries", ours["queries"] > ceiling),
        )
        if is_missed
    ]
    target = f"{'' if share is None else f'≤ {share}, '}{ceiling} queries"
    verdict = f"missed: {', '.join(missed)}" if missed else "reached"
    say(
        f"| {compared['name']} | {spread(ours)} | {ours['queries']} "
        f"| {spread(machina)} | {machina['queries']} | {ratio:.2f} | {target} | {verdict} |"
    )
    if os.environ.get("BENCH_STATEMENTS"):
        for statement in ours["statements"]:
            say(f"    {statement[:2000]}")
    return compared


def spread(side):
    taken = sorted(side["taken"])
    p95 = taken[min(len(taken) - 1, round(0.95 * (len(taken) - 1)))]
    return f"{median(taken) * 1000:.1f} ({p95 * 1000:.1f})"


def report(compared):
    first, last = (
        median(each["ours"]["taken"])
        for each in compared
        if each["name"].endswith(("first page", "last page"))
    )
    share = last / first
    verdict = "reached" if share <= LAST_PAGE else "missed"
    say(
        f"\nLast page of a long thread: {share:.2f} of its first (target ≤ {LAST_PAGE}): {verdict}."
    )


def machine():
    pages = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return (
        f"{os.cpu_count()} cores, {pages / 2**30:.0f} GiB, {platform.system()}"
        f" {platform.machine()} · Python {platform.python_version()}"
    )


def say(sentence):
    sys.stdout.write(sentence + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
