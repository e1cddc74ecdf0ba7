"""Every address of the site, tried by every kind of outsider, with a real walled object behind it.

Addresses come from the resolver, so a new one is covered on the day it is written: one that this
file cannot fill with arguments fails the test. What must not come back: the words, the title, the
space, the author, nor any difference between "closed to you" and "does not exist".
"""

import io
import re
from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import quote

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone
from PIL import Image
from wagtail.documents.models import Document
from wagtail.models import Page, PageViewRestriction

from community import invitations, roster
from community.applications import applying, reviewing
from community.cohorts import attending, scheduling
from community.models import Audience, Meeting, Membership, Person, Role
from community.sharing import sharing
from forum import posting
from forum.attachments import intake
from forum.attachments.models import Attachment
from forum.glass import breaking
from forum.hosting import asking, hosting
from forum.moderation import arranging, reports
from forum.moderation.models import Act
from forum.polls import polling
from forum.polls.models import Option, Vote
from forum.reading import visits
from forum.revisions.models import Revision
from forum.spaces import keeping
from forum.spaces.models import Space
from forum.summaries import summarising
from home.going import answering
from home.models import TextPage, WebinarPage
from home.setup import collection_for

CANARIES = {
    "space": "Zebrafinch",
    "title": "Wobblegong",
    "words": "Marmalade",
    "author": "Quillonia",
    "page": "Ptarmigan",
    "file": "Sassafras",
    "poll": "Kookaburra",
    "answer": "Damselfly",
    "attached": "Tamarillo",
    "place": "Numbat",
    "applicant": "Wallaroo",
    "question": "Bandicoot",
    "note": "Bilberry",
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
    bare: object
    post: object
    held: object
    taken: object
    attachment: Attachment
    page: Page
    document: Document
    invitation: object
    act: object
    meeting: Meeting
    walk_in: object
    application: object
    draft: object
    broken: object
    passage: object
    webinar: Page
    asked: object
    older: object
    note: object
    back: object
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
    polling.add(
        topic,
        by=author,
        question="Kookaburra question",
        options=["Damselfly answer", "Damselfly other"],
    )
    bare = make_thread(space, author, "Marmalade bare", subject="Wobblegong bare")
    reports.report(topic.posts.last(), by=facilitator, why="hurtful", words="Marmalade report")
    keeping.set_up(
        space, by=facilitator, name=space.name, purpose="Zebrafinch purpose", holds="everybody"
    )
    space.refresh_from_db()
    held = posting.start(space, by=author, subject="Wobblegong waits", content="Marmalade waits")
    keeping.set_up(
        space, by=facilitator, name=space.name, purpose="Zebrafinch purpose", holds="nobody"
    )
    space.refresh_from_db()
    taken = posting.reply(bare, by=author, content="Marmalade taken back")
    posting.remove(taken, by=author)
    drawn = io.BytesIO()
    Image.new("RGB", (9, 9)).save(drawn, "PNG")
    posting.edit(
        topic.posts.order_by("pk").last(),
        by=author,
        content="Marmalade again",
        attachments=[
            intake.take(
                SimpleUploadedFile("Tamarillo.png", drawn.getvalue()),
                by=author,
                alt="Tamarillo on a wall",
            )
        ],
    )
    summarising.write(topic, by=facilitator, text="Marmalade in short", for_whom="space")
    passage = summarising.ask(
        topic.first_post, by=facilitator, text="Marmalade words", for_whom="space"
    )
    page = Page.objects.get(slug="home").specific.add_child(
        instance=TextPage(title="Ptarmigan page", slug="ptarmigan-page", summary="Ptarmigan")
    )
    page.save_revision().publish()
    restriction = PageViewRestriction.objects.create(page=page, restriction_type="groups")
    restriction.groups.add(roster.open_audience(Audience.Kind.COHORT, cohort).group)
    webinar = Page.objects.get(slug="home").specific.add_child(
        instance=WebinarPage(
            title="Ptarmigan webinar",
            slug="ptarmigan-webinar",
            starts_at=timezone.now() + timedelta(days=9),
            ends_at=timezone.now() + timedelta(days=9, hours=1),
            join_url="https://meet.example.org/ptarmigan",
        )
    )
    webinar.save_revision().publish()
    PageViewRestriction.objects.create(page=webinar, restriction_type="groups").groups.add(
        roster.open_audience(Audience.Kind.COHORT, cohort).group
    )
    answering.answer(webinar, by=author, going=True)
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
    # By a steward who is no outsider below: what was broken once leaves everybody else outside.
    broken = breaking.break_glass(
        space, by=make_person(Role.Kind.STEWARD), reason="A reason", told="Words for members"
    )
    invitation = invitations.invite("new@example.org", Role.Kind.EXPERT, by=facilitator)
    starts = timezone.now() - timedelta(days=9)
    meeting = scheduling.plan(
        cohort,
        by=facilitator,
        year=1,
        number=1,
        starts_at=starts,
        ends_at=starts + timedelta(hours=4),
        place="Numbat hall",
    )
    coming = timezone.now() + timedelta(days=9)
    scheduling.plan(
        cohort, by=facilitator, year=1, number=2, place="Numbat hall",
        starts_at=coming, ends_at=coming + timedelta(hours=4),
    )  # fmt: skip
    here = attending.Tick(author.pk, "absent", 0, starts)
    attending.save(meeting, [here], by=facilitator)
    attending.note_make_up(meeting, author, by=facilitator, how="A call", on=starts.date())
    today = timezone.localdate()
    region = reviewing.open_intake(
        cohort, by=facilitator, capacity=2, opens_on=today, closes_on=today
    )
    answers = dict.fromkeys(applying.ANSWERS, "Wallaroo words") | {"intake": region}
    answers |= {"email": "wallaroo@example.org", "director_email": "d@example.org"}
    draft = applying.begin("", answers | {"commitment": True})
    application = applying.send(draft, {}, version=draft.version)
    begun = answers | {"email": "quoll@example.org", "commitment": True}
    begun = applying.begin("", begun)
    hosting.start(topic, by=facilitator)
    hosting.pin(topic.posts.order_by("pk").last(), by=facilitator)
    asked = asking.ask(topic, by=author, text="Bandicoot question")
    # The director among the outsiders directs the author's program too, and is not named on it.
    named = make_person(Role.Kind.DIRECTOR)
    note = sharing.share(by=author, reader=named, title="Bilberry title", text="Bilberry text")
    back = sharing.share(by=author, reader=named, title="Bilberry back", text="Bilberry text")
    sharing.take_back(back, by=author)
    return House(
        space,
        topic,
        bare,
        topic.posts.order_by("pk").last(),
        held,
        taken,
        Attachment.objects.get(),
        page,
        document,
        invitation,
        arranging.pin(topic, by=facilitator),
        meeting,
        attending.note_walk_in(meeting, "Quillonia Walkin", by=facilitator),
        application,
        begun,
        broken,
        passage,
        webinar,
        asked,
        Revision.objects.get(post=topic.posts.order_by("pk").last()),
        note,
        back,
        {"author": author, "facilitator": facilitator, "named": named},
        outsiders,
    )


@pytest.fixture(autouse=True)
def no_visits_fall_due(monkeypatch):
    """A batch of visits that is written by the clock, in the middle of a comparison, is no query of
    the address that is tried."""
    monkeypatch.setattr(visits, "LONGEST", 60 * 60)


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
    attached, unknown = f"/attachments/{house.attachment.pk}/", f"/attachments/{MISSING}/"
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
        "spaces:read": (f"{thread}read/", f"{nothing}read/", author, "post"),
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
        "subscriptions:thread": (f"{thread}subscribe/", f"{nothing}subscribe/", author, "post"),
        "subscriptions:space": (
            f"/spaces/{house.space.pk}/subscribe/",
            f"/spaces/{MISSING}/subscribe/",
            author,
            "post",
        ),
        "writing:preview": (
            f"/spaces/{house.space.pk}/preview/",
            f"/spaces/{MISSING}/preview/",
            author,
            "post",
        ),
        **_facilitators_addresses(house),
        **{
            f"moderation:{act}": (
                f"/spaces/{house.space.pk}/{act}/",
                f"/spaces/{MISSING}/{act}/",
                facilitator,
                "get",
            )
            for act in ("acts",)
        },
        **{
            f"spaces:{act}": (
                f"/spaces/{house.space.pk}/{act}/",
                f"/spaces/{MISSING}/{act}/",
                facilitator,
                "get",
            )
            for act in ("settings", "close")
        },
        **{
            f"moderation:{act}": (f"/{post}{act}/", f"/posts/{MISSING}/{act}/", who, "get")
            for act, who in (("report", author), ("decide", facilitator))
        },
        **{
            f"moderation:{act}": (
                f"/posts/{house.held.pk}/{act}/",
                f"/posts/{MISSING}/{act}/",
                who,
                how,
            )
            for act, who, how in (
                ("waiting", author, "get"),
                ("withdraw", author, "get"),
                ("decline", facilitator, "get"),
                ("approve", facilitator, "post"),
            )
        },
        **{
            f"polls:{name}": (f"{thread}{route}", f"{nothing}{route}", author, "get")
            for name, route in (
                ("poll", "poll/"),
                ("vote", "poll/vote/"),
                ("withdraw", "poll/withdraw/"),
                ("change", "poll/change/"),
                ("close", "poll/close/"),
            )
        },
        "polls:add": (
            f"/threads/{house.bare.pk}/poll/add/",
            f"{nothing}poll/add/",
            author,
            "get",
        ),
        **{
            f"hosting:{name}": (f"{thread}{route}", f"{nothing}{route}", who, "get")
            for name, route, who in (
                ("sessions", "sessions/", author),
                ("session", f"sessions/{house.asked.session_id}/", author),
                ("copy", f"sessions/{house.asked.session_id}/copy/", facilitator),
                ("host", "session/host/", facilitator),
                ("ask", "session/ask/", author),
                ("question", f"questions/{house.asked.pk}/", author),
                ("pin", f"{post}pin/", facilitator),
            )
        },
        **_cohorts_addresses(house),
        "previews:space": (
            f"/me/director/spaces/{house.space.pk}/",
            f"/me/director/spaces/{MISSING}/",
            author,
            "get",
        ),
        "previews:thread": (
            f"/me/director{thread}",
            f"/me/director{nothing}",
            author,
            "get",
        ),
        **{
            f"revisions:{act}": (f"{thread}{post}{act}/", f"{nothing}{post}{act}/", author, "get")
            for act in ("history", "revert")
        },
        "revisions:erase": (
            f"{thread}{post}history/{house.older.pk}/erase/",
            f"{nothing}{post}history/{house.older.pk}/erase/",
            author,
            "get",
        ),
        "revisions:restore": (
            f"/posts/{house.taken.pk}/restore/",
            f"/posts/{MISSING}/restore/",
            author,
            "get",
        ),
        "shelf:save_thread": (f"{thread}save/", f"{nothing}save/", author, "get"),
        "shelf:save_post": (f"{thread}{post}save/", f"{nothing}{post}save/", author, "get"),
        "reactions:reactions": (
            f"{thread}{post}reactions/",
            f"{nothing}{post}reactions/",
            author,
            "get",
        ),
        "reactions:helped": (f"{thread}{post}helped/", f"{nothing}{post}helped/", author, "get"),
        "reactions:told_in_thread": (f"{thread}tried/", f"{nothing}tried/", author, "get"),
        "reactions:told_of_page": (f"/tried/{house.page.pk}/", f"/tried/{MISSING}/", author, "get"),
        **{
            f"summaries:{name}": (f"{thread}{path}", f"{nothing}{path}", facilitator, how)
            for name, path, how in (
                ("summary", "summary/", "get"),
                ("remove", "summary/remove/", "get"),
                ("draft", "summary/draft/", "post"),
                ("ask", f"{post}passage/", "get"),
                ("copy", "summary/copy/", "get"),
            )
        },
        "summaries:answer": (
            f"/passages/{house.passage.pk}/answer/",
            f"/passages/{MISSING}/answer/",
            author,
            "post",
        ),
        "summaries:take_out": (
            f"/passages/{house.passage.pk}/take-out/",
            f"/passages/{MISSING}/take-out/",
            facilitator,
            "post",
        ),
        **_notes_addresses(house),
        "attachments:file": (f"{attached}x.png", f"{unknown}x.png", author, "get"),
        "attachments:small": (f"{attached}small/x.png", f"{unknown}small/x.png", author, "get"),
        # Last: a locked thread is closed to its author's changes.
        "spaces:lock": (f"{thread}lock/", f"{nothing}lock/", facilitator, "post"),
    }


