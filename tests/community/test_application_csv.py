"""Applications as a file: what goes out is safe to open, what comes in comes whole or not."""

import csv
import io
import re

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import given
from hypothesis import strategies as st

from community.applications import applying, spreadsheet
from community.applications.models import Application, Entry, State
from home.setup import ensure_facilitators_group

pytestmark = pytest.mark.django_db
ADDRESS = "/cms/applications/import/"
HEAD = "name,email,county,site,program,director_name,director_email,commitment,goals"


@pytest.fixture
def facilitator(make_facilitator, intake):
    ensure_facilitators_group()
    return make_facilitator(intake.cohort)


@pytest.fixture
def client_of_facilitator(facilitator, signed_in):
    return signed_in(facilitator)


def row(number, **changed):
    cells = {
        "name": f"Person {number}",
        "email": f"p{number}@example.org",
        "county": "Alder",
        "site": f"Site {number}",
        "program": "Pinecone",
        "director_name": "Dot",
        "director_email": "dot@example.org",
        "commitment": "yes",
        "goals": "Two lines,\nwith a comma.",
    } | changed
    out = io.StringIO()
    csv.writer(out).writerow(cells.values())
    return out.getvalue().strip("\r\n")


def file_of(*rows, head=HEAD):
    return "\r\n".join([head, *rows]).encode("utf-8-sig")


def upload(client, intake, data):
    return client.post(
        ADDRESS, {"intake": intake.pk, "file": SimpleUploadedFile("applications.csv", data)}
    )


def confirm(client, intake, report):
    content = re.search(r'name="content" value="([^"]*)"', report.content.decode())[1]
    return client.post(ADDRESS, {"intake": intake.pk, "content": content}, follow=True)


# --- Out ------------------------------------------------------------------------------------------


def send(client, intake, **facts):
    answers = {
        "name": "=HYPERLINK(1)", "email": "n@example.org", "phone": "+1 555", "county": "Alder",
        "intake": intake, "worksite": "+site", "program": "-program", "director_name": "Dot",
        "director_email": "d@example.org", "experience": "\ttab", "goals": "Zoë",
        "accessibility": "", "commitment": True,
    } | facts  # fmt: skip
    draft = applying.begin("", answers)
    return applying.send(draft, {}, version=draft.version)


def test_what_is_taken_out_is_what_was_filtered_and_no_cell_is_a_formula(
    client_of_facilitator, facilitator, intake
):
    send(client_of_facilitator, intake)
    other = send(client_of_facilitator, intake, name="Other", email="o@example.org")
    Application.objects.filter(pk=other.pk).update(state=State.CALLED)

    answer = client_of_facilitator.get("/cms/applications/export/?state=new")

    assert answer.content.startswith("\ufeff".encode())
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert "attachment" in answer.headers["Content-Disposition"]
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"), newline="")))
    assert len(rows) == 1
    assert rows[0]["name"] == "'=HYPERLINK(1)"
    assert rows[0]["goals"] == "Zoë"
    for cell in rows[0].values():
        assert not cell.startswith(("=", "+", "-", "@", "\t", "\r"))
    assert Entry.objects.get(verb="export").by == facilitator


@given(st.text())
def test_every_cell_comes_back_as_it_went_out(text):
    out = spreadsheet.escaped(text)

    assert not out.startswith(("=", "+", "-", "@", "\t", "\r"))
    if not text.startswith("'"):
        assert spreadsheet.plain_cell(out) == text


def test_what_was_taken_out_can_be_brought_in_again(client_of_facilitator, intake):
    send(client_of_facilitator, intake)
    data = client_of_facilitator.get("/cms/applications/export/").content
    Application.objects.all().delete()

    done = confirm(client_of_facilitator, intake, upload(client_of_facilitator, intake, data))

    assert "1 application was imported." in done.content.decode()
    one = Application.objects.get()
    assert (one.name, one.phone, one.worksite) == ("=HYPERLINK(1)", "+1 555", "+site")


# --- In -------------------------------------------------------------------------------------------


