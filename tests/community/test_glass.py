"""Breaking the glass: for an hour, one space, to read; before everybody's eyes; never silently."""

import io
from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

from community import readers, roster
from community.glass.models import Breaking, Ending
from community.models import Audience, Person, Role, RosterEntry
from community.roster import Refused
from forum import posting
from forum.attachments import intake
from forum.attachments.models import Attachment
from forum.glass import breaking
from forum.moderation import reports
from forum.polls import polling
from forum.reading import visits
from forum.shelf import saving
from forum.spaces.models import Space
from forum.subscriptions import subscribing
from forum.subscriptions.models import Subscription

WORDS = {"reason": "A report names a thread here.", "told": "A report about safety"}


@pytest.fixture
def corner(make_space, cohort):
    return make_space(Audience.Kind.COHORT, cohort, name="Zebrafinch room")


@pytest.fixture
def author(make_participant, cohort):
    return make_participant(cohort, name="Maya Member")


@pytest.fixture
def thread(corner, author, make_thread):
    made = make_thread(corner, author, "Marmalade words", subject="Wobblegong subject")
    drawn = io.BytesIO()
    Image.new("RGB", (9, 9)).save(drawn, "PNG")
    posting.edit(
        made.first_post,
        by=author,
        content="Marmalade words",
        attachments=[
            intake.take(SimpleUploadedFile("x.png", drawn.getvalue()), by=author, alt="A wall")
        ],
    )
    made.refresh_from_db()
    return made


@pytest.fixture
def steward(make_person):
    return make_person(Role.Kind.STEWARD, name="Stella Steward")


def doors(space, thread):
    """What may be read under the glass."""
    attachment = Attachment.objects.get()
    return (
        f"/spaces/{space.pk}/",
        f"/threads/{thread.pk}/",
        f"/attachments/{attachment.pk}/x.png",
        f"/attachments/{attachment.pk}/small/x.png",
    )


def statuses(client, space, thread):
    found = set()
    for address in doors(space, thread):
        answer = client.get(address)
        whole(answer)
        found.add(answer.status_code)
    return found


def whole(answer):
    body = b"".join(answer) if answer.streaming else answer.content
    return body.decode("utf-8", "replace")


# --- Before, during, after ----------------------------------------------------------------------


def test_the_space_is_open_for_an_hour_and_not_a_second_longer(corner, thread, steward, signed_in):
    client = signed_in(steward)
    missing = client.get("/threads/987654/")
    assert statuses(client, corner, thread) == {404}

    with time_machine.travel(timezone.now(), tick=False) as clock:
        breaking.break_glass(corner, by=steward, **WORDS)
        assert statuses(client, corner, thread) == {200}
        assert "Marmalade words" in whole(client.get(f"/threads/{thread.pk}/"))
        clock.shift(timedelta(minutes=59, seconds=59))
        assert statuses(client, corner, thread) == {200}
        clock.shift(timedelta(seconds=1))

        assert statuses(client, corner, thread) == {404}
        assert client.get(f"/threads/{thread.pk}/").content == missing.content


@pytest.mark.parametrize("who", ["steward", "facilitator"])
def test_it_is_ended_early_by_the_steward_and_by_the_spaces_facilitator(
    corner, thread, steward, signed_in, make_facilitator, cohort, who
):
    ends = {"steward": steward, "facilitator": make_facilitator(cohort)}[who]
    broken = breaking.break_glass(corner, by=steward, **WORDS)
    client = signed_in(steward)
    assert statuses(client, corner, thread) == {200}

    answer = signed_in(ends).post(f"/glass/{broken.pk}/end/")

    assert answer.status_code == 302
    assert statuses(client, corner, thread) == {404}
    assert Ending.objects.get().by == ends
    assert client.get(f"/glass/{broken.pk}/end/").status_code == 200  # says that it is over