def _cohorts_addresses(house):
    """A cohort's page and what its facilitators keep of it."""
    author, facilitator = house.insiders["author"], house.insiders["facilitator"]
    meeting = f"meetings/{house.meeting.pk}/"
    return {
        f"cohorts:{name}": (
            f"/cohorts/{house.meeting.cohort_id}/{path}",
            f"/cohorts/{MISSING}/{path}",
            who,
            how,
        )
        for name, path, who, how in (
            ("cohort", "", author, "get"),
            ("graduate", "graduate/", facilitator, "get"),
            ("certificates", "certificates/", facilitator, "get"),
            ("certificates_print", "certificates/print/", facilitator, "get"),
            ("certificate", f"certificate/{author.pk}/", author, "get"),
            ("plan", "meetings/new/", facilitator, "get"),
            ("change", f"{meeting}change/", facilitator, "get"),
            ("cancel", f"{meeting}cancel/", facilitator, "get"),
            ("attendance", f"{meeting}attendance/", facilitator, "get"),
            ("walk_in", f"{meeting}walk-ins/", facilitator, "get"),
            ("make_up", f"{meeting}make-up/{author.pk}/", facilitator, "get"),
            (
                "walk_in_remove",
                f"{meeting}walk-ins/{house.walk_in.pk}/remove/",
                facilitator,
                "post",
            ),
        )
    }


