"""`make bench-live`: our live threads beside the consumer of the Channels tutorial.

Both are served by daphne as the Procfile says, one after the other, each time by a new process, and
read by this process. SQLite and the layer in memory; with DATABASE_URL a database of its own beside
that one on PostgreSQL; two processes over Redis where one answers (REDIS_URL). `BENCH=small` shows
that the measuring works, and nothing else.

Ends with 1 where an event was lost, doubled or out of order, where a post failed, or where the
queries for an event grow with the readers. A ratio that was missed is only said.
"""

import asyncio
import json
import os
import resource
import secrets
import signal
import socket
import subprocess
import sys
import tempfile
import time
import uuid
from contextlib import ExitStack, suppress
from itertools import pairwise
from pathlib import Path
from statistics import median
from urllib.parse import urlsplit

from tests.bench.live.crowd import Crowd, ask
from tests.bench.run import ROOT, a_database, machine, say
from tests.serving import web_process

FULL = {
    "readers": [100, 500, 1_000, 2_000], "posts": 30, "bursts": 3, "burst": 50,
    "storm": 1_000, "pair": 300, "pair_posts": 40, "patience": 8,
}  # fmt: skip
SMALL = {
    "readers": [5, 10], "posts": 3, "bursts": 1, "burst": 5,
    "storm": 10, "pair": 8, "pair_posts": 6, "patience": 3,
}  # fmt: skip
SIDES = ("ours", "peer")
WRITERS = 8
PACE = 0.5  # seconds between two posts
SECONDS_TO_START = 60
FILES = 256  # that a process opens besides its readers

# From so many readers on: the peer's deliveries a second, its slowest delivery, its memory.
FROM = 1_000
RATE, SLOWEST, MEMORY = 4, 0.25, 1.25

TEXT = """We tried this at our site on **day {number}**, and it went better than I feared: half of
the group wanted to *lead* the game themselves, and the younger ones needed the rules on a card.

> What did you do about the ones who leave early?

They get the first turn. I wrote our steps down in [a short note](https://example.org/{number}),
take what you like and change the rest. Has anybody done this with fewer than ten children?
"""


class Server:
    """A web process. It ends with this one, whatever ends this one: its standard input closes."""

    def __init__(self, side, env, scratch):
        self.log = Path(scratch) / f"server-{secrets.token_hex(4)}.log"
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.env = env | {"BENCH_SIDE": side}

    def __enter__(self):
        with self.log.open("w") as log:
            command, env = web_process(self.port, self.env, "tests.bench.live.stand:application")
            self.process = subprocess.Popen(
                command, cwd=ROOT, env=env, stdin=subprocess.PIPE, stdout=log, stderr=log,
                start_new_session=True,
            )  # fmt: skip
        return self

    def __exit__(self, *failure):
        self.kill()
        self.process.stdin.close()

    def kill(self):
        self.process.kill()
        self.process.wait()

    async def up(self):
        until = time.monotonic() + SECONDS_TO_START
        while time.monotonic() < until and self.process.poll() is None:
            with suppress(OSError):
                return await self.facts()
            await asyncio.sleep(0.1)
        sys.exit(f"A web process did not start:\n{self.log.read_text()[-4000:]}")

    async def facts(self, address="/bench/facts"):
        status, said = await ask(self.port, address)
        if status != 200:
            sys.exit(f"{address} answered {status}:\n{self.log.read_text()[-4000:]}")
        return json.loads(said)


class Posts:
    """Posts through the form, by a handful of people in turn. `failed` counts the attempts that
    were not answered with the post."""

    def __init__(self, place):
        self.place, self.sent, self.failed = place, 0, 0

    async def one(self, *ports):
        """The form is sent again with its key until it is answered, as the page's script does;
        to the next port then."""
        number, self.sent = self.sent, self.sent + 1
        form = {"content": TEXT.format(number=number), "key": str(uuid.uuid4()), "since": "0"}
        key = self.place["writers"][number % WRITERS]
        address = f"/threads/{self.place['thread']}/reply/"
        for port in [*ports, *ports[:1] * 3]:
            with suppress(OSError):
                status, _said = await ask(port, address, key=key, form=form)
                if status == 200:
                    return
            self.failed += 1

    async def some(self, count, *ports, pace=PACE):
        began = time.monotonic()
        for number in range(count):
            await asyncio.sleep(max(0, began + number * pace - time.monotonic()))
            await self.one(*ports)


