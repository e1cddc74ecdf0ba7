"""The web process as the Procfile starts it, for tests and benchmarks that need a real one."""

import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def web_process(port, env, application="config.asgi:application"):
    """`(command, environment)` for a process of its own at this port of the machine itself."""
    lines = (ROOT / "Procfile").read_text().splitlines()
    web = next(line.partition(":")[2].strip() for line in lines if line.startswith("web:"))
    command = web.replace("config.asgi:application", application)
    path = os.pathsep.join([str(Path(sys.executable).parent), env.get("PATH", os.defpath)])
    return (
        ["/bin/sh", "-c", f"exec {command}"],
        env | {"HOST": "127.0.0.1", "PORT": str(port), "PATH": path},
    )