def _notes_addresses(house):
    """A note for one director: its author's addresses, and that director's."""
    author, nothing = house.insiders["author"], f"/me/notes/{MISSING}/"
    shared, back = f"/me/notes/{house.note.pk}/", f"/me/notes/{house.back.pk}/"
    return {
        "sharing:note": (
            f"/shared/{house.note.pk}/",
            f"/shared/{MISSING}/",
            house.insiders["named"],
            "get",
        ),
        **{
            f"sharing:{name}": (f"{note}{path}", f"{nothing}{path}", author, how)
            for name, note, path, how in (
                ("mine_one", shared, "", "get"),
                ("change", shared, "change/", "get"),
                ("take_back", shared, "take-back/", "get"),
                ("delete", back, "delete/", "get"),
                ("share_again", back, "share/", "post"),
            )
        },
    }


def _glass_addresses(house):
    """A steward reads the log of it, and so these are no secret to one; see test_glass.py."""
    return {
        "glass:end": (
            f"/glass/{house.broken.pk}/end/",
            f"/glass/{MISSING}/end/",
            house.insiders["facilitator"],
            "get",
        )
    }


def _facilitators_addresses(house):
    """Those of `forum.moderation.facilitating`: pages that ask before they do anything."""
    facilitator = house.insiders["facilitator"]
    in_thread = {
        name: f"threads/{{}}/{name}/" for name in ("pin", "move", "merge", "posts", "notes")
    } | {
        "split": f"threads/{{}}/split/?posts={house.post.pk}",
        "sweep_posts": f"threads/{{}}/sweep/?posts={house.post.pk}",
    }
    chosen = f"?act=lock&threads={house.topic.pk}"
    return {
        f"facilitating:{name}": (
            f"/{shape.format(pk)}",
            f"/{shape.format(missing)}",
            facilitator,
            "get",
        )
        for name, shape, pk, missing in (
            *((name, shape, house.topic.pk, MISSING) for name, shape in in_thread.items()),
            ("sweep_threads", f"spaces/{{}}/threads/{chosen}", house.space.pk, MISSING),
            ("undo", "acts/{}/undo/", house.act.pk, MISSING),
        )
    }


