"""Subscriptions and their mails: who is told, what a mail says, and that nobody is told twice."""

import re
from datetime import timedelta
from email.policy import SMTP
from smtplib import SMTPRecipientsRefused, SMTPServerDisconnected

import pytest
import time_machine
from django.contrib.auth.hashers import make_password
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.db import connection
from django.db.models import F
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from community import access, roster
from community.models import Audience, Person, Role
from forum import posting
from forum.live.models import Thread
from forum.reading.models import Mark
from forum.spaces.models import Space, chains, is_open
from forum.subscriptions import mailing, subscribing, tasks
from forum.subscriptions.models import How, Preference, Subscription

# Tomorrow at eight, and at four, where the site is: what the tests arrange begins now.
MORNING = (timezone.localtime() + timedelta(days=1)).replace(hour=8, minute=0)
NIGHT = MORNING.replace(hour=4)
A_DAY = timedelta(days=1)
WORDS, TITLE, SPACE, AUTHOR = "Marmalade", "Wobblegong", "Zebrafinch", "Quillonia"


class Broken(EmailBackend):
    """A mail server that is away, or refuses one address, for as long as a test says."""

    problem = None
    address = None

    def send_messages(self, messages):
        for message in messages:
            if self.problem and self.address in (None, *message.to):
                raise self.problem
        return super().send_messages(messages)


@pytest.fixture
def broken(settings):
    settings.MAILERS = {"default": {"BACKEND": f"{__name__}.Broken"}}
    yield Broken
    Broken.problem = Broken.address = None


@pytest.fixture
def at_once(django_capture_on_commit_callbacks):
    """Do something, and let the worker do what it asked for."""

    def do(act):
        with django_capture_on_commit_callbacks(execute=True):
            return act()

    return do


@pytest.fixture(params=[Audience.Kind.COHORT, Audience.Kind.MEMBERS])
def either(request, make_space, cohort):
    """A space behind the wall, and one that every member may read."""
    walled = request.param == Audience.Kind.COHORT
    return make_space(request.param, cohort if walled else None, name=f"{SPACE} room")


@pytest.fixture
def walled(make_space, cohort):
    return make_space(Audience.Kind.COHORT, cohort, name=f"{SPACE} room")


@pytest.fixture
def square(make_space):
    return make_space(Audience.Kind.MEMBERS, name=f"{SPACE} room")


@pytest.fixture
def author(make_participant, cohort):
    return make_participant(cohort, name=f"{AUTHOR} Author")


@pytest.fixture
def reader(make_participant, cohort):
    return make_participant(cohort, name="Reader")


@pytest.fixture
def subscribed(reader, author, make_thread):
    """A thread in a space, and the reader's subscription to it."""

    def make(space, how=How.MAIL, person=reader):
        topic = make_thread(space, author, WORDS, subject=f"{TITLE} subject")
        row = subscribing.subscribe_to_thread(topic, by=person)
        subscribing.change({row.pk: how}, by=person)
        return topic

    return make


def addressed():
    return [address for message in mail.outbox for address in message.to]


def all_of(message):
    return message.message().as_bytes().decode()


def answer(topic, author, text=WORDS):
    return posting.reply(topic, by=author, content=text)


def visit(person, topic):
    assert client_of(person).get(f"/threads/{topic.pk}/").status_code == 200


def client_of(person):
    client = Client()
    client.force_login(person)
    return client


# --- Beginning and ending -------------------------------------------------------------------------


def test_the_button_of_a_thread_subscribes_and_says_so(square, author, reader, make_thread):
    topic = make_thread(square, author)
    client = client_of(reader)
    address = f"/threads/{topic.pk}/subscribe/"

    page = client.post(address, {"subscribed": "yes"}, follow=True).content.decode()
    assert 'aria-pressed="true"' in page
    assert "You are subscribed to this thread" in page

    page = client.post(address, {"subscribed": "no"}, follow=True).content.decode()
    assert 'aria-pressed="false"' in page
    assert "no longer subscribed" in page