def test_nobody_else_ends_it(
    corner, steward, author, make_facilitator, make_person, other_cohort, signed_in
):
    broken = breaking.break_glass(corner, by=steward, **WORDS)
    others = {
        author: 404,
        make_facilitator(other_cohort): 404,
        make_person(): 404,
        make_person(Role.Kind.STEWARD): 404,
    }
    for person, status in others.items():
        assert signed_in(person).post(f"/glass/{broken.pk}/end/").status_code == status
        with pytest.raises(Refused):
            breaking.end(broken, by=person)
    assert not Ending.objects.exists()


def test_ending_twice_leaves_one_end(corner, steward):
    broken = breaking.break_glass(corner, by=steward, **WORDS)

    breaking.end(broken, by=steward)
    breaking.end(Breaking.objects.get(), by=steward)

    assert Ending.objects.count() == 1


def test_the_spaces_below_it_stay_closed(
    corner, steward, author, make_space, make_thread, cohort, signed_in
):
    below = make_space(Audience.Kind.COHORT, cohort, name="Below", parent=corner.forum)
    hidden = make_thread(below, author)
    client = signed_in(steward)

    breaking.break_glass(corner, by=steward, **WORDS)
    assert client.get(f"/spaces/{corner.pk}/").status_code == 200
    assert client.get(f"/spaces/{below.pk}/").status_code == 404
    assert client.get(f"/threads/{hidden.pk}/").status_code == 404

    breaking.end(Breaking.objects.get(), by=steward)
    breaking.break_glass(below, by=steward, **WORDS)
    assert client.get(f"/threads/{hidden.pk}/").status_code == 200
    assert client.get(f"/spaces/{corner.pk}/").status_code == 404


def test_another_space_of_the_same_audience_stays_closed(
    corner, steward, make_space, cohort, signed_in
):
    beside = make_space(Audience.Kind.COHORT, cohort)

    breaking.break_glass(corner, by=steward, **WORDS)

    assert signed_in(steward).get(f"/spaces/{corner.pk}/").status_code == 200
    assert signed_in(steward).get(f"/spaces/{beside.pk}/").status_code == 404


# --- Who may ------------------------------------------------------------------------------------


def test_the_wall_beats_the_glass(corner, thread, make_person, signed_in, program):
    def with_roles(*kinds):
        return make_person(Role.Kind.STEWARD, *kinds)

    free, directs, supervises = with_roles(), with_roles(Role.Kind.DIRECTOR), with_roles()
    make_person(Role.Kind.COORDINATOR, supervisor=supervises)

    breaking.break_glass(corner, by=free, **WORDS)
    for walled in (directs, supervises):
        with pytest.raises(Refused):
            breaking.break_glass(corner, by=walled, **WORDS)
        assert signed_in(walled).get("/glass/break/").status_code == 404
    assert statuses(signed_in(free), corner, thread) == {200}

    roster.appoint(free, Role.Kind.DIRECTOR, by=None, program=program)

    assert statuses(signed_in(free), corner, thread) == {404}


def test_whoever_is_no_steward_any_more_reads_no_further(corner, thread, steward, signed_in):
    client = signed_in(steward)
    breaking.break_glass(corner, by=steward, **WORDS)
    assert statuses(client, corner, thread) == {200}

    roster.dismiss(steward, Role.Kind.STEWARD, by=None)

    assert statuses(client, corner, thread) == {404}


def test_a_superuser_has_no_way(corner, make_person, signed_in):
    person = make_person()
    Person.objects.filter(pk=person.pk).update(is_superuser=True)
    person.refresh_from_db()

    assert signed_in(person).get("/glass/").status_code == 404
    assert signed_in(person).post("/glass/break/", {}).status_code == 404
    with pytest.raises(Refused):
        breaking.break_glass(corner, by=person, **WORDS)
    breaking.break_glass(corner, by=make_person(Role.Kind.STEWARD), **WORDS)


