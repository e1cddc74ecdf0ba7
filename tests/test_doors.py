"""Every address of the site, tried by every kind of outsider, with a real walled object behind it.

Addresses come from the resolver, so a new one is covered on the day it is written: one that this
file cannot fill with arguments fails the test. What must not come back: the words, the title, the
space, the author, nor any difference between "closed to you" and "does not exist".
"""

import re
from collections import Counter
from dataclasses import dataclass

import pytest
from django.core.files.base import ContentFile
from django.core.management import call_command
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, URLResolver, get_resolver
from wagtail.documents.models import Document
from wagtail.models import Page, PageViewRestriction

from community import invitations, roster
from community.models import Audience, Membership, Person, Role
from forum import posting
from forum.spaces.models import Space
from home.models import TextPage
from home.setup import collection_for

CANARIES = {
    "space": "Zebrafinch",
    "title": "Wobblegong",
    "words": "Marmalade",
    "author": "Quillonia",
    "page": "Ptarmigan",
    "file": "Sassafras",
}
MISSING = 987_654
OUTSIDERS = (
    "visitor",
    "member",
    "another cohort",
    "former member",
    "director",
    "director who was a coordinator",
    "supervisor who takes part",
    "expert",
    "editor",
    "steward",
    "superuser",
)


@dataclass
class House:
    space: Space
    topic: object
    post: object
    page: Page
    document: Document
    invitation: object
    insiders: dict
    outsiders: dict


@pytest.fixture
def house(
    make_space,
    make_thread,
    make_person,
    make_participant,
    make_facilitator,
    cohort,
    other_cohort,
):
    call_command("prepare_site", verbosity=0)
    facilitator = make_facilitator(cohort)
    author = make_participant(cohort, name="Quillonia Author")
    space = make_space(Audience.Kind.COHORT, cohort, name="Zebrafinch room")
    topic = make_thread(
        space,
        author,
        "Marmalade words",
        "Marmalade again",
        subject="Wobblegong subject",
    )
    make_space(Audience.Kind.MEMBERS, name="Town square")
    page = Page.objects.get(slug="home").specific.add_child(
        instance=TextPage(title="Ptarmigan page", slug="ptarmigan-page", summary="Ptarmigan")
    )
    page.save_revision().publish()
    restriction = PageViewRestriction.objects.create(page=page, restriction_type="groups")
    restriction.groups.add(roster.open_audience(Audience.Kind.COHORT, cohort).group)
    document = Document.objects.create(
        title="Sassafras file",
        file=ContentFile(b"Sassafras bytes", name="sassafras.txt"),
        collection=collection_for(Audience.Kind.FACILITATORS),
    )
    former = make_participant(cohort)
    roster.leave(former, cohort, by=None)
    promoted = make_participant(cohort)
    make_person.appoint(promoted, Role.Kind.DIRECTOR)
    supervisor = make_participant(cohort)
    make_person(Role.Kind.COORDINATOR, supervisor=supervisor)
    superuser = make_person()
    Person.objects.filter(pk=superuser.pk).update(is_superuser=True)
    outsiders = {
        "visitor": None,
        "member": make_person(),
        "another cohort": make_participant(other_cohort),
        "former member": former,
        "director": make_person(Role.Kind.DIRECTOR),
        "director who was a coordinator": promoted,
        "supervisor who takes part": supervisor,
        "expert": make_person(Role.Kind.EXPERT),
        "editor": make_person(Role.Kind.EDITOR),
        "steward": make_person(Role.Kind.STEWARD),
        "superuser": Person.objects.get(pk=superuser.pk),
    }
    assert tuple(outsiders) == OUTSIDERS
    invitation = invitations.invite("new@example.org", Role.Kind.EXPERT, by=facilitator)
    return House(
        space,
        topic,
        topic.posts.order_by("pk").last(),
        page,
        document,
        invitation,
        {"author": author, "facilitator": facilitator},
        outsiders,
    )


def client_of(person):
    # Each of them with a session of its own, as a browser has it.
    client = Client(raise_request_exception=True)
    if person is not None:
        client.force_login(person)
    return client


# --- The forum's own addresses, one by one ----------------------------------------------------