def test_the_button_of_a_space_subscribes_to_new_threads(square, author, reader, at_once):
    client_of(reader).post(f"/spaces/{square.pk}/subscribe/", {"subscribed": "yes"})

    at_once(lambda: posting.start(square, by=author, subject="First", content=WORDS))

    assert addressed() == [reader.email]
    assert 'aria-pressed="true"' in client_of(reader).get(f"/spaces/{square.pk}/").content.decode()


def test_subscribing_twice_is_one_subscription(square, author, reader, make_thread):
    topic = make_thread(square, author)

    for _ in range(2):
        client_of(reader).post(f"/threads/{topic.pk}/subscribe/", {"subscribed": "yes"})

    assert Subscription.objects.filter(person=reader).count() == 1


def test_a_space_that_is_closed_to_them_takes_no_subscription(walled, make_person):
    with pytest.raises(posting.Refused):
        subscribing.subscribe_to_space(walled, by=make_person(Role.Kind.DIRECTOR))
    assert not Subscription.objects.exists()


def test_writing_subscribes_unless_they_want_it_not(square, author, reader, make_thread):
    subscribing.prefer(by=reader, when_writing=False, how=How.DIGEST)
    topic = make_thread(square, author)
    answer(topic, reader)
    assert list(Subscription.objects.going_on().values_list("person", "how")) == [
        (author.pk, "mail")
    ]

    subscribing.prefer(by=reader, when_writing=True, how=How.DIGEST)
    answer(topic, reader)
    assert Subscription.objects.going_on().get(person=reader).how == How.DIGEST


def test_what_somebody_stopped_their_next_reply_does_not_begin(square, author, make_thread):
    topic = make_thread(square, author)
    subscribing.stop(Subscription.objects.filter(person=author).values("pk"), by=author)

    answer(topic, author)

    assert not Subscription.objects.going_on().exists()


def test_writing_changes_nothing_of_how_they_hear(square, author, make_thread):
    topic = make_thread(square, author)
    Subscription.objects.update(how=How.SITE)

    answer(topic, author)

    assert Subscription.objects.get().how == How.SITE


# --- The page -------------------------------------------------------------------------------------


def test_the_page_shows_only_what_its_reader_may_read_now(walled, reader, subscribed, cohort):
    topic = subscribed(walled)
    client = client_of(reader)
    assert f"{TITLE} subject" in client.get("/me/subscriptions/").content.decode()

    roster.leave(reader, cohort, by=None)
    closed = client.get("/me/subscriptions/").content.decode()
    for canary in (TITLE, SPACE, AUTHOR, f"/threads/{topic.pk}/"):
        assert canary not in closed
    assert "You subscribe to nothing yet" in closed

    roster.enrol(reader, cohort, by=None)
    assert f"{TITLE} subject" in client.get("/me/subscriptions/").content.decode()


def test_a_removed_thread_is_gone_from_the_page(square, author, reader, subscribed):
    topic = subscribed(square)

    posting.remove(topic.first_post, by=author)

    assert TITLE not in client_of(reader).get("/me/subscriptions/").content.decode()


def test_several_are_stopped_at_once_and_taken_back(square, author, reader, make_thread):
    keys = []
    for number in range(3):
        topic = make_thread(square, author, subject=f"Thread {number}")
        keys.append(subscribing.subscribe_to_thread(topic, by=reader).pk)
    client, address = client_of(reader), "/me/subscriptions/"

    page = client.post(address, {"stop-ticked": "yes", "ticked": keys[:2]}, follow=True)
    assert "2 subscriptions have ended" in page.content.decode()
    assert list(Subscription.objects.going_on().filter(person=reader).values_list("pk")) == [
        (keys[2],)
    ]

    client.post(address, {"again": keys[0]})
    client.post(address, {"save": "yes", f"how-{keys[2]}": "digest", "how-x": "mail"})
    assert set(Subscription.objects.going_on().filter(person=reader).values_list("pk", "how")) == {
        (keys[0], "mail"),
        (keys[2], "digest"),
    }


