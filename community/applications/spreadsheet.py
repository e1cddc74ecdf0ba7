"""Applications as a file: CSV out, and CSV in with a report of every row.

A cell that a spreadsheet would take for a formula gets an apostrophe before it on the way out, and
loses it on the way in. A file is imported whole or not at all.
"""

import csv
import io
from dataclasses import dataclass, field

from django import forms
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from community.applications import acts, reviewing
from community.applications.forms import AddressField, LineField
from community.applications.likeness import likeness, words_of
from community.applications.models import CLOSED, Application, Entry, Intake, State
from community.forms import LinesField
from community.roster import Refused

LARGEST = 1024 * 1024
MOST_ROWS = 2000
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
YES = {"yes", "y", "true", "1", "x"}


class BadFile(Exception):
    """The file cannot be read at all, in a sentence."""


class RowForm(forms.Form):
    """One row: the columns of the form that applicants fill in, less strict where paper is."""

    name = LineField(max_length=120)
    email = AddressField(max_length=254)
    phone = LineField(max_length=40, required=False)
    county = LineField(max_length=80)
    site = LineField(max_length=160)
    program = LineField(max_length=160)
    director_name = LineField(max_length=120)
    director_email = AddressField(max_length=254)
    commitment = forms.CharField(max_length=10)
    experience = LinesField(max_length=3000, required=False)
    goals = LinesField(max_length=3000, required=False)
    accessibility = LinesField(max_length=2000, required=False)

    def clean_commitment(self):
        if self.cleaned_data["commitment"].strip().lower() not in YES:
            raise forms.ValidationError(
                gettext_lazy("Write yes, where the applicant promised to come to every meeting.")
            )
        return True


COLUMNS = tuple(RowForm.base_fields)
NEEDED_COLUMNS = tuple(name for name, one in RowForm.base_fields.items() if one.required)
OUT_COLUMNS = ("region", "cohort", "state", "sent", "director_supports", *COLUMNS)


# --- Out ------------------------------------------------------------------------------------------


def escaped(cell):
    """The cell as text that no spreadsheet takes for a formula."""
    text = str(cell)
    return f"'{text}" if text.startswith(_FORMULA) else text


def plain_cell(text):
    """A cell as it was before `escaped`."""
    return text[1:] if text.startswith("'") and text[1:].startswith(_FORMULA) else text


@transaction.atomic
def export(applications, *, by):
    """The bytes of a CSV file of these applications, in UTF-8 with a mark that Excel looks for."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(OUT_COLUMNS)
    count = 0
    for one in applications.select_related("intake__cohort__region").order_by("-sent_at", "-pk"):
        count += 1
        writer.writerow([escaped(cell) for cell in _cells(one)])
    acts.leave("export", by=by, detail=count)
    return out.getvalue().encode("utf-8-sig")


def _cells(one):
    yield from (one.intake.region, one.intake.cohort, one.state)
    yield timezone.localtime(one.sent_at).strftime("%Y-%m-%d %H:%M")
    yield "yes" if one.supported_at else "no"
    for name in COLUMNS:
        value = getattr(one, "worksite" if name == "site" else name)
        yield ("yes" if value else "no") if name == "commitment" else value


# --- In -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Problem:
    """What is wrong in a row, counted as a spreadsheet counts: the names of columns are row 1."""

    row: int
    column: str
    reason: str


@dataclass
class Reading:
    rows: list = field(default_factory=list)
    problems: list = field(default_factory=list)

    @property
    def bad_rows(self):
        return len({problem.row for problem in self.problems})


def text_of(data):
    """The text of an uploaded file's bytes; raises BadFile."""
    if len(data) > LARGEST:
        raise BadFile(_("This file is larger than 1 MB. Split it."))
    if b"\0" in data:
        raise BadFile(_("This is no CSV file. In your spreadsheet choose Save as, then CSV UTF-8."))
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise BadFile(
            _("This file is not in UTF-8. In your spreadsheet choose Save as, then CSV UTF-8.")
        ) from None


def read(text, intake):
    """Read every row for an intake, writing nothing; raises BadFile."""
    names, records = _records(text)
    reading, seen = Reading(), {}
    applied = Application.objects.filter(intake=intake).exclude(state__in=(State.DRAFT, *CLOSED))
    applied = set(applied.values_list("email", flat=True))
    for number, cells in records:
        if len(cells) > len(names):
            reading.problems.append(
                Problem(number, "", _("This row has more cells than there are columns."))
            )
            continue
        form = RowForm(dict(zip(names, (plain_cell(cell) for cell in cells), strict=False)))
        if not form.is_valid():
            reading.problems += [
                Problem(number, name, str(error))
                for name, errors in form.errors.items()
                for error in errors
            ]
            continue
        email = form.cleaned_data["email"]
        if email in seen:
            reason = _("Row %(row)d has the same address.") % {"row": seen[email]}
            reading.problems.append(Problem(number, "email", reason))
        elif email in applied:
            reason = _("Somebody with this address has already applied here.")
            reading.problems.append(Problem(number, "email", reason))
        else:
            reading.rows.append(form.cleaned_data)
        seen.setdefault(email, number)
    if not (reading.rows or reading.problems):
        raise BadFile(_("There is no row below the names of the columns."))
    return reading


def _records(text):
    """`(names, [(row number, cells)])`, without empty rows."""
    first = text.split("\n", 1)[0]
    delimiter = ";" if ";" in first and "," not in first else ","
    try:
        found = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error:
        raise BadFile(
            _("This is no CSV file that can be read: a quotation mark or a cell does not end.")
        ) from None
    names = [name.strip().lower().replace(" ", "_") for name in (found[0] if found else [])]
    missing = [name for name in NEEDED_COLUMNS if name not in names]
    if missing:
        raise BadFile(
            _("The first row must name the columns. Missing: %(names)s.")
            % {"names": ", ".join(missing)}
        )
    if len(found) > MOST_ROWS + 1:
        raise BadFile(_("More than %(most)d rows. Split the file.") % {"most": MOST_ROWS})
    rows = enumerate(found[1:], start=2)
    return names, [(number, cells) for number, cells in rows if any(c.strip() for c in cells)]


@transaction.atomic
def bring_in(text, intake, *, by):
    """Import every row of a file, or raise Refused (or BadFile) and import none. Returns how many.

    Nobody is mailed: what came on paper was answered on paper. The director's note can be sent
    from each application.
    """
    kept = Intake.objects.select_for_update().get(pk=intake.pk)
    if not reviewing.may_open(kept.cohort, by):
        raise Refused(_("Only the facilitators of a cohort take applications for it."))
    reading = read(text, kept)
    if reading.problems:
        raise Refused(_("Some rows have to be mended first. Nothing was imported."))
    now = timezone.now()
    made = []
    for row in reading.rows:
        facts = dict(row)
        application = Application(
            intake=kept, state=State.NEW, sent_at=now, worksite=facts.pop("site"), **facts
        )
        application.likeness = likeness(application.name, application.worksite)
        application.words = words_of(application)
        made.append(application)
    Application.objects.bulk_create(made, batch_size=200)
    Entry.objects.bulk_create(
        [Entry(application=one, by=by, verb="import") for one in made], batch_size=200
    )
    acts.leave("import", by=by, intake=kept, detail=len(made))
    return len(made)
