"""`make test`: all that must hold, the quick things first, ending at the first that does not.

Runs on the database that DATABASE_URL names (SQLite without it) and the layer and cache that
REDIS_URL names (in memory without it). The installation's own `var/` is never touched.
"""

import os
import secrets
import shutil
import subprocess
import sys
import tempfile
import time

import environment
from environment import DEVELOPMENT, ROOT, say, stop

# The first has no window to draw, and takes half the time.
CHROMIUM = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
MANAGE = ["python", "site/manage.py"]
# BROWSER=live: those in which several people, the layer and the database have a part.
LIVE = [
    f"tests/browser/test_{name}.py"
    for name in (
        "live_thread", "facilitating", "moderation", "following", "wire", "applying", "cohorts",
        "presence", "hosting", "reactions", "outages",
    )
]  # fmt: skip


def main():
    environment.install(DEVELOPMENT)
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="hallway-test-") as scratch:
        env = environment.variables() | {"HALLWAY_DATA": scratch}
        apart = env | {"DATABASE_URL": f"sqlite:///{scratch}/apart.sqlite3"}
        for name, command, its_env in steps(env, apart):
            step(name, command, its_env)
        browser_tests(env)
    minutes, seconds = divmod(round(time.monotonic() - started), 60)
    say(f"\nmake test: all of it holds ({minutes} min {seconds} s).")


def steps(env, apart):
    production = apart | {
        "HALLWAY_ENV": "production",
        "SECRET_KEY": secrets.token_urlsafe(64),
        "ALLOWED_HOSTS": "hallway.example.org",
        "EMAIL_URL": "smtp+tls://hallway:secret@mail.example.org:587",
    }
    deploy = [*MANAGE, "check", "--deploy", "--fail-level", "WARNING"]
    drift = [*MANAGE, "makemigrations", "--check", "--dry-run"]
    return [
        ("lint", ["ruff", "check", "--no-cache"], env),
        ("format (make format puts it right)", ["ruff", "format", "--check", "--no-cache"], env),
        ("templates", ["djlint", "templates", "--lint", "--quiet"], env),
        ("import contracts", ["lint-imports", "--no-cache"], env),
        ("migrations are complete", drift, apart),
        ("production settings", deploy, production),
        (f"tests on {engine(env)}", ["pytest", "--ignore=tests/browser", "-n", "auto"], env),
    ]


def engine(env):
    database = env.get("DATABASE_URL", "sqlite:").partition(":")[0]
    return f"{database} and {'Redis' if env.get('REDIS_URL') else 'the in-memory layer'}"


def step(name, command, env):
    say(f"\n== {name}: {' '.join(command)}")
    began = time.monotonic()
    code = subprocess.run(command, env=env, cwd=ROOT).returncode
    if code:
        stop(f"\nmake test: “{name}” failed (exit {code}); the reason is above.")
    say(f"== {name}: holds ({time.monotonic() - began:.0f} s)")


def browser_tests(env):
    """In a run of their own: Playwright's synchronous interface keeps a loop running, which Django
    takes for a mistake and pytest-asyncio, where it is installed, for its own."""
    browser = chromium()
    if browser is None:
        missing = (
            "The browser tests did not run: there is no Chromium. On Debian or Ubuntu install it"
            " with: apt-get install chromium-headless-shell"
        )
        if os.environ.get("CI") == "true":
            stop(f"\nmake test: {missing}")
        say(f"\n{missing}")
        return
    live = os.environ.get("BROWSER") == "live"
    step(
        "browser tests of what is live" if live else "browser tests",
        # A site for each worker; the tests of one file belong together. They wait about as often
        # as they work, so there are half again as many workers as cores.
        [
            *("pytest", "-p", "no:asyncio", "-n", str(3 * (os.cpu_count() or 2) // 2)),
            *("--dist", "loadfile"),
            *(LIVE if live else ["tests/browser"]),
        ],
        env | {"CHROMIUM": browser, "DJANGO_ALLOW_ASYNC_UNSAFE": "true"},
    )


def chromium():
    """A Chromium that runs: some distributions have a stub of the name that only says otherwise."""
    for name in (os.environ.get("CHROMIUM"), *CHROMIUM):
        path = shutil.which(name) if name else None
        if path and not subprocess.run([path, "--version"], capture_output=True).returncode:
            return path
    return None


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)
