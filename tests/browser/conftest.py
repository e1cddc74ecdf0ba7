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
from contextlib import contextmanager

import pytest

from tests.serving import ROOT, web_process

from .looking import PHONE, looked_at

PASSWORD = "hallway-demo"
NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
CHROMIUM = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)


# How a log tells that the database itself, or Redis, was away.
OUTAGE = re.compile(
    r"(psycopg|django)\S*\.(OperationalError|AdminShutdown|InterfaceError)"
    r"|redis\.exceptions\.ConnectionError"
)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Site:
    """One installation: `start`, `kill` and `command` are what its keeper could do in a shell."""

    def __init__(self, data):
        self.port = free_port()
        self.forgiven = []
        self.url = f"http://127.0.0.1:{self.port}"
        self.data = data
        self.process = None
        # Where a large upload lies while it comes in.
        (data / "passing").mkdir()
        self.env = {
            **{k: v for k, v in os.environ.items() if not k.startswith(("PYTEST", "DJANGO"))},
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "HALLWAY_DATA": str(data / "var"),
            "TMPDIR": str(data / "passing"),
            "BASE_URL": self.url,
            "REDIS_PREFIX": f"browser{self.port}",
            "EMAIL_URL": f"filemail:///{data / 'mail'}",
            "PYTHONWARNINGS": "default",
        }
        if url := os.environ.get("REDIS_URL"):
            # By its name a test finds the connections of this site among those of all others.
            joint = "&" if "?" in url else "?"
            self.env["REDIS_URL"] = f"{url}{joint}client_name=browser{self.port}"
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
        self.process = self._serve(self.port)

    def _serve(self, port):
        command, env = web_process(port, self.env)
        process = subprocess.Popen(command, cwd=ROOT, env=env, stdout=self.log, stderr=self.log)
        for _ in range(600):
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5):
                    return process
            except (urllib.error.URLError, ConnectionError, TimeoutError):
                try:
                    code = process.wait(timeout=0.1)
                except subprocess.TimeoutExpired:
                    continue
                raise AssertionError(f"the server ended with {code}: {self.errors()}") from None
        raise AssertionError("the server never answered")

    def kill(self):
        self.process.kill()
        self.process.wait()
        self.log.close()

    @contextmanager
    def second_process(self):
        """Another daphne behind the same database, files and Redis; gives its address."""
        port = free_port()
        process = self._serve(port)
        try:
            yield f"http://127.0.0.1:{port}"
        finally:
            process.kill()
            process.wait()

    @contextmanager
    def outage(self):
        """While the database or Redis is taken away on purpose the log may say that it was, and
        nothing else: Django, for what it could not answer, and channels_redis, for a subscription
        that it opens again, both log the outage with its traceback."""
        began = len(self.errors())
        try:
            yield
        finally:
            self.forgiven.append((began, len(self.errors())))

    def errors(self):
        return (self.data / "server.log").read_text()

    def unexpected(self):
        """Every traceback of the log that no test brought about."""
        found, place = [], 0
        for number, part in enumerate(self.errors().split("Traceback")):
            forgiven = any(began <= place <= ended for began, ended in self.forgiven)
            if number and not (forgiven and OUTAGE.search(part)):
                found.append(part)
            place += len("Traceback") + len(part)
        return found

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
    log, broken = site.errors(), site.unexpected()
    site.remove()
    # A browser that goes away in the middle of a request: asgiref 3.13 then finds the request's
    # own thread gone when Django says that the request has finished. Nothing is lost by it.
    gone = "RuntimeError: CurrentThreadExecutor already quit or is broken"
    assert [part for part in broken if gone not in part] == [], log


@pytest.fixture(scope="session")
def browser_type_launch_args():
    return {
        "executable_path": CHROMIUM,
        "args": ["--no-sandbox", "--disable-gpu", "--disable-background-networking",
                 "--disable-component-update", "--disable-sync"],
    }  # fmt: skip


@pytest.fixture(scope="session")
def states():
    return {}


@pytest.fixture
def open_as(site, browser, states):
    """A page in a browser of its own, signed in as a demo person (or nobody).

    Everything that a page complains of, and whatever it asks of another host, fails the test.
    """
    contexts, complaints = [], []

    def open_page(key=None, path="/", *, status=None, **options):
        if key and key not in states:
            context = browser.new_context()
            page = context.new_page()
            page.goto(f"{site.url}/accounts/login/")
            page.get_by_label(re.compile("^E-?mail", re.I)).fill(f"{key}@demo.example")
            page.get_by_label("Password", exact=True).fill(PASSWORD)
            page.get_by_role("main").get_by_role("button", name="Sign in").click()
            page.wait_for_url(f"{site.url}/")
            states[key] = context.storage_state()
            context.close()
        options = {"viewport": {"width": 1280, "height": 900}, **options}
        context = browser.new_context(
            base_url=site.url, storage_state=states.get(key) if key else None, **options
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
            if not asked.url.startswith(("http://127.0.0.1:", "data:", "blob:")):
                complaints.append(f"asked another host: {asked.url}")

        page.on("console", console)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("request", request)
        answer = page.goto(path)
        # One that leads elsewhere is for its test to look at.
        assert status is None or answer.status == status, (path, answer.status)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.fixture(params=[True, False], ids=["with a script", "without one"])
def phone(request, open_as):
    """A phone, with and without JavaScript: `(open a page as somebody, look at it, script)`. What
    only a script can look at is not looked at without one."""

    def open_page(key, path="/"):
        return open_as(
            key, path, java_script_enabled=request.param, bypass_csp=request.param, **PHONE
        )

    return open_page, looked_at if request.param else lambda page: None, request.param


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
