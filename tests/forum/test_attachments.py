"""Files of posts: what is taken in, what is refused and with which words, and who gets them."""

import errno
import io
import struct
import zipfile
import zlib
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import docx
import pytest
import time_machine
from asgiref.sync import async_to_sync
from asgiref.testing import ApplicationCommunicator
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.db.models.signals import post_save
from django.test import RequestFactory
from django.utils import timezone
from PIL import Image

from community import access, roster
from community.models import Audience
from config.bodies import bounded
from forum import posting, threads
from forum.attachments import documents, intake, names, tasks, views
from forum.attachments.models import Attachment
from forum.attachments.refusal import FileRefused
from forum.live.models import Event
from forum.moderation import approval
from forum.moderation.models import Hold
from forum.spaces import keeping
from forum.spaces.models import Space
from forum.threads import Post, Topic

TAIL = b"<script>alert('polyglot')</script>"


@pytest.fixture
def room(make_space, make_participant, make_facilitator, make_thread, cohort):
    """`(space, topic, author, other, facilitator)` of one cohort."""
    space = make_space(Audience.Kind.COHORT, cohort)
    author = make_participant(cohort)
    return (
        space,
        make_thread(space, author, "One"),
        author,
        make_participant(cohort),
        make_facilitator(cohort),
    )


def picture(kind="PNG", size=(40, 30), mode="RGB", **options):
    out = io.BytesIO()
    Image.new(mode, size, "teal" if mode == "RGB" else 0).save(out, kind, **options)
    return out.getvalue()


def located_photo():
    """A JPEG that lies on its side and says where and with what it was taken."""
    image = Image.new("RGB", (60, 40), "red")
    image.paste("blue", (0, 0, 30, 40))
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by a quarter
    exif[0x010F] = "Spycam"
    exif.get_ifd(0x8825).update({1: "N", 2: (34.0, 3.0, 1.0), 3: "W", 4: (118.0, 14.0, 1.0)})
    out = io.BytesIO()
    image.save(out, "JPEG", exif=exif, comment=b"taken at the school gate")
    return out.getvalue()


def archive(entries, compression=zipfile.ZIP_DEFLATED):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", compression) as packed:
        for name, data in entries:
            packed.writestr(name, data)
    return out.getvalue()


def office(*further, main="word/document.xml"):
    return archive([("[Content_Types].xml", "<Types/>"), (main, "<x/>"), *further])


def document():
    out = io.BytesIO()
    made = docx.Document()
    made.add_paragraph("A plan for the afternoon")
    made.save(out)
    return out.getvalue()


def pixels(width, height):
    """A PNG whose head promises this many pixels and whose body has none."""

    def chunk(kind, data):
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = zlib.compress(b"\0" * 1000)
    start = b"\x89PNG\r\n\x1a\n"
    return start + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


PDF = b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n"


def upload(name, data, told="application/octet-stream"):
    return SimpleUploadedFile(name, data, told)


def on_disk(settings):
    root = settings.UPLOADS_ROOT
    return sorted(found for found in root.rglob("*") if found.is_file()) if root.exists() else []


def fetch(client, url, **headers):
    """What is at an address, read to its end: `(status, bytes, headers)`."""
    answer = client.get(url, headers=headers)
    body = b"".join(answer) if answer.streaming else answer.content
    return answer.status_code, body, answer.headers


def status(client, url):
    return fetch(client, url)[0]


def stored(field):
    with field.open() as opened:
        return opened.read()


def opened(field):
    return Image.open(io.BytesIO(stored(field)))


def send(client, topic, *uploads, text="Look at this", **data):
    return client.post(
        f"/threads/{topic.pk}/reply/", {"content": text, "uploads": list(uploads), **data}
    )