def test_nobody_changes_the_subscription_of_another(square, author, reader, subscribed):
    subscribed(square)
    row = Subscription.objects.get(person=reader)

    stranger = client_of(author)
    stranger.post("/me/subscriptions/", {"stop": row.pk})
    stranger.post("/me/subscriptions/", {"save": "yes", f"how-{row.pk}": "site"})

    row.refresh_from_db()
    assert (row.how, row.stopped_at) == ("mail", None)


@pytest.mark.parametrize(
    "body",
    [
        {"stop": "x"},
        {"stop": "9" * 40},
        {"stop-ticked": "yes", "ticked": ["\x00", "²", "-1"]},
        {"save": "yes", "how-\x00": "mail", "how-1": "shout"},
        {"again": ""},
        {},
    ],
)
def test_nonsense_changes_nothing(square, reader, subscribed, body):
    subscribed(square)
    before = list(Subscription.objects.order_by("pk").values())

    response = client_of(reader).post("/me/subscriptions/", body)

    assert response.status_code == 302
    assert list(Subscription.objects.order_by("pk").values()) == before


def test_a_refused_preference_comes_back_with_a_plain_error(reader):
    response = client_of(reader).post("/me/subscriptions/", {"prefer": "yes", "how": "shout"})

    assert response.status_code == 422
    assert not Preference.objects.exists()


def test_a_long_list_costs_no_more_queries(square, author, reader, make_thread):
    def count():
        client = client_of(reader)
        client.get("/me/subscriptions/")
        with CaptureQueriesContext(connection) as queries:
            client.get("/me/subscriptions/?page=2")
        return len(queries)

    for number in range(2):
        topic = make_thread(square, author, subject=f"Thread {number}")
        subscribing.subscribe_to_thread(topic, by=reader)
    few = count()
    for number in range(30):
        topic = make_thread(square, author, subject=f"More {number}")
        subscribing.subscribe_to_thread(topic, by=reader)

    assert count() == few


# --- What a mail says -----------------------------------------------------------------------------


def test_a_mail_about_a_walled_thread_tells_nothing_of_it(
    walled, author, reader, subscribed, at_once
):
    topic = subscribed(walled)
    subscribing.subscribe_to_space(walled, by=reader)

    at_once(lambda: answer(topic, author))
    at_once(lambda: posting.start(walled, by=author, subject=TITLE, content=WORDS))

    thread, space = mail.outbox
    for message in (thread, space):
        assert message.to == [reader.email]
        for canary in (TITLE, SPACE, AUTHOR, WORDS):
            assert canary not in all_of(message)
    assert f"/threads/{topic.pk}/" in thread.body
    assert f"/spaces/{walled.pk}/" in space.body


def test_a_mail_about_a_members_thread_names_title_and_author_and_quotes_nothing(
    square, author, reader, subscribed, at_once
):
    topic = subscribed(square)

    at_once(lambda: answer(topic, author))

    (message,) = mail.outbox
    assert TITLE in message.subject
    assert AUTHOR in message.body
    assert WORDS not in all_of(message)


def test_a_members_space_below_a_walled_one_is_not_named(
    walled, make_space, author, reader, subscribed, at_once
):
    below = make_space(Audience.Kind.MEMBERS, name="Below", parent=walled.forum)
    topic = subscribed(below)

    at_once(lambda: answer(topic, author))

    (message,) = mail.outbox
    assert TITLE not in all_of(message)


