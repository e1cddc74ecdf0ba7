"""When two things that people typed are the same: letters and digits decide, not case, accents,
dots or spaces."""

import re
import unicodedata


def plain(text):
    """The words of a text, without case, accents and punctuation."""
    folded = unicodedata.normalize("NFKD", str(text)).casefold()
    letters = "".join(c for c in folded if not unicodedata.combining(c))
    return " ".join(re.findall(r"\w+", letters))


def likeness(name, worksite):
    """Two applications with the same are probably of one person; empty for an unfinished one."""
    if not (plain(name) and plain(worksite)):
        return ""
    return f"{plain(name)}|{plain(worksite)}"[:300]


def words_of(application):
    """What the search of the board reads."""
    return plain(
        " ".join(
            [
                application.name,
                application.email,
                application.worksite,
                application.program,
                application.county,
                application.director_name,
            ]
        )
    )
