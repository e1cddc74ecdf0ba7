"""What `make run` says when it cannot go on: one sentence with the way out, and no traceback."""

import os
import shutil
import socket
import sqlite3
import subprocess
import sys
from contextlib import closing
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

ROOT = Path(__file__).resolve().parents[1]
BIN = ROOT / "site" / "bin"


@pytest.fixture
def run(tmp_path):
    """Run a command with a folder of its own for what it writes, and these variables."""

    def run(*command, **variables):
        env = {k: v for k, v in os.environ.items() if k not in {"DATABASE_URL", "HALLWAY_ENV"}}
        env |= {"HALLWAY_DATA": str(tmp_path / "data"), "DATABASE_POOL": "false"} | variables
        return subprocess.run(
            command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=60, check=False
        )

    return run


def assert_one_sentence(done, *words):
    said = done.stderr.strip()
    assert done.returncode == 1
    assert len(said.splitlines()) == 1, said
    assert said.endswith(".")
    for word in words:
        assert word in said


# --- A Python that works --------------------------------------------------------------------------


@pytest.fixture
def only(tmp_path):
    """Variables for a machine on whose path there are these Pythons and nothing else."""
    folder = tmp_path / "path"
    folder.mkdir()

    def make(**scripts):
        for name, script in scripts.items():
            python = folder / name.replace("_", ".")
            python.write_text(f"#!/bin/sh\n{script}\n")
            python.chmod(0o755)
        return {"PATH": str(folder), "PYENV_ROOT": str(tmp_path), "PYTHON": ""}

    return make


WORKS = f'exec {sys.executable} "$@"'
FAILING_SHIM = 'echo "version not installed" >&2; exit 127'
TOO_OLD = "exit 3"
WITHOUT_VENV = "exit 4"


@pytest.mark.parametrize("unfit", [FAILING_SHIM, TOO_OLD, WITHOUT_VENV])
def test_a_python_that_does_not_fit_is_passed_over(run, only, unfit):
    machine = only(python3_13=unfit, python3_12=unfit, python3=WORKS)

    done = run("/bin/sh", "site/bin/python", "-c", "print('it works')", **machine)

    assert done.stdout == "it works\n"
    assert done.stderr == ""


def test_the_python_that_is_named_comes_first(run, only, tmp_path):
    machine = only(python3_13=FAILING_SHIM, mine=WORKS)

    done = run(
        "/bin/sh",
        "site/bin/python",
        "-c",
        "print('it works')",
        **machine | {"PYTHON": str(tmp_path / "path" / "mine")},
    )

    assert done.stdout == "it works\n"


@pytest.fixture
def system_python():
    """The script looks at fixed places too, where this machine may have a fitting one."""
    for place in ("/usr/bin/python3", "/usr/local/bin/python3"):
        version = "import sys; sys.exit(sys.version_info >= (3, 12))"
        if Path(place).exists() and subprocess.run([place, "-c", version], check=False).returncode:
            return place
    return None


def test_without_any_python_it_says_what_to_install(system_python, run, only):
    done = run("/bin/sh", "site/bin/python", "-V", **only(python3=TOO_OLD))

    if system_python:
        assert done.returncode == 0, "the one that this machine has was not found"
        return
    assert_one_sentence(done, "3.12", "install", "PYTHON=")


def test_a_python_without_venv_is_told_from_none(system_python, run, only):
    done = run("/bin/sh", "site/bin/python", "-V", **only(python3=WITHOUT_VENV))

    if system_python:
        assert done.returncode == 0, "the one that this machine has was not found"
        return
    assert_one_sentence(done, "venv", "python3-venv", "PYTHON=")


# --- Before anything is installed -----------------------------------------------------------------


def test_a_port_in_use_is_named_with_another_one(run):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

        done = run(sys.executable, BIN / "run.py", PORT=str(port))

    assert_one_sentence(done, f"Port {port} of 127.0.0.1 is in use", "make run PORT=")


