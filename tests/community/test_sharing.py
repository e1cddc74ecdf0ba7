"""What a coordinator shares with their director: for that one person, and for as long as both stand
as they do."""

import io
import json
import re
import zipfile
from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from community import access, roster
from community.directors import directors_of
from community.models import Audience, Person, Program, Role, Worksite
from community.sharing import reading, sharing, tasks
from community.sharing.models import Looked, Note
from community.takeout import storage, taking
from forum.glass import breaking

TITLE, WORDS = "Zebrafinch on Thursdays", "Marmalade is what I need."
MISSING = 987_654


@pytest.fixture
def dana(make_person, program):
    return make_person(Role.Kind.DIRECTOR, name="Dana Director", program=program)


@pytest.fixture
def maya(make_person, cohort, dana, worksite):
    person = make_person(
        Role.Kind.COORDINATOR, name="Maya Member", supervisor=dana, worksite=worksite
    )
    roster.enrol(person, cohort, by=None)
    return person


@pytest.fixture
def note(maya, dana):
    return sharing.share(by=maya, reader=dana, title=TITLE, text=WORDS, what="need")


def text(answer):
    return " ".join(answer.content.decode().split())


def said(reader, **more):
    return {"reader": reader.pk, "title": TITLE, "text": WORDS, "what": "need"} | more


def without_token(answer):
    return re.sub(r'csrfmiddlewaretoken" value="\w+"', "", text(answer))


def told(answer, address):
    headers = {name: value.replace(address, "ADDRESS") for name, value in answer.headers.items()}
    return answer.status_code, answer.content, headers


def is_as_if_it_had_never_been(client, note):
    """The same bytes and the same questions to the database as for a note that there never was."""
    address, nothing = f"/shared/{note.pk}/", f"/shared/{MISSING}/"
    client.get(nothing)  # what is worked out once under an epoch is known from here on
    for verb in ("get", "head", "options", "post"):
        with CaptureQueriesContext(connection) as asked:
            answer = getattr(client, verb)(address)
        with CaptureQueriesContext(connection) as asked_of_nothing:
            missing = getattr(client, verb)(nothing)
        assert told(answer, address) == told(missing, nothing), verb
        assert len(asked) == len(asked_of_nothing), verb
        assert answer.status_code == (404 if verb in ("get", "head") else 405)
    listed = client.get("/shared/")
    assert listed.status_code in (200, 404)
    assert TITLE not in text(listed)
    return True


# --- Sharing -----------------------------------------------------------------------------------


def test_the_page_says_in_words_who_will_read_it_before_anything_is_sent(maya, dana, signed_in):
    page = text(signed_in(maya).get("/me/notes/new/"))

    assert "Dana Director supervises you at Maple Yard, directs Pinecone, and would read" in page
    assert "Nobody else would: no facilitator, no other director, no steward" in page
    assert "What others said in a cohort stays there" in page
    assert "Share it with Dana Director" in page


def test_a_note_is_read_by_the_director_it_names(maya, dana, signed_in):
    sent = signed_in(maya).post("/me/notes/new/", said(dana), follow=True)
    client = signed_in(dana)

    assert "Dana Director can read your note now." in text(sent)
    assert "and can read this note. Nobody else can." in text(sent)
    listed = text(client.get("/shared/"))
    assert TITLE in listed
    assert "Maya Member" in listed
    assert WORDS not in listed
    page = text(client.get(f"/shared/{Note.objects.get().pk}/"))
    assert WORDS in page
    assert "Need" in page
    assert "Only you and Maya Member can read this. Maya Member sees that you opened it" in page


def test_what_is_written_stays_text(maya, dana, signed_in):
    words = "First.\n\n<b>Bold</b> at https://example.org/ **stars**\nand \u202eturned"
    note = sharing.share(by=maya, reader=dana, title="<i>A title</i>", text=words)
    signed_in(maya).post(
        "/me/notes/new/", said(dana, title="One\u202e\u200b line", text="Turned \u202eround\x00")
    )

    page = signed_in(dana).get(f"/shared/{note.pk}/").content.decode()

    assert "&lt;b&gt;Bold&lt;/b&gt;" in page
    assert "&lt;i&gt;A title&lt;/i&gt;" in page
    assert "<p>First.</p>" in page
    assert 'href="https://example.org' not in page
    assert "<strong>stars" not in page
    kept = Note.objects.exclude(pk=note.pk).get()
    assert (kept.title, kept.text) == ("One line", "Turned round")