# Addresses that every member has: lists of one's own, and pages about a person, which hold their
# name and nothing that is walled.
ABOUT_A_PERSON = {
    "profiles:person",
    "shelf:mute",
    "directory:people",
    "directory:photo",
    "previews:person",
}
# What those who keep the roster know: names and what people are, and no word of theirs.
OF_THE_ROSTER = {
    "keeping:roster", "keeping:person", "keeping:change",
    "keeping:places", "keeping:add_place", "keeping:change_place",
}  # fmt: skip
# That a space exists a steward is told here, since they must say which one they have to look into.
NAMES_SPACES = {"glass:log", "glass:break", "glass:end"}
OPEN = ABOUT_A_PERSON | OF_THE_ROSTER | {
    "cohorts:index", "cohorts:agreements", "cohorts:agreements_change",
    "spaces:index", "spaces:news", "spaces:read_all", "profiles:edit", "profiles:mine",
    "shelf:saved", "shelf:muted", "previews:mine", "summaries:mine",
    "sharing:mine", "sharing:write", "sharing:shared",
}  # fmt: skip


BODY = {
    "content": "A reply",
    "subject": "A subject",
    "key": "2f0f8d0e-6a0e-4d25-8a39-6a0f5c1d2e3b",
    "since": "0",
    "locked": "yes",
    "stands": "pinned",
    "act": "remove",
    "confirmed": "yes",
    "text": "A note",
    "why": "hurtful",
    "outcome": "removed",
    "version": "1",
    "purpose": "A purpose",
    "holds": "nobody",
    "question": "A question",
    "options": "One\nTwo",
    "choices": "1",
    "kind": "thanks",
    "said": "declined",
    "for_whom": "space",
    "title": "A title",
    "helped": "yes",
}


