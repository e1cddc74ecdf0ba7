"""`audit_access`: each kind of drift is made beside the verbs, found in plain words, and put right
where the roster can. A house that the verbs built has none."""

import logging
import re
from datetime import timedelta
from io import StringIO

import pytest
from django.conf import settings
from django.contrib.auth.models import Group, Permission
from django.core.management import CommandError, call_command
from django.utils import timezone
from machina.apps.forum.models import Forum
from wagtail.models import (
    Collection,
    CollectionViewRestriction,
    GroupPagePermission,
    Page,
    PageViewRestriction,
)

from community import roster
from community.models import Admission, Audience, Membership, Person, Role
from forum.spaces.models import Space
from home.tasks import audit_access


def audit(*, repair=False):
    """`(what it said, whether it found nothing)`."""
    out, code = StringIO(), 0
    try:
        call_command("audit_access", repair=repair, stdout=out)
    except CommandError as error:
        code = error.returncode
    return out.getvalue(), code == 0


@pytest.fixture
def person(
    home, make_participant, make_graduate, make_facilitator, make_person, make_space, cohort
):
    """A participant in a house with somebody of every kind and a space of every audience."""
    make_graduate(cohort), make_facilitator(cohort)
    for kind in (Role.Kind.DIRECTOR, Role.Kind.EXPERT, Role.Kind.EDITOR, Role.Kind.STEWARD):
        make_person(kind)
    make_space(Audience.Kind.MEMBERS)
    make_space(Audience.Kind.COHORT, cohort)
    made = make_participant(cohort, name="Ada Lantern")
    roster.deactivate(make_participant(cohort), by=None)
    return made


def test_what_the_verbs_built_has_not_drifted(person):
    assert audit() == ("Everything is as the policy answers.\n", True)


def cohort_of(person):
    return Audience.objects.get(cohort=person.memberships.get().cohort)


def leaders(person):
    return Audience.objects.get(kind=Audience.Kind.LEADERS)


def join_a_group(person):
    leaders(person).group.user_set.add(person)


def lose_a_group(person):
    cohort_of(person).group.user_set.remove(person)


def join_the_editors(person):
    Group.objects.get(name="Editors").user_set.add(person)


def join_a_group_of_nobody(person):
    Group.objects.create(name="Whoever").user_set.add(person)


def be_listed(person):
    Admission.objects.create(audience=leaders(person), person=person)


def be_left_out(person):
    Admission.objects.filter(audience=cohort_of(person), person=person).delete()


def be_promoted_beside_the_roster(person):
    program = person.roles.get().worksite.program
    Role.objects.create(person=person, kind=Role.Kind.DIRECTOR, program=program)


def expire_unswept(person):
    long_ago = timezone.now() - timedelta(hours=1)
    Membership.objects.filter(person=person).update(ends_at=long_ago)


def be_closed(person):
    Person.objects.filter(pk=person.pk).update(is_active=False)


def leave_for_good(person):
    Person.objects.filter(pk=person.pk).update(is_active=False)
    person.roster_entries.create(verb="close_account")
    roster.mend(person, by=None)


MENDED = {
    join_a_group: "Ada Lantern .* is among the group “Audience: leaders” and must not be",
    lose_a_group: "Ada Lantern .* is missing from the group “Audience: North 2026 cohort”",
    join_the_editors: "Ada Lantern .* is among the group “Editors” and must not be",
    be_listed: "Ada Lantern .* is among the readers of “Leaders only” and must not be",
    be_left_out: "Ada Lantern .* is missing from the readers of “North 2026 cohort only”",
    be_promoted_beside_the_roster: "Ada Lantern .* among the readers of “Coordinators only”",
    expire_unswept: "Ada Lantern .* among the readers of “North 2026 cohort only”",
    be_closed: "account of Ada Lantern .* was closed beside the roster",
    leave_for_good: "Ada Lantern .* left for good and still holds a role",
}


@pytest.mark.parametrize("happening", MENDED, ids=lambda found: found.__name__)
def test_a_drift_of_people_is_found_and_put_right(person, happening):
    happening(person)

    said, clean = audit()
    assert not clean
    assert re.search(MENDED[happening], said), said
    said, clean = audit(repair=True)
    assert clean, said
    assert audit() == ("Everything is as the policy answers.\n", True)


def be_a_superuser(person):
    Person.objects.filter(pk=person.pk).update(is_superuser=True)


