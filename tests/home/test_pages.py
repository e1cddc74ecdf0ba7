import json

import pytest
from django.contrib.auth.models import AnonymousUser

from community.models import Audience, Meeting, Role
from home.models import ChapterPage, Picture, ReadablePage, readable_pages

BODY = [
    {"type": "heading", "value": "Why it works"},
    {"type": "paragraph", "value": "<p>People <b>talk</b>.</p>"},
    {"type": "steps", "value": ["<p>First thing</p>", "<p>Second thing</p>"]},
    {"type": "note", "value": {"title": "Take care", "text": "<p>Mind the door.</p>"}},
    {
        "type": "quote",
        "value": {"quote": "It helped.", "source": "A participant", "consent": True},
    },
    {
        "type": "table",
        "value": {
            "data": [["", "Low"], ["Before", "21%"]],
            "first_row_is_table_header": True,
            "first_col_is_header": True,
            "table_header_choice": "both",
            "table_caption": "Knowledge before and after",
        },
    },
    {
        "type": "video",
        "value": {
            "title": "An ode",
            "url": "https://video.example.org/1",
            "description": "Song",
        },
    },
]


def test_every_front_page_renders_for_a_visitor(client, home):
    for address in [
        "/",
        "/guide/",
        "/resources/",
        "/meetings/",
        "/about/",
        "/accessibility/",
    ]:
        response = client.get(address)

        assert response.status_code == 200, address
        assert b"<h1" in response.content


def test_a_chapter_shows_each_kind_of_block(client, make_chapter):
    chapter = make_chapter("Why", summary="In short.", minutes=3, body=json.dumps(BODY))

    page = client.get(chapter.url).content.decode()

    assert '<h2 id="why-it-works">Why it works</h2>' in page
    assert 'href="#why-it-works"' in page
    assert "<b>talk</b>" in page
    assert '<ol class="steps">' in page
    assert "Mind the door." in page
    assert "<figcaption>A participant</figcaption>" in page
    assert 'role="region" aria-label="Knowledge before and after"' in page
    assert '<th scope="col">Low</th>' in page
    assert '<th scope="row">Before</th>' in page
    assert 'href="https://video.example.org/1"' in page
    assert "<iframe" not in page


def test_chapters_lead_to_the_one_before_and_the_one_after(client, make_chapter):
    first, second, third = (make_chapter(title) for title in ["One", "Two", "Three"])

    page = client.get(second.url).content.decode()

    assert f'rel="prev" href="{first.url}"' in page
    assert f'rel="next" href="{third.url}"' in page
    assert "Chapter 2 of 3" in page


def test_a_closed_chapter_is_skipped_by_its_neighbours(client, make_chapter):
    first = make_chapter("One")
    closed = make_chapter("For facilitators", audience=Audience.Kind.FACILITATORS)
    last = make_chapter("Three")

    page = client.get(first.url).content.decode()

    assert f'rel="next" href="{last.url}"' in page
    assert closed.title not in page
    assert "Chapter 1 of 2" in page


def test_only_a_public_page_describes_itself_to_search_engines(
    client, signed_in, make_person, make_chapter
):
    open_page = make_chapter("Open", summary="All may know.")
    members = make_chapter("Members", summary="Not all.", audience=Audience.Kind.MEMBERS)
    reader = signed_in(make_person())

    described = client.get(open_page.url).content.decode()
    closed = reader.get(members.url).content.decode()

    assert f'<link rel="canonical" href="{open_page.full_url}">' in described
    assert 'property="og:title"' in described
    assert "canonical" not in closed
    assert "og:title" not in closed
    assert 'content="noindex"' in closed


def test_a_page_that_is_not_public_says_who_can_read_it(signed_in, make_person, make_chapter):
    page = make_chapter(audience=Audience.Kind.MEMBERS)

    shown = signed_in(make_person()).get(page.url).content.decode()

    assert "chip--members" in shown
    assert "can read this" in shown


