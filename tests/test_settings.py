"""A production site refuses to start half-configured, and says what to do."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from community import roster

ROOT = Path(__file__).resolve().parents[1]
GOOD = {
    "HALLWAY_ENV": "production",
    "SECRET_KEY": "".join(chr(33 + n % 90) for n in range(64)).replace("$", "x"),
    "ALLOWED_HOSTS": "hallway.example.org",
    "EMAIL_URL": "smtp://mail.example.org:25",
}


def run(tmp_path, code, **changes):
    env = {k: v for k, v in os.environ.items() if k not in ("DATABASE_URL", "REDIS_URL")}
    env |= GOOD | {"HALLWAY_DATA": str(tmp_path), "DJANGO_SETTINGS_MODULE": "config.settings"}
    env |= changes
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env=env,
        capture_output=True,
        text=True,
        check=False,
    )


SETTINGS = "from django.conf import settings; settings.DEBUG"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"SECRET_KEY": ""}, "SECRET_KEY is missing or weak"),
        ({"SECRET_KEY": "short"}, "SECRET_KEY is missing or weak"),
        ({"SECRET_KEY": "a" * 64}, "SECRET_KEY is missing or weak"),
        ({"SECRET_KEY": "django-insecure-" + "abcdefghij" * 6}, "SECRET_KEY is missing or weak"),
        ({"ALLOWED_HOSTS": ""}, "ALLOWED_HOSTS is empty"),
        ({"ALLOWED_HOSTS": "*"}, "ALLOWED_HOSTS is empty or a wildcard"),
        ({"HALLWAY_ENV": "prodution"}, "either 'local' or 'production'"),
    ],
)
def test_production_refuses_what_is_missing_or_weak(tmp_path, changes, said):
    assert run(tmp_path, SETTINGS).returncode == 0

    refused = run(tmp_path, SETTINGS, **changes)

    assert refused.returncode != 0
    assert said in refused.stderr


def test_debug_cannot_be_turned_on_in_production(tmp_path):
    done = run(tmp_path, "from django.conf import settings; print(settings.DEBUG)", DEBUG="true")

    assert done.stdout.strip() == "False"


def test_production_refuses_to_serve_with_demo_accounts(db, settings):
    from django.core.checks import run_checks
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import call_command

    from config.start import refuse_to_start_unready

    settings.PRODUCTION = True
    refuse_to_start_unready()
    roster.register("demo@demo.example", "Demo Person", "hallway-demo", demo=True)

    with pytest.raises(ImproperlyConfigured, match="remove_demo"):
        refuse_to_start_unready()
    assert "community.E001" in {p.id for p in run_checks(databases=["default"])}
    call_command("remove_demo")
    refuse_to_start_unready()


def test_the_collector_of_a_web_process_looks_through_all_rarely_and_does(tmp_path):
    code = (
        "import gc, config.asgi\n"
        "full = []\n"
        "gc.callbacks.append(lambda phase, info: info['generation'] == 2 and full.append(phase))\n"
        "kept = [[] for _ in range(600_000)]\n"
        "few = len(full)\n"
        "kept += [[] for _ in range(1_200_000)]\n"
        "print(few, bool(full), gc.get_freeze_count() > 100_000)\n"
    )

    done = run(tmp_path, code, HALLWAY_ENV="local")

    assert done.stdout.split() == ["0", "True", "True"], done.stderr


def test_logs_never_quote_what_an_error_says(tmp_path):
    code = (
        "import django; django.setup(); import logging\n"
        "try: raise ValueError('secret words of a post')\n"
        "except ValueError: logging.getLogger('hallway').exception('It broke')\n"
    )

    done = run(tmp_path, code)

    assert '"type": "ValueError"' in done.stderr
    assert "It broke" in done.stderr
    assert "secret words" not in done.stderr


def test_the_policy_for_content_allows_nothing_inline_outside_the_editors_admin(
    client, make_person, signed_in
):
    from community.models import Role

    public = client.get("/accounts/login/").headers["Content-Security-Policy"]
    editor = signed_in(make_person(Role.Kind.EDITOR))
    admin = editor.get("/cms/").headers["Content-Security-Policy"]

    assert "default-src 'self'" in public
    assert "unsafe" not in public
    assert "http" not in public
    assert "unsafe-inline" in admin


def test_health_and_readiness(client, db):
    assert client.get("/healthz").content == b"ok\n"
    ready = client.get("/readyz")

    assert ready.status_code == 200
    assert ready.json() == {"database": True, "layer": True, "migrations": True}


def test_readiness_says_what_is_away(client, db, monkeypatch):
    from config import health

    class Away:
        async def new_channel(self):
            raise ConnectionError

    monkeypatch.setattr(health, "get_channel_layer", Away)

    answer = client.get("/readyz")

    assert answer.status_code == 503
    assert answer.json() == {"database": True, "layer": False, "migrations": True}


def test_a_body_that_is_too_large_is_told_so(client, make_person, signed_in, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000

    answer = signed_in(make_person()).post("/me/profile/", {"name": "x" * 2000})

    assert answer.status_code == 413
    assert "too" in answer.content.decode()


@pytest.mark.parametrize("path", ["/cms/login/", "/cms/login/?next=/cms/pages/"])
def test_wagtails_own_login_leads_to_the_one_there_is(client, db, path):
    answer = client.get(path)

    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/accounts/login/?next=/cms/")
    assert client.post(path, {"username": "x", "password": "y"}).status_code == 302


@pytest.mark.parametrize(
    "path", ["/cms/users/", "/cms/groups/", "/cms/password_reset/", "/_util/login/", "/nothing/"]
)
def test_what_is_not_meant_is_missing(client, db, path):
    assert client.get(path).status_code == 404
