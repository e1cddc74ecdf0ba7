"""No screen of Wagtail's admin changes who anybody is: whatever is sent to whichever address of it,
by an editor, a facilitator, a steward or a superuser, no person, group, permission, audience, role
or membership is made, changed or deleted. People are the roster's.

The addresses come from the resolver, as in `test_doors.py`.
"""

import re
from collections import Counter

import pytest
from django.contrib.auth.models import Group
from django.db import connection, transaction
from django.db.models import ProtectedError
from django.test.utils import CaptureQueriesContext
from wagtail.models import GroupCollectionPermission, GroupPagePermission

from community import roster
from community.models import Admission, Audience, Invitation, Membership, Person, Role
from tests import test_doors
from tests.test_doors import client_of, every_address, fill

house = test_doors.house
WRITES = re.compile(r"INSERT|UPDATE|DELETE")
GONE = [
    "users/",
    "users/new/",
    "users/{pk}/",
    "users/{pk}/delete/",
    "users/results/",
    "groups/",
    "groups/new/",
    "groups/edit/{group}/",
    "groups/{group}/delete/",
    "groups/{group}/users/",
    "bulk/community/person/delete/?id={pk}",
    "bulk/community/person/assign_role/?id={pk}",
    "bulk/community/person/set_active_state/?id={pk}",
]


def who_is_what():
    """All that says who somebody is or what a group may do, row by row."""
    tables = (
        Person.objects.values_list("pk", "email", "name", "password", "is_active", "is_superuser"),
        *(
            model.objects.values_list()
            for model in (
                Person.groups.through, Person.user_permissions.through, Group,
                Group.permissions.through, GroupPagePermission, GroupCollectionPermission,
                Audience, Role, Membership, Admission, Invitation,
            )
        ),
    )  # fmt: skip
    return [sorted(rows, key=str) for rows in tables]


def everything_one_could_send(house, person):
    """Fields of Wagtail's forms about people and groups, each filled with what would do harm."""
    leaders = roster.open_audience(Audience.Kind.LEADERS).group
    editors = Group.objects.get(name="Editors")
    return {
        "name": "Somebody else",
        "email": "somebody.else@example.org",
        "first_name": "Somebody",
        "last_name": "Else",
        "password1": "another three words",
        "password2": "another three words",
        "is_active": "on",
        "is_superuser": "on",
        "groups": [leaders.pk, editors.pk],
        "permissions": "1",
        "restriction_type": "groups",
        "confirm": "yes",
        "next": "/cms/",
        "id": [person.pk, house.insiders["author"].pk],
        "name_email-name": "Somebody else",
        "name_email-email": "somebody.else@example.org",
        "password-old_password": "x",
        "page_permissions-TOTAL_FORMS": "0",
        "page_permissions-INITIAL_FORMS": "0",
    }


@pytest.mark.parametrize("who", ["editor", "facilitator", "steward", "superuser"])
def test_no_screen_of_the_admin_changes_who_anybody_is(house, who):
    person = house.outsiders.get(who) or house.insiders[who]
    client, body = client_of(person), everything_one_could_send(house, person)
    client.raise_request_exception = False  # Wagtail's own forms raise on half a form
    cookies, before, answers = client.cookies.copy(), who_is_what(), Counter()
    for address in every_address():
        path = fill(address, house)
        if not path.startswith("/cms/"):
            continue
        for verb in ("get", "post"):
            with transaction.atomic(), CaptureQueriesContext(connection) as queries:
                answer = getattr(client, verb)(path, body if verb == "post" else None)
                if any(WRITES.match(query["sql"]) for query in queries.captured_queries):
                    assert who_is_what() == before, (path, verb)
                transaction.set_rollback(True)
            client.cookies = cookies.copy()
            answers[answer.status_code] += 1
    assert sum(answers.values()) > 200
    if who in ("editor", "superuser"):
        assert answers[200] > 30, "nobody saw the admin: nothing is proven"


@pytest.mark.parametrize("who", ["editor", "facilitator", "steward", "superuser"])
def test_the_admins_screens_of_people_and_groups_are_not_there(house, who):
    person = house.outsiders.get(who) or house.insiders[who]
    group = roster.open_audience(Audience.Kind.LEADERS).group
    client, before = client_of(person), who_is_what()
    for address in GONE:
        path = "/cms/" + address.format(pk=house.insiders["author"].pk, group=group.pk)
        for verb in ("get", "post"):
            answer = getattr(client, verb)(path, everything_one_could_send(house, person))
            assert answer.status_code == 404, (path, verb)
    assert who_is_what() == before


def test_a_superuser_deletes_no_person_in_code_either(house):
    """The guard is on the row, so no screen of tomorrow needs to remember it."""
    with pytest.raises(ProtectedError):
        house.insiders["author"].delete()
    with pytest.raises(ProtectedError):
        Person.objects.all().delete()


def test_a_group_of_an_audience_is_kept_by_it(house):
    group = roster.open_audience(Audience.Kind.LEADERS).group

    with pytest.raises(ProtectedError):
        group.delete()