def test_a_title_of_several_lines_is_no_header(square, author, reader, at_once, make_thread):
    topic = make_thread(square, author, subject="One\r\nBcc: all@example.org")
    subscribing.subscribe_to_thread(topic, by=reader)

    at_once(lambda: answer(topic, author))

    (message,) = mail.outbox
    assert message.subject == "New in “One Bcc: all@example.org”"
    assert message.recipients() == [reader.email]


# --- Who is told ----------------------------------------------------------------------------------


def test_the_author_hears_nothing_of_their_own(either, author, subscribed, at_once):
    topic = subscribed(either, person=author)

    at_once(lambda: answer(topic, author))
    at_once(lambda: posting.start(either, by=author, subject=TITLE, content=WORDS))

    assert mail.outbox == []


@pytest.mark.parametrize("how", [How.SITE, How.DIGEST])
def test_no_mail_comes_at_once_where_another_way_was_chosen(
    square, author, subscribed, at_once, how
):
    topic = subscribed(square, how)

    at_once(lambda: answer(topic, author))

    assert mail.outbox == []


@pytest.mark.parametrize("loses", ["leave", "promoted", "deactivated"])
def test_what_was_queued_before_access_was_lost_is_not_sent(
    walled, author, reader, subscribed, cohort, make_participant, make_person, loses
):
    stays = make_participant(cohort)
    topic = subscribed(walled)
    subscribing.subscribe_to_thread(topic, by=stays)
    subscribing.subscribe_to_space(walled, by=reader)
    answer(topic, author)
    posting.start(walled, by=author, subject=TITLE, content=WORDS)

    if loses == "leave":
        roster.leave(reader, cohort, by=None)
    elif loses == "promoted":
        make_person.appoint(reader, Role.Kind.DIRECTOR)
    else:
        roster.deactivate(reader, by=None)
    tasks.mail_about_thread.enqueue(topic.pk)
    tasks.mail_about_space.enqueue(walled.pk)

    assert addressed() == [stays.email]


def test_access_that_is_lost_while_the_task_runs_stops_its_mails(
    walled, author, reader, subscribed, cohort, make_participant, settings, make_person
):
    """The first mail goes out, and with it the second person's access: by whatever it was lost."""
    second = make_participant(cohort)
    topic = subscribed(walled)
    subscribing.subscribe_to_thread(topic, by=second)
    answer(topic, author)
    settings.MAILERS = {"default": {"BACKEND": f"{__name__}.Promoting"}}
    Promoting.act = lambda: make_person.appoint(second, Role.Kind.DIRECTOR)

    tasks.mail_about_thread.enqueue(topic.pk)

    assert addressed() == [reader.email]


class Promoting(EmailBackend):
    act = None

    def send_messages(self, messages):
        sent = super().send_messages(messages)
        act, Promoting.act = Promoting.act, None
        if act:
            act()
        return sent


def test_a_post_that_was_removed_before_the_task_ran_is_told_to_nobody(square, author, subscribed):
    topic = subscribed(square)
    post = answer(topic, author)
    posting.remove(post, by=author)

    tasks.mail_about_thread.enqueue(topic.pk)

    assert mail.outbox == []


def test_no_further_mail_until_they_have_been_there(square, author, reader, subscribed, at_once):
    topic = subscribed(square)

    for _ in range(3):
        at_once(lambda: answer(topic, author))
    assert addressed() == [reader.email]

    visit(reader, topic)
    at_once(lambda: answer(topic, author))
    assert addressed() == [reader.email] * 2


def test_what_was_read_before_the_task_ran_is_not_mailed(square, author, reader, subscribed):
    topic = subscribed(square)
    answer(topic, author)
    visit(reader, topic)

    tasks.mail_about_thread.enqueue(topic.pk)

    assert mail.outbox == []