# --- One side, with so many readers -------------------------------------------------------------


async def measure(side, count, place, env, size, scratch):
    with Server(side, env, scratch) as server:
        await server.up()
        thread = place["thread"]
        ours = side == "ours"
        address = f"/live/threads/{thread}/" if ours else f"/peer/{thread}/"
        posts = Posts(place)
        # What a process does once is not the readers'.
        await with_a_few(server, address, place, posts, greeted=ours)
        before = await server.facts()
        last = before["commits"][-1][0]
        crowd = Crowd(address, place["readers"][:count], last, greeted=ours)
        try:
            opened = await crowd.open(lambda number: server.port)
            there = await server.facts()
            found = {
                "side": side,
                "count": count,
                "opened": count / opened,
                "memory": (there["resident"] - before["resident"]) / count,
            }
            found |= await at_a_steady_pace(server, crowd, posts, there, size)
            found |= await at_once(server, crowd, place, size)
            last = (await server.facts())["commits"][-1][0]
            return found | crowd.faults(last) | {"failed": posts.failed}
        finally:
            crowd.leave()


async def with_a_few(server, address, place, posts, *, greeted):
    crowd = Crowd(address, place["readers"][:5], await held(server, place), greeted=greeted)
    try:
        await crowd.open(lambda number: server.port)
        await posts.some(2, server.port)
    finally:
        crowd.leave()
    await asyncio.sleep(0.5)


async def held(server, place):
    """The number of the thread's last event, as its page says it."""
    _status, page = await ask(server.port, f"/threads/{place['thread']}/", key=place["readers"][0])
    return int(page.partition(b'data-since="')[2].partition(b'"')[0])


async def at_a_steady_pace(server, crowd, posts, before, size):
    crowd.arrivals.clear()
    await posts.some(size["posts"], server.port)
    after = await server.facts()
    await crowd.have(after["commits"][-1][0], size["patience"])
    after = await server.facts()
    commits = after["commits"][len(before["commits"]) :]
    when = {seq: at for seq, at, _asked in commits}
    took = sorted(at - when[seq] for seq, at in crowd.arrivals)
    each = [later[2] - earlier[2] for earlier, later in pairwise(commits)]
    return {
        "took": took,
        "queries": median(each),
        "cpu": (after["cpu"] - before["cpu"]) / max(1, len(took)),
    }


async def at_once(server, crowd, place, size):
    rates = []
    address = (
        f"/bench/burst?thread_id={place['thread']}&person_id={place['writer']}"
        f"&times={size['burst']}"
    )
    for _ in range(size["bursts"]):
        crowd.arrivals.clear()
        commits = (await server.facts(address))["commits"][-size["burst"] :]
        await crowd.have(commits[-1][0], size["patience"])
        came = [at for seq, at in crowd.arrivals if seq >= commits[0][0]]
        rates.append(len(came) / (max(came) - commits[0][1]))
    return {"rate": median(rates)}


# --- Everybody comes back at once ---------------------------------------------------------------


async def storm(count, place, env, size, scratch):
    with Server("ours", env, scratch) as server:
        await server.up()
        posts = Posts(place)
        address = f"/live/threads/{place['thread']}/"
        await with_a_few(server, address, place, posts, greeted=True)
        since = await held(server, place)
        crowd = Crowd(address, place["readers"][:count], since, greeted=True)
        try:
            await crowd.open(lambda number: server.port)
            crowd.coming_back = lambda: server.port
            posting = asyncio.ensure_future(posts.some(size["posts"], server.port))
            await asyncio.sleep(2 * PACE)
            before = await server.facts()
            began = time.monotonic()
            crowd.drop()
            await asyncio.sleep(0.1)
            await crowd.all_back()
            took = time.monotonic() - began
            after = await server.facts()
            await posting
            last = (await server.facts())["commits"][-1][0]
            await crowd.have(last, size["patience"])
            return crowd.faults(last) | {
                "name": f"{count:,} readers come back at once",
                "posts": posts.sent,
                "failed": posts.failed,
                "refused": crowd.refused,
                "took": took,
                "queries": (after["asked"] - before["asked"]) / count,
            }
        finally:
            crowd.leave()