# --- What is taken in -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "data", "kind"),
    [
        ("Photo.JPG", picture("JPEG"), "image/jpeg"),
        ("flip chart.png", picture("PNG"), "image/png"),
        ("old.gif", picture("GIF"), "image/png"),
        ("new.webp", picture("WEBP"), "image/jpeg"),
        ("see-through.webp", picture("WEBP", mode="RGBA"), "image/png"),
        ("phone.heic", picture("HEIF", size=(64, 64)), "image/jpeg"),
        ("agenda.pdf", PDF, "application/pdf"),
        ("plan.docx", document(), documents.CONTENT_TYPES["docx"]),
        ("table.xlsx", office(main="xl/workbook.xml"), documents.CONTENT_TYPES["xlsx"]),
        ("talk.pptx", office(main="ppt/presentation.xml"), documents.CONTENT_TYPES["pptx"]),
        (
            "letter.odt",
            archive([("mimetype", documents.CONTENT_TYPES["odt"]), ("content.xml", "<x/>")]),
            documents.CONTENT_TYPES["odt"],
        ),
        ("notes.txt", "Grüße, at 3 < 4 o'clock\n".encode(), "text/plain"),
        ("list.csv", "name,count\nsnacks,40\n".encode("utf-16"), "text/csv"),
        ("old list.csv", "café;3\n".encode("cp1252"), "text/csv"),
    ],
)
def test_what_coordinators_share_is_taken(room, name, data, kind, settings):
    _space, _topic, author, *_others = room

    # The type that the browser tells is believed no more than its name.
    taken = intake.take(upload(name, data, "text/html"), by=author)

    assert taken.content_type == kind
    assert taken.post is None
    assert len(on_disk(settings)) == (2 if taken.is_picture else 1)
    for found in on_disk(settings):
        assert len(found.name) == 40
        assert name.split(".")[0].lower() not in found.name
    if not taken.is_picture:
        assert stored(taken.file) == data


def test_a_photo_tells_nothing_of_where_it_was_taken(room):
    _space, _topic, author, *_others = room
    data = located_photo()
    assert Image.open(io.BytesIO(data)).getexif().get_ifd(0x8825)

    taken = intake.take(upload("gate.jpg", data), by=author)

    for field in (taken.file, taken.small):
        image = opened(field)
        assert not image.getexif()
        assert not {"exif", "comment", "xmp", "icc_profile"} & set(image.info)
        assert b"Spycam" not in stored(field)
        # Upright now: what was on the left is at the top.
        assert image.size == (40, 60)
        assert image.convert("RGB").getpixel((20, 5))[2] > 200
    assert (taken.width, taken.height) == (40, 60)


def test_a_large_picture_becomes_as_large_as_a_screen_and_smaller_for_the_thread(room):
    _space, _topic, author, *_others = room

    taken = intake.take(upload("wall.jpg", picture("JPEG", (3000, 1500))), by=author)

    assert opened(taken.file).size == (taken.width, taken.height) == (2000, 1000)
    assert opened(taken.small).size == taken.small_size == (800, 400)


def test_a_moving_picture_keeps_its_first_frame(room):
    _space, _topic, author, *_others = room
    frames = [Image.new("RGB", (20, 20), colour) for colour in ("red", "blue")]
    out = io.BytesIO()
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:])

    taken = intake.take(upload("blinking.gif", out.getvalue()), by=author)

    image = opened(taken.file)
    assert getattr(image, "n_frames", 1) == 1
    assert image.convert("RGB").getpixel((5, 5)) == (255, 0, 0)


@pytest.mark.parametrize("kind", ["PNG", "GIF", "JPEG", "WEBP"])
def test_what_was_hung_onto_a_picture_stays_behind(room, kind):
    _space, _topic, author, *_others = room

    taken = intake.take(upload(f"both.{kind.lower()}", picture(kind) + TAIL), by=author)

    for field in (taken.file, taken.small):
        assert b"script" not in stored(field)


# --- What is refused ------------------------------------------------------------------------------

SVG = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"


def _lying_bomb():
    """An archive whose directory says that a long entry is a short one."""
    data = bytearray(office(("word/media/x.xml", b"\0" * 9_000_000)))
    real = struct.pack("<I", 9_000_000)
    return bytes(data.replace(real, struct.pack("<I", 900)))


def _nested(depth):
    data = archive([("a.xml", b"\0" * 100)])
    for _ in range(depth):
        data = archive([("inner.zip", data)], zipfile.ZIP_STORED)
    return office(("word/embeddings/deep.zip", data))


