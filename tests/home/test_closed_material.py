"""A facilitators' agenda: who finds it, by every door of the pages."""

import pytest

from community.models import Audience, Role

SECRET = "Internal agenda for the people in front"


@pytest.fixture
def agenda(make_resource, make_document):
    return make_resource(
        SECRET,
        kind="agenda",
        year=1,
        meeting=1,
        summary="Minute by minute.",
        audience=Audience.Kind.FACILITATORS,
        document=make_document("The agenda", Audience.Kind.FACILITATORS),
    )


@pytest.fixture
def meeting(agenda, make_resource, make_meeting):
    return make_meeting("First meeting", resources=[make_resource("Open agenda"), agenda])


@pytest.fixture
def outsiders(client, signed_in, make_person, make_participant, make_graduate, cohort):
    steward = make_person(Role.Kind.STEWARD)
    superuser = make_person()
    superuser.is_superuser = True
    superuser.save()
    return {
        "visitor": client,
        "member": signed_in(make_person()),
        "coordinator": signed_in(make_participant(cohort)),
        "graduate": signed_in(make_graduate(cohort)),
        "director": signed_in(make_person(Role.Kind.DIRECTOR)),
        "editor": signed_in(make_person(Role.Kind.EDITOR)),
        "steward": signed_in(steward),
        "superuser": signed_in(superuser),
    }


@pytest.fixture
def facilitator(signed_in, make_facilitator):
    return signed_in(make_facilitator())


def test_the_page_and_its_file_are_a_facilitators_alone(outsiders, facilitator, agenda):
    for address in (agenda.url, agenda.document.url):
        opened = facilitator.get(address)
        assert opened.status_code == 200
        assert b"".join(opened)
        for who, reader in outsiders.items():
            for method in (reader.get, reader.head, reader.options, reader.post):
                assert method(address).status_code == 404, (who, address)


def test_the_refusal_is_that_of_a_page_that_does_not_exist(outsiders, agenda):
    for who, reader in outsiders.items():
        refused = reader.get(agenda.url)
        missing = reader.get("/resources/nothing-here/")

        assert refused.status_code == missing.status_code, who
        assert refused.content == missing.content, who


def test_no_list_names_it_to_anybody_else(outsiders, facilitator, agenda, meeting):
    lists = [
        "/resources/",
        "/resources/?q=Internal",
        "/resources/?kind=agenda&meeting=1-1",
        meeting.url,
        "/",
        "/feeds/resources.atom",
        "/sitemap.xml",
    ]
    for address in lists[:4]:
        assert SECRET in facilitator.get(address).content.decode(), address
    for address in lists:
        for who, reader in outsiders.items():
            shown = reader.get(address).content.decode()
            assert SECRET not in shown, (who, address)
            assert agenda.slug not in shown, (who, address)


def test_the_feed_and_the_sitemap_are_public_for_a_facilitator_too(facilitator, agenda):
    for address in ("/feeds/resources.atom", "/sitemap.xml"):
        assert agenda.slug not in facilitator.get(address).content.decode()


def test_counts_tell_nobody_that_it_exists(outsiders, facilitator, agenda, meeting):
    address = "/resources/?meeting=1-1"

    assert facilitator.get(address).context["total"] == 1
    assert "Agenda (1)" in facilitator.get("/resources/").content.decode()
    for who, reader in outsiders.items():
        assert reader.get(address).context["total"] == 0, who
        shown = reader.get("/resources/").content.decode()
        assert "Agenda (" not in shown, who
        assert "Year one" not in shown, who


def test_used_in_names_only_meetings_that_the_reader_may_read(
    client, facilitator, make_resource, make_meeting
):
    resource = make_resource("Open worksheet")
    make_meeting("Planning day", [resource], number=1, audience=Audience.Kind.FACILITATORS)
    make_meeting("First meeting", [resource], number=2)

    assert "Planning day" in facilitator.get(resource.url).content.decode()
    shown = client.get(resource.url).content.decode()
    assert "First meeting" in shown
    assert "Planning day" not in shown


def test_a_public_page_does_not_offer_a_file_that_is_closed(
    client, facilitator, make_resource, make_document
):
    document = make_document("Notes of the team", Audience.Kind.FACILITATORS)
    page = make_resource(document=document)
    page.body = [("file", document)]
    page.save_revision().publish()

    assert document.url in facilitator.get(page.url).content.decode()
    shown = client.get(page.url).content.decode()
    assert document.url not in shown
    assert "Notes of the team" not in shown


def test_a_reader_who_stops_facilitating_loses_it_at_once(signed_in, make_facilitator, agenda):
    from community import roster

    person = make_facilitator()
    reader = signed_in(person)
    assert reader.get(agenda.url).status_code == 200

    roster.dismiss(person, Role.Kind.FACILITATOR, by=None)

    assert reader.get(agenda.url).status_code == 404
    assert SECRET not in reader.get("/resources/").content.decode()


def test_what_is_below_a_closed_page_is_closed_with_it(client, home, restrict, make_chapter):
    from home.models import GuidePage

    chapter = make_chapter("A chapter")
    assert client.get(chapter.url).status_code == 200

    restrict(GuidePage.objects.get(), Audience.Kind.MEMBERS)

    assert client.get(chapter.url).status_code == 404
    assert "Guide" not in client.get("/").content.decode()
    assert chapter.slug not in client.get("/sitemap.xml").content.decode()