def test_nobody_else_reads_it_whoever_they_are(
    maya, dana, note, make_person, make_facilitator, make_participant, make_space, cohort, signed_in
):
    room = make_space(Audience.Kind.COHORT, cohort)
    looking = make_person(Role.Kind.STEWARD)
    breaking.break_glass(room, by=looking, reason="A reason", told="Words for members")
    superuser = make_person(Role.Kind.DIRECTOR)
    Person.objects.filter(pk=superuser.pk).update(is_superuser=True)
    everybody_else = {
        "another director of the program": make_person(Role.Kind.DIRECTOR),
        "superuser who directs it too": Person.objects.get(pk=superuser.pk),
        "facilitator of the cohort": make_facilitator(cohort),
        "steward under the glass": looking,
        "editor": make_person(Role.Kind.EDITOR),
        "expert": make_person(Role.Kind.EXPERT),
        "colleague": make_participant(cohort),
        "colleague who supervises": make_person(Role.Kind.COORDINATOR),
    }
    make_person(Role.Kind.COORDINATOR, supervisor=everybody_else["colleague who supervises"])
    assert WORDS in text(signed_in(dana).get(f"/shared/{note.pk}/"))
    assert WORDS in text(signed_in(maya).get(f"/me/notes/{note.pk}/"))

    for who, person in everybody_else.items():
        client = signed_in(person)
        assert is_as_if_it_had_never_been(client, note), who
        for path in ("", "change/", "take-back/", "delete/"):
            assert client.get(f"/me/notes/{note.pk}/{path}").status_code == 404, who
            assert client.post(f"/me/notes/{note.pk}/{path}", said(dana)).status_code in (404, 405)
        assert client.post(f"/me/notes/{note.pk}/share/", {"reader": person.pk}).status_code == 404
        for page in ("/", "/me/", "/me/notes/", f"/people/{maya.pk}/", f"/people/{dana.pk}/"):
            assert TITLE not in text(client.get(page)), (who, page)
    assert signed_in(dana).get(f"/me/notes/{note.pk}/").status_code == 404
    note.refresh_from_db()
    assert (note.reader_id, note.taken_back_at, note.version) == (dana.pk, None, 1)


def test_only_whoever_directs_or_supervises_has_the_list(maya, dana, make_facilitator, signed_in):
    assert "Nothing is shared with you" in text(signed_in(dana).get("/shared/"))
    assert 'href="/shared/"' in signed_in(dana).get("/me/").content.decode()
    for person in (maya, make_facilitator()):
        assert signed_in(person).get("/shared/").status_code == 404
        assert 'href="/shared/"' not in signed_in(person).get("/me/").content.decode()


def test_of_two_directors_the_one_chosen_reads_it(maya, dana, make_person, signed_in):
    other = make_person(Role.Kind.DIRECTOR, name="Otto Other")
    client = signed_in(maya)
    page = text(client.get("/me/notes/new/"))
    assert "The one person whom you choose below would read this note" in page
    assert "Otto Other (directs Pinecone)" in page

    nobody = client.post("/me/notes/new/", {"title": TITLE, "text": WORDS})
    client.post("/me/notes/new/", said(other))

    assert nobody.status_code == 422
    assert "Say who reads it." in text(nobody)
    assert WORDS in text(nobody)
    assert TITLE in text(signed_in(other).get("/shared/"))
    assert TITLE not in text(signed_in(dana).get("/shared/"))