def test_only_an_editor_is_offered_to_edit_a_page(client, signed_in, make_person, make_chapter):
    page = make_chapter()
    edit = f"/cms/pages/{page.pk}/edit/"

    assert edit in signed_in(make_person(Role.Kind.EDITOR)).get(page.url).content.decode()
    assert edit not in signed_in(make_person(Role.Kind.FACILITATOR)).get(page.url).content.decode()
    assert edit not in client.get(page.url).content.decode()


def test_a_draft_is_on_no_list_and_at_no_address(client, make_chapter):
    page = make_chapter("Half a thought")
    page.unpublish()

    assert client.get(page.url).status_code == 404
    assert "Half a thought" not in client.get("/guide/").content.decode()
    assert page.pk not in readable_pages(AnonymousUser()).values_list("pk", flat=True)


def test_a_page_takes_no_posts(client, make_chapter):
    assert client.post(make_chapter().url).status_code == 405


def test_every_family_can_be_restricted_by_groups_alone():
    for model in ReadablePage.__subclasses__():
        assert set(model.private_page_options) <= {"groups"}, model


def test_chapters_cost_the_same_however_many_there_are(
    client, make_chapter, django_assert_max_num_queries
):
    few = [make_chapter() for _ in range(5)]
    client.get(few[0].url)
    with django_assert_max_num_queries(1000) as with_few:
        client.get(few[0].url)
    cost = len(with_few)
    for _ in range(55):
        make_chapter()
    client.get("/")  # the signposts are kept again: publishing forgot them

    with django_assert_max_num_queries(cost):
        client.get(few[0].url)
    with django_assert_max_num_queries(cost):
        client.get("/guide/")


def test_a_cohort_reads_its_own_date_on_the_page_of_the_meeting(
    client, signed_in, make_participant, cohort, other_cohort, make_meeting
):
    from datetime import timedelta

    from django.utils import timezone

    starts_at = timezone.now() + timedelta(days=3)
    Meeting.objects.create(
        cohort=cohort,
        year=1,
        number=2,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=4.5),
        place="The old gym",
    )
    page = make_meeting("Second meeting", year=1, number=2)
    other = make_meeting("Third meeting", year=1, number=3)
    insider, outsider = make_participant(cohort), make_participant(other_cohort)

    assert "The old gym" in signed_in(insider).get(page.url).content.decode()
    assert "The old gym" not in signed_in(insider).get(other.url).content.decode()
    assert "The old gym" not in signed_in(outsider).get(page.url).content.decode()
    assert "The old gym" not in client.get(page.url).content.decode()


def test_nobody_is_sent_to_a_webinar_that_is_over(signed_in, make_person, make_webinar):
    from datetime import timedelta

    page = make_webinar(starts_in=timedelta(days=-2), join_url="https://meet.example.org/xyz")

    assert "meet.example.org" not in signed_in(make_person()).get(page.url).content.decode()


@pytest.mark.django_db
def test_a_picture_without_alternative_text_is_refused():
    from django.core.exceptions import ValidationError

    with pytest.raises(ValidationError) as refused:
        Picture(title="A room", description="", width=1, height=1).full_clean()

    assert "description" in refused.value.message_dict


def test_a_table_without_caption_or_headers_is_refused():
    from django.core.exceptions import ValidationError

    table = ChapterPage.body.field.stream_block.child_blocks["table"]
    value = dict(BODY[5]["value"])

    assert table.clean(dict(value))
    with pytest.raises(ValidationError):
        table.clean(value | {"table_caption": " "})
    with pytest.raises(ValidationError):
        table.clean(value | {"table_header_choice": "neither"})


def test_a_quote_without_recorded_consent_is_refused():
    from django.core.exceptions import ValidationError

    quote = ChapterPage.body.field.stream_block.child_blocks["quote"]
    value = {"quote": "It helped.", "source": "A participant"}

    assert quote.clean(quote.to_python(value | {"consent": True}))
    with pytest.raises(ValidationError):
        quote.clean(quote.to_python(value | {"consent": False}))