async def a_process_killed(count, place, env, size, scratch):
    """Half of the readers at each of two processes; one of these is killed while people write at
    both, and whoever was there comes back to the other."""
    with Server("ours", env, scratch) as stays, Server("ours", env, scratch) as falls:
        await stays.up()
        await falls.up()
        posts, since = Posts(place), await held(stays, place)
        crowd = Crowd(
            f"/live/threads/{place['thread']}/", place["readers"][:count], since, greeted=True
        )
        crowd.coming_back = lambda: stays.port
        half = size["pair_posts"] // 2
        try:
            await crowd.open(lambda number: (stays, falls)[number % 2].port)
            writing = asyncio.ensure_future(
                posts.some(half * 2, falls.port, stays.port, pace=PACE / 2)
            )
            while posts.sent < half:
                await asyncio.sleep(PACE / 10)
            began = time.monotonic()
            falls.kill()
            await asyncio.sleep(0.1)
            await crowd.all_back()
            took = time.monotonic() - began
            await writing
            last = await held(stays, place)
            await crowd.have(last, size["patience"])
            faults = crowd.faults(last)
            faults["lost"] += max(0, posts.sent - (last - since))
            faults["doubled"] += max(0, last - since - posts.sent)
            # An attempt at the process that was killed fails by itself: its retry must not.
            return faults | {
                "name": f"one of two processes over Redis is killed, {count:,} readers",
                "posts": posts.sent,
                "failed": 0,
                "retried": posts.failed,
                "refused": crowd.refused,
                "took": took,
            }
        finally:
            crowd.leave()


# --- What is said -------------------------------------------------------------------------------


def heading():
    say(
        "| readers | | delivery: ms p50 | p99 | max | lost | doubled | out of order |"
        " deliveries a second | CPU µs a delivery | KiB a reader | opened a second |"
        " queries an event |"
    )
    say("|--:|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|")


def at(share, took):
    return took[round(share * (len(took) - 1))] if took else float("nan")


def line(found):
    took = [1000 * one for one in found["took"]]
    queries = f"{found['queries']:g}" if found["side"] == "ours" else ""
    say(
        f"| {found['count']:,} | {found['side']} | {at(0.5, took):.0f} | {at(0.99, took):.0f}"
        f" | {at(1, took):.0f} | {found['lost']} | {found['doubled']} | {found['disordered']}"
        f" | {found['rate']:,.0f} | {found['cpu'] * 1e6:.0f} | {found['memory'] / 1024:.0f}"
        f" | {found['opened']:.0f} | {queries} |"
    )


def compare(ours, peer):
    """Each target as a line of the table that says whether it was reached."""
    rate = ours["rate"] / peer["rate"]
    slowest = at(0.99, ours["took"]) / at(0.99, peer["took"])
    memory = ours["memory"] / peer["memory"]
    for name, ratio, target, reached in (
        ("deliveries a second", rate, f"≥ {RATE}", rate >= RATE),
        ("p99 of a delivery", slowest, f"≤ {SLOWEST}", slowest <= SLOWEST),
        ("memory of a reader", memory, f"≤ {MEMORY}", memory <= MEMORY),
    ):
        verdict = "reached" if reached else "missed"
        say(f"| {ours['count']:,} | {name} | {ratio:.2f} | {target} | {verdict} |")


def tell(happened):
    """A storm or a killed process, as a sentence."""
    queries = f", {happened['queries']:.1f} queries for each" if "queries" in happened else ""
    retried = f", {happened['retried']} sent again" if "retried" in happened else ""
    say(
        f"- {happened['name']}: all back after {happened['took']:.1f} s{queries};"
        f" {happened['posts']} posts meanwhile, {happened['failed']} failed{retried};"
        f" {happened['lost']} events lost, {happened['doubled']} doubled,"
        f" {happened['disordered']} out of order"
    )


