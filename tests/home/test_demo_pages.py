from datetime import timedelta
from io import BytesIO

import pytest
from django.contrib.auth.models import AnonymousUser, Group
from django.db import transaction
from django.test import override_settings
from django.utils import timezone
from docx import Document
from wagtail.documents import get_document_model
from wagtail.models import Collection, Page, Site

from home.demo.pages import CONTENT, load_pages
from home.models import ChapterPage, HomePage, MeetingPage, ResourcePage, WebinarPage
from home.privacy import admits, admits_to_document
from home.setup import prepare_site

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def content(django_db_setup, django_db_blocker, tmp_path_factory):
    """The whole content, loaded once for this file and taken back after it; yields where its files
    are."""
    media = tmp_path_factory.mktemp("media")
    with django_db_blocker.unblock(), transaction.atomic():
        with override_settings(MEDIA_ROOT=media):
            load_pages()
        yield media
        transaction.set_rollback(True)


@pytest.fixture
def loaded(content, db, settings):
    settings.MEDIA_ROOT = content


def test_the_whole_content_becomes_pages_that_open(loaded, signed_in, make_facilitator):
    reader = signed_in(make_facilitator())
    pages = Page.objects.filter(depth__gte=2).specific()

    for model, folder in [
        (ChapterPage, "guide"),
        (ResourcePage, "resources"),
    ]:
        assert model.objects.live().count() == len(list((CONTENT / folder).glob("*.md")))
    assert MeetingPage.objects.live().count() == 5
    for page in pages:
        # What coordinators keep among themselves is a facilitator's too.
        assert reader.get(page.url).status_code == 200, page.url


def test_every_file_opens_and_lies_behind_the_door_of_its_page(loaded, make_person):
    visitor, member = AnonymousUser(), make_person()
    resources = ResourcePage.objects.exclude(document=None)
    assert resources.count() >= 12
    assert {admits(resource, visitor) for resource in resources} == {True, False}

    for resource in resources:
        for person in (visitor, member):
            assert admits(resource, person) == admits_to_document(resource.document, person), (
                resource.title
            )
        with resource.document.file.open() as file:
            data = file.read()
        document = Document(BytesIO(data))
        assert document.core_properties.title == resource.document.title
        assert any(p.style.name.startswith("Heading") for p in document.paragraphs)
        assert resource.document.file_size == len(data)


def test_every_internal_agenda_is_a_facilitators_alone(loaded, make_person, make_facilitator):
    agendas = ResourcePage.objects.filter(slug__startswith="internal-agenda")
    person, facilitator = make_person(), make_facilitator()

    assert agendas.count() == 5
    for agenda in agendas:
        assert admits(agenda, facilitator)
        assert not admits(agenda, person)
        assert not admits_to_document(agenda.document, person)


def test_meetings_name_their_resources_and_webinars_their_dates(loaded):
    now = timezone.now()

    for meeting in MeetingPage.objects.all():
        assert meeting.resource_links.count() >= 3, meeting
    coming, past = (
        WebinarPage.objects.filter(starts_at__gt=now),
        WebinarPage.objects.filter(ends_at__lt=now),
    )
    assert coming.exists()
    assert past.exists()
    assert coming.first().starts_at < now + timedelta(days=20)


def test_loading_again_changes_nothing_that_was_edited(loaded):
    chapter = ChapterPage.objects.first()
    chapter.title = "As an editor put it"
    chapter.save_revision().publish()
    before = (
        Page.objects.count(),
        get_document_model().objects.count(),
        Collection.objects.count(),
        Group.objects.count(),
    )

    load_pages()

    chapter.refresh_from_db()
    assert chapter.title == "As an editor put it"
    assert before == (
        Page.objects.count(),
        get_document_model().objects.count(),
        Collection.objects.count(),
        Group.objects.count(),
    )


def test_an_audience_that_nobody_knows_closes_the_page(tmp_path, make_person):
    (tmp_path / "resources").mkdir()
    (tmp_path / "resources" / "odd.md").write_text("---\ntitle: Odd\naudience: everybodyy\n---\nx")

    load_pages(tmp_path)

    odd = ResourcePage.objects.get(slug="odd")
    assert not admits(odd, AnonymousUser())
    assert not admits(odd, make_person())


def test_preparing_the_site_again_keeps_what_editors_made_of_it(home):
    home.headline = "Ours"
    home.save_revision().publish()

    again = prepare_site()

    assert HomePage.objects.count() == 1
    assert again.specific.headline == "Ours"
    assert Site.objects.get().root_page_id == home.pk
    assert not Page.objects.filter(title__startswith="Welcome to your new").exists()
    assert not Group.objects.filter(name="Moderators").exists()
