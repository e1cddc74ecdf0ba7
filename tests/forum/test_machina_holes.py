"""Holes of machina as shipped, closed here. Each of these fails on machina's own classes."""

import pytest
from django.contrib.auth.models import AnonymousUser
from machina.apps.forum.models import Forum
from machina.core.db.models import get_model
from machina.core.loading import get_class

from community.models import Audience, Person, Role
from forum.spaces.models import Space

Checker = get_class("forum_permission.checker", "ForumPermissionChecker")
Handler = get_class("forum_permission.handler", "PermissionHandler")
Mixin = get_class("forum_permission.viewmixins", "PermissionRequiredMixin")


@pytest.fixture
def walled(make_space, cohort):
    return make_space(Audience.Kind.COHORT, cohort)


def test_machina_itself_loads_our_stand_ins():
    for stand_in in (Checker, Handler, Mixin):
        assert stand_in.__module__.startswith("forum.forum_permission.")


def test_a_superuser_has_no_short_cut(walled, make_person):
    person = make_person()
    Person.objects.filter(pk=person.pk).update(is_superuser=True)
    superuser = Person.objects.get(pk=person.pk)

    assert Checker(superuser).get_perms(walled.forum) == frozenset()
    assert not Handler().can_read_forum(walled.forum, superuser)
    assert not Handler().can_add_topic(walled.forum, superuser)
    assert list(Handler().get_readable_forums(Forum.objects.all(), superuser)) == []


def test_a_grant_in_machinas_own_tables_opens_nothing(walled, make_person):
    permission = get_model("forum_permission", "ForumPermission").objects.get(
        codename="can_read_forum"
    )
    person = make_person(Role.Kind.DIRECTOR)
    get_model("forum_permission", "UserForumPermission").objects.create(
        permission=permission, user=person, forum=walled.forum, has_perm=True
    )
    get_model("forum_permission", "UserForumPermission").objects.create(
        permission=permission, authenticated_user=True, has_perm=True
    )

    assert not Checker(person).has_perm("can_read_forum", walled.forum)


def test_the_answer_does_not_depend_on_the_order_of_the_forums(
    walled, make_space, make_participant, cohort, other_cohort
):
    person = make_participant(cohort)
    other = make_space(Audience.Kind.COHORT, other_cohort)
    forums = [walled.forum, other.forum]

    there = Checker(person).get_perms_for_forumlist(forums)
    back = Checker(person).get_perms_for_forumlist(forums[::-1])

    assert there == back
    assert "can_read_forum" in there[walled.forum]
    assert there[other.forum] == frozenset()


def test_a_closed_parent_closes_an_open_child(walled, make_space, make_person):
    child = make_space(Audience.Kind.MEMBERS, parent=walled.forum)
    person = make_person()

    assert not Checker(person).has_perm("can_read_forum", child.forum)
    assert child not in Space.objects.open_to(person)


def test_a_forum_without_a_space_is_closed_to_all(make_facilitator, cohort):
    bare = Forum.objects.create(name="Bare", type=Forum.FORUM_POST)

    assert Checker(make_facilitator(cohort)).get_perms(bare) == frozenset()
    assert Checker(AnonymousUser()).get_perms(bare) == frozenset()


def test_a_participant_writes_and_a_facilitator_moderates(
    walled, make_participant, make_facilitator, cohort
):
    participant, facilitator = make_participant(cohort), make_facilitator(cohort)

    assert Checker(participant).has_perm("can_reply_to_topics", walled.forum)
    assert not Checker(participant).has_perm("can_lock_topics", walled.forum)
    assert Checker(facilitator).has_perm("can_lock_topics", walled.forum)
    assert not Checker(facilitator).has_perm("no_such_permission", walled.forum)


def test_many_forums_cost_no_more_queries_than_one(
    make_space, make_person, django_assert_num_queries
):
    person = Person.objects.get(pk=make_person().pk)
    forums = [make_space(Audience.Kind.MEMBERS).forum for _ in range(12)]

    with django_assert_num_queries(3):
        Checker(person).get_perms_for_forumlist(forums)


def test_a_visitor_opens_no_session(client, walled):
    client.get("/spaces/")
    client.get("/")

    assert "sessionid" not in client.cookies
