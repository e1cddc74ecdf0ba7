"""What an editor does in Wagtail's admin, through its own screens, without being a superuser."""

import json
from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from wagtail.models import Page, PageViewRestriction
from wagtail.test.utils.form_data import inline_formset, nested_form_data, rich_text, streamfield

from community import access, roster, schedule
from community.models import Audience, Role
from home.models import ChapterPage, GuidePage, LibraryPage, ResourcePage, Topic
from home.tasks import publish_scheduled


@pytest.fixture
def editor(home, signed_in, make_person):
    return signed_in(make_person(Role.Kind.EDITOR))


def chapter_form(title="A first draft", **more):
    return nested_form_data(
        {
            "title": title,
            "slug": "a-first-draft",
            "summary": "In short.",
            "minutes": "3",
            "body": streamfield([("heading", "Why"), ("paragraph", rich_text("<p>Because.</p>"))]),
            "comments": inline_formset([]),
            **more,
        }
    )


def write_chapter(editor, **more):
    guide = GuidePage.objects.get()
    response = editor.post(f"/cms/pages/add/home/chapterpage/{guide.pk}/", chapter_form(**more))
    assert response.status_code == 302, response.context["form"].errors
    return ChapterPage.objects.get(slug="a-first-draft")


def edit(page):
    return f"/cms/pages/{page.pk}/edit/"


def test_an_editor_writes_a_draft_previews_and_publishes_it(client, editor):
    page = write_chapter(editor)
    assert client.get(page.url or "/guide/a-first-draft/").status_code == 404

    preview = editor.post(f"/cms/pages/{page.pk}/edit/preview/", chapter_form(title="Previewed"))
    assert preview.json()["is_valid"]
    shown = editor.get(f"/cms/pages/{page.pk}/edit/preview/?mode=")
    assert "Previewed" in shown.content.decode()

    editor.post(edit(page), chapter_form(title="Ready", **{"action-publish": "1"}))

    assert "Ready" in client.get("/guide/a-first-draft/").content.decode()
    assert "Ready" in client.get("/guide/").content.decode()


def test_a_page_whose_slug_nobody_typed_gets_one_from_its_title(editor):
    guide = GuidePage.objects.get()
    address = f"/cms/pages/add/home/chapterpage/{guide.pk}/"

    for _ in range(2):
        sent = editor.post(address, chapter_form(title="Rainy days", slug=""))
        assert sent.status_code == 302, sent.context["form"].errors
    untitled = editor.post(address, chapter_form(title="", slug=""))

    slugs = ChapterPage.objects.order_by("pk").values_list("slug", flat=True)
    assert list(slugs) == ["rainy-days", "rainy-days-2"]
    assert untitled.status_code == 200
    assert "title" in untitled.context["form"].errors


def test_an_editor_compares_and_reverts(client, editor):
    page = write_chapter(editor, **{"action-publish": "1"})
    first = page.latest_revision
    editor.post(edit(page), chapter_form(title="A worse title", **{"action-publish": "1"}))
    assert "A worse title" in client.get("/guide/a-first-draft/").content.decode()

    assert editor.get(f"/cms/pages/{page.pk}/history/").status_code == 200
    comparison = editor.get(f"/cms/pages/{page.pk}/revisions/compare/{first.pk}...latest/")
    assert "worse" in comparison.content.decode()
    editor.post(edit(page), chapter_form(**{"action-publish": "1", "revision": str(first.pk)}))

    assert "A first draft" in client.get("/guide/a-first-draft/").content.decode()


def test_an_editor_schedules_a_page_for_later(client, editor):
    in_a_week = timezone.localtime(timezone.now() + timedelta(days=7))

    page = write_chapter(
        editor,
        **{"go_live_at": in_a_week.strftime("%Y-%m-%d %H:%M"), "action-publish": "1"},
    )

    assert not page.live
    assert page.approved_schedule
    assert client.get("/guide/a-first-draft/").status_code == 404

    with time_machine.travel(in_a_week + timedelta(minutes=2), tick=True):
        schedule.enqueue_due()
        assert "home.tasks.publish_scheduled" in DBTaskResult.objects.values_list(
            "task_path", flat=True
        )
        publish_scheduled.call()
        assert client.get("/guide/a-first-draft/").status_code == 200