REFUSED = {
    "a drawing named a picture": ("drawing.png", SVG, "not what its name says"),
    "a drawing": ("drawing.svg", SVG, "cannot be added"),
    "a web page": ("page.html", b"<html></html>", "cannot be added"),
    "a web page named a text": ("page.txt", b"\n <!DOCTYPE html><p>hi", "web page"),
    "a script in a table": ("page.csv", b"a,b\n<script>x</script>", "web page"),
    "a web page named a picture": ("page.jpg", b"<html><body>hi</body></html>", "not what its"),
    "a program": ("setup.exe", b"MZ\x90\0\3\0" + b"\0" * 90, "cannot be added"),
    "a program named a picture": ("setup.png", b"MZ\x90\0\3\0" + b"\0" * 90, "not what its"),
    "a program after a picture": ("holiday.png.exe", picture(), "cannot be added"),
    "a program named a text": ("setup.txt", b"MZ\x90\0\3\0" + b"\0" * 90, "not what its"),
    "no ending": ("README", b"hello", "cannot be added"),
    "a hidden ending": ("gnp.\u202eexe", b"MZ", "cannot be added"),
    "an ending after NUL": ("photo.png\0.exe", picture(), "cannot be added"),
    "nothing": ("empty.txt", b"", "empty"),
    "half a picture": ("half.jpg", picture("JPEG", (400, 400))[:900], "cannot be read"),
    "half a PNG": ("half.png", picture("PNG", (400, 400))[:80], "cannot be read"),
    "a picture of another kind": ("photo.jpg", picture("PNG"), "not what its name says"),
    "a picture bomb": ("huge.png", pixels(40_000, 40_000), "too many dots"),
    "a strip of pixels": ("strip.png", pixels(60_000, 10), "too many dots"),
    "a document that is none": ("plan.docx", b"Dear all", "not what its name says"),
    "a sheet named a document": ("plan.docx", office(main="xl/workbook.xml"), "not what its"),
    "any archive": ("plan.docx", archive([("a.txt", b"a")]), "not what its name says"),
    "half a document": ("plan.docx", document()[:-300], "two kinds"),
    "a macro": ("plan.docx", office(("word/vbaProject.bin", b"x")), "macro"),
    "a macro's document": ("plan.docm", office(("word/vbaProject.bin", b"x")), "cannot be added"),
    "a macro by its type": (
        "plan.docx",
        archive([
            ("[Content_Types].xml", "application/vnd.ms-word.document.macroEnabled.main+xml"),
            ("word/document.xml", "<x/>"),
        ]),
        "macro",
    ),
    "a macro in a text": (
        "plan.odt",
        archive([
            ("mimetype", documents.CONTENT_TYPES["odt"]),
            ("content.xml", "<x/>"),
            ("Basic/Standard/Module1.xml", "<x/>"),
        ]),
        "macro",
    ),
    "a zip bomb": ("plan.docx", office(("word/b.xml", b"\0" * 30_000_000)), "far more"),
    "a bomb of many": (
        "plan.docx",
        office(*((f"word/{n}.xml", b"") for n in range(2_500))),
        "far more",
    ),
    "a bomb that lies": ("plan.docx", _lying_bomb(), "cannot be read"),
    "a bomb in a bomb": ("plan.docx", _nested(4), "far more"),
    "a way out": ("plan.docx", office(("../../outside.txt", b"x")), "outside"),
    "a page before a document": ("plan.docx", TAIL + document(), "not what its name says"),
    "a page behind a document": ("plan.docx", document() + TAIL, "two kinds"),
    "a page behind a PDF": ("agenda.pdf", PDF + TAIL, "two kinds"),
    "a page within a PDF's head": (
        "agenda.pdf", PDF.replace(b"1 0 obj", b"<script>1</script>\n1 0 obj"), "two kinds",
    ),
    "an archive behind a PDF": ("agenda.pdf", PDF + document() + b"%%EOF", "two kinds"),
    "half a PDF": ("agenda.pdf", PDF[:40], "cut off"),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_a_hostile_file_ends_in_a_plain_sentence_beside_the_field(room, signed_in, case, settings):
    _space, topic, author, *_others = room
    name, data, words = REFUSED[case]

    # Straight to the intake, since Django's own parser already cuts the worst names.
    offered = upload("x", data, "image/png")
    offered._name = name
    with pytest.raises(FileRefused, match=words):
        intake.take(offered, by=author)
    answer = send(signed_in(author), topic, upload(name, data, "image/png"), text="My own words")

    if data:  # Django drops an empty file before any form sees it, or hands it on: both are fine
        assert answer.status_code == 422
        page = answer.content.decode()
        assert "My own words" in page
        assert 'class="errors"' in page
    assert not Attachment.objects.exists()
    assert on_disk(settings) == []


def test_a_password_is_no_way_past(room):
    _space, _topic, author, *_others = room
    data = bytearray(document())
    for mark in (b"PK\x03\x04", b"PK\x01\x02"):
        at = data.find(mark)
        while at >= 0:
            data[at + (6 if mark == b"PK\x03\x04" else 8)] |= 1
            at = data.find(mark, at + 4)

    with pytest.raises(FileRefused, match="password"):
        intake.take(upload("locked.docx", bytes(data)), by=author)


@pytest.mark.parametrize(
    ("came", "shown"),
    [
        ("../../etc/passwd.txt", "passwd.txt"),
        ("..\\..\\windows\\win.txt", "win.txt"),
        ("a\0b\r\nc.txt", "abc.txt"),
        ("annex\u202etxt.exe.txt", "annextxt-exe.txt"),
        ("evil.php.png", "evil-php.png"),
        ('quo"te<b>;x.txt', "quo-te-b-x.txt"),
        ("  .hidden.txt ", "hidden.txt"),
        ("....txt", "file.txt"),
        ("v1.2 of the plan.txt", "v1.2 of the plan.txt"),
        ("Ωμέγα 計画 é.txt", "Ωμέγα 計画 é.txt"),
        ("long" * 200 + ".txt", ("long" * 24) + ".txt"),
    ],
)
def test_a_name_is_cleaned_before_it_is_shown(came, shown):
    assert names.clean(came, shown.rpartition(".")[2]) == shown


def test_too_many_files_are_left_out_by_name_and_the_rest_is_kept(room, signed_in):
    _space, topic, author, *_others = room
    files = [upload(f"note{n}.txt", b"hello") for n in range(8)]

    answer = send(signed_in(author), topic, *files, text="My own words")

    page = answer.content.decode()
    assert answer.status_code == 422
    assert "My own words" in page
    assert "“note6.txt”: Not added" in page
    assert "“note7.txt”: Not added" in page
    assert "note5.txt" in page
    assert Attachment.objects.filter(post=None, uploader=author).count() == 6
    assert Post.objects.count() == 1


def test_a_file_beyond_the_limit_is_dropped_while_it_streams(room, signed_in, settings, tmp_path):
    _space, topic, author, *_others = room
    settings.FILE_UPLOAD_TEMP_DIR = tmp_path / "streaming"
    settings.FILE_UPLOAD_TEMP_DIR.mkdir()
    large = upload("film.txt", b"x" * (settings.ATTACHMENT_LARGEST + 1))

    answer = send(signed_in(author), topic, large, upload("note.txt", b"hi"), text="My own words")

    page = answer.content.decode()
    assert answer.status_code == 422
    assert "“film.txt”: It is larger than 10 MB." in page
    assert "My own words" in page
    assert [row.name for row in Attachment.objects.all()] == ["note.txt"]
    assert list(settings.FILE_UPLOAD_TEMP_DIR.iterdir()) == []


def test_a_day_has_a_limit_for_each_person(room, signed_in, settings):
    _space, topic, author, other, _facilitator = room
    settings.ATTACHMENT_BYTES_IN_A_DAY = 1000
    intake.take(upload("note.txt", b"x" * 900), by=author)

    with pytest.raises(FileRefused, match="today"):
        intake.take(upload("note.txt", b"x" * 200), by=author)
    answer = send(signed_in(author), topic, upload("note.txt", b"x" * 200), text="My own words")

    assert "Try again tomorrow" in answer.content.decode()
    assert intake.take(upload("note.txt", b"x" * 200), by=other).pk
    with time_machine.travel(timezone.now() + timedelta(days=1, minutes=1)):
        assert intake.take(upload("note.txt", b"x" * 200), by=author).pk


# --- Nothing is left behind -----------------------------------------------------------------------


class FullDisk(io.BytesIO):
    """Copying it fails after the first piece, as writing does on a disk that fills up."""

    def read(self, size=-1):
        if size > 0 and self.tell() > 0:
            raise OSError(errno.ENOSPC, "No space left on device")
        return super().read(size)


def test_a_full_disk_is_a_sentence_and_leaves_nothing(room, signed_in, settings):
    _space, topic, author, *_others = room
    half = upload("half.txt", b"")
    half.file, half.size = FullDisk(b"x" * 200_000), 200_000

    with pytest.raises(FileRefused, match="has no room"):
        intake.take(half, by=author)
    assert on_disk(settings) == []
    # And where not even the folder can be made.
    settings.UPLOADS_ROOT = Path("/dev/full")
    answer = send(signed_in(author), topic, upload("note.txt", b"hello"), text="My own words")

    page = answer.content.decode()
    assert answer.status_code == 422
    assert "has no room" in page
    assert "My own words" in page
    assert not Attachment.objects.exists()


def test_a_row_that_is_rolled_back_takes_its_files_along(room, settings):
    _space, _topic, author, *_others = room

    def fail(**kwargs):
        raise RuntimeError("the database went away")

    post_save.connect(fail, sender=Attachment)
    try:
        with pytest.raises(RuntimeError):
            intake.take(upload("photo.png", picture()), by=author)
    finally:
        post_save.disconnect(fail, sender=Attachment)

    assert on_disk(settings) == []
    assert not Attachment.objects.exists()


def test_what_was_never_posted_is_gone_after_a_day_and_so_is_what_no_row_knows(
    room, settings, django_capture_on_commit_callbacks
):
    _space, topic, author, *_others = room
    posted = intake.take(upload("posted.png", picture()), by=author)
    posting.reply(topic, by=author, content="Here", attachments=[posted])
    intake.take(upload("draft.txt", b"hello"), by=author)
    stray = settings.UPLOADS_ROOT / "ab" / ("ab" + "0" * 38)
    stray.parent.mkdir(exist_ok=True)
    stray.write_bytes(b"left by a killed process")

    with django_capture_on_commit_callbacks(execute=True):
        tasks.sweep_uploads.func()
    assert len(on_disk(settings)) == 4

    with (
        time_machine.travel(timezone.now() + timedelta(hours=25)),
        django_capture_on_commit_callbacks(execute=True),
    ):
        tasks.sweep_uploads.func()
    assert [row.name for row in Attachment.objects.all()] == ["posted.png"]
    assert len(on_disk(settings)) == 2


class Sent:
    """What an ASGI application answered to a body of so many pieces."""

    def __init__(self, pieces, *, length=None, application=None):
        async def read_all(scope, receive, send):
            while (await receive()).get("more_body"):
                pass
            await send({"type": "http.response.start", "status": 200, "headers": []})
            await send({"type": "http.response.body", "body": b"taken"})

        headers = [] if length is None else [(b"content-length", str(length).encode())]
        scope = {"type": "http", "method": "POST", "path": "/", "headers": headers}

        async def converse():
            speaker = ApplicationCommunicator(bounded(application or read_all), scope)
            for number, piece in enumerate(pieces, start=1):
                more = number < len(pieces)
                await speaker.send_input({"type": "http.request", "body": piece, "more_body": more})
            start = await speaker.receive_output(5)
            return start, await speaker.receive_output(5)

        start, body = async_to_sync(converse)()
        self.status, self.text = start["status"], body["body"].decode()


def test_a_request_is_bounded_before_it_is_read_and_while_it_is(settings):
    settings.LARGEST_BODY = 1000

    assert Sent([b"x" * 100] * 10).status == 200
    for answer in (Sent([b""], length=2 * 1024**3), Sent([b"x" * 100] * 11)):
        assert answer.status == 413
        assert "too large" in answer.text


def test_a_disk_that_is_full_while_a_request_comes_in_is_a_page(settings):
    async def spool(scope, receive, send):
        with Path("/dev/full").open("wb", buffering=0) as disk:
            disk.write((await receive())["body"])

    answer = Sent([b"x"], application=spool)

    assert answer.status == 507
    assert "no room" in answer.text


# --- Posting --------------------------------------------------------------------------------------


def test_files_come_with_the_post_and_are_shown_below_it(room, signed_in):
    _space, topic, author, other, _facilitator = room

    answer = send(
        signed_in(author), topic, upload("wall.png", picture()), upload("list.csv", b"a,b\n1,2\n")
    )

    assert answer.status_code == 302
    post = Post.objects.latest("pk")
    wall, sheet = post.attached.all()
    page = signed_in(other).get(f"/threads/{topic.pk}/").content.decode()
    assert f'<img src="{wall.small_url}" width="40" height="30" loading="lazy"' in page
    assert f'href="{wall.url}"' in page
    assert f'href="{sheet.url}"' in page
    assert "list.csv" in page


def test_reading_files_costs_no_query_of_its_own(room, make_thread, django_assert_max_num_queries):
    space, _topic, author, *_others = room
    topic = make_thread(space, author, "One", "Two", "Three")
    posts = topic.posts.order_by("pk")
    epoch = access.epoch_of(author)
    with django_assert_max_num_queries(2) as without:
        threads.show(posts.values("pk"), topic, epoch)
    for post in posts:
        for number in range(2):
            row = intake.take(upload(f"n{number}.txt", b"hi"), by=author)
            posting.edit(post, by=author, content=post.content.raw, attachments=[
                *post.attached.all(), row,
            ])  # fmt: skip
    with django_assert_max_num_queries(2) as with_files:
        shown = threads.show(posts.values("pk"), topic, epoch)

    assert [len(post.attachments) for post in shown] == [2, 2, 2]
    assert len(with_files) <= len(without)


def test_the_same_form_twice_binds_once(room, signed_in):
    _space, topic, author, *_others = room
    row = intake.take(upload("note.txt", b"hi"), by=author)
    key = "2f0f8d0e-6a0e-4d25-8a39-6a0f5c1d2e3b"
    client = signed_in(author)

    first = send(client, topic, key=key, attachments=row.pk)
    again = send(client, topic, key=key, attachments=row.pk)

    assert first.status_code == again.status_code == 302
    assert first.url == again.url
    assert Post.objects.count() == 2
    row.refresh_from_db()
    assert row.post == Post.objects.latest("pk")


def test_a_file_is_posted_by_its_uploader_only_and_once(room, signed_in):
    _space, topic, author, other, _facilitator = room
    mine = intake.take(upload("mine.txt", b"hi"), by=author)
    theirs = intake.take(upload("theirs.txt", b"hi"), by=other)

    send(signed_in(author), topic, attachments=[mine.pk, theirs.pk])
    with pytest.raises(posting.Refused, match="no longer there"):
        posting.reply(topic, by=author, content="Again", attachments=[mine])
    with pytest.raises(posting.Refused, match="no longer there"):
        posting.reply(topic, by=author, content="Theirs", attachments=[theirs])

    mine.refresh_from_db()
    theirs.refresh_from_db()
    assert mine.post == Post.objects.latest("pk")
    assert theirs.post is None
    assert Post.objects.count() == 2


def test_a_refused_form_keeps_what_was_uploaded(room, signed_in):
    _space, topic, author, *_others = room
    client = signed_in(author)

    refused = send(client, topic, upload("wall.png", picture()), text="")
    row = Attachment.objects.get()
    page = refused.content.decode()
    assert refused.status_code == 422
    assert f'name="attachments" value="{row.pk}" checked' in page
    assert f'name="alt-{row.pk}"' in page
    posted = send(
        client, topic, attachments=row.pk, listed=row.pk, **{f"alt-{row.pk}": " A\nflipchart "}
    )

    assert posted.status_code == 302
    row.refresh_from_db()
    assert row.post == Post.objects.latest("pk")
    assert row.alt == "A flipchart"


def test_without_the_script_files_can_be_looked_at_before_they_are_posted(room, signed_in):
    space, _topic, author, *_others = room

    answer = signed_in(author).post(
        f"/spaces/{space.pk}/start/",
        {"subject": "", "content": "Half a", "add_files": "yes",
         "uploads": upload("wall.png", picture())},
    )  # fmt: skip

    page = answer.content.decode()
    assert answer.status_code == 200
    assert "Half a" in page
    assert "error-summary" not in page
    assert f'name="attachments" value="{Attachment.objects.get().pk}" checked' in page
    assert Post.objects.count() == 1


def test_a_new_thread_carries_files(room, signed_in):
    space, _topic, author, *_others = room

    signed_in(author).post(
        f"/spaces/{space.pk}/start/",
        {"subject": "Photos", "content": "Here", "uploads": upload("wall.png", picture())},
    )

    assert Attachment.objects.get().post.topic.subject == "Photos"


def test_changing_a_post_changes_its_files(
    room, signed_in, settings, django_capture_on_commit_callbacks
):
    _space, topic, author, *_others = room
    client = signed_in(author)
    send(client, topic, upload("old.txt", b"old"), upload("stays.png", picture()))
    post = Post.objects.latest("pk")
    old, stays = post.attached.all()
    address = f"/threads/{topic.pk}/posts/{post.pk}/edit/"
    form = client.get(address).content.decode()
    assert f'name="attachments" value="{old.pk}" checked' in form
    before = Event.objects.count()

    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post(address, {
            "content": post.content.raw, "listed": [old.pk, stays.pk], "attachments": stays.pk,
            f"alt-{stays.pk}": "A wall", "uploads": upload("new.txt", b"new"),
        })  # fmt: skip

    assert answer.status_code == 302
    assert [row.name for row in post.attached.all()] == ["stays.png", "new.txt"]
    assert post.attached.first().alt == "A wall"
    assert len(on_disk(settings)) == 3
    assert Event.objects.count() == before + 1
    client.post(address, {"content": post.content.raw})
    assert post.attached.count() == 2, "a form that lists no file takes none away"
    assert Event.objects.count() == before + 1


@pytest.mark.django_db(transaction=True)
def test_a_file_that_two_posts_want_at_once_goes_with_one(room):
    _space, topic, author, *_others = room
    row = intake.take(upload("note.txt", b"hi"), by=author)

    def post(number):
        try:
            return posting.reply(topic, by=author, content=f"No {number}", attachments=[row]).pk
        except posting.Refused:
            return None
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        posted = [pk for pk in pool.map(post, range(4)) if pk]

    row.refresh_from_db()
    assert posted == [row.post_id]
    assert Post.objects.count() == 2


def test_the_script_gets_rows_and_sentences(room, signed_in):
    _space, _topic, author, other, _facilitator = room
    client = signed_in(author)

    taken = client.post("/attachments/", {"uploads": upload("wall.png", picture())})
    refused = client.post("/attachments/", {"uploads": upload("a.exe", b"MZ")})

    row = Attachment.objects.get()
    assert taken.status_code == 200
    assert f'data-attached="{row.pk}"' in taken.json()["rows"][0]
    assert refused.status_code == 422
    assert "cannot be added" in refused.json()["errors"][0]
    for pk in (row.pk, "1" * 20, "x", "-1"):
        found = client.get("/attachments/", {"pk": pk}).json()["rows"]
        assert len(found) == (pk == row.pk)
    assert signed_in(other).get("/attachments/", {"pk": row.pk}).json()["rows"] == []


# --- Who gets a file ------------------------------------------------------------------------------


@pytest.fixture
def posted(room):
    """A picture and a table in a reply, as `(post, picture, table)`."""
    _space, topic, author, *_others = room
    rows = [
        intake.take(upload("wall.png", picture()), by=author),
        intake.take(upload("list.csv", b"a,b\n1,2\n"), by=author),
    ]
    return posting.reply(topic, by=author, content="Look", attachments=rows), *rows


def test_only_pictures_open_in_place_and_nothing_runs(room, posted, signed_in):
    _space, _topic, _author, other, _facilitator = room
    _post, wall, sheet = posted
    client = signed_in(other)

    shown = {url: fetch(client, url) for url in (wall.url, wall.small_url, sheet.url)}

    assert shown[wall.url][2]["Content-Disposition"] == 'inline; filename="wall.png"'
    assert shown[sheet.url][2]["Content-Disposition"] == 'attachment; filename="list.csv"'
    assert shown[wall.small_url][2]["Content-Type"] == "image/webp"
    assert status(client, sheet.small_url) == 404
    for url, (code, body, headers) in shown.items():
        assert code == 200, url
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
        assert headers["Cache-Control"] == "private, no-store"
        assert int(headers["Content-Length"]) == len(body)
        head = client.head(url)
        assert (head.status_code, head.headers["Content-Length"]) == (200, str(len(body)))
        assert fetch(client, url, if_none_match='"x"', range="bytes=0-1")[:2] == (200, body)


def test_a_file_streams_a_piece_at_a_time(room, signed_in):
    _space, topic, author, other, _facilitator = room
    data = b"0123456789\n" * 20_000
    row = intake.take(upload("long.txt", data), by=author)
    posting.reply(topic, by=author, content="Look", attachments=[row])

    # As an ASGI server asks the view: the test client would take the stream apart itself.
    request = RequestFactory().get(row.url)
    request.user = other
    answer = views.file(request, row.pk, row.name)

    async def read():
        return [piece async for piece in answer]

    pieces = async_to_sync(read)()
    answer.close()

    assert b"".join(pieces) == data
    assert max(map(len, pieces)) == 64 * 1024


def test_before_it_is_posted_a_file_is_its_uploaders(room, signed_in):
    _space, _topic, author, other, facilitator = room
    row = intake.take(upload("draft.png", picture()), by=author)

    for url in (row.url, row.small_url):
        assert status(signed_in(author), url) == 200
        for person in (other, facilitator):
            assert status(signed_in(person), url) == 404


def test_a_removed_posts_files_are_its_authors_and_moderators(room, posted, signed_in):
    _space, _topic, author, other, facilitator = room
    post, wall, sheet = posted
    assert status(signed_in(other), wall.url) == 200

    posting.remove(post, by=author)

    for url in (wall.url, wall.small_url, sheet.url):
        assert status(signed_in(other), url) == 404
        assert status(signed_in(author), url) == 200
        assert status(signed_in(facilitator), url) == 200


def test_a_file_moves_out_of_reach_with_its_reader(room, posted, signed_in, cohort):
    _space, _topic, author, other, _facilitator = room
    _post, wall, _sheet = posted
    client = signed_in(author)
    assert status(client, wall.url) == 200

    roster.leave(author, cohort, by=None)

    assert status(client, wall.url) == 404
    assert status(signed_in(other), wall.url) == 200


def test_a_lost_file_is_missing_and_no_error(room, posted, signed_in, settings):
    _space, _topic, author, *_others = room
    _post, wall, _sheet = posted
    for found in on_disk(settings):
        found.unlink()

    assert status(signed_in(author), wall.url) == 404


def test_stored_files_have_no_other_address(room, posted, signed_in, settings):
    _space, _topic, author, *_others = room
    _post, wall, _sheet = posted
    client = signed_in(author)

    assert not settings.UPLOADS_ROOT.is_relative_to(settings.MEDIA_ROOT)
    for way in ("", "images/../../uploads/", "../uploads/"):
        assert client.get(f"/media/{way}{wall.file.name}").status_code == 404
    with pytest.raises(ValueError, match="address"):
        _ = wall.file.url


# --- Where a facilitator looks first --------------------------------------------------------------


@pytest.fixture
def waiting(room):
    """The hold of a post with one file, before another that was said later."""
    space, topic, author, _other, facilitator = room
    keeping.set_up(
        space, by=facilitator, name=space.name, purpose=space.purpose, holds=Space.Holds.EVERYBODY
    )
    topic = Topic.objects.select_related("forum__space__audience__cohort").get(pk=topic.pk)
    row = intake.take(upload("wall.png", picture()), by=author, alt="A wall")
    post = posting.reply(topic, by=author, content="Wait for it", attachments=[row])
    posting.reply(topic, by=facilitator, content="Said meanwhile")
    return Hold.objects.select_related("post__topic__forum__space__audience__cohort").get(post=post)


def test_the_files_of_a_waiting_post_are_looked_at_with_it(room, waiting, signed_in):
    _space, topic, author, other, facilitator = room
    row = waiting.post.attached.get()

    for person, address in (
        (facilitator, "/moderation/"),
        (facilitator, f"/threads/{topic.pk}/"),
        (facilitator, f"/posts/{waiting.post_id}/decline/"),
        (author, f"/threads/{topic.pk}/"),
        (author, "/me/waiting/"),
    ):
        assert row.small_url in signed_in(person).get(address).content.decode(), address
    assert status(signed_in(facilitator), row.url) == 200
    assert row.small_url not in signed_in(other).get(f"/threads/{topic.pk}/").content.decode()
    assert status(signed_in(other), row.url) == 404


def test_a_post_that_is_let_in_takes_its_files_along(room, waiting, signed_in):
    _space, topic, _author, other, facilitator = room
    row = waiting.post.attached.get()

    post = approval.approve(waiting, by=facilitator, version=waiting.version)

    assert post.pk != waiting.post_id
    assert list(post.attached.all()) == [row]
    assert status(signed_in(other), row.url) == 200
    assert row.small_url in signed_in(other).get(f"/threads/{topic.pk}/").content.decode()


def test_files_that_change_while_a_post_waits_are_looked_at_again(room, waiting, signed_in):
    _space, _topic, author, _other, facilitator = room
    row = waiting.post.attached.get()
    address = f"/posts/{waiting.post_id}/waiting/"
    assert row.name in signed_in(author).get(address).content.decode()

    answer = signed_in(author).post(
        address, {"content": "Wait for it", "listed": row.pk, "uploads": upload("list.csv", b"a,b")}
    )

    assert answer.status_code == 302
    assert [each.name for each in waiting.post.attached.all()] == ["list.csv"]
    with pytest.raises(posting.Refused, match="changed it since"):
        approval.approve(waiting, by=facilitator, version=waiting.version)


def test_a_text_that_is_asked_about_keeps_its_files_meanwhile(room, signed_in):
    _space, topic, author, *_others = room

    answer = send(signed_in(author), topic, upload("wall.png", picture()), text="Call 503-555-0134")

    row = Attachment.objects.get(post=None)
    assert answer.status_code == 422
    assert f'name="attachments" value="{row.pk}" checked' in answer.content.decode()
    assert topic.posts.count() == 1