@pytest.mark.parametrize("who", ["self", "facilitator", "other program", "nobody", "closed"])
def test_it_goes_to_no_one_but_a_director_of_theirs(
    who, maya, make_person, make_facilitator, region, cohort, signed_in
):
    elsewhere = Program.objects.create(name="Windmill", region=region)
    left = make_person(Role.Kind.DIRECTOR)
    roster.deactivate(left, by=None)
    reader = {
        "self": maya.pk,
        "facilitator": make_facilitator(cohort).pk,
        "other program": make_person(Role.Kind.DIRECTOR, program=elsewhere).pk,
        "nobody": MISSING,
        "closed": left.pk,
    }[who]

    answer = signed_in(maya).post("/me/notes/new/", {"reader": reader, "title": "x", "text": WORDS})

    assert answer.status_code == 422
    assert "Who directs you has changed meanwhile" in text(answer)
    assert WORDS in text(answer)
    assert not Note.objects.exists()


def test_without_a_director_there_is_nobody_to_write_to(make_person, cohort, signed_in):
    person = make_person()
    client = signed_in(person)

    for address in ("/me/notes/", "/me/notes/new/"):
        assert "No director is on record for you" in text(client.get(address))
    refused = client.post("/me/notes/new/", {"title": TITLE, "text": WORDS, "reader": person.pk})

    assert refused.status_code == 422
    assert "Nobody directs you here any more" in text(refused)
    assert WORDS in text(refused)


def test_what_is_wrong_is_said_beside_the_field_and_nothing_typed_is_lost(maya, dana, signed_in):
    client = signed_in(maya)
    long = "word " * 1_001
    for wrong, sentence in (
        ({"title": ""}, "Give it a short line"),
        ({"title": "\u200b \u202e"}, "Give it a short line"),
        ({"title": "t" * 121}, "at most 120 characters"),
        ({"text": " \n\u200b "}, "Write something first."),
        ({"text": long}, "(5000 characters; it has 5004)"),
        ({"what": "praise"}, "not one of the available choices"),
    ):
        answer = client.post("/me/notes/new/", said(dana, **wrong))

        assert answer.status_code == 422
        assert sentence in text(answer), wrong
        assert ("Marmalade" in text(answer)) == ("text" not in wrong)
        if wrong.get("text") == long:
            assert long.strip() in answer.content.decode()
    assert not Note.objects.exists()


def test_a_form_that_is_sent_twice_shares_one_note(
    maya, dana, signed_in, django_capture_on_commit_callbacks
):
    client = signed_in(maya)
    key = client.get("/me/notes/new/").content.decode().split('name="key" value="')[1][:36]

    with django_capture_on_commit_callbacks(execute=True) as queued:
        first = client.post("/me/notes/new/", said(dana, key=key))
        second = client.post("/me/notes/new/", said(dana, key=key))

    assert first.headers["Location"] == second.headers["Location"]
    assert Note.objects.count() == 1
    assert len(queued) == 1
    assert len(mail.outbox) == 1


def test_a_key_of_somebody_else_answers_for_nothing(maya, dana, note, make_person):
    luis = make_person(Role.Kind.COORDINATOR)

    other = sharing.share(by=luis, reader=dana, title="Mine", text="My own", key=note.key)

    assert other.pk != note.pk
    assert other.by_id == luis.pk


def test_a_day_takes_so_many_notes_and_keeps_the_text_of_the_next(maya, dana, signed_in):
    client = signed_in(maya)
    with time_machine.travel((timezone.now() + timedelta(days=1)).replace(hour=12), tick=False):
        for _each in range(sharing.MOST_IN_A_DAY):
            assert client.post("/me/notes/new/", said(dana)).status_code == 302
        refused = client.post("/me/notes/new/", said(dana))
        shared = Note.objects.first()
        sharing.take_back(shared, by=maya)
        again = client.post(f"/me/notes/{shared.pk}/share/", {"reader": dana.pk})

    assert (refused.status_code, again.status_code) == (422, 422)
    assert "You shared many notes today" in text(refused)
    assert "You shared many notes today" in text(again)
    assert WORDS in text(refused)
    assert Note.objects.count() == sharing.MOST_IN_A_DAY


# --- Who reads it now ---------------------------------------------------------------------------


