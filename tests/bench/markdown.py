"""How long a post takes to become HTML: the slowest of the hostile corpus, as a table."""

import time

TIMES = 3


def measure():
    """`[(milliseconds, to look for reminders, characters of HTML, name)]`, the slowest first."""
    from forum.markdown import render
    from forum.writing.reminders import reminders
    from tests.forum.hostile_markdown import HOSTILE

    def best(function, text):
        took = []
        for _ in range(TIMES):
            began = time.perf_counter()
            function(text)
            took.append((time.perf_counter() - began) * 1000)
        return min(took)

    rows = [
        (best(render, text), best(reminders, text), len(render(text)), name)
        for name, text in HOSTILE.items()
    ]
    return sorted(rows, reverse=True)


def table(rows=8):
    measured = measure()
    lines = [
        f"| The slowest of {len(measured)} hostile posts | to HTML: ms | for reminders: ms |",
        "|---|--:|--:|",
        *(f"| {name} | {ms:.1f} | {look:.1f} |" for ms, look, _length, name in measured[:rows]),
    ]
    return "\n".join(lines)