def walled_addresses(house):
    """`{name: (address, the same for what does not exist, who may, method)}`."""
    thread, post = f"/threads/{house.topic.pk}/", f"posts/{house.post.pk}/"
    nothing = f"/threads/{MISSING}/"
    author, facilitator = house.insiders["author"], house.insiders["facilitator"]
    return {
        "spaces:space": (
            f"/spaces/{house.space.pk}/",
            f"/spaces/{MISSING}/",
            author,
            "get",
        ),
        "spaces:start": (
            f"/spaces/{house.space.pk}/start/",
            f"/spaces/{MISSING}/start/",
            author,
            "get",
        ),
        "spaces:thread": (thread, nothing, author, "get"),
        "spaces:reply": (f"{thread}reply/", f"{nothing}reply/", author, "get"),
        "spaces:edit": (f"{thread}{post}edit/", f"{nothing}{post}edit/", author, "get"),
        "spaces:remove": (
            f"{thread}{post}remove/",
            f"{nothing}{post}remove/",
            author,
            "get",
        ),
        "spaces:discuss": (
            f"/discuss/{house.page.pk}/",
            f"/discuss/{MISSING}/",
            author,
            "get",
        ),
        # Last: a locked thread is closed to its author's changes.
        "spaces:lock": (f"{thread}lock/", f"{nothing}lock/", facilitator, "post"),
    }


BODY = {
    "content": "A reply",
    "subject": "A subject",
    "key": "2f0f8d0e-6a0e-4d25-8a39-6a0f5c1d2e3b",
    "since": "0",
    "locked": "yes",
}


def told(response, address):
    """All that a response tells, with the address taken out of it."""
    headers = {k: v.replace(address, "ADDRESS") for k, v in response.headers.items()}
    return response.status_code, response.content, headers


@pytest.mark.parametrize("outsider", OUTSIDERS)
def test_walled_and_missing_are_one_answer_at_every_address_of_the_forum(house, outsider):
    client = client_of(house.outsiders[outsider])
    for name, (address, nothing, insider, method) in walled_addresses(house).items():
        answer = getattr(client_of(insider), method)(address, BODY if method == "post" else None)
        assert answer.status_code in (200, 302), name
        if method == "get":
            assert any(word in answer.content.decode() for word in CANARIES.values()), name
        for verb in ("get", "post", "options", "head", "put"):
            for data in ({}, BODY) if verb == "post" else ({},):
                with CaptureQueriesContext(connection) as walled_queries:
                    walled = getattr(client, verb)(address, data)
                with CaptureQueriesContext(connection) as missing_queries:
                    missing = getattr(client, verb)(nothing, data)
                assert told(walled, address) == told(missing, nothing), (name, verb)
                assert len(walled_queries) == len(missing_queries), (name, verb)
                if outsider == "visitor":
                    assert walled.status_code == 302, (name, verb)
                    assert walled.headers["Location"].startswith("/accounts/login/?next=")
                elif verb in ("get", "post", "head") and walled.status_code != 405:
                    assert walled.status_code == 404, (name, verb)
    assert house.topic.posts.count() == 2


def test_the_list_of_walled_addresses_is_complete(house):
    names = {found.name for found in every_address() if found.name.startswith("spaces:")}

    assert names - {"spaces:index"} == set(walled_addresses(house))


@pytest.mark.parametrize("outsider", OUTSIDERS)
def test_a_walled_page_and_its_file_are_the_404_of_what_is_missing(house, outsider):
    client = client_of(house.outsiders[outsider])
    insider = client_of(house.insiders["facilitator"])
    doors = {
        house.page.url: "/no-such-page/",
        house.document.url: f"/documents/{MISSING}/sassafras.txt",
    }
    for address, nothing in doors.items():
        opened = insider.get(address)
        assert opened.status_code == 200
        assert b"".join(opened)

        for verb in ("get", "post", "options", "head", "put"):
            walled = getattr(client, verb)(address)
            missing = getattr(client, verb)(nothing)

            assert walled.status_code == 404, verb
            assert told(walled, address) == told(missing, nothing), verb


@pytest.mark.parametrize(
    "way", ["{}", "images/../{}", "images/%2e%2e/{}", "images//../{}", "original_images/../{}"]
)
def test_a_file_has_no_address_but_the_one_that_asks(house, way):
    address = "/media/" + way.format(house.document.file.name)

    for person in (None, house.insiders["facilitator"]):
        assert client_of(person).get(address).status_code == 404


def test_pictures_are_served_from_their_own_folders(client, settings, db):
    (settings.MEDIA_ROOT / "images").mkdir(parents=True)
    (settings.MEDIA_ROOT / "images" / "dot.png").write_bytes(b"a picture")

    served = client.get("/media/images/dot.png")

    assert b"".join(served) == b"a picture"