def test_a_steward_who_coordinates_does_not_look_where_leaders_meet(make_person, make_space):
    leaders = make_space(Audience.Kind.LEADERS)
    coordinates = make_person(Role.Kind.STEWARD, Role.Kind.COORDINATOR)

    with pytest.raises(Refused):
        breaking.break_glass(leaders, by=coordinates, **WORDS)
    breaking.break_glass(leaders, by=make_person(Role.Kind.STEWARD), **WORDS)


def test_there_is_no_glass_where_the_door_is_open(make_space, steward, corner):
    square = make_space(Audience.Kind.MEMBERS)

    assert list(breaking.breakable_by(steward)) == [corner]
    with pytest.raises(Refused):
        breaking.break_glass(square, by=steward, **WORDS)


def test_breaking_it_twice_is_one_hour(corner, steward):
    breaking.break_glass(corner, by=steward, **WORDS)

    with pytest.raises(Refused):
        breaking.break_glass(corner, by=steward, **WORDS)
    assert Breaking.objects.count() == 1


# --- To read, and nothing else ------------------------------------------------------------------


def test_nothing_is_done_under_the_glass(corner, thread, steward, author, signed_in):
    poll = polling.add(thread, by=author, question="Which?", options=["One", "Two"])
    post = thread.first_post
    breaking.break_glass(corner, by=steward, **WORDS)
    client = signed_in(steward)
    at, there = f"/threads/{thread.pk}/", f"/spaces/{corner.pk}/"
    assert client.get(at).status_code == 200

    for address in (
        f"{there}start/", f"{there}preview/", f"{there}subscribe/", f"{there}acts/",
        f"{there}settings/", f"{there}threads/?act=lock&threads={thread.pk}",
        f"{at}reply/", f"{at}subscribe/", f"{at}save/", f"{at}lock/", f"{at}read/", f"{at}pin/",
        f"{at}poll/", f"{at}poll/vote/", f"{at}poll/close/", f"{at}notes/", f"{at}move/",
        f"{at}posts/{post.pk}/edit/", f"{at}posts/{post.pk}/remove/", f"{at}posts/{post.pk}/save/",
        f"/posts/{post.pk}/report/", f"/posts/{post.pk}/decide/",
    ):  # fmt: skip
        body = {"content": "x", "subject": "x", "option": poll.options.first().pk, "locked": "yes"}
        assert client.post(address, body).status_code in (404, 405), address
        assert client.get(address).status_code in (404, 405), address

    for act in (
        lambda: posting.start(corner, by=steward, subject="x", content="x"),
        lambda: posting.reply(thread, by=steward, content="x"),
        lambda: posting.edit(post, by=steward, content="x"),
        lambda: polling.vote(poll, by=steward, options=[poll.options.first().pk]),
        lambda: subscribing.subscribe_to_space(corner, by=steward),
        lambda: saving.save(thread, by=steward),
        lambda: reports.report(post, by=steward, why="hurtful", words=""),
    ):
        with pytest.raises((Refused, posting.Refused)):
            act()
    assert thread.posts.count() == 1
    assert not Subscription.objects.filter(person=steward).exists()


def test_whoever_looks_in_is_not_counted_as_a_reader(
    corner, thread, steward, author, signed_in, make_participant, cohort
):
    reader = signed_in(make_participant(cohort))
    breaking.break_glass(corner, by=steward, **WORDS)

    reader.get(f"/threads/{thread.pk}/")
    signed_in(steward).get(f"/threads/{thread.pk}/")

    visits.flush()
    thread.refresh_from_db()
    assert thread.views_count == 1
    assert readers.how_many([corner.audience])[corner.audience_id] == 2


def test_lists_mails_and_feeds_stay_as_closed_as_before(corner, thread, steward, signed_in):
    client = signed_in(steward)
    breaking.break_glass(corner, by=steward, **WORDS)
    client.get(f"/threads/{thread.pk}/")

    for address in ("/", "/spaces/", "/spaces/new/", "/me/posts/", "/me/saved/"):
        assert "Wobblegong" not in whole(client.get(address, follow=True)), address
    assert corner not in Space.objects.open_to(steward)
    made = client.post("/me/feeds/", follow=True).content.decode()
    for address in (part.split("<")[0] for part in made.split("http://127.0.0.1:8000")[1:]):
        if "/feeds/" in address:
            assert "Zebrafinch" not in whole(client.get(address.split('"')[0]))


