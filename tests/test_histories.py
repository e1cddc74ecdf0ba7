"""Every door again, after histories: whoever lost a thing by whatever way, and kept a session, a
subscription, a saved post, a vote, a report, a feed's address, a task in the queue, finds of it
neither word nor title nor count at any address of the site, and no mail tells of it.

The addresses are those of `test_doors.py`, so a new one is covered here as well.
"""

from datetime import timedelta

import pytest
import time_machine
from asgiref.sync import async_to_sync
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from community import roster
from community.models import Audience, Membership, Role
from forum import posting
from forum.attachments import intake
from forum.moderation import approval, arranging, joining, reports
from forum.polls import polling
from forum.polls.models import Option
from forum.shelf import saving
from forum.spaces import keeping
from forum.spaces.models import Space
from forum.subscriptions import keys, subscribing, tasks
from forum.subscriptions.models import How, Subscription
from tests import test_doors
from tests.forum.test_live import Reader, later
from tests.test_doors import CANARIES, MISSING, all_of, client_of, every_address, fill, told

house = test_doors.house
MORNING = (timezone.localtime() + timedelta(days=1)).replace(hour=8, minute=0)


class Traces:
    """Everything that somebody leaves of themselves in a thread, and the client they go on with.
    Their own words there hold no canary: those stay theirs."""

    def __init__(self, person, house, topic):
        self.person, self.topic = person, topic
        self.client = client_of(person)
        self.token = keys.make(by=person)
        post = topic.posts.order_by("pk").last()
        subscribing.subscribe_to_thread(topic, by=person)
        subscribing.subscribe_to_space(topic.thread.space, by=person)
        Subscription.objects.filter(person=person).update(how=How.MAIL)
        saving.save(topic, by=person, note="A note")
        saving.save(post, by=person)
        reports.report(post, by=person, why="hurtful", words="It hurts")
        if hasattr(topic, "poll"):
            option = Option.objects.get(text="Damselfly answer")
            polling.vote(topic.poll, by=person, options=[option.pk])

    def everywhere(self, house):
        for path in (fill(address, house) for address in every_address()):
            # The links of an application are its applicant's and its director's, whoever signs in.
            if not path.startswith(("/cms/", "/apply/")):
                yield path
        yield from self.own_ways(house)

    def own_ways(self, house):
        for way in ("spaces/", f"spaces/{house.space.pk}/", f"threads/{self.topic.pk}/"):
            yield f"/feeds/{self.token}/{way}"
        yield f"/threads/{self.topic.pk}/"
        yield f"/threads/{self.topic.pk}/?post={self.topic.first_post_id}"
        yield "/me/posts/"

    def finds(self, house, paths=None):
        """`[(path, secret)]` of what comes back to them by a GET, at any address."""
        found = []
        self.client.raise_request_exception = False
        cookies = self.client.cookies.copy()
        for path in self.everywhere(house) if paths is None else paths:
            text = all_of(self.client.get(path))
            self.client.cookies = cookies.copy()
            for secret, word in CANARIES.items():
                # A page about a person holds their name, whoever looks.
                pages = ("/people/", "/me/director/people/")
                about_people = secret == "author" and path.startswith(pages)
                if word in text and not about_people:
                    found.append((path, secret))
        return found


def of_the_cohort(path, secret):
    """Whether this is the cohort's own and says nothing of its space."""
    in_it = path.startswith("/cohorts/") or (path == "/me/" and secret == "place")
    return secret == "page" or (secret in ("author", "place") and in_it)


@pytest.fixture
def reader(house, make_participant, cohort):
    return Traces(make_participant(cohort), house, house.topic)


def be_promoted(person, house):
    program = person.roles.get(kind=Role.Kind.COORDINATOR).worksite.program
    roster.appoint(person, Role.Kind.DIRECTOR, by=None, program=program)


def leave_the_cohort(person, house):
    roster.leave(person, house.space.audience.cohort, by=None)


