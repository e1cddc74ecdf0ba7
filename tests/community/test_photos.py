"""A photo: drawn anew, described in words, stored outside what has an address, told by consent."""

import io
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

from community.directory import photographs
from community.directory.models import Card, Circle, Photo
from community.models import Role
from community.roster import Refused
from forum.attachments.tasks import sweep_uploads


def picture(kind="JPEG", size=(900, 600), **options):
    out = io.BytesIO()
    Image.new("RGB", size, "teal").save(out, kind, **options)
    return SimpleUploadedFile(f"me.{kind.lower()}", out.getvalue())


@pytest.fixture
def owner(make_participant, cohort):
    return make_participant(cohort, name="Maya Member")


@pytest.fixture
def photo(owner):
    return photographs.keep(owner, by=owner, file=picture(), alt="Maya beside a bus")


def address(photo):
    return f"/people/{photo.person_id}/photo/{photo.version}.webp"


def test_what_is_kept_is_a_square_of_pixels_alone(owner):
    exif = Image.Exif()
    exif[0x010E] = "Secret place"

    photo = photographs.keep(owner, by=owner, file=picture(exif=exif), alt="Maya")

    kept = photo.file.read()
    photo.file.close()
    assert b"Secret place" not in kept
    assert Image.open(io.BytesIO(kept)).size == (480, 480)
    assert Image.open(io.BytesIO(kept)).format == "WEBP"


def test_a_photo_is_shown_with_its_words(owner, photo, signed_in, make_person):
    client = signed_in(make_person())

    for page in (f"/people/{owner.pk}/", "/people/"):
        text = client.get(page).content.decode()
        assert f'src="{address(photo)}"' in text
        assert 'alt="Maya beside a bus"' in text
    served = client.get(address(photo))
    assert served.headers["Content-Type"] == "image/webp"
    assert served.headers["Cache-Control"] == "private, no-store"
    assert "sandbox" in served.headers["Content-Security-Policy"]


@pytest.mark.parametrize("circle", Circle)
def test_its_address_asks_whether_it_is_told(owner, photo, circle, signed_in, make_person,
                                             make_participant, cohort):  # fmt: skip
    Card.objects.create(person=owner, photo_for=circle)
    peer, director = make_participant(cohort), make_person(Role.Kind.DIRECTOR)
    missing = signed_in(director).get(f"/people/{owner.pk}/photo/none.webp")

    sees = {
        owner: True,
        peer: circle != Circle.ME,
        director: circle == Circle.MEMBERS,
    }
    for person, told in sees.items():
        client = signed_in(person)
        answer = client.get(address(photo))
        assert answer.status_code == (200 if told else 404)
        assert told or answer.content == missing.content
        assert (address(photo) in client.get(f"/people/{owner.pk}/").content.decode()) is told
        assert (address(photo) in client.get("/people/").content.decode()) is told


def test_a_visitor_is_sent_to_sign_in(client, photo):
    assert client.get(address(photo)).status_code == 302


@pytest.mark.parametrize("way", ["/media/{}", "/media/images/../uploads/people/{}", "/static/{}"])
def test_the_file_has_no_address_of_its_own(photo, signed_in, owner, way):
    assert signed_in(owner).get(way.format(photo.file.name), follow=True).status_code == 404


def test_a_new_one_takes_the_place_of_the_old(
    owner, photo, signed_in, django_capture_on_commit_callbacks
):
    client, before, stored = signed_in(owner), address(photo), photo.file.name

    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post("/me/photo/", {"photo": picture("PNG"), "alt": "Maya again"})

    assert answer.status_code == 302
    current = Photo.objects.get()
    assert client.get(before).status_code == 404
    assert client.get(address(current)).status_code == 200
    assert not current.file.storage.exists(stored)


def test_only_its_words_can_be_changed(owner, photo, signed_in):
    answer = signed_in(owner).post("/me/photo/", {"alt": "Better words"})

    assert answer.status_code == 302
    assert Photo.objects.get().alt == "Better words"
    assert Photo.objects.get().file.name == photo.file.name


def test_it_is_removed_after_a_question(
    owner, photo, signed_in, django_capture_on_commit_callbacks
):
    client = signed_in(owner)
    asked = client.get("/me/photo/remove/")
    assert "cannot be brought back" in asked.content.decode()
    assert Photo.objects.exists()

    with django_capture_on_commit_callbacks(execute=True):
        client.post("/me/photo/remove/")

    assert not Photo.objects.exists()
    assert not photo.file.storage.exists(photo.file.name)
    assert client.get("/me/photo/remove/").status_code == 404
    assert client.post("/me/photo/remove/").status_code == 302


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({}, "photo"),
        ({"alt": "x"}, "photo"),
        ({"photo": "picture"}, "alt"),
        ({"photo": "picture", "alt": " "}, "alt"),
        ({"photo": "picture", "alt": "\x00"}, "alt"),
        ({"photo": "picture", "alt": "x" * 500}, "alt"),
        ({"photo": b"<svg onload=alert(1)>", "alt": "x"}, "photo"),
        ({"photo": b"", "alt": "x"}, "photo"),
        ({"photo": b"\x89PNG\r\n\x1a\n" + b"\0" * 50, "alt": "x"}, "photo"),
    ],
)
def test_what_is_no_photo_comes_back_with_the_reason(owner, signed_in, data, field):
    if data.get("photo") == "picture":
        data = {**data, "photo": picture()}
    elif "photo" in data:
        data = {**data, "photo": SimpleUploadedFile("x.png", data["photo"])}

    answer = signed_in(owner).post("/me/photo/", data)

    assert answer.status_code == 422
    assert f'href="#id_{field}"' in answer.content.decode()
    assert not Photo.objects.exists()


def test_a_picture_of_too_many_dots_is_refused(owner, monkeypatch):
    monkeypatch.setattr(photographs, "MOST_PIXELS", 100)

    with pytest.raises(Refused):
        photographs.keep(owner, by=owner, file=picture(), alt="x")


def test_nobody_gives_another_a_face(owner, make_person):
    other = make_person()

    for act in (
        lambda: photographs.keep(owner, by=other, file=picture(), alt="x"),
        lambda: photographs.remove(owner, by=other),
    ):
        with pytest.raises(Refused):
            act()


def test_the_sweep_of_attachments_leaves_photos_alone(photo):
    import time_machine

    with time_machine.travel(timezone.now() + timedelta(days=9)):
        sweep_uploads.func()

    assert photo.file.storage.exists(photo.file.name)