def test_search_finds_nothing_under_the_glass(corner, thread, steward, author, signed_in):
    breaking.break_glass(corner, by=steward, **WORDS)

    for words in ("Wobblegong", "Marmalade"):
        assert "Zebrafinch" not in whole(signed_in(steward).get(f"/me/posts/?q={words}"))
        found = signed_in(author).get(f"/me/posts/?q={words}")
        assert "Zebrafinch" in whole(found) or words == "Wobblegong"


# --- Nobody is left in the dark -----------------------------------------------------------------


def test_its_members_are_told_on_its_pages_for_thirty_days(
    corner, thread, steward, author, signed_in
):
    client = signed_in(author)
    with time_machine.travel(timezone.now(), tick=False) as clock:
        assert "broke the glass" not in whole(client.get(f"/spaces/{corner.pk}/"))
        breaking.break_glass(corner, by=steward, **WORDS)
        for shift in (timedelta(), timedelta(hours=2), timedelta(days=29)):
            clock.shift(shift)
            client.force_login(author)
            for address in (f"/spaces/{corner.pk}/", f"/threads/{thread.pk}/"):
                page = whole(client.get(address))
                assert "Stella Steward" in page
                assert "A report about safety" in page
                assert "A report names a thread here." not in page
        clock.shift(timedelta(days=2))
        client.force_login(author)

        assert "broke the glass" not in whole(client.get(f"/spaces/{corner.pk}/"))


def test_every_member_gets_a_mail_that_names_no_title(
    corner,
    thread,
    steward,
    author,
    make_facilitator,
    make_person,
    cohort,
    django_capture_on_commit_callbacks,
    settings,
):
    settings.TASKS = {"default": {"BACKEND": "django.tasks.backends.immediate.ImmediateBackend"}}
    facilitator, outsider = make_facilitator(cohort), make_person()

    with django_capture_on_commit_callbacks(execute=True):
        breaking.break_glass(corner, by=steward, **WORDS)

    assert {to for message in mail.outbox for to in message.to} == {
        author.email,
        facilitator.email,
    }
    assert outsider.email not in str([message.to for message in mail.outbox])
    for message in mail.outbox:
        text = message.subject + message.body
        assert "Stella Steward" in text
        assert f"/spaces/{corner.pk}/" in text
        for secret in ("Wobblegong", "Zebrafinch", "Marmalade", WORDS["reason"], WORDS["told"]):
            assert secret not in text


def test_a_member_of_the_audience_who_may_not_read_the_parent_is_not_mailed(
    make_space, steward, make_participant, make_graduate, cohort,
    django_capture_on_commit_callbacks, settings,
):  # fmt: skip
    settings.TASKS = {"default": {"BACKEND": "django.tasks.backends.immediate.ImmediateBackend"}}
    graduates = make_space(Audience.Kind.GRADUATES)
    below = make_space(Audience.Kind.COHORT, cohort, parent=graduates.forum)
    make_participant(cohort)
    graduate = make_graduate(cohort)

    with django_capture_on_commit_callbacks(execute=True):
        breaking.break_glass(below, by=steward, **WORDS)

    assert [message.to for message in mail.outbox] == [[graduate.email]]


