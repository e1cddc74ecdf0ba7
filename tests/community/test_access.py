"""What the policy says beside its table (`test_policy_table.py`): of children and parents, of
how many can read, and at what cost it is asked."""

from community import access, readers, roster
from community.models import Audience, Person, Role

K = Audience.Kind


def test_public_admits_everybody_but_nobody_writes_to_it():
    from community.models import PUBLIC

    assert access.admits(PUBLIC, access.VISITOR)
    assert not access.may_write(PUBLIC, access.Standing(person_id=1, active=True))


def test_a_child_space_is_never_wider_than_its_parent(
    make_space, make_person, make_participant, cohort
):
    from forum.spaces.models import Space

    parent = make_space(K.COHORT, cohort)
    child = make_space(K.MEMBERS, parent=parent.forum)
    outsider, insider = make_person(), make_participant(cohort)

    assert child not in Space.objects.open_to(outsider)
    assert child in Space.objects.open_to(insider)


def test_a_forum_without_a_space_closes_everything_below_it(make_space, make_person):
    from machina.apps.forum.models import Forum

    from forum.spaces.models import Space

    orphan = Forum.objects.create(name="No space", type=Forum.FORUM_POST)
    child = make_space(K.MEMBERS, parent=orphan)

    assert child not in Space.objects.open_to(make_person())


def test_the_sentence_counts_who_can_read(make_participant, make_facilitator, make_person, cohort):
    make_participant(cohort), make_participant(cohort), make_facilitator(cohort)
    make_person(Role.Kind.DIRECTOR)
    audience = roster.open_audience(K.COORDINATORS)

    assert readers.sentence(audience) == (
        "2 coordinators and graduates and 1 facilitator can read this. No director can."
    )


def test_standing_costs_nothing_until_somebodys_changes(
    make_participant, cohort, django_assert_num_queries
):
    people = [make_participant(cohort) for _ in range(3)]
    access.standing_of(Person.objects.get(pk=people[0].pk))
    person = Person.objects.get(pk=people[0].pk)

    with django_assert_num_queries(1):  # the epoch, which comes with whoever is signed in
        access.standing_of(person)
    roster.leave(people[1], cohort, by=None)
    person = Person.objects.get(pk=people[0].pk)
    with django_assert_num_queries(2):
        access.standing_of(person)
    with django_assert_num_queries(1):
        access.standings_of([found.pk for found in people])
