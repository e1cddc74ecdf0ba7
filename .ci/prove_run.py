"""`make run` from the outside, as a stranger does it: typed in a bare checkout, looked at, ended.

Standard library only. Writes into a folder of its own, so that a developer's `var/` is left alone.
"""

import os
import secrets
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SECONDS_TO_SERVE = 600  # the first time everything is downloaded
SECONDS_TO_END = 15
MARK = f"HALLWAY_PROOF={secrets.token_hex(8)}"


def main():
    with tempfile.TemporaryDirectory(prefix="hallway-proof-") as data:
        for which in ("first", "second"):
            began = time.monotonic()
            port = free_port()
            process = start(data, port)
            try:
                wait_until_ready(process, port)
                print(
                    f"The {which} make run served after {time.monotonic() - began:.1f} s.",
                    flush=True,
                )
                for path in ("/", "/guide/"):
                    answer(port, path)
            finally:
                began = time.monotonic()
                end(process)
            print(
                f"Ctrl-C ended it within {time.monotonic() - began:.1f} s, nothing left behind.",
                flush=True,
            )


def start(data, port):
    key, _, value = MARK.partition("=")
    env = os.environ | {key: value, "HALLWAY_DATA": data, "PORT": str(port)}
    for name in ("DATABASE_URL", "REDIS_URL", "HALLWAY_ENV", "HOST"):
        env.pop(name, None)
    # A process group of its own, as a terminal gives one to each command.
    return subprocess.Popen(["make", "run"], cwd=ROOT, env=env, start_new_session=True)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_until_ready(process, port):
    until = time.monotonic() + SECONDS_TO_SERVE
    while time.monotonic() < until:
        if process.poll() is not None:
            sys.exit("make run ended by itself; what it said is above.")
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5):
                return
        except OSError:
            time.sleep(0.2)
    sys.exit(f"make run did not serve within {SECONDS_TO_SERVE} s.")


def answer(port, path):
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=30) as response:
            print(f"{path} answers {response.status}.", flush=True)
    except urllib.error.HTTPError as error:
        sys.exit(f"{path} answers {error.code}.")


def end(process):
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGINT)
    try:
        process.wait(SECONDS_TO_END)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        sys.exit(f"make run did not end within {SECONDS_TO_END} s of Ctrl-C.")
    left = marked()
    if left:
        sys.exit(f"make run left processes behind: {left}")


def marked():
    """Processes that inherited the mark, in whatever group or session they are."""
    found = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal() and int(entry.name) != os.getpid():
            try:
                if MARK.encode() in (entry / "environ").read_bytes().split(b"\0"):
                    found[entry.name] = (entry / "cmdline").read_bytes().decode()
            except OSError:
                continue  # ended meanwhile, or somebody else's
    return found


if __name__ == "__main__":
    main()