def stops_supervising(maya, dana):
    roster.appoint(
        maya,
        Role.Kind.COORDINATOR,
        by=None,
        worksite=Worksite.objects.get(name="Maple Yard"),
        supervisor=None,
    )
    roster.dismiss(dana, Role.Kind.DIRECTOR, by=None)


LOST = {
    "the director directs and supervises no more": stops_supervising,
    "the author coordinates no more": lambda maya, dana: roster.dismiss(
        maya, Role.Kind.COORDINATOR, by=None
    ),
    "the author's account is closed": lambda maya, dana: roster.close_account(maya, by=maya),
    "the author is shut out": lambda maya, dana: roster.deactivate(maya, by=None),
    "the author took it back": lambda maya, dana: sharing.take_back(Note.objects.get(), by=maya),
}


@pytest.mark.parametrize("how", LOST)
def test_it_is_gone_at_once_when(how, maya, dana, note, make_person, signed_in):
    make_person(Role.Kind.COORDINATOR, supervisor=dana)  # so that the list stays theirs
    client = signed_in(dana)
    assert WORDS in text(client.get(f"/shared/{note.pk}/"))
    assert TITLE in text(client.get("/shared/"))

    LOST[how](maya, dana)

    assert client.get("/shared/").status_code == 200
    assert is_as_if_it_had_never_been(client, note)


def test_whoever_only_supervises_or_only_directs_reads_it(
    maya, dana, note, make_person, worksite, signed_in
):
    roster.appoint(maya, Role.Kind.COORDINATOR, by=None, worksite=worksite, supervisor=None)
    assert signed_in(dana).get(f"/shared/{note.pk}/").status_code == 200, "directs the program"

    colleague = make_person(Role.Kind.EXPERT)
    roster.appoint(maya, Role.Kind.COORDINATOR, by=None, worksite=worksite, supervisor=colleague)
    theirs = sharing.share(by=maya, reader=colleague, title=TITLE, text=WORDS)
    assert signed_in(colleague).get(f"/shared/{theirs.pk}/").status_code == 200
    assert signed_in(dana).get(f"/shared/{theirs.pk}/").status_code == 404


def test_the_policy_and_the_words_name_the_same_directors(
    maya, dana, make_person, region, make_facilitator
):
    elsewhere = Program.objects.create(name="Windmill", region=region)
    other_site = Worksite.objects.create(name="Pebble Creek", program=elsewhere)
    both = make_person(Role.Kind.DIRECTOR, program=elsewhere)
    left = make_person(Role.Kind.DIRECTOR)
    roster.deactivate(left, by=None)
    supervised = make_person(Role.Kind.COORDINATOR, supervisor=make_person(), worksite=other_site)
    own = make_person(Role.Kind.COORDINATOR, Role.Kind.EXPERT, worksite=other_site)
    Role.objects.create(
        person=own, kind=Role.Kind.DIRECTOR, program=elsewhere, starts_at=timezone.now()
    )
    Role.objects.create(
        person=both,
        kind=Role.Kind.DIRECTOR,
        program=maya.roles.get().worksite.program,
        starts_at=timezone.now() + timedelta(days=1),
    )
    make_facilitator()

    for person in Person.objects.filter(is_active=True):
        named = {director.person.pk for director in directors_of(person)}
        standing = access.standing_of(person)
        reading_now = {
            each.pk for each in Person.objects.all() if access.may_tell_alone(standing, each.pk)
        }
        assert reading_now == named, person
    assert {director.person for director in directors_of(supervised)} == {
        supervised.roles.get().supervisor, both, own,
    }  # fmt: skip