def faults_of(found):
    """Sentences: what must not be."""
    for one in found:
        for fault in ("lost", "doubled", "disordered", "failed", "refused"):
            if one.get(fault):
                name = one.get("name") or f"{one['count']:,} readers"
                yield f"{name}: {one[fault]} {fault}"
    each = [one["queries"] for one in found if "count" in one]
    if max(each) > each[0]:
        yield f"the queries for an event grow with the readers: {each}"


def hurry(sentence):
    """How far it is, where a person reads along, and not in the result."""
    sys.stderr.write(f"  {sentence} …\n")
    sys.stderr.flush()


# --- All of it ----------------------------------------------------------------------------------


def enough_files(readers):
    """Let this process and those that it starts open a file for each reader."""
    wanted = readers + FILES
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and hard < wanted:
        sys.exit(
            f"{readers:,} readers need {wanted:,} open files and the limit is {hard:,}: raise it"
            f" (ulimit -Hn {wanted}), or see with BENCH=small that the measuring works."
        )
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, wanted), hard))


def redis():
    """The address of a Redis that answers, or None."""
    url = os.environ.get("REDIS_URL") or "redis://127.0.0.1:6379/9"
    parts = urlsplit(url)
    with suppress(OSError), socket.create_connection((parts.hostname, parts.port or 6379), 2):
        return url
    return None


def stage(readers, env):
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.live.stage", str(readers), str(WRITERS)],
        cwd=ROOT, env=env, text=True, capture_output=True, check=False,
    )  # fmt: skip
    if done.returncode:
        sys.exit(f"The rows could not be written:\n{done.stderr[-4000:]}")
    return json.loads(done.stdout)


async def run(place, env, size, scratch):
    """All measurements, each said as soon as it is there; `[what was found on our side]`."""
    ours, verdicts = [], []
    heading()
    for count in size["readers"]:
        pair = {}
        for side in SIDES:
            hurry(f"{count:,} readers, {side}")
            pair[side] = await measure(side, count, place, env, size, scratch)
            line(pair[side])
        ours.append(pair["ours"])
        if count >= FROM or size is SMALL:
            verdicts.append(pair)
    say("\n| readers | ours to the peer's | ratio | target | |\n|--:|---|--:|--:|---|")
    for pair in verdicts:
        compare(**pair)
    say("")
    hurry("everybody comes back at once")
    ours.append(await storm(size["storm"], place, env, size, scratch))
    tell(ours[-1])
    url = redis()
    if url is None:
        say("- two processes: not run, no Redis answers at REDIS_URL")
        return ours
    hurry("a process is killed")
    shared = env | {"REDIS_URL": url, "REDIS_PREFIX": f"bench-{secrets.token_hex(4)}"}
    ours.append(await a_process_killed(size["pair"], place, shared, size, scratch))
    tell(ours[-1])
    return ours


async def until_told(measurements):
    """End in good order, and with all that was started, when a signal asks for it."""
    running = asyncio.ensure_future(measurements)
    for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(each, running.cancel)
    return await running


def main():
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # what was made goes away then too
    size = SMALL if os.environ.get("BENCH") == "small" else FULL
    most = max(*size["readers"], size["storm"], size["pair"])
    enough_files(most)
    with ExitStack() as stack:
        scratch = stack.enter_context(tempfile.TemporaryDirectory(prefix="hallway-bench-"))
        env = os.environ | {
            "DATABASE_URL": stack.enter_context(a_database(scratch)),
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "HALLWAY_DATA": scratch,
            "HALLWAY_ENV": "local",
            "ALLOWED_HOSTS": "127.0.0.1",
            "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "site")]),
        }
        env.pop("REDIS_URL", None)
        hurry(f"writing {most:,} readers, each signed in")
        place = stage(most, env)
        say(
            f"{machine()} · {place['database']}; {size['posts']} posts at {1 / PACE:g} a second,"
            f" then {size['burst']} in one commit, {size['bursts']} times\n"
        )
        try:
            found = asyncio.run(until_told(run(place, env, size, scratch)))
        except asyncio.CancelledError:
            raise KeyboardInterrupt from None
    faults = list(faults_of(found))
    for fault in faults:
        say(f"\nMust not be: {fault}.")
    sys.exit(bool(faults))


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)