def test_a_file_of_six_hundred_rows_is_read_first_and_imported_when_confirmed(
    client_of_facilitator, intake
):
    report = upload(client_of_facilitator, intake, file_of(*(row(n) for n in range(600))))

    assert report.status_code == 200
    assert "600 rows, and every one is fine" in report.content.decode()
    assert not Application.objects.exists()
    done = confirm(client_of_facilitator, intake, report)
    again = confirm(client_of_facilitator, intake, report)

    assert "600 applications were imported." in done.content.decode()
    assert "Nothing was imported" in again.content.decode()
    assert Application.objects.filter(state=State.NEW, intake=intake).count() == 600
    assert Application.objects.first().goals == "Two lines,\nwith a comma."
    assert Entry.objects.filter(verb="import", application__isnull=False).count() == 600
    assert mail.outbox == []


def test_bad_rows_are_named_with_row_column_and_reason_and_nothing_is_imported(
    client_of_facilitator, intake
):
    rows = [row(n) for n in range(500)]
    rows[10] = row(10, email="nonsense")
    rows[20] = row(20, name="")
    rows[30] = row(30, commitment="no")
    rows[40] = row(3)
    rows[50] = row(50) + ",one,too,many"
    rows[60] = row(60, goals="x" * 3001)
    rows[70] = row(70, county="\x00".replace("\x00", " "))

    report = upload(client_of_facilitator, intake, file_of(*rows))

    assert report.status_code == 422
    found = {(one.row, one.column) for one in report.context["report"].problems}
    assert found == {
        (12, "email"), (22, "name"), (32, "commitment"), (42, "email"), (52, ""), (62, "goals"),
        (72, "county"),
    }  # fmt: skip
    page = report.content.decode()
    assert "7 rows have to be mended" in page
    assert "Row 5 has the same address." in page
    assert 'name="content"' not in page
    assert not Application.objects.exists()


def test_every_bad_row_is_named_however_many_there_are(client_of_facilitator, intake):
    rows = [row(number, email="nonsense") for number in range(500)]

    page = upload(client_of_facilitator, intake, file_of(*rows)).content.decode()

    assert page.count("<code>email</code>") == 500


def test_somebody_who_applied_already_is_a_bad_row_and_one_who_withdrew_is_not(
    client_of_facilitator, intake
):
    send(client_of_facilitator, intake, email="p1@example.org")

    report = upload(client_of_facilitator, intake, file_of(row(1)))
    assert "has already applied here" in report.content.decode()
    Application.objects.update(state=State.WITHDRAWN)

    assert upload(client_of_facilitator, intake, file_of(row(1))).status_code == 200


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "empty"),
        (b"\xff\xfe" + "name".encode("utf-16-le"), "no CSV file"),
        ("name,Zoë".encode("latin-1"), "not in UTF-8"),
        (b"PK\x03\x04\x00\x00", "no CSV file"),
        (b"x" * (spreadsheet.LARGEST + 1), "larger than 1 MB"),
        (b"first,second\r\n1,2", "must name the columns"),
        (HEAD.encode(), "no row below"),
        (HEAD.encode() + b'\r\n"never ends', "no CSV file that can be read"),
        ((HEAD + "\r\n" + "a,b\r\n" * (spreadsheet.MOST_ROWS + 1)).encode(), "Split the file"),
        (HEAD.encode() + b"\r\n" + b"y" * 200_000, "no CSV file that can be read"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_in_plain_words(
    client_of_facilitator, intake, data, said
):
    answer = upload(client_of_facilitator, intake, data)

    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not Application.objects.exists()


def test_semicolons_are_read_too(client_of_facilitator, intake):
    line = row(1, goals="None").replace(",", ";")

    report = upload(client_of_facilitator, intake, file_of(line, head=HEAD.replace(",", ";")))

    assert report.status_code == 200


@pytest.mark.parametrize("content", ["", "not base64!", "AAAA", "x" * 100])
def test_a_confirmation_that_was_tampered_with_imports_nothing(
    client_of_facilitator, intake, content
):
    answer = client_of_facilitator.post(
        ADDRESS, {"intake": intake.pk, "content": content}, follow=True
    )

    assert answer.status_code == 200
    assert not Application.objects.exists()


def test_nobody_brings_a_file_into_another_cohorts_intake(
    make_facilitator, other_cohort, signed_in, intake, client_of_facilitator
):
    stranger = signed_in(make_facilitator(other_cohort))
    report = upload(client_of_facilitator, intake, file_of(row(1)))
    assert upload(stranger, intake, file_of(row(1))).status_code == 422

    confirm(stranger, intake, report)

    assert not Application.objects.exists()