def test_a_new_director_gets_nothing_by_itself_and_is_offered(
    maya, dana, note, make_person, signed_in, django_capture_on_commit_callbacks
):
    nora = make_person(Role.Kind.DIRECTOR, name="Nora Newcomer")
    stops_supervising(maya, dana)
    author, reader = signed_in(maya), signed_in(nora)
    assert is_as_if_it_had_never_been(reader, note)
    page = text(author.get(f"/me/notes/{note.pk}/"))
    assert "Dana Director does not direct or supervise you any more" in page
    assert "It went to nobody else." in page
    assert "Share it with who directs you now" in page
    assert "Dana Director cannot read it any more: only you can" in text(author.get("/me/notes/"))

    with django_capture_on_commit_callbacks(execute=True):
        answer = author.post(f"/me/notes/{note.pk}/share/", {"reader": nora.pk}, follow=True)

    assert "Nora Newcomer can read your note now." in text(answer)
    assert WORDS in text(reader.get(f"/shared/{note.pk}/"))
    assert [sent.to for sent in mail.outbox] == [[nora.email]]


def test_a_note_that_somebody_reads_has_that_one_reader(maya, dana, note, make_person, signed_in):
    other = make_person(Role.Kind.DIRECTOR)

    answer = signed_in(maya).post(f"/me/notes/{note.pk}/share/", {"reader": other.pk})

    assert answer.status_code == 422
    assert "Somebody reads this note already" in text(answer)
    assert signed_in(other).get(f"/shared/{note.pk}/").status_code == 404
    assert signed_in(dana).get(f"/shared/{note.pk}/").status_code == 200


# --- What its author does with it -----------------------------------------------------------------


def test_the_author_sees_whether_it_was_opened(maya, dana, note, signed_in):
    author, reader = signed_in(maya), signed_in(dana)
    reader.get("/shared/")
    reader.head(f"/shared/{note.pk}/")
    assert "not opened yet" in text(author.get(f"/me/notes/{note.pk}/"))

    with time_machine.travel("2031-03-04 12:00 +0000", tick=False):
        reader.force_login(dana)
        reader.get(f"/shared/{note.pk}/")
    assert "opened on March 4, 2031" in text(author.get(f"/me/notes/{note.pk}/"))
    assert "opened on March 4, 2031" in text(author.get("/me/notes/"))

    with time_machine.travel("2031-03-05 12:00 +0000", tick=False):
        sharing.change(note, by=maya, version=1, title=TITLE, text="Other words", what="")
    changed = text(author.get(f"/me/notes/{note.pk}/"))
    assert "opened on March 4, 2031, 4:00 a.m., and not since you changed it" in changed


def test_a_changed_note_says_so_to_its_reader(maya, dana, note, signed_in):
    author = signed_in(maya)
    with time_machine.travel("2031-03-05 12:00 +0000", tick=False):
        author.force_login(maya)
        form = author.get(f"/me/notes/{note.pk}/change/").content.decode()
        assert WORDS in form
        sent = author.post(
            f"/me/notes/{note.pk}/change/",
            {"title": "Another title", "text": "Other words", "what": "success", "version": 1},
        )
    assert sent.status_code == 302

    page = text(signed_in(dana).get(f"/shared/{note.pk}/"))
    assert "changed on March 5, 2031" in page
    assert "Other words" in page
    assert "Success" in page
    assert WORDS not in page
    assert "changed on March 5, 2031" in text(signed_in(dana).get("/shared/"))


def test_saying_the_same_again_is_no_change(maya, note, signed_in):
    same = {"title": TITLE, "text": WORDS, "what": "need", "version": 1}

    signed_in(maya).post(f"/me/notes/{note.pk}/change/", same)

    note.refresh_from_db()
    assert (note.changed_at, note.version) == (None, 1)


@pytest.mark.parametrize("version", [1, ""])
def test_a_change_is_not_written_over_unseen(version, maya, note, signed_in):
    client, address = signed_in(maya), f"/me/notes/{note.pk}/change/"
    old = {"title": TITLE, "text": "From the second window", "what": "", "version": version}
    client.post(address, {"title": TITLE, "text": "From the first", "what": "", "version": 1})

    stale = client.post(address, old)

    assert stale.status_code == 422
    page = text(stale)
    assert "You changed this note in another window meanwhile" in page
    assert "<p>From the first</p>" in page
    assert "From the second window" in page
    assert Note.objects.get().text == "From the first"

    client.post(address, old | {"version": 2})
    assert Note.objects.get().text == "From the second window"