def test_a_walled_page_that_moves_leaves_no_trail(house):
    before = house.page.url
    house.page.slug = "ptarmigan-moved"
    house.page.save_revision().publish()

    for person in (None, house.outsiders["director"]):
        assert client_of(person).get(before).status_code == 404


def test_an_editor_cannot_count_the_threads_about_a_page(house):
    guide = Page.objects.get(slug="guide").specific
    posting.discuss(
        guide, house.space, by=house.insiders["author"], subject="Wobblegong", content="Marmalade"
    )
    call_command("rebuild_references_index", verbosity=0)

    for address in ("usage", "edit", "delete"):
        page = client_of(house.outsiders["editor"]).get(f"/cms/pages/{guide.pk}/{address}/")
        assert page.status_code == 200
        text = page.content.decode()
        assert "Private thread" not in text
        assert "Referenced 1" not in text


# --- Every address there is ----------------------------------------------------------------------


@dataclass(frozen=True)
class Address:
    name: str
    route: str
    kwargs: tuple


def every_address(patterns=None, prefix="", namespace="", kwargs=()):
    """Every pattern of the resolver, with its whole route and the arguments it takes."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        route = prefix + str(pattern.pattern).removeprefix("^")
        taken = kwargs + tuple(pattern.pattern.regex.groupindex)
        if isinstance(pattern, URLResolver):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from every_address(pattern.url_patterns, route, inner, taken)
        elif isinstance(pattern, URLPattern):
            yield Address(f"{namespace}{pattern.name or pattern.callback.__name__}", route, taken)


def fill(address, house):
    """A real address of this pattern, with walled things in it; KeyError where it cannot be."""
    whole = {
        "gone": "/cms/users/",
        "wagtaildocs_serve": house.document.url,
        "wagtail_serve": house.page.url,
    }
    if address.name in whole:
        return whole[address.name]
    page, revision = house.page.pk, house.page.latest_revision_id
    pk = next(
        (
            key
            for start, key in (
                ("spaces/", house.space.pk),
                ("threads/", house.topic.pk),
                ("people/invite/", house.invitation.pk),
            )
            if address.route.startswith(start)
        ),
        page,
    )
    things = {
        "pk": pk,
        "post_pk": house.post.pk,
        "token": house.invitation.token,
        "folder": "images",
        "path": "none.png",
        "key": "x",
        "uidb36": "x",
        "uidb64": "x",
        "action_name": "approve",
        "action": "delete",
        "app_label": "wagtailcore",
        "app_name": "wagtailcore",
        "model_name": "page",
        "content_type_app_name": "home",
        "content_type_model_name": "textpage",
        "filter_spec": "width-10",
        "object_id": house.topic.pk,
        "document_id": house.document.pk,
        "doc_id": house.document.pk,
        "collection_id": house.document.collection_id,
        "restriction_id": house.document.collection.view_restrictions.get().pk,
        "page_view_restriction_id": house.page.view_restrictions.get().pk,
        "revision_id": revision,
        "revision_id_a": revision,
        "revision_id_b": revision,
    }
    things |= dict.fromkeys(
        ("page_pk", "page_id", "parent_page_id", "page_to_move_id", "destination_id"),
        page,
    )
    things |= dict.fromkeys(
        ("task_state_id", "task_id", "workflow_state_id", "workflow_pk", "session_id",
         "redirect_id", "uploaded_file_id", "image_id"), 1,
    )  # fmt: skip
    out, rest = "", address.route
    while start := re.search(r"\(\?P<(\w+)>|<(?:\w+:)?(\w+)>", rest):
        out, end = (
            out + rest[: start.start()] + str(things[start[1] or start[2]]),
            start.end(),
        )
        depth = 1 if start[1] else 0
        while depth:
            depth += {"(": 1, ")": -1}.get(rest[end], 0)
            end += 1
        rest = rest[end:]
    return "/" + (out + rest).replace("$", "").replace("\\.", ".").replace("\\Z", "")


def test_no_address_of_the_whole_site_tells_an_outsider_anything(house):
    # Editors prepare pages and files in the admin: there their own material is no secret to them.
    prepares = {"editor", "superuser"}
    clients = {name: client_of(person) for name, person in house.outsiders.items()}
    signed_in = {name: client.cookies.copy() for name, client in clients.items()}
    tried, served = 0, Counter()
    for address in every_address():
        path = fill(address, house)
        for name, client in clients.items():
            client.raise_request_exception = False
            secrets = {"space", "title", "words", "author"}
            if not (path.startswith("/cms/") and name in prepares):
                secrets |= {"page", "file"}
            for verb in ("get", "post"):
                # Undone each time, so that no answer is empty only because an earlier one erased.
                with transaction.atomic():
                    response = getattr(client, verb)(path, BODY if verb == "post" else None)
                    body = b"".join(response) if response.streaming else response.content
                    transaction.set_rollback(True)
                client.cookies = signed_in[name].copy()
                if not path.startswith("/cms/"):  # Wagtail's own forms raise on half a form
                    assert response.status_code < 500, (address, name, verb)
                served[name] += response.status_code == 200 and path.startswith("/cms/")
                text = body.decode("utf-8", "replace") + str(response.headers)
                for secret in secrets:
                    assert CANARIES[secret] not in text, (address, name, verb, secret)
                tried += 1
    assert tried > 200 * 2 * len(OUTSIDERS)
    assert served["superuser"] > served["editor"] > 30, "nobody saw the admin: nothing is proven"


# --- Within the space ---------------------------------------------------------------------------


def test_only_its_author_and_moderators_may_change_a_post(house, make_participant, cohort):
    other = client_of(make_participant(cohort))
    missing = f"/threads/{house.topic.pk}/posts/{MISSING}/edit/"
    for act in ("edit", "remove"):
        address = f"/threads/{house.topic.pk}/posts/{house.post.pk}/{act}/"

        for verb in ("get", "post"):
            refused = getattr(other, verb)(address, BODY)
            assert told(refused, address) == told(getattr(other, verb)(missing, BODY), missing)
        assert client_of(house.insiders["author"]).get(address).status_code == 200
        assert client_of(house.insiders["facilitator"]).get(address).status_code == 200


def test_only_moderators_lock(house):
    address = f"/threads/{house.topic.pk}/lock/"

    assert client_of(house.insiders["author"]).post(address, BODY).status_code == 404
    assert client_of(house.insiders["facilitator"]).post(address, BODY).status_code == 302


def test_a_facilitator_of_another_cohort_does_not_enter(house, make_facilitator, other_cohort):
    stranger = client_of(make_facilitator(other_cohort))

    assert stranger.get(f"/threads/{house.topic.pk}/").status_code == 404
    assert stranger.get(f"/spaces/{house.space.pk}/").status_code == 404


def test_a_removed_post_is_gone_through_every_door(house):
    posting.remove(house.post, by=house.insiders["author"])
    reader = client_of(house.insiders["facilitator"])
    thread = f"/threads/{house.topic.pk}/"

    assert "Marmalade again" not in reader.get(thread).content.decode()
    for door in (f"?post={house.post.pk}", f"reply/?quote={house.post.pk}"):
        assert reader.get(thread + door).status_code == 404
    for act in ("edit", "remove"):
        assert reader.get(f"{thread}posts/{house.post.pk}/{act}/").status_code == 404


def test_a_post_of_another_thread_is_no_way_into_this_one(house, make_space, make_thread):
    author = house.insiders["author"]
    elsewhere = make_thread(Space.objects.get(forum__name="Town square"), author)
    insider_of_both = client_of(author)

    mixed = f"/threads/{elsewhere.pk}/posts/{house.post.pk}/edit/"

    assert insider_of_both.get(mixed).status_code == 404
    assert insider_of_both.get(f"/threads/{elsewhere.pk}/?post={house.post.pk}").status_code == 404
    assert (
        insider_of_both.get(f"/threads/{elsewhere.pk}/reply/?quote={house.post.pk}").status_code
        == 404
    )


def test_whoever_takes_part_loses_every_door_on_the_next_request(house, program):
    author = house.insiders["author"]
    client = client_of(author)
    assert client.get(f"/threads/{house.topic.pk}/").status_code == 200

    roster.appoint(author, Role.Kind.DIRECTOR, by=None, program=program)

    assert client.get(f"/threads/{house.topic.pk}/").status_code == 404
    assert client.post(f"/threads/{house.topic.pk}/reply/", BODY).status_code == 404
    assert "Zebrafinch" not in client.get("/spaces/").content.decode()
    assert Membership.objects.current().filter(person=author).exists()


def test_signed_in_pages_stay_out_of_every_cache(house):
    answer = client_of(house.insiders["author"]).get(f"/threads/{house.topic.pk}/")

    assert answer.headers["Cache-Control"] == "private, no-store"