def test_an_editor_publishes_a_resource_with_file_and_topics(
    client, editor, make_topic, make_document
):
    topic, document = make_topic("Data"), make_document("Tally sheet")
    library = LibraryPage.objects.get()

    response = editor.post(
        f"/cms/pages/add/home/resourcepage/{library.pk}/",
        nested_form_data(
            {
                "title": "Tally sheet",
                "slug": "tally-sheet",
                "summary": "To count with.",
                "kind": "worksheet",
                "document": str(document.pk),
                "body": streamfield([]),
                "comments": inline_formset([]),
                "action-publish": "1",
            }
        )
        | {"topics": [str(topic.pk)]},
    )

    assert response.status_code == 302, response.context["form"].errors
    page = ResourcePage.objects.get()
    assert list(page.topics.all()) == [topic]
    assert document.url in client.get(page.url).content.decode()
    assert "Tally sheet" in client.get("/resources/?q=tally&topic=data").content.decode()
    assert "Tally sheet" in client.get("/feeds/resources.atom").content.decode()


def test_an_editor_gives_a_page_one_audience_and_no_other_kind_of_door(
    client, editor, make_chapter, audiences
):
    page = make_chapter("Between us")
    address = f"/cms/pages/{page.pk}/privacy/"
    group = audiences[Audience.Kind.MEMBERS].group
    other = audiences[Audience.Kind.LEADERS].group

    offered = json.loads(editor.get(address).content)["html"]
    assert "All members" in offered
    assert "Editors" not in offered
    assert "password" not in offered
    assert "logged-in" not in offered

    for refused in (
        {"restriction_type": "password", "password": "open"},
        {"restriction_type": "login"},
        {"restriction_type": "groups", "groups": []},
        {"restriction_type": "groups", "groups": [group.pk, other.pk]},
    ):
        editor.post(address, refused)
        assert not PageViewRestriction.objects.exists(), refused
        assert client.get(page.url).status_code == 200
    editor.post(address, {"restriction_type": "groups", "groups": [group.pk]})

    assert client.get(page.url).status_code == 404


def test_the_front_door_cannot_be_closed(editor, home, audiences):
    group = audiences[Audience.Kind.MEMBERS].group
    address = f"/cms/pages/{home.pk}/privacy/"

    editor.post(address, {"restriction_type": "groups", "groups": [group.pk]})

    assert not PageViewRestriction.objects.exists()


def test_an_editor_who_restricts_a_page_hears_that_its_file_is_not(
    editor, make_resource, make_document
):
    page = make_resource(
        "For the team", audience=Audience.Kind.FACILITATORS, document=make_document()
    )
    form = nested_form_data(
        {
            "title": page.title,
            "slug": page.slug,
            "summary": "",
            "kind": page.kind,
            "document": str(page.document_id),
            "body": streamfield([]),
            "comments": inline_formset([]),
        }
    )

    warned = editor.post(edit(page), form, follow=True).content.decode()
    form["document"] = str(make_document("Closed", Audience.Kind.FACILITATORS).pk)
    quiet = editor.post(edit(page), form, follow=True).content.decode()

    assert "has another audience" in warned
    assert "has another audience" not in quiet


def test_an_editor_who_takes_the_privacy_notice_away_hears_of_it(editor, make_chapter):
    notice, other = Page.objects.get(slug="privacy"), make_chapter("Another page")

    def save(page, **facts):
        shown = editor.get(edit(page)).context["form"]
        kept = {name: shown[name].value() or "" for name in ("title", "slug", "summary", "minutes")
                if name in shown.fields}  # fmt: skip
        form = {**kept, "body": streamfield([]), "comments": inline_formset([]), **facts}
        saved = editor.post(edit(page), nested_form_data(form | {"action-publish": "1"}))
        assert saved.status_code == 302, saved.context["form"].errors
        return editor.get(edit(page)).content.decode()

    said = "No form leads to the privacy notice now."
    assert said not in save(notice, title="Your privacy")
    assert said in save(notice, slug="what-we-keep")
    assert said in save(other)
    assert said not in save(notice, slug="privacy")
    assert said not in save(other)
    editor.post(f"/cms/pages/{notice.pk}/unpublish/")
    assert said in editor.get("/cms/").content.decode()