def test_it_is_asked_about_before_it_is_taken_back_and_can_be_shared_again(
    maya, dana, note, signed_in
):
    author, reader = signed_in(maya), signed_in(dana)
    reader.get(f"/shared/{note.pk}/")
    asked = text(author.get(f"/me/notes/{note.pk}/take-back/"))
    assert "Dana Director then finds nothing here any more" in asked
    assert reader.get(f"/shared/{note.pk}/").status_code == 200

    taken = text(author.post(f"/me/notes/{note.pk}/take-back/", follow=True))
    assert "Your note is taken back. Only you can read it now." in taken
    assert "Share it again" in taken
    assert is_as_if_it_had_never_been(reader, note)

    author.post(f"/me/notes/{note.pk}/share/", {"reader": dana.pk})
    assert "not opened yet" in text(author.get(f"/me/notes/{note.pk}/"))
    assert WORDS in text(reader.get(f"/shared/{note.pk}/"))


def test_what_was_taken_back_can_be_deleted_and_nothing_else(maya, note, signed_in):
    client, address = signed_in(maya), f"/me/notes/{note.pk}/delete/"
    client.post(address)
    assert Note.objects.exists()

    client.post(f"/me/notes/{note.pk}/take-back/")
    assert "Delete your note?" in text(client.get(address))
    gone = text(client.post(address, follow=True))

    assert "Your note is deleted." in gone
    assert not Note.objects.exists()
    assert client.get(f"/me/notes/{note.pk}/").status_code == 404


# --- With the director ----------------------------------------------------------------------------


def test_what_is_new_is_marked_once_and_with_one_row(maya, dana, note, signed_in):
    client = signed_in(dana)
    client.head("/shared/")
    assert ">New</span>" in client.get("/shared/").content.decode()
    assert ">New</span>" not in client.get("/shared/").content.decode()

    sharing.share(by=maya, reader=dana, title="A later one", text=WORDS)
    page = client.get("/shared/").content.decode()

    assert page.count(">New</span>") == 1
    assert page.index("A later one") < page.index(">New</span>") < page.index(TITLE)
    assert Looked.objects.count() == 1


def test_a_director_hears_at_home_how_many_are_new(dana, note, maya, signed_in):
    call_command("prepare_site", verbosity=0)
    client = signed_in(dana)
    assert "1 new" in text(client.get("/"))

    client.get("/shared/")

    home = text(client.get("/"))
    assert 'href="/shared/"' in home
    assert "1 new" not in home
    assert 'href="/shared/"' not in text(signed_in(maya).get("/"))