def begin_to_supervise(person, house):
    author, role = house.outsiders["member"], person.roles.get()
    roster.appoint(
        author, Role.Kind.COORDINATOR, by=None, worksite=role.worksite, supervisor=person
    )


def be_deactivated(person, house):
    roster.deactivate(person, by=None)


def let_time_run_out(person, house):
    """The clock ends it, and nobody has swept."""
    Membership.objects.filter(person=person).update(ends_at=timezone.now())
    roster.advance_epoch()


def change_the_audience(person, house):
    house.space.audience = roster.open_audience(Audience.Kind.FACILITATORS)
    house.space.save()


def put_the_space_below_a_narrower_one(person, house):
    facilitators = Space.objects.get(forum__name="Facilitators")
    house.space.forum.parent = facilitators.forum
    house.space.forum.save()


CLOSING_THE_SPACE = [change_the_audience, put_the_space_below_a_narrower_one]
LOSSES = [
    be_promoted,
    leave_the_cohort,
    begin_to_supervise,
    be_deactivated,
    let_time_run_out,
    *CLOSING_THE_SPACE,
]


@pytest.mark.parametrize("loss", LOSSES, ids=lambda loss: loss.__name__)
def test_whoever_lost_the_space_finds_nothing_of_it_at_any_door(
    house, reader, loss, make_space, django_capture_on_commit_callbacks
):
    make_space(Audience.Kind.FACILITATORS, name="Facilitators")
    facilitator = client_of(house.insiders["facilitator"])
    before = {secret for _path, secret in reader.finds(house, reader.own_ways(house))}
    assert before >= {"space", "title", "words", "poll", "answer", "attached"}
    # A file that was uploaded and not posted yet, and mails that wait in the queue.
    uploaded = intake.take(SimpleUploadedFile("Quokka.txt", b"Quokka"), by=reader.person)
    with django_capture_on_commit_callbacks() as queued:
        posting.reply(house.topic, by=house.insiders["author"], content="Marmalade, the last")
    mail.outbox.clear()

    loss(reader.person, house)

    thread = f"/threads/{house.topic.pk}/"
    after = reader.finds(house)
    if loss in CLOSING_THE_SPACE:  # the cohort itself is still theirs
        after = [found for found in after if not of_the_cohort(*found)]
    assert after == []
    for verb in ("get", "post", "head", "options"):
        for way in ("", "reply/", "poll/vote/", "subscribe/", "save/", "read/"):
            closed = getattr(reader.client, verb)(f"{thread}{way}")
            missing = getattr(reader.client, verb)(f"/threads/{MISSING}/{way}")
            assert told(closed, f"{thread}{way}") == told(missing, f"/threads/{MISSING}/{way}")
    refused = reader.client.post(f"{thread}reply/", test_doors.BODY | {"kept": [uploaded.pk]})
    assert refused.status_code in (302, 404)
    assert not house.topic.posts.filter(poster=reader.person).exists()
    for callback in queued:
        callback()
    with time_machine.travel(MORNING, tick=True):
        tasks.mail_about_thread.call(house.topic.pk)
        tasks.mail_about_space.call(house.space.pk)
        Subscription.objects.filter(person=reader.person).update(how=How.DIGEST)
        tasks.mail_digests.call()
    assert [sent for sent in mail.outbox if reader.person.email in sent.to] == []
    assert "Marmalade" in facilitator.get(thread).content.decode()


def test_a_post_that_waited_when_its_writer_lost_the_space_is_not_theirs_to_follow(
    house, reader, cohort
):
    facilitator = house.insiders["facilitator"]
    house.space.refresh_from_db()
    keeping.set_up(
        house.space, by=facilitator, name=house.space.name, purpose="Talk", holds="everybody"
    )
    house.topic.forum.space.refresh_from_db()
    waiting = posting.reply(house.topic, by=reader.person, content="Marmalade of mine")
    assert "Marmalade of mine" in reader.client.get("/me/waiting/").content.decode()

    leave_the_cohort(reader.person, house)

    assert reader.finds(house) == []
    for act in ("waiting", "withdraw"):
        closed = reader.client.post(f"/posts/{waiting.pk}/{act}/", test_doors.BODY)
        assert closed.status_code == 404
    with pytest.raises(posting.Refused):
        approval.approve(waiting.hold, by=facilitator, version=waiting.hold.version)


