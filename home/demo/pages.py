"""The demo's pages: chapters, resources with their printable files, meetings and webinars, made
from the manuscripts in `content/`. A page or a file that is there already is left as it is, so
that running this again undoes nobody's editing.
"""

from datetime import datetime, time, timedelta
from pathlib import Path

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify
from wagtail.documents import get_document_model
from wagtail.models import PageViewRestriction

from community import roster
from community.models import Audience
from home import manuscript
from home.demo.printable import to_docx
from home.models import (
    ChapterPage,
    GuidePage,
    LibraryPage,
    MeetingPage,
    MeetingResource,
    MeetingsPage,
    ResourcePage,
    Topic,
    WebinarExpert,
    WebinarPage,
    WebinarResource,
)
from home.setup import collection_for, prepare_site

# A manuscript cannot name a cohort.
NAMED = set(Audience.Kind.values) - {Audience.Kind.COHORT}
CONTENT = Path(__file__).parent / "content"


@transaction.atomic
def load_pages(content=CONTENT):
    """Publish every manuscript that has no page yet. Needs nothing but a migrated database."""
    prepare_site()
    guide, library, meetings = (
        model.objects.get() for model in (GuidePage, LibraryPage, MeetingsPage)
    )
    for written in manuscript.read_all(content / "guide"):
        _publish(guide, ChapterPage, written, minutes=written.number("minutes"))
    files = {written["slug"]: written for written in manuscript.read_all(content / "files")}
    for written in manuscript.read_all(content / "resources"):
        _resource(library, written, files)
    for written in manuscript.read_all(content / "meetings"):
        _meeting(meetings, written)
    for written in manuscript.read_all(content / "webinars"):
        _webinar(meetings, written)


def _publish(parent, model, written, links=(), topics=(), **fields):
    """Make the page of a manuscript below `parent`, where it is not there already."""
    if _is_there(parent, written):
        return
    page = model(
        title=written["title"],
        slug=written["slug"],
        summary=written.get("summary"),
        body=written.body(),
        **fields,
    )
    for name, rows in links:
        setattr(page, name, rows)
    if topics:
        page.topics = topics
    parent.add_child(instance=page)
    _restrict(page, _audience_kind(written))
    page.save_revision().publish()


def _is_there(parent, written):
    return parent.get_children().filter(slug=written["slug"]).exists()


def _audience_kind(written):
    kind = written.get("audience", "public").lower()
    # A word that names no audience closes the page to all but facilitators: never the other way.
    return kind if kind in NAMED else Audience.Kind.FACILITATORS


def _restrict(page, kind):
    if kind == Audience.Kind.PUBLIC:
        return
    restriction = PageViewRestriction.objects.create(
        page=page, restriction_type=PageViewRestriction.GROUPS
    )
    restriction.groups.set([roster.open_audience(kind).group])


def _resource(library, written, files):
    if _is_there(library, written):
        return
    kind = written.get("kind", "worksheet").lower()
    paper = files.get(written.get("file").removesuffix(".md").removesuffix(".docx"))
    _publish(
        library,
        ResourcePage,
        written,
        topics=[_topic(name) for name in written.listed("topics")],
        kind=kind if kind in ResourcePage.Kind.values else ResourcePage.Kind.WORKSHEET,
        for_whom=written.get("for"),
        year=written.number("year"),
        meeting=written.number("meeting"),
        minutes=written.number("minutes"),
        to_print=written.get("print"),
        link=written.get("link"),
        document=_document(paper, _audience_kind(written)) if paper else None,
    )


def _topic(name):
    return Topic.objects.get_or_create(
        slug=slugify(name), defaults={"name": name[:1].upper() + name[1:]}
    )[0]


def _document(paper, kind):
    """The printable file as a document that only the page's own audience may have."""
    collection = collection_for(kind)
    documents = get_document_model().objects.filter(title=paper["title"], collection=collection)
    existing = documents.first()
    if existing:
        return existing
    data = to_docx(paper["title"], paper.text)
    document = get_document_model()(title=paper["title"], collection=collection)
    document.file.save(f"{paper['slug']}.docx", ContentFile(data), save=False)
    document.file_size = len(data)
    document.save()
    return document


def _listed_resources(written):
    slugs = written.listed("resources")
    found = {page.slug: page for page in ResourcePage.objects.filter(slug__in=slugs)}
    return [found[slug] for slug in slugs if slug in found]


def _meeting(parent, written):
    links = [
        MeetingResource(resource=resource, sort_order=at)
        for at, resource in enumerate(_listed_resources(written))
    ]
    hours = written.get("hours", "4.5")
    _publish(
        parent,
        MeetingPage,
        written,
        links=[("resource_links", links)],
        year=written.number("year") or 1,
        number=written.number("number") or written.number("meeting") or 1,
        hours=hours if hours.replace(".", "", 1).isdigit() else "4.5",
    )


def _webinar(parent, written):
    starts_at = _in_days(written.get("in_days", "14"))
    minutes = written.number("minutes") or 60
    links = [
        WebinarResource(resource=resource, sort_order=at)
        for at, resource in enumerate(_listed_resources(written))
    ]
    experts = []
    for at, line in enumerate(written.get("experts").split(";")):
        name, _comma, about = line.strip().partition(",")
        if name:
            experts.append(WebinarExpert(name=name.strip(), about=about.strip(), sort_order=at))
    _publish(
        parent,
        WebinarPage,
        written,
        links=[("resource_links", links), ("experts", experts)],
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=minutes),
        join_url=written.get("join"),
        places=written.number("places"),
        recording=written.get("recording"),
    )


def _in_days(days):
    """Four in the afternoon, so many days from now; `days` may be negative."""
    try:
        day = timezone.localdate() + timedelta(days=int(days))
    except ValueError:
        day = timezone.localdate() + timedelta(days=14)
    return timezone.make_aware(datetime.combine(day, time(16, 0)))