def body_for(house):
    """A body that every form of the forum would take from an insider."""
    return BODY | {
        "option": Option.objects.get(text="Damselfly answer").pk,
        "reader": house.insiders["named"].pk,
    }


def all_of(response):
    """Body and headers, of what is streamed as well."""
    body = b"".join(response) if response.streaming else response.content
    return body.decode("utf-8", "replace") + str(response.headers)


def told(response, address):
    """All that a response tells, with the address taken out of it."""
    headers = {
        name: value.replace(address, "ADDRESS").replace(quote(address), "ADDRESS")
        for name, value in response.headers.items()
    }
    return response.status_code, response.content, headers


def shapes(queries):
    """What was asked of the database, without what it was asked for."""
    return [re.sub(r"\d+|'[^']*'", "…", query["sql"]) for query in queries]


@pytest.mark.parametrize("outsider", OUTSIDERS)
def test_walled_and_missing_are_one_answer_at_every_address_of_the_forum(house, outsider):
    client = client_of(house.outsiders[outsider])
    client.get("/spaces/")  # what is worked out once under an epoch is known from here on
    for name, (address, nothing, insider, method) in walled_addresses(house).items():
        body = body_for(house) if method == "post" else None
        answer = getattr(client_of(insider), method)(address, body)
        assert answer.status_code in (200, 204, 302), name
        visits.flush()  # which an outsider's request would do where the clock is slow
        if method == "get":
            seen = all_of(answer)
            assert any(word in seen for word in CANARIES.values()), name
        for verb in ("get", "post", "options", "head", "put"):
            for data in ({}, body_for(house)) if verb == "post" else ({},):
                with CaptureQueriesContext(connection) as walled_queries:
                    walled = getattr(client, verb)(address, data)
                with CaptureQueriesContext(connection) as missing_queries:
                    missing = getattr(client, verb)(nothing, data)
                assert told(walled, address) == told(missing, nothing), (name, verb)
                assert shapes(walled_queries) == shapes(missing_queries), (name, verb)
                if outsider == "visitor":
                    assert walled.status_code == 302, (name, verb)
                    assert walled.headers["Location"].startswith("/accounts/login/?next=")
                elif verb in ("get", "post", "head") and walled.status_code != 405:
                    assert walled.status_code == 404, (name, verb)
    assert house.topic.posts.count() == 2
    assert Vote.objects.count() == 0
    assert not hasattr(type(house.bare).objects.get(pk=house.bare.pk), "poll")


def test_what_the_doors_send_to_a_poll_is_taken_from_an_insider(house):
    client, body = client_of(house.insiders["author"]), body_for(house)

    voted = client.post(f"/threads/{house.topic.pk}/poll/vote/", body)
    added = client.post(f"/threads/{house.bare.pk}/poll/add/", body)

    assert (voted.status_code, added.status_code) == (302, 302)
    assert Vote.objects.count() == 1


def test_the_list_of_walled_addresses_is_complete(house):
    forum = (
        "spaces:", "moderation:", "facilitating:", "polls:", "writing:", "subscriptions:",
        "shelf:", "profiles:", "attachments:", "cohorts:", "keeping:", "previews:", "revisions:",
        "reactions:", "summaries:", "sharing:",
        "hosting:",
    )  # fmt: skip
    names = {found.name for found in every_address() if found.name.startswith(forum)}
    one_s_own = {f"moderation:{name}" for name in ("queue", "my_reports", "my_waiting", "my_acts")}

    # A form that names nothing there is (tests/forum/test_keeping.py says who gets it).
    one_s_own |= {"spaces:open"}
    # What waits in one's own browser, and only there (tests/browser/test_outbox.py).
    one_s_own |= {"writing:unsent"}
    # The files that one has not posted: nothing walled is named there.
    one_s_own |= {"attachments:uploads"}
    # Of one's own subscriptions, and of addresses with a secret (tests/forum/test_feeds.py).
    one_s_own |= {
        f"subscriptions:{name}"
        for name in ("mine", "my_feeds", "one_click", "feed", "feed_of_space", "feed_of_thread")
    }
    assert names - OPEN - one_s_own == set(walled_addresses(house))


@pytest.mark.parametrize("outsider", [each for each in OUTSIDERS if each != "visitor"])
def test_a_broken_glass_and_none_are_one_answer(house, outsider):
    client = client_of(house.outsiders[outsider])
    for address, nothing, insider, _method in _glass_addresses(house).values():
        assert CANARIES["space"] in all_of(client_of(insider).get(address))
        for verb in ("get", "post", "options", "head", "put"):
            walled = getattr(client, verb)(address)
            missing = getattr(client, verb)(nothing)
            assert told(walled, address) == told(missing, nothing), verb
    for address in ("/glass/", "/glass/break/"):
        expected = 200 if outsider == "steward" else 404
        assert client.get(address).status_code == expected