def hold_a_permission(person):
    person.user_permissions.add(Permission.objects.get(codename="access_admin"))


def forget_an_audience(person):
    Forum.objects.create(name="Attic", type=Forum.FORUM_POST)


def widen_a_child(person):
    above = Space.objects.get(audience__kind=Audience.Kind.COHORT)
    below = Space.objects.get(audience__kind=Audience.Kind.MEMBERS)
    below.forum.parent = above.forum
    below.forum.save()


def close_a_page(person, **facts):
    page = Page.objects.get(slug="guide")
    return PageViewRestriction.objects.create(page=page, **facts)


def close_a_page_with_a_password(person):
    close_a_page(person, restriction_type="password", password="open")


def close_a_page_to_a_group_of_the_admin(person):
    close_a_page(person, restriction_type="groups").groups.add(Group.objects.get(name="Editors"))


def close_a_page_to_two_audiences(person):
    groups = [leaders(person).group, cohort_of(person).group]
    close_a_page(person, restriction_type="groups").groups.set(groups)


def close_a_collection_to_whoever_signs_in(person):
    collection = Collection.get_first_root_node().add_child(name="Box")
    CollectionViewRestriction.objects.create(collection=collection, restriction_type="login")


def move_the_privacy_notice(person):
    page = Page.objects.get(slug="privacy").specific
    page.slug = "what-we-keep"
    page.save_revision().publish()


def let_editors_change_groups(person):
    group = Group.objects.get(name="Editors")
    group.permissions.add(Permission.objects.get(codename="change_group"))


def let_an_audience_publish(person):
    GroupPagePermission.objects.create(
        group=leaders(person).group,
        page=Page.objects.get(slug="home"),
        permission=Permission.objects.get(codename="publish_page"),
    )


def put_a_file_where_everybody_gets_it(person):
    folder = settings.MEDIA_ROOT / "images"
    folder.mkdir(parents=True)
    (folder / "plan.pdf").write_bytes(b"%PDF")


def keep_uploads_where_everybody_gets_them(person):
    settings.UPLOADS_ROOT = settings.MEDIA_ROOT / "images" / "uploads"


TOLD = {
    be_a_superuser: "Ada Lantern (person {pk}) is a superuser",
    hold_a_permission: "Ada Lantern (person {pk}) has permissions of their own",
    join_a_group_of_nobody: "Ada Lantern (person {pk}) is among the group “Whoever”",
    forget_an_audience: "The forum “Attic”",
    widen_a_child: "wider than “North 2026 cohort only” of the space above it",
    close_a_page_with_a_password: "is restricted to no single audience",
    close_a_page_to_a_group_of_the_admin: "is restricted to no single audience",
    close_a_page_to_two_audiences: "is restricted to no single audience",
    close_a_collection_to_whoever_signs_in: "The collection “Box” is restricted to no single",
    move_the_privacy_notice: "No form leads to the privacy notice",
    let_editors_change_groups: "“Editors” may do what nobody gave it: change_group",
    let_an_audience_publish: "“Audience: leaders” may do what nobody gave it: publish_page",
    put_a_file_where_everybody_gets_it: "The public folder holds “images/plan.pdf”",
    keep_uploads_where_everybody_gets_them: "What people attach is kept in a public folder",
}


@pytest.mark.parametrize("happening", TOLD, ids=lambda found: found.__name__)
def test_a_drift_that_somebody_has_to_decide_is_told_and_left(person, happening):
    happening(person)

    for repair in (False, True):
        said, clean = audit(repair=repair)
        assert not clean
        assert TOLD[happening].format(pk=person.pk) in said, said


def test_what_the_clock_has_just_ended_is_no_drift_yet(person):
    Membership.objects.filter(person=person).update(ends_at=timezone.now())

    assert audit()[1]


def test_the_worker_warns_each_day_and_names_nobody(person, caplog):
    assert "home.tasks.audit_access" in settings.SCHEDULE
    join_a_group(person)

    with caplog.at_level(logging.WARNING, "hallway.access"):
        audit_access.call()

    assert "Drifted from the policy: 1" in caplog.text
    assert "Ada" not in caplog.text


def test_the_audit_costs_the_same_for_many(
    person, make_participant, cohort, django_assert_max_num_queries
):
    for _ in range(10):
        make_participant(cohort)

    with django_assert_max_num_queries(60):
        assert audit()[1]