def test_spaces_open_to_many_are_those_open_to_each(
    make_space, make_person, make_participant, make_facilitator, make_graduate, cohort
):
    walled = make_space(Audience.Kind.COHORT, cohort)
    make_space(Audience.Kind.MEMBERS, parent=walled.forum)
    for kind in Audience.Kind:
        if kind not in (Audience.Kind.PUBLIC, Audience.Kind.COHORT):
            make_space(kind)
    people = [
        make_person(), make_person(Role.Kind.DIRECTOR), make_participant(cohort),
        make_facilitator(cohort), make_graduate(cohort), make_person(Role.Kind.STEWARD),
    ]  # fmt: skip
    standings = access.standings_of(person.pk for person in people)
    number = access.epoch()

    for person in people:
        found = {key for key in chains(number) if is_open(key, standings[person.pk], number)}
        assert found == set(Space.objects.open_to(person).values_list("pk", flat=True))


# --- Again, twice, and in between -----------------------------------------------------------------


def test_a_task_that_runs_again_mails_nobody_again(either, author, reader, subscribed):
    topic = subscribed(either)
    subscribing.subscribe_to_space(either, by=reader)
    answer(topic, author)
    posting.start(either, by=author, subject=TITLE, content=WORDS)

    for _ in range(3):
        tasks.mail_about_thread.enqueue(topic.pk)
        tasks.mail_about_space.enqueue(either.pk)

    assert addressed() == [reader.email] * 2


def test_a_mail_server_that_was_away_doubles_and_loses_nothing(
    square, author, reader, subscribed, make_person, broken
):
    second = make_person()
    topic = subscribed(square)
    subscribing.subscribe_to_thread(topic, by=second)
    answer(topic, author)
    broken.problem, broken.address = SMTPServerDisconnected("gone"), second.email

    with pytest.raises(SMTPServerDisconnected):
        mailing.tell_thread(topic.pk)
    assert addressed() == [reader.email]
    broken.problem = None
    mailing.tell_thread(topic.pk)

    assert addressed() == [reader.email, second.email]


def test_an_address_that_is_refused_for_good_stops_nobody_elses_mail(
    square, author, reader, subscribed, make_person, broken
):
    second = make_person()
    topic = subscribed(square)
    subscribing.subscribe_to_thread(topic, by=second)
    answer(topic, author)
    broken.problem = SMTPRecipientsRefused({reader.email: (550, b"nobody")})
    broken.address = reader.email

    mailing.tell_thread(topic.pk)

    assert addressed() == [second.email]


@pytest.mark.django_db(transaction=True)
def test_two_workers_with_the_same_task_mail_each_once(
    square, author, reader, subscribed, make_person
):
    from concurrent.futures import ThreadPoolExecutor
    from threading import Barrier

    topic = subscribed(square)
    people = [reader, *(make_person() for _ in range(5))]
    for person in people[1:]:
        subscribing.subscribe_to_thread(topic, by=person)
    mail.outbox.clear()
    Thread.objects.filter(pk=topic.pk).update(bumped=F("bumped"))
    Subscription.objects.exclude(person=author).update(told=0)
    Mark.objects.update(since=0)
    together = Barrier(3)

    def work():
        try:
            connection.ensure_connection()
            together.wait(10)
            mailing.tell_thread(topic.pk)
        finally:
            connection.close()

    with ThreadPoolExecutor(3) as pool:
        for each in [pool.submit(work) for _ in range(3)]:
            each.result()

    assert sorted(addressed()) == sorted(person.email for person in people)


# --- Many -----------------------------------------------------------------------------------------


@pytest.fixture
def crowd(square, make_person):
    """So many subscribers to a topic, without a verb for each: this is about numbers."""
    make_person()  # the members' audience is there
    password = make_password(None)

    def make(topic, count):
        base = Person.objects.count()
        people = Person.objects.bulk_create(
            Person(email=f"crowd{base + n}@example.org", name="One of many", password=password)
            for n in range(count)
        )
        Mark.objects.bulk_create(Mark(person=person, since=0) for person in people)
        Subscription.objects.bulk_create(
            Subscription(person=person, thread_id=topic.pk, told=0) for person in people
        )
        return people

    return make


