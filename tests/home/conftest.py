"""Makers of pages. Every page is made live, below a prepared site."""

import itertools
from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.utils import timezone
from wagtail.documents import get_document_model
from wagtail.models import PageViewRestriction

from community import roster
from community.models import Audience
from home.models import (
    ChapterPage,
    GuidePage,
    LibraryPage,
    MeetingPage,
    MeetingResource,
    MeetingsPage,
    ResourcePage,
    Topic,
    WebinarPage,
)
from home.setup import collection_for, prepare_site

_numbers = itertools.count(1)


@pytest.fixture(autouse=True)
def files_of_their_own(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def home(db):
    return prepare_site()


@pytest.fixture
def restrict():
    def restrict(page, kind, cohort=None):
        restriction = PageViewRestriction.objects.create(
            page=page, restriction_type=PageViewRestriction.GROUPS
        )
        restriction.groups.set([roster.open_audience(kind, cohort).group])
        return page

    return restrict


@pytest.fixture
def make_page(home, restrict):
    def make(model, parent, title=None, audience=None, topics=(), **fields):
        number = next(_numbers)
        title = title or f"Page {number}"
        page = model(title=title, slug=f"page-{number}", **fields)
        if topics:
            page.topics = topics
        parent.objects.get().add_child(instance=page)
        if audience:
            restrict(page, audience)
        page.save_revision().publish()
        return page

    return make


@pytest.fixture
def make_chapter(make_page):
    return lambda title=None, **fields: make_page(ChapterPage, GuidePage, title, **fields)


@pytest.fixture
def make_resource(make_page):
    def make(title=None, topics=(), kind=ResourcePage.Kind.WORKSHEET, **fields):
        return make_page(ResourcePage, LibraryPage, title, kind=kind, topics=topics, **fields)

    return make


@pytest.fixture
def make_meeting(make_page):
    def make(title=None, resources=(), year=1, number=1, **fields):
        page = make_page(MeetingPage, MeetingsPage, title, year=year, number=number, **fields)
        page.resource_links = [
            MeetingResource(resource=resource, sort_order=at)
            for at, resource in enumerate(resources)
        ]
        page.save_revision().publish()
        return page

    return make


@pytest.fixture
def make_webinar(make_page):
    def make(title=None, starts_in=timedelta(days=14), **fields):
        starts_at = timezone.now() + starts_in
        return make_page(
            WebinarPage,
            MeetingsPage,
            title,
            starts_at=starts_at,
            ends_at=starts_at + timedelta(hours=1),
            **fields,
        )

    return make


@pytest.fixture
def make_topic(db):
    def make(name):
        return Topic.objects.create(name=name, slug=name.lower().replace(" ", "-"))

    return make


@pytest.fixture
def make_document(home):
    def make(title="A file", kind=Audience.Kind.PUBLIC, content=b"words"):
        document = get_document_model()(title=title, collection=collection_for(kind))
        document.file.save(f"file-{next(_numbers)}.txt", ContentFile(content), save=False)
        document.save()
        return document

    return make