@pytest.mark.parametrize("outsider", [each for each in OUTSIDERS if each != "visitor"])
def test_who_can_see_a_closed_thing_and_a_missing_one_are_one_answer(house, outsider):
    client = client_of(house.outsiders[outsider])
    insider = client_of(house.insiders["facilitator"])
    keeps = {"spaces": {"steward"}, "pages": {"editor"}, "files": {"editor"}}
    for kind, pk in (
        ("spaces", house.space.pk), ("pages", house.page.pk), ("files", house.document.pk)
    ):  # fmt: skip
        address, nothing = f"/who-can-see/{kind}/{pk}/", f"/who-can-see/{kind}/{MISSING}/"
        assert insider.get(address).status_code == 200
        if outsider in keeps[kind]:
            assert client.get(address).status_code == 200
            continue
        for verb in ("get", "post", "options", "head", "put"):
            walled, missing = getattr(client, verb)(address), getattr(client, verb)(nothing)
            assert told(walled, address) == told(missing, nothing), (kind, verb)
        assert client.get(address).status_code == 404
    if outsider == "editor":
        # They prepare the page; who is in the cohort is not theirs to know.
        page = client.get(f"/who-can-see/pages/{house.page.pk}/").content.decode()
        assert CANARIES["author"] not in page


@pytest.mark.parametrize("outsider", OUTSIDERS)
def test_a_walled_page_and_its_file_are_the_404_of_what_is_missing(house, outsider):
    client = client_of(house.outsiders[outsider])
    insider = client_of(house.insiders["facilitator"])
    below = house.page.specific.add_child(instance=TextPage(title="Ptarmigan chick", slug="chick"))
    doors = {
        house.page.url: "/no-such-page/",
        below.url: f"{house.page.url}no-such-page/",
        house.document.url: f"/documents/{MISSING}/sassafras.txt",
    }
    client.get("/about/")  # what is worked out once under an epoch is known from here on
    for address, nothing in doors.items():
        opened = insider.get(address)
        assert opened.status_code == 200
        assert b"".join(opened)

        for verb in ("get", "post", "options", "head", "put"):
            with CaptureQueriesContext(connection) as walled_queries:
                walled = getattr(client, verb)(address)
            with CaptureQueriesContext(connection) as missing_queries:
                missing = getattr(client, verb)(nothing)

            assert walled.status_code == 404, verb
            assert told(walled, address) == told(missing, nothing), verb
            assert shapes(walled_queries) == shapes(missing_queries), verb


@pytest.mark.parametrize(
    "way", ["{}", "images/../{}", "images/%2e%2e/{}", "images//../{}", "original_images/../{}"]
)
def test_a_file_has_no_address_but_the_one_that_asks(house, way):
    address = "/media/" + way.format(house.document.file.name)

    for person in (None, house.insiders["facilitator"]):
        assert client_of(person).get(address).status_code == 404