def test_posting_costs_the_same_with_five_and_five_thousand_subscribers(
    square, author, reader, make_thread, crowd, signed_in, django_capture_on_commit_callbacks
):
    topic = make_thread(square, author)
    client = signed_in(reader)

    def cost():
        client.get("/spaces/")
        with (
            CaptureQueriesContext(connection) as queries,
            django_capture_on_commit_callbacks() as callbacks,
        ):
            client.post(f"/threads/{topic.pk}/reply/", {"content": "Hello"})
        tasks_asked = [each for each in callbacks if getattr(each, "func", None)]
        return len(queries), len(tasks_asked)

    crowd(topic, 5)
    few = cost()
    crowd(topic, 4_995)

    assert cost() == few
    assert few[1] == 1


def test_a_batch_costs_the_same_reads_whatever_it_holds(
    square, author, make_thread, crowd, settings
):
    topic = make_thread(square, author)

    def cost(count):
        crowd(topic, count)
        mail.outbox.clear()
        chains(access.epoch())  # kept until somebody's standing or a space changes
        with CaptureQueriesContext(connection) as queries:
            mailing.tell_thread(topic.pk)
        assert len(mail.outbox) == count
        reads = [each for each in queries if each["sql"].startswith("SELECT")]
        return len(reads), len(queries) - len(reads)

    few, many = cost(2), cost(mailing.BATCH)

    # One row for each mail that goes out: it is what keeps a mail from going out twice.
    assert few[0] == many[0]
    assert (few[1], many[1]) == (2, mailing.BATCH)


def test_five_thousand_are_told_by_tasks_that_each_take_a_share(square, author, make_thread, crowd):
    topic = make_thread(square, author)
    crowd(topic, 5_000)

    reached = mailing.tell_thread(topic.pk)
    assert len(mail.outbox) == mailing.BATCH * mailing.BATCHES_IN_A_TASK
    tasks.mail_about_thread.enqueue(topic.pk, reached)

    assert len(set(addressed())) == len(mail.outbox) == 5_000


# --- The morning's mail ---------------------------------------------------------------------------


def digest_at(moment):
    with time_machine.travel(moment, tick=False):
        tasks.mail_digests.enqueue()


def test_the_digest_comes_once_in_the_morning_and_only_with_something_in_it(
    either, author, reader, subscribed
):
    topic = subscribed(either, How.DIGEST)
    digest_at(MORNING)
    assert mail.outbox == []
    answer(topic, author)

    digest_at(MORNING)  # too late for today: this morning there was nothing
    digest_at(NIGHT + A_DAY)
    assert mail.outbox == []
    for _ in range(2):
        digest_at(MORNING + A_DAY)
    digest_at(MORNING + 2 * A_DAY)

    assert addressed() == [reader.email]


def test_a_digest_names_what_every_member_may_read_and_nothing_else(
    walled, make_space, author, reader, subscribed, make_thread
):
    square = make_space(Audience.Kind.MEMBERS, name="Town square")
    secret = subscribed(walled, How.DIGEST)
    open_topic = make_thread(square, author, subject="Snack at four")
    row = subscribing.subscribe_to_thread(open_topic, by=reader)
    subscribing.change({row.pk: How.DIGEST}, by=reader)
    answer(secret, author)
    answer(open_topic, author)

    digest_at(MORNING)

    (message,) = mail.outbox
    assert "Snack at four" in message.body
    assert "something new in a space of yours" in message.body
    for canary in (TITLE, SPACE, WORDS, f"/threads/{secret.pk}/"):
        assert canary not in all_of(message)


def test_a_digest_is_made_for_who_may_read_when_it_is_sent(
    walled, author, reader, subscribed, cohort
):
    topic = subscribed(walled, How.DIGEST)
    answer(topic, author)

    roster.leave(reader, cohort, by=None)
    digest_at(MORNING)

    assert mail.outbox == []