def test_a_mail_says_who_it_is_from_and_nothing_of_it(
    maya, dana, signed_in, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        signed_in(maya).post("/me/notes/new/", said(dana))

    (sent,) = mail.outbox
    assert sent.to == [dana.email]
    assert sent.subject == "Maya Member shared a note with you"
    assert f"/shared/{Note.objects.get().pk}/" in sent.body
    for secret in ("Zebrafinch", "Marmalade", "Need", "need"):
        assert secret not in sent.subject + sent.body


def test_a_change_and_a_taking_back_are_no_mail(maya, note, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        sharing.change(note, by=maya, version=1, title=TITLE, text="Other", what="")
        sharing.take_back(note, by=maya)

    assert mail.outbox == []


@pytest.mark.parametrize("how", LOST)
def test_a_mail_that_waits_is_not_sent_when(how, maya, dana, note):
    LOST[how](maya, dana)

    tasks.mail_that_note_is_shared.call(note.pk, note.shared_at.isoformat())

    assert mail.outbox == []


def test_nobody_is_mailed_whose_account_is_shut(dana, note):
    roster.deactivate(dana, by=None)

    tasks.mail_that_note_is_shared.call(note.pk, note.shared_at.isoformat())

    assert mail.outbox == []


def test_a_mail_of_an_earlier_sharing_is_not_sent(maya, dana, note):
    stamp = note.shared_at.isoformat()
    sharing.take_back(note, by=maya)
    sharing.share_again(note, by=maya, reader=dana)

    tasks.mail_that_note_is_shared.call(note.pk, stamp)

    assert mail.outbox == []


def test_many_notes_cost_no_more(
    maya, dana, note, signed_in, django_assert_num_queries, django_assert_max_num_queries
):
    pages = [
        (signed_in(dana), "/shared/"),
        (signed_in(dana), f"/shared/{note.pk}/"),
        (signed_in(maya), "/me/notes/"),
        (signed_in(maya), f"/me/notes/{note.pk}/"),
        (signed_in(maya), "/me/director/"),
    ]
    for client, address in pages:
        client.get(address)
    asked = []
    for client, address in pages:
        with CaptureQueriesContext(connection) as queries:
            client.get(address)
        asked.append(len(queries))
    Note.objects.bulk_create(
        Note(by=maya, reader=dana, title=f"Note {number}", text="Words") for number in range(2_000)
    )
    for client, address in pages:
        client.get(address)

    for (client, address), before in zip(pages, asked, strict=True):
        with django_assert_num_queries(before):
            page = text(client.get(address))
        assert "Page 1 of 101" in page or "/notes/" not in address or f"/{note.pk}/" in address
    assert "You share 2001 notes with them." in text(pages[-1][0].get("/me/director/"))
    assert asked[0] <= 7


# --- What else knows of it ------------------------------------------------------------------------


def test_the_preview_counts_what_is_shared_with_each_director(
    maya, dana, note, make_person, signed_in
):
    make_person(Role.Kind.DIRECTOR, name="Otto Other")

    page = text(signed_in(maya).get("/me/director/"))

    of_dana, of_otto = page.split("Otto Other</h2>")
    assert "You share 1 note with them. Nobody else can read it." in of_dana
    assert "You share no note with them." in of_otto
    assert TITLE not in page


def test_whoever_may_ask_who_sees_somebody_is_told_no_more_with_a_note_than_without(
    maya, dana, make_facilitator, cohort, signed_in
):
    client = signed_in(make_facilitator(cohort))
    before = {
        pk: without_token(client.get(f"/who-can-see/people/{pk}/")) for pk in (maya.pk, dana.pk)
    }
    assert "Whether there is any is told to nobody else" in before[maya.pk]

    sharing.share(by=maya, reader=dana, title=TITLE, text=WORDS)

    for pk, page in before.items():
        assert without_token(client.get(f"/who-can-see/people/{pk}/")) == page


def copy_of(person):
    takeout = taking.ask(person, by=person)
    taking.make(takeout.pk)
    takeout.refresh_from_db()
    archive = zipfile.ZipFile(io.BytesIO(storage.path(takeout.file).read_bytes()))
    return json.loads(archive.read("data.json")), archive.read("index.html").decode()


def test_the_copy_holds_ones_own_notes_and_none_that_one_was_shown(maya, dana, note):
    sharing.take_back(note, by=maya)

    data, page = copy_of(maya)
    (row,) = data["notes_for_directors"]
    assert (row["title"], row["text"], row["for"]) == (TITLE, WORDS, "Dana Director")
    assert row["what"] == "Need"
    assert row["taken_back"]
    assert WORDS in page

    sharing.share_again(note, by=maya, reader=dana)
    of_dana, page = copy_of(dana)
    assert of_dana["notes_for_directors"] == []
    assert "Zebrafinch" not in json.dumps(of_dana) + page


def test_a_closed_account_takes_its_notes_with_it(maya, dana, note):
    roster.close_account(maya, by=maya)

    assert not Note.objects.exists()


def test_a_note_for_a_director_who_left_stays_its_authors(maya, dana, note, signed_in):
    signed_in(dana).get("/shared/")
    roster.close_account(dana, by=dana)

    page = text(signed_in(maya).get(f"/me/notes/{note.pk}/"))

    assert WORDS in page
    assert "Whoever this note was for has left. Only you can read it" in page
    assert "Dana" not in page
    assert not Looked.objects.exists()
    assert reading.how_many_told(maya) == {dana.pk: 1}