@pytest.mark.parametrize(
    ("variables", "words"),
    [
        ({"PORT": "eighty"}, ["PORT=eighty", "make run PORT="]),
        ({"PORT": "70000"}, ["PORT=70000", "make run PORT="]),
        ({"HOST": "192.0.2.1", "PORT": "48123"}, ["192.0.2.1", "HOST"]),
        ({"HALLWAY_ENV": "production", "PORT": "48123"}, ["HALLWAY_ENV", "Procfile"]),
    ],
)
def test_a_variable_that_cannot_be_meant_is_named(run, variables, words):
    done = run(sys.executable, BIN / "run.py", **variables)

    assert_one_sentence(done, *words)


def test_a_folder_that_cannot_be_written_is_named(run, tmp_path):
    (tmp_path / "file").touch()

    done = run(
        sys.executable, BIN / "run.py", PORT="48123", HALLWAY_DATA=str(tmp_path / "file" / "data")
    )

    assert_one_sentence(done, str(tmp_path / "file" / "data"), "HALLWAY_DATA=")


def test_a_lock_that_cannot_be_installed_says_where_the_log_is(run, tmp_path):
    checkout = tmp_path / "checkout"
    shutil.copytree(BIN, checkout / "site" / "bin")
    (checkout / "pyproject.toml").touch()
    (checkout / "requirements.txt").write_text(f"absent==1.0 --hash=sha256:{'0' * 64}\n")

    done = run(
        sys.executable,
        checkout / "site" / "bin" / "environment.py",
        "requirements.txt",
        "true",
        PIP_NO_INDEX="1",
        PIP_FIND_LINKS="",
    )

    log = checkout / ".venv" / "install.log"
    assert_one_sentence(done, "requirements.txt", "registry", str(log))
    assert "absent" in log.read_text()


# --- The database ---------------------------------------------------------------------------------


def test_a_database_from_a_newer_version_is_not_touched(run, tmp_path):
    file = tmp_path / "newer.sqlite3"
    with closing(sqlite3.connect(file)) as database, database:
        database.execute(
            "CREATE TABLE django_migrations"
            " (id INTEGER PRIMARY KEY, app TEXT, name TEXT, applied TEXT)"
        )
        database.execute(
            "INSERT INTO django_migrations VALUES"
            " (1, 'home', '9999_of_the_future', '2030-01-01 00:00:00')"
        )

    done = run(sys.executable, BIN / "prepare.py", DATABASE_URL=f"sqlite:///{file}")

    assert_one_sentence(done, str(file), "newer", "home.9999_of_the_future", "HALLWAY_DATA=")
    with closing(sqlite3.connect(file)) as database:
        tables = database.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
    assert tables == [("django_migrations",)]


def test_what_is_no_database_is_named(run, tmp_path):
    file = tmp_path / "letter.sqlite3"
    file.write_text("Dear reader, " * 100)

    done = run(sys.executable, BIN / "prepare.py", DATABASE_URL=f"sqlite:///{file}")

    assert_one_sentence(done, str(file), "DATABASE_URL")


def test_a_database_that_is_away_is_named_without_its_password(run):
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        url = f"postgres://hallway:whisper@127.0.0.1:{probe.getsockname()[1]}/hallway"

    done = run(sys.executable, BIN / "prepare.py", DATABASE_URL=url)

    assert_one_sentence(done, "hallway at 127.0.0.1", "DATABASE_URL")
    assert "whisper" not in done.stderr


def test_a_configuration_that_cannot_be_used_is_explained(run):
    done = run(sys.executable, BIN / "prepare.py", HALLWAY_ENV="elsewhere")

    assert_one_sentence(done, "HALLWAY_ENV")


def test_the_demo_shows_what_facilitators_look_at_and_what_they_did(db):
    from forum.moderation.models import Act, Hold, Report

    call_command("load_demo", verbosity=0)

    assert Report.objects.filter(outcome="").exists()
    assert Report.objects.exclude(outcome="").exists()
    assert Hold.objects.filter(outcome="").exists()
    done = set(Act.objects.values_list("verb", flat=True))
    assert {"pinned", "announced", "split", "locked", "moved", "merged"} <= done


def test_the_demo_is_counted_right_as_it_is_loaded(db):
    said = StringIO()

    call_command("load_demo", verbosity=0)
    call_command("check_counters", stdout=said)

    assert "Different" not in said.getvalue()
