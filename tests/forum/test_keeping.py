"""Spaces are opened, set up, ordered and closed by those who may, and never get other readers."""

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from community import roster
from community.models import Audience, Cohort, Membership, Role
from forum import posting
from forum.moderation.models import Act
from forum.spaces import keeping
from forum.spaces.models import Space
from forum.threads import Topic

Kind = Audience.Kind


@pytest.fixture
def fern(make_facilitator, cohort):
    return make_facilitator(cohort)


@pytest.fixture
def den(make_space, cohort):
    return make_space(Kind.COHORT, cohort, name="Den")


def opening(readers, **changed):
    return {
        "name": "Book corner",
        "purpose": "What we read.",
        "audience": readers.pk,
        "holds": "nobody",
        **changed,
    }


def names(client):
    return [row.name for row in client.get("/spaces/").context["rows"]]


def test_a_facilitator_opens_a_space_and_its_readers_find_it(
    fern, make_participant, make_person, cohort, audiences, signed_in
):
    coordinators = audiences[Kind.COORDINATORS]

    answer = signed_in(fern).post("/spaces/open/", opening(coordinators), follow=True)

    space = Space.objects.get()
    assert answer.redirect_chain == [(space.get_absolute_url(), 302)]
    assert names(signed_in(make_participant(cohort))) == ["Book corner"]
    assert names(signed_in(make_person(Role.Kind.DIRECTOR))) == []
    assert Act.objects.get().verb == "opened-space"


def test_only_audiences_whose_posts_one_moderates_are_offered(
    fern, cohort, other_cohort, audiences, signed_in
):
    client = signed_in(fern)

    offered = client.get("/spaces/open/").context["form"].fields["audience"].queryset
    refused = client.post("/spaces/open/", opening(other_cohort.audience))

    assert cohort.audience in offered
    assert other_cohort.audience not in offered
    assert refused.status_code == 422
    assert b"Book corner" in refused.content
    assert not Space.objects.exists()


@pytest.mark.parametrize("whose", ["its own", "another", "nobody's", "None", "9" * 40])
def test_from_a_cohort_its_space_is_opened_for_that_cohort(
    fern, cohort, other_cohort, audiences, signed_in, whose
):
    asked = {"its own": cohort.pk, "another": other_cohort.pk, "nobody's": 0}.get(whose, whose)
    form = signed_in(fern).get("/spaces/open/", {"cohort": asked}).context["form"]

    meant = {"audience": cohort.audience.pk, "name": cohort.name}
    assert form.initial == (meant if whose == "its own" else {})


def test_a_steward_opens_a_space_without_a_key_to_it(make_person, audiences, signed_in):
    stella = make_person(Role.Kind.STEWARD)
    client = signed_in(stella)

    answer = client.post("/spaces/open/", opening(audiences[Kind.COORDINATORS]), follow=True)

    space = Space.objects.get()
    assert "You are not one of them" in answer.content.decode()
    assert client.get(space.get_absolute_url()).status_code == 404


@pytest.mark.parametrize("role", [None, Role.Kind.DIRECTOR, Role.Kind.EXPERT, Role.Kind.EDITOR])
def test_nobody_else_opens_one(make_person, audiences, signed_in, role):
    client = signed_in(make_person(*[role] if role else []))

    answer = client.post("/spaces/open/", opening(audiences[Kind.MEMBERS]))

    assert answer.status_code == 404
    assert not Space.objects.exists()


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"name": " \u200b "}, "Give the space a name."),
        ({"name": "x" * 101}, "at most 100"),
        ({"purpose": ""}, "Say what this space is for."),
        ({"audience": ""}, "Choose who the space is for."),
        ({"audience": "9" * 40}, "Select a valid choice"),
        ({"holds": "whoever"}, "Select a valid choice"),
    ],
)
def test_what_is_wrong_is_said_beside_it(fern, audiences, signed_in, changed, said):
    answer = signed_in(fern).post("/spaces/open/", opening(audiences[Kind.MEMBERS], **changed))

    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not Space.objects.exists()


def test_a_space_is_renamed_and_keeps_its_audience(fern, den, audiences, signed_in):
    client = signed_in(fern)
    told = {"name": "The den", "purpose": "To be honest.", "holds": "newcomers", "place": ""}

    client.post(f"/spaces/{den.pk}/settings/", told | {"audience": audiences[Kind.MEMBERS].pk})

    den = Space.objects.get(pk=den.pk)
    assert (den.name, den.purpose, den.holds) == ("The den", "To be honest.", "newcomers")
    assert den.audience.kind == Kind.COHORT


def test_a_space_is_put_where_it_belongs_in_everybodys_list(
    fern, den, make_space, make_participant, cohort, signed_in
):
    square = make_space(Kind.MEMBERS, name="Square")
    make_space(Kind.COORDINATORS, name="Corner")
    maya = signed_in(make_participant(cohort))
    told = {"name": "Den", "purpose": "To talk.", "holds": "nobody"}
    assert names(maya) == ["Den", "Square", "Corner"]

    signed_in(fern).post(f"/spaces/{den.pk}/settings/", told | {"place": "last"})
    assert names(maya) == ["Square", "Corner", "Den"]

    signed_in(fern).post(f"/spaces/{den.pk}/settings/", told | {"place": square.pk})
    assert names(maya) == ["Den", "Square", "Corner"]


