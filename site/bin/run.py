"""`make run`: from a bare checkout to a served site, and back to nothing on Ctrl-C.

Standard library only: it starts before anything is installed. The two processes are the Procfile's,
kept here and not by a tool: honcho 2.0 loses its children when a signal arrives while it starts
them (14 times in 60), and nothing may be left behind.
"""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

import environment
from environment import PYTHON, ROOT, RUNTIME, say, stop

SECONDS_TO_START = 60
SECONDS_TO_END = 10
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}  # and where to reach it from here


class Told(BaseException):
    """A signal asked for the end."""


def main():
    host, port = where()
    data = folder()
    environment.install(RUNTIME)
    env = environment.variables() | {
        "HOST": host,
        "PORT": str(port),
        "HALLWAY_DATA": str(data),
    }
    shown = f"[{host}]" if ":" in host else host
    if host in EVERYWHERE:
        shown = names_of_this_machine()[0]
    address = f"http://{shown}:{port}"
    env.setdefault("BASE_URL", address)
    env.setdefault("ALLOWED_HOSTS", ",".join(answers_to(host)))

    prepare(env)
    serve(env, host, port, f"\nHallway is at {address}/ (Ctrl-C ends it)")


def where():
    """The host and the port to serve at, both free."""
    if os.environ.get("HALLWAY_ENV", "local") != "local":
        stop(
            "make run is for trying Hallway out and loads demo accounts: unset HALLWAY_ENV, or"
            " deploy with the Procfile as the README says."
        )
    host = os.environ.get("HOST") or "127.0.0.1"
    given = os.environ.get("PORT") or "8000"
    if not given.isdecimal() or not 0 < int(given) < 65536:
        stop(f"PORT={given} is not a port: choose a number below 65536, as in make run PORT=8001.")
    port = int(given)
    try:
        family, kind, protocol, _, bound = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(bound)
            probe.listen()
    except socket.gaierror:
        stop(f"HOST={host} is no address of this machine: leave it out, or use HOST=0.0.0.0.")
    except PermissionError:
        stop(f"Port {port} needs rights you do not have: choose one above 1023, as PORT=8000.")
    except OSError as error:
        if error.errno == 98 or "in use" in str(error):
            stop(
                f"Port {port} of {host} is in use: end what uses it, or choose another one with"
                f" make run PORT={port + 1 if port < 65535 else 8000}."
            )
        stop(f"Hallway cannot listen at {host} ({error.strerror}): leave HOST out.")
    return host, port


def folder():
    """Where the site keeps what is written. It must take a file before anything else is tried."""
    data = Path(os.environ.get("HALLWAY_DATA") or ROOT / "var").absolute()
    try:
        data.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=data):
            pass
    except OSError as error:
        stop(
            f"{data} cannot be written ({error.strerror}): name a folder of yours with"
            " HALLWAY_DATA=/path/to/folder."
        )
    return data


def names_of_this_machine():
    """What others may call it: the address of its way out first. Nothing is sent to find out."""
    names = []
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # reserved for documentation: only a route is chosen
            names.append(probe.getsockname()[0])
        except OSError:
            pass
    name = socket.gethostname()
    return list(dict.fromkeys([*names, name, name.split(".")[0] + ".local", socket.getfqdn()]))


def answers_to(host):
    """The names in a request's Host header that are answered; any other is somebody's trick to
    reach this machine through a browser on it."""
    loopback = ["localhost", ".localhost", "127.0.0.1", "[::1]"]
    if host in EVERYWHERE:
        return loopback + names_of_this_machine()
    return [*loopback, f"[{host}]" if ":" in host else host]


def prepare(env):
    """Migrate, make what pages need, load the demo and print its accounts."""
    # One process needs no pool, and a pool waits half a minute to say that no database is there.
    env = env | {"DATABASE_POOL": "false"}
    done = subprocess.run([PYTHON, ROOT / "site" / "bin" / "prepare.py"], env=env, cwd=ROOT)
    if done.returncode:
        sys.exit(1)


def commands():
    lines = (ROOT / "Procfile").read_text().splitlines()
    return {name: command.strip() for name, _, command in (line.partition(":") for line in lines)}


def serve(env, host, port, greeting):
    """Run the Procfile's web and worker until one of them ends or the person ends both."""
    asked = []
    for each in SIGNALS:  # from here on a note, so that no child is lost between start and record
        signal.signal(each, lambda number, frame: asked.append(number))
    say("Starting the web process and the worker …")
    running = {}
    try:
        for name in ("web", "worker"):
            # A session of its own: a terminal's Ctrl-C reaches this process alone, which then
            # ends the others in its own time, with everything that they have started.
            running[name] = subprocess.Popen(
                ["/bin/sh", "-c", f"exec {commands()[name]}"],
                env=env,
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                start_new_session=True,
            )
        problem = "it does not answer"
        until = time.monotonic() + SECONDS_TO_START
        while problem and not asked:
            if name := ended(running):
                stop(f"The {name} process did not start; what it said is above.")
            if time.monotonic() > until:
                stop(f"Hallway was not ready after {SECONDS_TO_START} seconds: {problem}.")
            time.sleep(0.1)
            problem = what_is_missing(host, port)
        if not asked:
            say(greeting)
        while not asked:
            if name := ended(running):
                stop(f"The {name} process ended by itself; what it said last is above.")
            time.sleep(0.2)
    finally:
        end(running.values())
    raise Told


def ended(running):
    return next((name for name, process in running.items() if process.poll() is not None), None)


def what_is_missing(host, port):
    """What /readyz says is not ready; nothing when all of it is."""
    here = EVERYWHERE.get(host, f"[{host}]" if ":" in host else host)
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with direct.open(f"http://{here}:{port}/readyz", timeout=5):
            return ""
    except urllib.error.HTTPError as error:
        return f"/readyz says {error.read(200).decode(errors='replace').strip()}"
    except OSError:
        return "it does not answer"


def end(processes):
    for process in processes:
        _signal(process, signal.SIGTERM)
    until = time.monotonic() + SECONDS_TO_END
    for process in processes:
        try:
            process.wait(max(0, until - time.monotonic()))
        except subprocess.TimeoutExpired:
            _signal(process, signal.SIGKILL)
            process.wait()


def _signal(process, number):
    with contextlib.suppress(ProcessLookupError, PermissionError):  # ended; macOS says the latter
        os.killpg(process.pid, number)


def _told(number, frame):
    raise Told


if __name__ == "__main__":
    for each in SIGNALS:
        signal.signal(each, _told)
    try:
        main()
    except Told:
        say("\nHallway has ended. What was written is kept; make run starts it again.")