def test_an_attachment_has_no_address_but_the_one_that_asks(house):
    stored = house.attachment.file.name

    for person in (None, house.insiders["author"]):
        for way in ("{}", "../uploads/{}", "images/../../uploads/{}", "images/{}"):
            for address in ("/media/", "/static/", "/documents/1/"):
                answer = client_of(person).get(address + way.format(stored), follow=True)
                assert answer.status_code == 404, (address, way)


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
    tokens = {
        "apply/draft/": house.draft.token,
        "apply/copy/": house.application.copy_token,
        "apply/support/": house.application.director_token,
    }
    pk = next(
        (
            key
            for start, key in (
                ("spaces/", house.space.pk),
                ("threads/", house.topic.pk),
                ("acts/", house.act.pk),
                ("glass/", house.broken.pk),
                *(
                    (f"{here}{kind}/", pk)
                    for here in ("who-can-see/", "me/director/")
                    for kind, pk in (
                        ("spaces", house.space.pk),
                        ("threads", house.topic.pk),
                        ("people", house.insiders["author"].pk),
                    )
                ),
                ("who-can-see/files/", house.document.pk),
                *(
                    (f"posts/<int:pk>/{act}/", house.held.pk)
                    for act in ("waiting", "withdraw", "decline", "approve")
                ),
                ("posts/<int:pk>/restore/", house.taken.pk),
                ("posts/", house.post.pk),
                ("people/invite/", house.invitation.pk),
                ("people/", house.insiders["author"].pk),
                ("attachments/", house.attachment.pk),
                ("me/notes/", house.note.pk),
                ("shared/", house.note.pk),
                ("webinars/", house.webinar.pk),
                ("cohorts/", house.meeting.cohort_id),
                ("cms/applications/intakes/", house.application.intake_id),
                ("cms/applications/", house.application.pk),
            )
            if address.route.startswith(start)
        ),
        page,
    )
    things = {
        "pk": pk,
        "post_pk": house.post.pk,
        "session_pk": house.asked.session_id,
        "question_pk": house.asked.pk,
        "revision_pk": house.older.pk,
        "meeting_pk": house.meeting.pk,
        "walk_in_pk": house.walk_in.pk,
        "person_pk": house.insiders["author"].pk,
        "act": "director",
        "kind": "cohorts",
        "token": next(
            (token for start, token in tokens.items() if address.route.startswith(start)),
            house.invitation.token,
        ),
        "step": "site",
        "folder": "images",
        "path": "none.png",
        "name": "x.png",
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


# At how many addresses of the admin these are shown something at least: else nothing is proven.
SERVED = {"editor": 31, "superuser": 60}


@pytest.mark.parametrize("outsider", OUTSIDERS)
def test_no_address_of_the_whole_site_tells_an_outsider_anything(house, outsider):
    client = client_of(house.outsiders[outsider])
    client.raise_request_exception = False
    signed_in = client.cookies.copy()
    tried = served = 0
    for address in every_address():
        path = fill(address, house)
        secrets = {
            "space", "title", "words", "author", "poll", "answer", "attached", "place",
            "applicant", "question", "note",
        }  # fmt: skip
        if address.name in ABOUT_A_PERSON | OF_THE_ROSTER:
            secrets -= {"author"}
        if address.name in NAMES_SPACES and outsider == "steward":
            secrets -= {"space"}
        # Editors prepare pages and files in the admin: there their own material is no secret.
        if not (path.startswith("/cms/") and outsider in SERVED):
            secrets |= {"page", "file"}
        if address.route.startswith("apply/"):
            # Whoever holds the link of an application may open it, and the copy and the director's
            # page tell where its meetings are.
            secrets -= {"applicant"}
            if not address.route.startswith("apply/draft/"):
                secrets -= {"place"}
        if address.name.startswith("seeing:"):
            # A steward knows who is where; an editor knows pages, files and people by name.
            secrets -= {
                "steward": {"space", "author"},
                "editor": {"page", "file", "author"},
            }.get(outsider, set())
        for verb in ("get", "post"):
            # Undone each time, so that no answer is empty only because an earlier one erased.
            with transaction.atomic():
                response = getattr(client, verb)(path, BODY if verb == "post" else None)
                text = all_of(response)
                transaction.set_rollback(True)
            client.cookies = signed_in.copy()
            if not path.startswith("/cms/"):  # Wagtail's own forms raise on half a form
                assert response.status_code < 500, (address, verb)
            served += response.status_code == 200 and path.startswith("/cms/")
            for secret in secrets:
                assert CANARIES[secret] not in text, (address, verb, secret)
            tried += 1
    assert tried > 200 * 2
    assert served >= SERVED.get(outsider, 0)


@pytest.mark.parametrize("who", ["visitor", "facilitator", "author"])
def test_every_form_of_ours_leads_to_the_privacy_notice(house, who):
    client = client_of(house.insiders.get(who))
    client.raise_request_exception = False
    seen = steps = 0
    for address in every_address():
        path = fill(address, house)
        if path.startswith("/cms/") and not address.name.startswith("reviewing:"):
            continue  # Wagtail's own
        page = all_of(client.get(path))
        if "<form" in page and 'method="post"' in page:
            assert 'href="/privacy/"' in page, (address, who)
            seen += 1
            steps += address.route.startswith("apply/")
    assert steps >= 5, "the form of an application, its copy and the director's page"
    assert seen >= {"visitor": 9, "facilitator": 60, "author": 40}[who]


def reviewing_addresses(house):
    """Of the board of applications; each with a real application behind it."""
    return [
        fill(address, house) for address in every_address() if address.name.startswith("reviewing:")
    ]


@pytest.mark.parametrize("outsider", OUTSIDERS)
def test_the_board_of_applications_is_there_for_facilitators_only(house, outsider):
    insider = client_of(house.insiders["facilitator"])
    client = client_of(house.outsiders[outsider])
    missing = client.get(f"/cms/applications/{MISSING}/")
    found = 0
    for address in reviewing_addresses(house):
        given = {"act": "decline", "chosen": house.application.pk}
        # Where it cannot be done any more, the page of the application says so.
        opened = insider.get(address, given, follow=True)
        assert opened.status_code == 200, address
        found += "Wallaroo" in all_of(opened)

        for verb in ("get", "post", "head", "options"):
            refused = getattr(client, verb)(address, given)
            assert refused.status_code == missing.status_code, (address, verb)
            assert "Wallaroo" not in all_of(refused)
    assert found >= 9, "nobody saw the application: nothing is proven"


def test_a_facilitator_finds_nothing_of_wagtails_own_in_the_admin(
    house, make_facilitator, other_cohort
):
    """Not even titles: choosers and reports of the admin name every page to whoever is let in."""
    client = client_of(make_facilitator(other_cohort))
    signed_in = client.cookies.copy()
    ours, closed = Counter(), 0
    for address in every_address():
        path = fill(address, house)
        if not path.startswith("/cms/"):
            continue
        for verb in ("get", "post"):
            with transaction.atomic():
                response = getattr(client, verb)(path, BODY if verb == "post" else None)
                text = all_of(response)
                transaction.set_rollback(True)
            for secret in CANARIES.keys() - {"applicant"}:
                assert CANARIES[secret] not in text, (address, secret)
            if address.name.startswith("reviewing:"):
                ours[response.status_code] += 1
            elif response.status_code == 404:
                closed += 1
            else:
                assert address.name in {
                    "sign_in", "wagtailadmin_home", "wagtailadmin_account", "wagtailadmin_login",
                    "wagtailadmin_logout", "wagtailadmin_sprite", "wagtailadmin_javascript_catalog",
                }, (address, response.status_code)  # fmt: skip
        client.cookies = signed_in.copy()  # one of them signs out
    assert ours[200] > 10
    assert closed > 150


@pytest.mark.parametrize("outsider", OUTSIDERS)
def test_pages_about_a_person_are_the_same_whether_or_not_they_wrote_behind_the_wall(
    house, outsider, make_participant, cohort
):
    author = house.insiders["author"]
    silent = make_participant(cohort, name="Quillonia Author")
    client = client_of(house.outsiders[outsider])
    assert "Marmalade" in client_of(author).get(f"/people/{author.pk}/").content.decode()

    for page in ("", "?page=2", "mute/"):
        for verb in ("get", "head", "options"):
            answers = []
            for person in (author, silent):
                address = f"/people/{person.pk}/"
                with CaptureQueriesContext(connection) as queries:
                    answer = getattr(client, verb)(address + page)
                text = answer.content.decode().replace(address, "ADDRESS")
                token = re.sub(r'(csrfmiddlewaretoken" )[^>]*', r"\1", text)
                # Compressed, a page's length differs with the token in it.
                headers = {k: v for k, v in answer.headers.items() if k != "Content-Length"}
                told_headers = str(headers).replace(address, "ADDRESS")
                answers.append((answer.status_code, token, told_headers, len(queries)))
            assert answers[0] == answers[1], (page, verb)


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


def test_only_moderators_find_what_facilitators_do(house):
    author, facilitator = house.insiders["author"], house.insiders["facilitator"]
    before = Act.objects.count()
    for name, (address, nothing, _insider, _method) in _facilitators_addresses(house).items():
        for verb in ("get", "post", "head", "options"):
            refused = getattr(client_of(author), verb)(address, BODY if verb == "post" else None)
            missing = getattr(client_of(author), verb)(nothing, BODY if verb == "post" else None)
            assert told(refused, address) == told(missing, nothing), (name, verb)
        assert client_of(facilitator).get(address).status_code == 200, name
    assert Act.objects.count() == before


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


@pytest.mark.parametrize("number", [2**63, 10**40])
def test_a_number_that_no_row_can_have_is_one_that_no_row_has(house, number):
    """Also for those who may do most: what cannot be looked up is missing, and no error."""
    client = client_of(house.insiders["facilitator"])
    ours = [a for a in every_address() if "<int:" in a.route and not a.route.startswith("cms/")]
    answers = {}
    for address in ours:
        path = "/" + re.sub(r"<\w+:[^>]*>", str(number), address.route)
        answers[address.name] = {client.get(path).status_code, client.post(path).status_code}

    assert len(answers) > 30
    # Whoever moderates is told that such a post does not wait any more, with the way back.
    assert [answers.pop(f"moderation:{verb}") for verb in ("approve", "decline")] == [
        {405, 302},
        {302},
    ]
    assert {name: told for name, told in answers.items() if told - {404, 405, 410}} == {}