def test_a_closed_space_is_read_and_takes_no_words(
    fern, den, make_thread, make_participant, cohort, signed_in
):
    author = make_participant(cohort)
    topic = make_thread(den, author, "Hello", "Again")
    client = signed_in(author)

    signed_in(fern).post(f"/spaces/{den.pk}/close/", {"closed": "yes"})

    assert client.get(f"/threads/{topic.pk}/").status_code == 200
    assert "Post reply" not in client.get(f"/threads/{topic.pk}/").content.decode()
    refused = client.post(f"/threads/{topic.pk}/reply/", {"content": "One more thing"})
    assert refused.status_code == 422
    assert "One more thing" in refused.content.decode()
    sent_away = client.get(f"/spaces/{den.pk}/start/", follow=True)
    assert "This space is closed" in sent_away.content.decode()
    typed = {"subject": "New", "content": "Typed while it was closed"}
    kept = client.post(f"/spaces/{den.pk}/start/", typed)
    assert kept.status_code == 422
    assert "You can no longer write here." in kept.content.decode()
    assert typed["content"] in kept.content.decode()
    with pytest.raises(posting.Refused):
        posting.start(Space.objects.get(pk=den.pk), by=author, subject="New", content="Words")
    assert Topic.objects.get(pk=topic.pk).posts_count == 2


def test_a_space_that_is_opened_again_takes_words_again(
    fern, den, make_thread, make_participant, cohort, signed_in
):
    author = make_participant(cohort)
    topic = make_thread(den, author, "Hello")
    keeping.close(den, by=fern)

    signed_in(fern).post(f"/spaces/{den.pk}/close/", {"closed": "no"})
    answer = signed_in(author).post(f"/threads/{topic.pk}/reply/", {"content": "Back again"})

    assert answer.status_code == 302
    assert list(Act.objects.order_by("pk").values_list("verb", flat=True)) == [
        "closed-space",
        "reopened-space",
    ]


def test_whoever_does_not_moderate_there_keeps_no_space(
    den, make_participant, make_facilitator, cohort, other_cohort, signed_in
):
    for person in (make_participant(cohort), make_facilitator(other_cohort)):
        client = signed_in(person)
        told = {"name": "Mine", "purpose": "x", "holds": "nobody", "place": ""}

        answers = [
            client.post(f"/spaces/{den.pk}/settings/", told),
            client.post(f"/spaces/{den.pk}/close/", {"closed": "yes"}),
        ]

        assert [answer.status_code for answer in answers] == [404, 404]
    den.refresh_from_db()
    assert (den.name, den.closed_at) == ("Den", None)


def test_a_new_community_has_spaces_to_begin_with_and_gets_them_once(db):
    call_command("prepare_site", verbosity=0)
    keeping.close(Space.objects.first(), by=_facilitator())

    call_command("prepare_site", verbosity=0)

    kinds = list(Space.objects.values_list("audience__kind", flat=True))
    assert kinds == ["members", "coordinators", "graduates", "leaders", "facilitators"]


def _facilitator():
    from community import roster

    person = roster.register("fern@example.org", "Fern Flipchart")
    roster.appoint(person, Role.Kind.FACILITATOR, by=None)
    return person


def test_the_title_of_a_thread_is_changed_with_its_opening_post(
    den, make_thread, make_participant, fern, cohort, signed_in
):
    author = make_participant(cohort)
    topic = make_thread(den, author, "Hello", "Again", subject="About Pim Penpal")
    opening, second = topic.posts.order_by("pk")
    told = {"content": "Hello", "subject": "About a student"}

    signed_in(fern).post(f"/threads/{topic.pk}/posts/{opening.pk}/edit/", told | {"reason": "Name"})
    signed_in(fern).post(
        f"/threads/{topic.pk}/posts/{second.pk}/edit/", told | {"content": "Again"}
    )

    topic.refresh_from_db()
    assert (topic.subject, topic.thread.seq) == ("About a student", 3)
    assert Act.objects.get().concerns == author
    refused = signed_in(author).post(
        f"/threads/{topic.pk}/posts/{opening.pk}/edit/", {"content": "Hello", "subject": ""}
    )
    assert refused.status_code == 422


def test_five_hundred_cohorts_cost_no_more_than_one(
    make_facilitator, make_person, make_space, cohort, signed_in
):
    """To a facilitator of them all, and to the steward who opens a space for one of them."""
    fern, steward = make_facilitator(cohort), make_person(Role.Kind.STEWARD)
    make_space(Audience.Kind.COHORT, cohort)
    asked = [
        *((fern, path) for path in ("/spaces/", "/cohorts/", "/spaces/open/", "/people/invite/")),
        *((steward, path) for path in ("/cohorts/", "/spaces/open/")),
    ]

    def counts():
        roster.advance_epoch()
        for person, address in asked:
            client = signed_in(person)
            client.get(address)
            with CaptureQueriesContext(connection) as queries:
                assert client.get(address).status_code == 200
            yield len(queries)

    one = list(counts())
    cohorts = Cohort.objects.bulk_create(
        [Cohort(name=f"Many {n}", region=cohort.region, year=2026) for n in range(499)]
    )
    Membership.objects.bulk_create(
        [Membership(person=fern, cohort=c, kind=Membership.Kind.FACILITATOR) for c in cohorts]
    )
    for each in cohorts:
        make_space(Audience.Kind.COHORT, each)
    many = list(counts())

    page = signed_in(steward).get("/spaces/open/").content.decode()
    assert '<select name="audience"' in page
    assert "Many 498" in page
    assert many == one
    assert max(many) <= 9, dict(zip(asked, many, strict=True))
