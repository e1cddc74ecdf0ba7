"""The benchmark runs and compares; how long things take is not asserted anywhere."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_the_small_benchmark_compares_both_sides_and_leaves_nothing(tmp_path):
    env = os.environ | {"BENCH": "small", "TMPDIR": str(tmp_path)}

    done = subprocess.run(
        [sys.executable, "tests/bench/run.py"],
        cwd=ROOT, env=env, capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip

    assert done.returncode == 0, done.stderr
    lines = [line for line in done.stdout.splitlines() if line.startswith("| ")]
    compared = [line for line in lines if "reached" in line or "missed" in line]
    assert len(compared) == 11, done.stdout
    assert sum("hostile posts" in line for line in lines) == 1
    assert len(lines) == len(compared) + 10
    assert list(tmp_path.iterdir()) == []