# --- Threads that were open to all, and went behind the wall ------------------------------------


@pytest.fixture
def onlooker(house, make_thread, make_person):
    """A director with everything that one can have in a thread of the town square."""
    square = Space.objects.get(forum__name="Town square")
    topic = make_thread(
        square,
        house.insiders["author"],
        "Marmalade in the square",
        "Marmalade again",
        subject="Wobblegong in the square",
    )
    return Traces(make_person(Role.Kind.DIRECTOR), house, topic)


def move_it(house, topic):
    arranging.move(topic, house.space, by=house.insiders["facilitator"])


def move_and_merge_it(house, topic):
    move_it(house, topic)
    topic.refresh_from_db()
    joining.merge(
        posting.Topic.objects.get(pk=topic.pk), house.topic, by=house.insiders["facilitator"]
    )


def move_and_split_it(house, topic):
    move_it(house, topic)
    moved = posting.Topic.objects.get(pk=topic.pk)
    joining.split(
        moved,
        [moved.posts.order_by("pk").last().pk],
        by=house.insiders["facilitator"],
        subject="Wobblegong split",
    )


def wall_the_square(house, topic):
    square = Space.objects.get(forum__name="Town square")
    square.audience = house.space.audience
    square.save()


@pytest.mark.parametrize(
    "happening",
    [move_it, move_and_merge_it, move_and_split_it, wall_the_square],
    ids=lambda happening: happening.__name__,
)
def test_a_thread_that_went_behind_the_wall_is_gone_for_whoever_followed_it(
    house, onlooker, happening
):
    before = {secret for _path, secret in onlooker.finds(house)}
    assert before >= {"title", "words", "author"}
    mail.outbox.clear()

    happening(house, onlooker.topic)

    assert onlooker.finds(house) == []
    posting.reply(house.topic, by=house.insiders["author"], content="Marmalade, the last")
    with time_machine.travel(MORNING, tick=True):
        tasks.mail_about_thread.call(onlooker.topic.pk)
        tasks.mail_about_space.call(house.space.pk)
        Subscription.objects.filter(person=onlooker.person).update(how=How.DIGEST)
        tasks.mail_digests.call()
    assert [sent for sent in mail.outbox if onlooker.person.email in sent.to] == []
    insider = client_of(house.insiders["author"])
    shown = insider.get(f"/threads/{onlooker.topic.pk}/", follow=True).content.decode()
    assert "Marmalade in the square" in shown


# --- Open sockets -------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "loss",
    [be_promoted, leave_the_cohort, be_deactivated, change_the_audience],
    ids=lambda loss: loss.__name__,
)
def test_an_open_socket_is_closed_and_cannot_be_told_from_one_of_nothing(
    loss, make_space, make_thread, make_participant, make_facilitator, cohort
):
    author, person = make_facilitator(cohort), make_participant(cohort)
    space = make_space(Audience.Kind.COHORT, cohort)
    topic = make_thread(space, author, "Marmalade")

    class Walled:
        pass

    Walled.space = space

    def post_the_last():
        current = posting.Topic.objects.get(pk=topic.pk)
        posting.reply(current, by=author, content="Marmalade, the last")

    @async_to_sync
    async def scenario():
        async with Reader(topic, person, since=1) as page:
            await page.hello()
            await later(loss, person, Walled)
            await later(post_the_last)
            code = await page.closed()
        refusals = []
        for wanted in (topic.pk, MISSING):
            again = Reader(wanted, person)
            refusals.append(await again.connect())
        return code, refusals

    code, (closed, missing) = scenario()

    assert code == 4404
    assert closed == missing
    assert closed[0] is False