def test_a_digest_that_could_not_be_sent_comes_with_the_next_try(
    square, author, reader, subscribed, broken
):
    topic = subscribed(square, How.DIGEST)
    answer(topic, author)
    broken.problem = SMTPServerDisconnected("gone")
    digest_at(MORNING)
    assert mail.outbox == []

    broken.problem = None
    digest_at(MORNING)

    assert addressed() == [reader.email]


# --- The way out ----------------------------------------------------------------------------------


def sent_headers(message):
    """`{name: value}` as the mail server is given them, each with the folds that it has there."""
    head, _blank, _body = message.message(policy=SMTP).as_bytes().partition(b"\r\n\r\n")
    lines = re.split(r"\r\n(?![ \t])", head.decode("ascii"))
    return dict(line.split(": ", 1) for line in lines)


def way_out(message):
    """The address alone, as a mail program finds it, without the name of the site."""
    return re.fullmatch(
        r"<https?://[^/]+(/unsubscribe/[^>\s]+)>", sent_headers(message)["List-Unsubscribe"]
    )[1]


@pytest.mark.parametrize(
    "site", ["http://127.0.0.1:8213", f"https://{'a-long-name.' * 12}example.org"]
)
@pytest.mark.parametrize("how", [How.MAIL, How.DIGEST])
def test_mail_programs_find_the_way_out_whole_in_what_is_sent(
    how, site, walled, author, reader, subscribed, at_once, settings
):
    settings.WAGTAILADMIN_BASE_URL = site
    topic = subscribed(walled, how)
    at_once(lambda: answer(topic, author))
    if how == How.DIGEST:
        digest_at(MORNING)

    (message,) = mail.outbox
    headers = sent_headers(message)

    assert headers["List-Unsubscribe"].startswith(f"<{site}/unsubscribe/")
    assert headers["List-Unsubscribe"] == f"<{site}{way_out(message)}>"
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert Client().post(way_out(message)).status_code == 200
    assert not Subscription.objects.going_on().filter(person=reader, how=how).exists()


def test_a_mail_is_stopped_by_one_click_that_needs_no_sign_in(
    walled, author, reader, subscribed, at_once
):
    topic = subscribed(walled)
    at_once(lambda: answer(topic, author))
    (message,) = mail.outbox
    out, nobody = way_out(message), Client(enforce_csrf_checks=True)

    looked = nobody.get(out)
    nobody.head(out)
    assert looked.status_code == 200
    assert Subscription.objects.going_on().filter(person=reader).exists()

    done = nobody.post(out, {"List-Unsubscribe": "One-Click"})
    again = nobody.post(out)
    assert done.status_code == again.status_code == 200
    assert not Subscription.objects.going_on().filter(person=reader).exists()
    for response in (looked, done, again):
        assert response.headers["Referrer-Policy"] == "no-referrer"
        assert not response.cookies
        for canary in (TITLE, SPACE, AUTHOR, WORDS, "/threads/", "Reader"):
            assert canary not in response.content.decode()


def test_a_way_out_that_was_changed_ends_nothing(square, author, reader, subscribed, at_once):
    topic = subscribed(square)
    at_once(lambda: answer(topic, author))
    out = way_out(mail.outbox[0])

    for changed in (
        out[:-2] + "x/",
        out.replace("/unsubscribe/", "/unsubscribe/a"),
        "/unsubscribe/x/",
    ):
        assert Client().post(changed).status_code == 404
    assert Subscription.objects.going_on().filter(person=reader).exists()


def test_the_way_out_of_a_digest_ends_digests_and_keeps_the_list(
    square, author, reader, subscribed
):
    topic = subscribed(square, How.DIGEST)
    answer(topic, author)
    digest_at(MORNING)

    Client().post(way_out(mail.outbox[0]))

    assert Subscription.objects.going_on().get(person=reader).how == How.SITE
