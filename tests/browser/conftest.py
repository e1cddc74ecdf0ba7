"""A site of its own for the browser: a daphne, a database and files that tests touch only through
the browser and the project's commands."""

import os
import re
import shutil
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PASSWORD = "hallway-demo"
CHROMIUM = next(
    (found for name in ("chromium", "chromium-browser", "google-chrome")
     if (found := shutil.which(name))), None,
)  # fmt: skip


class Site:
    """One installation: `start`, `kill` and `command` are what its keeper could do in a shell."""

    def __init__(self, data):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.data = data
        self.process = None
        self.env = {
            **{k: v for k, v in os.environ.items() if not k.startswith(("PYTEST", "DJANGO"))},
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "HALLWAY_DATA": str(data / "var"),
            "BASE_URL": self.url,
            "REDIS_PREFIX": f"browser{self.port}",
            "EMAIL_URL": f"filemail:///{data / 'mail'}",
            "PYTHONWARNINGS": "default",
        }
        if url := os.environ.get("DATABASE_URL"):
            self.env["DATABASE_URL"] = self._own_database(url)

    def _own_database(self, url):
        import psycopg

        self._server, self._name = url, f"hallway_browser_{self.port}"
        with psycopg.connect(url, autocommit=True) as server:
            server.execute(f'CREATE DATABASE "{self._name}"')
        return re.sub(r"/[^/]*$", f"/{self._name}", url)

    def command(self, *words):
        done = subprocess.run(
            [sys.executable, "site/manage.py", *words],
            cwd=ROOT, env=self.env, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stdout

    def start(self):
        self.log = (self.data / "server.log").open("ab")
        self.process = subprocess.Popen(
            [sys.executable, "-m", "daphne", "-v", "0", "-b", "127.0.0.1", "-p", str(self.port),
             "config.asgi:application"],
            cwd=ROOT, env=self.env, stdout=self.log, stderr=self.log,
        )  # fmt: skip
        for _ in range(600):
            try:
                with urllib.request.urlopen(f"{self.url}/healthz", timeout=5):
                    return
            except (urllib.error.URLError, ConnectionError):
                try:
                    code = self.process.wait(timeout=0.1)
                except subprocess.TimeoutExpired:
                    continue
                raise AssertionError(f"the server ended with {code}: {self.errors()}") from None
        raise AssertionError("the server never answered")

    def kill(self):
        self.process.kill()
        self.process.wait()
        self.log.close()

    def errors(self):
        return (self.data / "server.log").read_text()

    def remove(self):
        self.kill()
        if "DATABASE_URL" in self.env:
            import psycopg

            with psycopg.connect(self._server, autocommit=True) as server:
                server.execute(f'DROP DATABASE "{self._name}" WITH (FORCE)')


@pytest.fixture(scope="session")
def site(tmp_path_factory):
    site = Site(tmp_path_factory.mktemp("site"))
    site.command("migrate", "-v0")
    site.command("load_demo")
    site.start()
    yield site
    log = site.errors()
    site.remove()
    # A browser that goes away in the middle of a request: asgiref 3.13 then finds the request's
    # own thread gone when Django says that the request has finished. Nothing is lost by it.
    gone = "RuntimeError: CurrentThreadExecutor already quit or is broken"
    broken = [part for part in log.split("Traceback")[1:] if gone not in part]
    assert broken == [], log


@pytest.fixture(scope="session")
def browser_type_launch_args():
    return {
        "executable_path": CHROMIUM,
        "args": ["--no-sandbox", "--disable-gpu", "--disable-background-networking",
                 "--disable-component-update", "--disable-sync"],
    }  # fmt: skip


@pytest.fixture(scope="session")
def _states():
    return {}


@pytest.fixture
def open_as(site, browser, _states):
    """A page in a browser of its own, signed in as a demo person (or nobody).

    Everything that a page complains of, and whatever it asks of another host, fails the test.
    """
    contexts, complaints = [], []

    def open_page(key=None, path="/", **options):
        if key and key not in _states:
            context = browser.new_context()
            page = context.new_page()
            page.goto(f"{site.url}/accounts/login/")
            page.get_by_label(re.compile("^E-?mail", re.I)).fill(f"{key}@demo.example")
            page.get_by_label("Password", exact=True).fill(PASSWORD)
            page.get_by_role("main").get_by_role("button", name="Sign in").click()
            page.wait_for_url(f"{site.url}/")
            _states[key] = context.storage_state()
            context.close()
        options = {"viewport": {"width": 1280, "height": 900}, **options}
        context = browser.new_context(
            base_url=site.url, storage_state=_states.get(key) if key else None, **options
        )
        context.set_default_timeout(15_000)
        contexts.append(context)
        page = context.new_page()

        def console(message):
            # A server that was killed on purpose is not the page's fault.
            away = ("net::ERR_", "Failed to load resource", "WebSocket")
            if message.type == "error" and not any(word in message.text for word in away):
                complaints.append(message.text)

        def request(asked):
            if not asked.url.startswith((site.url, "data:", "blob:")):
                complaints.append(f"asked another host: {asked.url}")

        page.on("console", console)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("request", request)
        page.goto(path)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.fixture
def start_thread(open_as):
    """A new thread in a space, by the space's name; returns its address and the author's page."""

    def start(key, space, subject, text="Opening words."):
        page = open_as(key, "/spaces/")
        page.get_by_role("link", name=space, exact=True).click()
        page.get_by_role("link", name="Start a thread").first.click()
        page.get_by_label("What is it about?").fill(subject)
        page.get_by_label("Your post").fill(text)
        page.get_by_role("button", name="Post to").click()
        address = re.compile(r"/threads/\d+/")
        page.wait_for_url(address)
        return address.search(page.url)[0], page

    return start
