"""What was changed between two texts, word by word."""

import re
from dataclasses import dataclass
from difflib import SequenceMatcher

SAME, GONE, NEW = "same", "gone", "new"
# Comparing costs as much as one number of words times the other: what differs in more is shown as
# one text in place of the other.
LARGEST = 1_000_000
# Of words that stayed, as many characters are shown before and after what changed.
AROUND = 160

_WORD = re.compile(r"\s+|\w+|[^\w\s]")


@dataclass(frozen=True)
class Passage:
    """`kind` is SAME, GONE or NEW."""

    kind: str
    text: str


def passages(old, new):
    """`Passage`s that tell in their order what stayed, what went and what came."""
    old, new = _WORD.findall(old), _WORD.findall(new)
    start = _alike(old, new)
    end = _alike(old[start:][::-1], new[start:][::-1])
    found = [(SAME, old[:start])]
    found += _between(old[start : len(old) - end], new[start : len(new) - end])
    found.append((SAME, old[len(old) - end :]))
    told = [Passage(kind, "".join(words)) for kind, words in found if words]
    last = len(told) - 1
    return [
        Passage(SAME, _shortened(each.text, place == 0, place == last))
        if each.kind == SAME
        else each
        for place, each in enumerate(told)
    ]


def _alike(one, other):
    """How many words two texts have in common from their beginning."""
    count = 0
    for mine, theirs in zip(one, other, strict=False):
        if mine != theirs:
            break
        count += 1
    return count


def _between(old, new):
    if len(old) * len(new) > LARGEST:
        return [(GONE, old), (NEW, new)]
    found = []
    for what, a, b, c, d in SequenceMatcher(None, old, new).get_opcodes():
        if what == "equal":
            found.append((SAME, old[a:b]))
        else:
            found += [(GONE, old[a:b]), (NEW, new[c:d])]
    return found


def _shortened(text, first, last):
    before = "" if first else text[:AROUND]
    after = "" if last else text[-AROUND:]
    if len(before) + len(after) + 20 > len(text):
        return text
    return f"{before} … {after}".strip(" ") if first and last else f"{before} … {after}"