def test_who_can_read_this_names_the_steward_while_they_can(
    corner, thread, steward, author, signed_in
):
    tomorrow = timezone.localtime() + timedelta(days=1)
    with time_machine.travel(tomorrow.replace(hour=14, minute=40), tick=False) as clock:
        client = signed_in(author)
        sentence = "And Stella Steward, a steward who broke the glass, until 3:40 p.m."
        places = (
            f"/spaces/{corner.pk}/", f"/threads/{thread.pk}/", f"/spaces/{corner.pk}/start/",
            f"/threads/{thread.pk}/reply/", f"/threads/{thread.pk}/poll/add/",
        )  # fmt: skip
        assert not any(sentence in whole(client.get(address)) for address in places)
        breaking.break_glass(corner, by=steward, **WORDS)
        for address in places:
            assert sentence in whole(client.get(address)), address
        clock.shift(timedelta(hours=1))

        assert not any(sentence in whole(client.get(address)) for address in places)


def test_every_act_is_a_line_that_cannot_be_changed(corner, steward):
    broken = breaking.break_glass(corner, by=steward, **WORDS)
    breaking.end(broken, by=steward)

    verbs = RosterEntry.objects.filter(person=steward, by=steward).values_list("verb", flat=True)
    assert {"break glass", "mend glass"} <= set(verbs)
    for row in (broken, Ending.objects.get()):
        with pytest.raises(TypeError):
            row.save()
        with pytest.raises(TypeError):
            row.delete()


# --- The screens --------------------------------------------------------------------------------


def test_a_page_says_what_will_happen_before_it_does(corner, steward, signed_in):
    client = signed_in(steward)
    said = {"space": corner.pk, **WORDS}

    asked = client.post("/glass/break/", said)
    assert asked.status_code == 200
    page = whole(asked)
    assert "What will happen" in page
    assert "A report about safety" in page
    assert not Breaking.objects.exists()
    again = whole(client.post("/glass/break/", {**said, "again": "yes", "confirmed": "yes"}))
    assert "A report names a thread here." in again
    assert not Breaking.objects.exists()

    done = client.post("/glass/break/", {**said, "confirmed": "yes"})

    assert done.headers["Location"] == f"/spaces/{corner.pk}/"
    assert Breaking.objects.get().told == "A report about safety"


@pytest.mark.parametrize("missing", ["space", "reason", "told"])
def test_a_form_without_its_words_comes_back(corner, steward, signed_in, missing):
    said = {"space": corner.pk, **WORDS, "confirmed": "yes"} | {missing: " \x0b "}

    answer = signed_in(steward).post("/glass/break/", said)

    assert answer.status_code == 422
    assert not Breaking.objects.exists()


@pytest.mark.parametrize("hostile", ["\x00", "x" * 5000])
def test_hostile_words_are_no_error(corner, steward, signed_in, hostile):
    said = {"space": hostile, "reason": hostile, "told": hostile, "confirmed": "yes"}

    assert signed_in(steward).post("/glass/break/", said).status_code == 422


def test_the_log_is_the_stewards_and_that_of_a_space_its_facilitators(
    corner, steward, author, make_person, make_facilitator, cohort, other_cohort, signed_in
):
    breaking.break_glass(corner, by=steward, **WORDS)

    for reader, reads in (
        (steward, True),
        (make_person(Role.Kind.STEWARD), True),
        (make_facilitator(cohort), True),
        (make_facilitator(other_cohort), False),
    ):
        page = whole(signed_in(reader).get("/glass/"))
        assert ("Zebrafinch room" in page) is reads
        assert (WORDS["reason"] in page) is reads
    for outsider in (author, make_person(Role.Kind.DIRECTOR), make_person(Role.Kind.EDITOR)):
        assert signed_in(outsider).get("/glass/").status_code == 404


def test_a_long_log_costs_no_more(
    make_space, make_person, cohort, signed_in, django_assert_max_num_queries
):
    spaces = [make_space(Audience.Kind.COHORT, cohort) for _ in range(12)]
    for space in spaces:
        breaking.break_glass(space, by=make_person(Role.Kind.STEWARD), **WORDS)
    client = signed_in(make_person(Role.Kind.STEWARD))
    client.get("/glass/")

    with django_assert_max_num_queries(5):
        page = whole(client.get("/glass/"))

    assert all(space.name in page for space in spaces)
