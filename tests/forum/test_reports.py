"""Reports and the log of moderation: who learns of what, and that nobody else does."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext

from community import access, roster
from community.models import Audience, Role
from forum import posting, threads
from forum.moderation import queue, reports, undoing
from forum.moderation.models import Act, Report
from forum.posting import Refused

SECRET = "Tangerine"


@pytest.fixture
def room(make_space, make_thread, make_participant, make_facilitator, cohort):
    """`(space, post, author, reader, facilitator)`: the post answers an opening one."""
    space = make_space(Audience.Kind.COHORT, cohort, name="Zebrafinch room")
    author = make_participant(cohort, name="Arno Author")
    topic = make_thread(space, author, "Opening words", f"{SECRET} words", subject="Wobblegong")
    reader = make_participant(cohort, name="Rita Reporter")
    facilitator = make_facilitator(cohort, name="Fern Facilitator")
    return space, post_of(author, topic.posts.last()), author, reader, facilitator


def post_of(person, post):
    return threads.standing_post(person, post.pk)


def page(client, address, **data):
    answer = client.post(address, data, follow=True) if data else client.get(address)
    return " ".join(answer.content.decode().split())


def test_a_reader_reports_a_facilitator_decides_and_the_reader_hears(
    room, signed_in, django_capture_on_commit_callbacks
):
    _space, post, _author, reader, facilitator = room
    mine = signed_in(reader)
    form = page(mine, f"/posts/{post.pk}/report/")
    assert SECRET in form
    assert "with your name: Fern Facilitator" in form

    told = page(mine, f"/posts/{post.pk}/report/", why="private", words="It names a child.")
    assert "you hear what became of it" in told
    assert "have not decided yet" in told

    theirs = signed_in(facilitator)
    waiting = page(theirs, "/moderation/")
    for said in (SECRET, "It names a child.", "Rita Reporter", "Zebrafinch room", "Wobblegong"):
        assert said in waiting
    assert "It names a child." in page(theirs, f"/posts/{post.pk}/decide/")
    with django_capture_on_commit_callbacks(execute=True):
        theirs.post(f"/posts/{post.pk}/decide/", {"outcome": "left", "answer": "It is a nickname."})

    heard = page(mine, "/me/reports/")
    assert "Left as it is" in heard
    assert "It is a nickname." in heard
    assert "Nothing needs a look" in page(theirs, "/moderation/")
    assert [message.to for message in mail.outbox] == [[reader.email]]
    act = Act.objects.get()
    assert (act.verb, act.by, act.concerns, act.post_id) == (
        "report-left", facilitator, None, post.pk,
    )  # fmt: skip


def test_the_mail_quotes_nothing_and_names_nobody(room, django_capture_on_commit_callbacks):
    _space, post, _author, reader, facilitator = room
    reports.report(post, by=reader, why="hurtful", words=SECRET)

    with django_capture_on_commit_callbacks(execute=True):
        reports.decide(
            post_of(facilitator, post), by=facilitator, outcome="left", answer=f"{SECRET} answer"
        )

    (message,) = mail.outbox
    whole = f"{message.subject} {message.body}"
    assert "/me/reports/" in whole
    for word in (SECRET, "Zebrafinch", "Wobblegong", "Arno", "Fern", "Rita", "Left", "North"):
        assert word not in whole


@pytest.mark.parametrize("lost", ["left the cohort", "closed their account"])
def test_whoever_lost_the_space_hears_nothing_of_it_any_more(
    room, lost, cohort, signed_in, django_capture_on_commit_callbacks
):
    _space, post, _author, reader, facilitator = room
    client = signed_in(reader)
    reports.report(post, by=reader, why="hurtful", words="My own words")
    if lost == "left the cohort":
        roster.leave(reader, cohort, by=None)
    else:
        roster.deactivate(reader, by=None)

    with django_capture_on_commit_callbacks(execute=True):
        reports.decide(post_of(facilitator, post), by=facilitator, outcome="removed", answer=SECRET)

    assert mail.outbox == []
    if lost == "left the cohort":
        mine = page(client, "/me/reports/")
        assert "no longer open to you" in mine
        assert "My own words" in mine
        for word in (SECRET, "Zebrafinch", "Wobblegong", "Removed", "not decided"):
            assert word not in mine


def test_the_author_never_learns_of_a_report(room, signed_in):
    _space, post, author, reader, facilitator = room
    reports.report(post, by=reader, why="hurtful")
    client = signed_in(author)
    places = (f"/threads/{post.topic_id}/", "/me/acts/", "/me/reports/", "/me/waiting/", "/me/")

    def learned():
        return (
            any(word in page(client, place) for place in places for word in ("Rita", "hurtful"))
            or Act.objects.filter(concerns=author).exists()
        )

    assert not learned()
    reports.decide(post_of(facilitator, post), by=facilitator, outcome="left")
    assert not learned()


def test_the_same_report_twice_is_one_and_says_so(room, signed_in):
    _space, post, _author, reader, _facilitator = room
    client = signed_in(reader)
    address = f"/posts/{post.pk}/report/"

    client.post(address, {"why": "hurtful"})
    again = page(client, address, why="selling")

    assert "already with the facilitators" in again
    assert Report.objects.get().why == "hurtful"
    assert "Your report is with the facilitators" in page(client, address)


def test_one_may_report_again_after_a_decision(room):
    _space, post, _author, reader, facilitator = room
    reports.report(post, by=reader, why="hurtful")
    reports.decide(post_of(facilitator, post), by=facilitator, outcome="left")

    _report, new = reports.report(post, by=reader, why="hurtful")

    assert new
    assert queue.count(facilitator) == 1


def test_ones_own_post_is_changed_or_removed_instead(room, signed_in):
    _space, post, author, _reader, _facilitator = room

    answer = page(signed_in(author), f"/posts/{post.pk}/report/", why="hurtful")

    assert "This is your own post" in answer
    assert f"/posts/{post.pk}/edit/" in answer
    assert f"/posts/{post.pk}/remove/" in answer
    assert not Report.objects.exists()
    with pytest.raises(Refused):
        reports.report(post, by=author, why="hurtful")


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({}, "Choose what comes closest."),
        ({"why": "nonsense"}, "nonsense is not one of the available choices"),
        ({"why": "other", "words": "  "}, "Say in a few words what it is."),
        ({"why": "other", "words": "Kept words" + "x" * 500}, "at most 500"),
        ({"why": "other", "words": "Kept words\x00"}, "Null characters"),
    ],
)
def test_what_is_refused_comes_back_with_its_words(room, signed_in, data, said):
    _space, post, _author, reader, _facilitator = room

    answer = signed_in(reader).post(f"/posts/{post.pk}/report/", data)

    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert ("Kept words" in answer.content.decode()) == ("Kept" in data.get("words", ""))
    assert not Report.objects.exists()


def test_whoever_may_not_read_a_post_cannot_report_it(room, make_person):
    _space, post, _author, reader, facilitator = room

    for outsider in (make_person(), make_person(Role.Kind.DIRECTOR)):
        with pytest.raises(Refused):
            reports.report(post, by=outsider, why="hurtful")
    posting.remove(post, by=facilitator)
    with pytest.raises(Refused):
        reports.report(post, by=reader, why="hurtful")
    assert not Report.objects.exists()


def test_nobody_decides_about_themselves(room, make_facilitator, cohort, signed_in):
    _space, post, _author, reader, facilitator = room
    own = posting.reply(post.topic, by=facilitator, content=f"{SECRET} by Fern")
    alone = page(signed_in(reader), f"/posts/{own.pk}/report/")
    assert "no facilitator who could decide" in alone
    reports.report(post_of(reader, own), by=reader, why="hurtful", words="Rita says so")

    client = signed_in(facilitator)
    assert queue.count(facilitator) == 0
    assert "Rita" not in page(client, "/moderation/")
    assert client.get(f"/posts/{own.pk}/decide/").status_code == 404
    with pytest.raises(Refused):
        reports.decide(post_of(facilitator, own), by=facilitator, outcome="left")

    second = make_facilitator(cohort, name="Jo Facilitator")
    assert "Rita says so" in page(signed_in(second), "/moderation/")
    reports.decide(post_of(second, own), by=second, outcome="left")
    log = f"/spaces/{post.topic.forum.space.pk}/acts/"
    assert "looked at a report" in page(signed_in(second), log)
    assert "looked at a report" not in page(client, log)
    assert "Jo" not in page(client, "/me/acts/")


def test_removing_is_the_answer_to_every_report_on_a_post(
    room, make_participant, cohort, django_capture_on_commit_callbacks
):
    _space, post, author, reader, facilitator = room
    other = make_participant(cohort)
    for person in (reader, other):
        reports.report(post, by=person, why="hurtful")

    with django_capture_on_commit_callbacks(execute=True):
        reports.decide(
            post_of(facilitator, post),
            by=facilitator,
            outcome="removed",
            answer="Gone.",
            reason="It hurts.",
        )

    assert {(r.outcome, r.answer) for r in Report.objects.all()} == {("removed", "Gone.")}
    assert sorted(m.to[0] for m in mail.outbox) == sorted([reader.email, other.email])
    assert not threads.Post.objects.get(pk=post.pk).approved
    act = Act.objects.get()
    assert (act.verb, act.concerns, act.reason) == ("removed", author, "It hurts.")


def test_who_removes_a_reported_thread_by_the_ordinary_way_settles_its_reports(
    room, django_capture_on_commit_callbacks
):
    _space, post, _author, reader, facilitator = room
    reports.report(post, by=reader, why="hurtful")
    opening = post_of(facilitator, post.topic.first_post)

    with django_capture_on_commit_callbacks(execute=True):
        posting.remove(opening, by=facilitator)

    assert Report.objects.get().outcome == "removed"
    assert len(mail.outbox) == 1
    assert queue.count(facilitator) == 0


def test_an_author_who_removes_a_reported_post_is_named_nowhere(room, signed_in):
    _space, post, author, reader, _facilitator = room
    reports.report(post, by=reader, why="hurtful")

    posting.remove(post, by=author)

    report = Report.objects.get()
    assert (report.outcome, report.decided_by) == ("removed", None)
    assert not Act.objects.exists()
    mine = page(signed_in(reader), "/me/reports/")
    assert "Removed" in mine
    assert f"?post={post.pk}" not in mine


def test_changed_is_said_only_of_what_was_changed(room, signed_in):
    _space, post, author, reader, facilitator = room
    reports.report(post, by=reader, why="private")
    client = signed_in(facilitator)

    unchanged = client.post(f"/posts/{post.pk}/decide/", {"outcome": "changed"})
    assert unchanged.status_code == 422
    assert "The text is the same as when it was reported" in unchanged.content.decode()
    edited = client.post(
        f"/threads/{post.topic_id}/posts/{post.pk}/edit/",
        {"content": "Without the name", "reason": "It named a child."},
    )
    assert edited.headers["Location"] == f"/posts/{post.pk}/decide/?outcome=changed"
    client.post(f"/posts/{post.pk}/decide/", {"outcome": "changed"})

    assert "Changed" in page(signed_in(reader), "/me/reports/")
    verbs = list(Act.objects.order_by("pk").values_list("verb", "concerns", "reason"))
    assert verbs == [("changed", author.pk, "It named a child."), ("report-changed", None, "")]


def test_only_a_decision_that_there_is_can_be_taken(room, signed_in):
    _space, post, _author, reader, facilitator = room
    client = signed_in(facilitator)
    address = f"/posts/{post.pk}/decide/"
    assert "Nothing is left to decide" in page(client, address)
    assert "Nothing is left to decide" in page(client, address, outcome="removed")
    reports.report(post, by=reader, why="hurtful")

    nonsense = client.post(address, {"outcome": "burn", "answer": "x" * 501})

    assert nonsense.status_code == 422
    assert threads.Post.objects.get(pk=post.pk).approved
    assert Report.objects.get().outcome == ""


def test_whoever_decides_second_hears_who_removed_the_post(
    room, make_facilitator, cohort, other_cohort, signed_in
):
    _space, post, author, reader, facilitator = room
    reports.report(post, by=reader, why="hurtful")
    second, elsewhere = make_facilitator(cohort), make_facilitator(other_cohort)
    address = f"/posts/{post.pk}/decide/"
    reports.decide(post_of(facilitator, post), by=facilitator, outcome="removed")

    for method in ("get", "post"):
        said = getattr(signed_in(second), method)(address, {"outcome": "left"}, follow=True)
        assert said.redirect_chain == [("/moderation/", 302)]
        assert "Fern Facilitator decided on it meanwhile" in said.content.decode()
        for outsider in (author, reader, elsewhere):
            assert getattr(signed_in(outsider), method)(address).status_code == 404
    assert signed_in(second).get(f"/posts/{'9' * 30}/decide/").status_code == 404


@pytest.mark.django_db(transaction=True)
def test_of_those_who_decide_at_once_one_does(room, make_facilitator, cohort):
    _space, post, _author, reader, _facilitator = room
    reports.report(post, by=reader, why="hurtful")
    people = [make_facilitator(cohort) for _ in range(4)]
    posts = [post_of(person, post) for person in people]

    def decide(number):
        try:
            outcome = ("left", "removed")[number % 2]
            reports.decide(posts[number], by=people[number], outcome=outcome)
        except Refused:
            return 0
        finally:
            connection.close()
        return 1

    with ThreadPoolExecutor(4) as pool:
        decided = sum(pool.map(decide, range(4)))

    assert decided == Act.objects.count() == 1
    removed = Report.objects.get().outcome == "removed"
    assert threads.Post.objects.get(pk=post.pk).approved is not removed


# --- The log ------------------------------------------------------------------------------------


def test_every_act_leaves_one_line_that_quotes_nothing(room):
    space, post, author, _reader, facilitator = room
    topic = post.topic
    posting.lock(topic, by=facilitator)
    posting.lock(topic, by=facilitator)
    posting.unlock(topic, by=facilitator)
    posting.edit(post, by=facilitator, content=f"{SECRET} calmer", reason="Calmer.")
    posting.edit(post, by=facilitator, content=f"{SECRET} calmer")
    posting.remove(post, by=facilitator, reason="Once more.")
    posting.remove(post, by=facilitator)

    lines = list(Act.objects.order_by("pk"))

    assert [(act.verb, act.concerns, act.space, act.reason) for act in lines] == [
        ("locked", author, space, ""),
        ("unlocked", author, space, ""),
        ("changed", author, space, "Calmer."),
        ("removed", author, space, "Once more."),
    ]
    stored = str(list(Act.objects.values()))
    assert SECRET not in stored
    assert "Wobblegong" not in stored


def test_what_one_does_with_ones_own_words_leaves_no_line(room):
    _space, post, author, _reader, facilitator = room
    posting.edit(post, by=author, content="Better", reason="Ignored")
    posting.remove(post, by=author)
    own = posting.start(post.topic.forum.space, by=facilitator, subject="Own", content="Own")
    posting.lock(post_of(facilitator, own).topic, by=facilitator)

    assert list(Act.objects.values_list("verb", "concerns")) == [("locked", None)]


def test_the_person_concerned_reads_who_did_what_and_why(room, signed_in):
    _space, post, author, reader, facilitator = room
    client = signed_in(facilitator)
    place = f"/threads/{post.topic_id}/posts/{post.pk}"
    assert 'name="reason"' in page(client, f"{place}/edit/")
    assert 'name="reason"' not in page(signed_in(author), f"{place}/edit/")
    client.post(f"{place}/edit/", {"content": "Calmer", "reason": "It read as blame."})
    client.post(f"{place}/remove/", {"reason": "Asked by its site."})

    theirs = page(signed_in(author), "/me/acts/")

    assert "Fern Facilitator changed a post of yours" in theirs
    assert "It read as blame." in theirs
    assert "Fern Facilitator removed a post of yours" in theirs
    assert "Asked by its site." in theirs
    assert "Nobody has touched what you wrote" in page(signed_in(reader), "/me/acts/")


def test_a_reason_that_is_too_long_comes_back(room, signed_in):
    _space, post, _author, _reader, facilitator = room
    client = signed_in(facilitator)
    place, long = f"/threads/{post.topic_id}/posts/{post.pk}", "x" * 501

    for act, data in (("edit", {"content": "Kept words"}), ("remove", {})):
        answer = client.post(f"{place}/{act}/", {**data, "reason": long})
        assert answer.status_code == 422
        assert long in answer.content.decode()
    post.refresh_from_db()
    assert post.approved
    assert SECRET in post.content.raw


def test_whoever_lost_the_space_reads_nothing_of_it(room, cohort, signed_in):
    _space, post, author, _reader, facilitator = room
    posting.edit(post, by=facilitator, content="Calmer", reason=f"{SECRET} reason")
    client = signed_in(author)
    assert "changed a post of yours" in page(client, "/me/acts/")

    roster.leave(author, cohort, by=None)

    told = page(client, "/me/acts/")
    assert "changed a post of yours" not in told
    for word in (SECRET, "Wobblegong", "Zebrafinch", "Fern", f"/threads/{post.topic_id}"):
        assert word not in told


def test_the_moderators_of_a_space_read_its_log_and_nobody_else(
    room, make_facilitator, other_cohort, signed_in
):
    space, post, author, reader, facilitator = room
    posting.edit(post, by=facilitator, content="Calmer", reason="Its reason")
    address = f"/spaces/{space.pk}/acts/"

    log = page(signed_in(facilitator), address)

    for said in ("changed somebody", "Arno Author", "Wobblegong", "Its reason"):
        assert said in log
    for person in (author, reader, make_facilitator(other_cohort)):
        assert signed_in(person).get(address).status_code == 404


def test_empty_pages_say_so(room, signed_in):
    space, _post, _author, reader, facilitator = room

    assert "You have reported nothing" in page(signed_in(reader), "/me/reports/")
    assert "Nothing of yours waits" in page(signed_in(reader), "/me/waiting/")
    assert "Nothing needs a look" in page(signed_in(facilitator), "/moderation/")
    assert "No facilitator has acted here yet" in page(
        signed_in(facilitator), f"/spaces/{space.pk}/acts/"
    )


def test_the_pages_cost_the_same_however_long_they_are(
    room, make_thread, make_participant, cohort, signed_in
):
    space, post, author, reader, facilitator = room
    visits = [
        (signed_in(facilitator), "/moderation/"),
        (signed_in(facilitator), f"/spaces/{space.pk}/acts/"),
        (signed_in(facilitator), f"/posts/{post.pk}/decide/"),
        (signed_in(reader), "/me/reports/"),
        (signed_in(author), "/me/acts/"),
    ]

    def more(post):
        reports.report(post, by=reader, why="hurtful")
        reports.report(post, by=make_participant(cohort), why="hurtful")
        posting.edit(post, by=facilitator, content="Changed")

    def costs():
        found = []
        for client, address in visits:
            with CaptureQueriesContext(connection) as captured:
                assert client.get(address).status_code == 200
            found.append(len(captured))
        return found

    more(post)
    costs()
    few = costs()
    for _ in range(8):
        topic = make_thread(space, make_participant(cohort), "More")
        more(post_of(reader, topic.first_post))
        more(post_of(reader, posting.reply(post.topic, by=author, content="More")))

    costs()  # what is kept under an epoch is found anew after people came
    assert costs() == few


def test_the_menu_counts_for_moderators_in_one_query_and_for_others_in_none(
    room, signed_in, make_person
):
    _space, post, _author, reader, facilitator = room
    reports.report(post, by=reader, why="hurtful")
    assert '<span class="person-menu__count">1' in page(signed_in(facilitator), "/me/")
    assert "Needs a look" not in page(signed_in(reader), "/me/")

    def cost(person):
        access.standing_of(person)
        with CaptureQueriesContext(connection) as captured:
            queue.count(person)
        return len(captured)

    assert cost(reader) == 0
    assert cost(facilitator) == 1


def test_a_removal_taken_back_lets_the_report_wait_again(room, signed_in):
    _space, post, _author, reader, facilitator = room
    reports.report(post, by=reader, why="hurtful")
    reports.decide(post, by=facilitator, outcome="removed", answer="It is gone.")
    assert "It is gone." in page(signed_in(reader), "/me/reports/")

    undoing.undo(Act.objects.get(verb="removed"), by=facilitator)

    told = page(signed_in(reader), "/me/reports/")
    assert "have not decided yet" in told
    assert "It is gone." not in told
    assert "Rita Reporter" in page(signed_in(facilitator), "/moderation/")


def test_everybody_who_wrote_in_a_thread_is_told_that_it_was_removed_and_put_back(room, signed_in):
    space, post, author, reader, facilitator = room
    posting.reply(post.topic, by=reader, content="A reply")
    first = post_of(facilitator, post.topic.posts.order_by("pk").first())

    answer = page(
        signed_in(facilitator),
        f"/threads/{first.topic_id}/posts/{first.pk}/remove/",
        reason="Twice",
    )

    assert "The thread is gone for everybody." in answer
    assert "Undo</a>" in answer
    assert "Fern Facilitator removed a post of yours" in page(signed_in(author), "/me/acts/")
    assert "removed a thread that you wrote in" in page(signed_in(reader), "/me/acts/")
    log = page(signed_in(facilitator), f"/spaces/{space.pk}/acts/")
    assert "removed somebody&#x27;s post" in log
    assert "that you wrote in" not in log

    undoing.undo(Act.objects.get(verb="removed"), by=facilitator)

    assert "put a thread back that you wrote in" in page(signed_in(reader), "/me/acts/")
