"""The virtual environment in `.venv`: made once, installed from the hash-pinned lock, and left
alone until the lock or the project file changes.

Standard library only: it runs before anything is installed. As a script it brings `.venv` in step
with the lock that is its first argument and becomes the command that the rest of them make.
"""

import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMP = VENV / "hallway-installed.json"
LOG = VENV / "install.log"
WAY_OUT = "copy Hallway to a folder of yours, or free some space, and try again."
RUNTIME, DEVELOPMENT = "requirements.txt", "requirements-dev.txt"


def say(sentence):
    print(sentence, flush=True)


def stop(sentence):
    """End with one sentence that says what is wrong and what to do."""
    sys.stdout.flush()
    print(sentence, file=sys.stderr, flush=True)
    sys.exit(1)


def variables():
    """The environment for what runs out of `.venv`."""
    inherited = {k: v for k, v in os.environ.items() if k not in {"PYTHONHOME", "VIRTUAL_ENV"}}
    return inherited | {
        "PATH": f"{VENV / 'bin'}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "PYTHONUNBUFFERED": "1",
    }


def install(lock):
    """Bring `.venv` in step with `lock`. The development lock holds the runtime's as well."""
    wanted = {"root": str(ROOT), "pyproject.toml": _digest("pyproject.toml"), lock: _digest(lock)}
    kept = _stamp()
    if all(kept.get(key) == value for key, value in wanted.items()) and _works():
        return
    try:
        _make(anew=kept.get("root", str(ROOT)) != str(ROOT))
        say(f"Installing {lock} (minutes the first time, seconds after a change) …")
        STAMP.unlink(missing_ok=True)
        with LOG.open("w") as log:
            _pip(log, lock, "--require-hashes", "--requirement", ROOT / lock)
            _pip(log, "the project", "--no-deps", "--no-build-isolation", "--editable", ROOT)
        if lock == DEVELOPMENT:
            wanted[RUNTIME] = _digest(RUNTIME)
        STAMP.write_text(json.dumps(wanted))
    except OSError as error:
        stop(f"{error.filename or VENV} cannot be written ({error.strerror}): {WAY_OUT}")


def _digest(name):
    return hashlib.sha256((ROOT / name).read_bytes()).hexdigest()


def _stamp():
    try:
        return json.loads(STAMP.read_text())
    except (OSError, ValueError):
        return {}


def _works():
    """Whether the Python that made `.venv` is still there, and still new enough."""
    check = "import sys, pip; sys.exit(sys.version_info < (3, 12))"
    try:
        return subprocess.run([PYTHON, "-c", check], capture_output=True).returncode == 0
    except OSError:
        return False


def _make(anew):
    """A moved checkout needs a new one too: its scripts name the old place."""
    if not anew and _works():
        return
    version = ".".join(map(str, sys.version_info[:3]))
    say(f"Making .venv with Python {version} …")
    shutil.rmtree(VENV, ignore_errors=True)
    made = subprocess.run(
        [sys.executable, "-m", "venv", VENV], capture_output=True, text=True, errors="replace"
    )
    if made.returncode:
        reason = (made.stderr or made.stdout).strip().splitlines() or ["no reason given"]
        stop(f".venv could not be made in {ROOT} ({reason[-1]}): {WAY_OUT}")


def _pip(log, what, *arguments):
    command = [PYTHON, "-m", "pip", "install", "--disable-pip-version-check", "--no-input"]
    done = subprocess.run(
        [*command, *arguments], stdout=log, stderr=subprocess.STDOUT, env=variables(), cwd=ROOT
    )
    if done.returncode:
        stop(
            f"{what} could not be installed: is the package registry in reach? What pip said is at"
            f" the end of {LOG}; then try again."
        )


if __name__ == "__main__":
    install(sys.argv[1])
    os.chdir(ROOT)
    os.environ.update(variables())
    os.execvp(sys.argv[2], sys.argv[2:])