def test_a_picture_needs_alternative_text_in_the_admin_too(editor):
    from io import BytesIO

    from django.core.files.uploadedfile import SimpleUploadedFile
    from PIL import Image

    from home.models import Picture

    def upload(description):
        buffer = BytesIO()
        Image.new("RGB", (4, 4)).save(buffer, "PNG")
        file = SimpleUploadedFile("dot.png", buffer.getvalue(), "image/png")
        return editor.post(
            "/cms/images/add/",
            {"title": "Dot", "file": file, "description": description, "collection": "1"},
        )

    upload("")
    assert not Picture.objects.exists()
    upload("A grey dot")

    assert Picture.objects.get().default_alt_text == "A grey dot"


def test_an_editor_keeps_the_topics(editor):
    assert editor.get("/cms/topics/").status_code == 200

    editor.post("/cms/topics/new/", {"name": "Youth voice", "slug": "youth-voice"})

    assert Topic.objects.get().name == "Youth voice"


@pytest.mark.parametrize(
    "address",
    [
        "/cms/users/",
        "/cms/groups/",
        "/cms/sites/",
        "/cms/collections/",
        "/cms/workflows/list/",
        "/cms/redirects/",
    ],
)
def test_an_editor_reaches_no_people_and_no_settings(editor, address):
    response = editor.get(address)

    assert response.status_code in {302, 403, 404}
    if response.status_code == 302:
        assert response.url == "/cms/"


@pytest.mark.parametrize("kind", [Role.Kind.EDITOR, Role.Kind.FACILITATOR])
def test_the_admin_closes_behind_the_wall_and_opens_again_on_this_side(
    home, signed_in, make_person, program, kind
):
    person = make_person(kind)

    def gets_in():
        answer = signed_in(person).get("/cms/", follow=True)
        return answer.status_code == 200 and answer.request["PATH_INFO"].startswith("/cms/")

    assert gets_in()
    roster.appoint(person, Role.Kind.DIRECTOR, by=None, program=program)
    assert not gets_in()
    assert not person.groups.filter(name__in=access.STAFF_GROUPS.values()).exists()
    roster.dismiss(person, Role.Kind.DIRECTOR, by=None)
    assert gets_in()


def test_nobody_but_staff_gets_into_the_admin(
    client, home, signed_in, make_person, make_facilitator
):
    assert client.get("/cms/", follow=True).request["PATH_INFO"] == "/accounts/login/"
    for person in (make_person(), make_person(Role.Kind.DIRECTOR), make_person(Role.Kind.STEWARD)):
        reader = signed_in(person)
        for address in ("/cms/", "/cms/applications/", "/cms/login/?next=/cms/"):
            assert reader.get(address, follow=True).status_code == 404, address


def test_the_screens_of_an_editor_open(editor, make_chapter, make_resource, make_meeting):
    pages = [make_chapter(), make_resource(), make_meeting(), *Page.objects.filter(depth=2)]
    for address in [
        "/cms/",
        "/cms/pages/",
        "/cms/images/",
        "/cms/documents/",
        "/cms/reports/locked/",
        *(edit(page) for page in pages),
    ]:
        assert editor.get(address, follow=True).status_code == 200, address


def test_an_editor_previews_the_front_door_as_a_visitor(editor, home):
    address = f"/cms/pages/{home.pk}/edit/preview/"
    form = nested_form_data(
        {
            "title": home.title,
            "slug": home.slug,
            "summary": home.summary,
            "headline": "A new headline",
            "breath": rich_text("<p>Breathe.</p>"),
            "joining": rich_text("<p>Join.</p>"),
            "body": streamfield([]),
            "comments": inline_formset([]),
        }
    )

    assert editor.post(address, form).json()["is_valid"]

    as_visitor = editor.get(f"{address}?mode=visitor").content.decode()
    as_member = editor.get(f"{address}?mode=member").content.decode()
    assert "<h1>A new headline</h1>" in as_visitor
    assert "This is what waits for you." not in as_visitor
    assert "This is what waits for you." in as_member


def test_from_a_file_or_a_page_an_editor_asks_who_can_see_it(editor, home, make_document):
    document = make_document("Tally sheet", Audience.Kind.FACILITATORS)
    page = GuidePage.objects.get()

    for screen, answer in (
        (f"/cms/documents/edit/{document.pk}/", f"/who-can-see/files/{document.pk}/"),
        (edit(page), f"/who-can-see/pages/{page.pk}/"),
    ):
        assert f'href="{answer}"' in editor.get(screen).content.decode()
        assert editor.get(answer).status_code == 200
