"""Holes of machina as shipped, closed here. Each of these fails on machina's own classes."""

import re
from pathlib import Path

import pytest
from django.contrib.auth.models import AnonymousUser, Group
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.db.models import ProtectedError
from django.test import Client
from django.urls import URLResolver, get_resolver
from machina.apps.forum.models import Forum
from machina.conf import settings as machina_settings
from machina.core.db.models import get_model
from machina.core.loading import get_class

from community.models import Audience, Person, Role
from forum import posting
from forum.spaces.models import Space
from forum.threads import Post, Topic

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


def test_neither_a_default_nor_a_group_outweighs_the_policy(
    walled, make_participant, make_person, make_thread, signed_in, cohort, monkeypatch
):
    insider, outsider = make_participant(cohort), make_person(Role.Kind.DIRECTOR)
    topic = make_thread(walled, insider, "Marmalade words")
    monkeypatch.setattr(
        machina_settings,
        "DEFAULT_AUTHENTICATED_USER_FORUM_PERMISSIONS",
        ["can_see_forum", "can_read_forum"],
    )
    permissions = get_model("forum_permission", "ForumPermission").objects
    for person, granted in ((insider, False), (outsider, True), (outsider, False)):
        group = Group.objects.create(name=f"Group {Group.objects.count()}")
        group.user_set.add(person)
        for codename in ("can_see_forum", "can_read_forum"):
            get_model("forum_permission", "GroupForumPermission").objects.create(
                permission=permissions.get(codename=codename),
                group=group,
                forum=walled.forum,
                has_perm=granted,
            )

    for address in (f"/spaces/{walled.pk}/", f"/threads/{topic.pk}/"):
        assert signed_in(insider).get(address).status_code == 200
        assert signed_in(outsider).get(address).status_code == 404
    assert Checker(insider).has_perm("can_read_forum", walled.forum)
    assert not Checker(outsider).has_perm("can_read_forum", walled.forum)


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

    with django_assert_num_queries(4):
        Checker(person).get_perms_for_forumlist(forums)


# --- At our own addresses ------------------------------------------------------------------------


def every_pattern(patterns=None, prefix=""):
    """`(route, pattern)` of everything that the resolver knows."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        route = prefix + str(pattern.pattern).removeprefix("^")
        if isinstance(pattern, URLResolver):
            yield from every_pattern(pattern.url_patterns, route)
        else:
            yield route, pattern


def addresses_of(space, topic, post):
    """Every address under which the forum shows a space, a thread or a post, filled with these."""
    keys = {"spaces": space, "threads": topic, "posts": post}
    found = []
    for route, _pattern in every_pattern():
        first = route.split("/")[0]
        if first not in keys or "pk>" not in route:
            continue
        filled = re.sub(r"<(?:int:)?pk>", str(keys[first]), route, count=1)
        filled = re.sub(r"<(?:int:)?post_pk>", str(post), filled)
        found.append("/" + re.sub(r"<(?:\w+:)?\w+>", "1", filled))
    assert len(found) > 8
    return found


@pytest.fixture
def inner(walled, make_space, make_thread, make_participant, cohort):
    """A thread in a space for all members, which stands in a space that is a cohort's own."""
    child = make_space(Audience.Kind.MEMBERS, parent=walled.forum, name="Inner room")
    author = make_participant(cohort)
    return child, make_thread(child, author, "Marmalade", subject="Inner thread"), author


def test_no_address_of_a_child_opens_what_its_parent_closes(inner, make_person, signed_in):
    child, topic, author = inner
    person = make_person()
    insider, outsider = signed_in(author), signed_in(person)

    for address in (f"/spaces/{child.pk}/", f"/threads/{topic.pk}/"):
        assert insider.get(address).status_code == 200
    for address in addresses_of(child.pk, topic.pk, topic.first_post_id):
        for verb in ("get", "post"):
            answer = getattr(outsider, verb)(address)
            assert answer.status_code in (404, 405), (verb, address)
            assert b"Inner" not in answer.content
    assert "Inner" not in outsider.get("/spaces/").content.decode()
    assert "Inner" not in outsider.get("/").content.decode()


def test_closed_and_missing_are_one_answer_at_every_address(
    walled, make_thread, make_participant, make_person, signed_in, cohort
):
    topic = make_thread(walled, make_participant(cohort), "Marmalade")
    outsider = signed_in(make_person(Role.Kind.DIRECTOR))
    closed = addresses_of(walled.pk, topic.pk, topic.first_post_id)
    missing = addresses_of(*[987_654] * 3)

    for address, nothing in zip(closed, missing, strict=True):
        for verb in ("get", "post", "head"):
            here, there = getattr(outsider, verb)(address), getattr(outsider, verb)(nothing)
            assert here.status_code == there.status_code in (404, 405), (verb, address)
            assert here.content == there.content, (verb, address)


def test_no_view_of_machinas_own_is_served(db):
    for route, pattern in every_pattern():
        view = getattr(pattern.callback, "view_class", pattern.callback)
        module = getattr(view, "__module__", type(view).__module__)
        assert not module.startswith(("machina.", "haystack.")), route


def test_no_upload_of_a_post_is_among_the_media(settings, client, db):
    """machina keeps what is attached here, for everybody who has the address."""
    name = "machina/attachments/sassafras.txt"
    (settings.MEDIA_ROOT / name).parent.mkdir(parents=True)
    (settings.MEDIA_ROOT / name).write_bytes(b"Sassafras")

    assert client.get(f"/media/{name}").status_code == 404
    kept = get_model("attachments", "Attachment")._meta.get_field("file").storage
    assert settings.MEDIA_ROOT not in Path(kept.path("x")).parents


def test_a_visitor_opens_no_session_at_any_address(client, walled, make_thread, make_participant):
    call_command("prepare_site", verbosity=0)
    topic = make_thread(walled, make_participant(walled.audience.cohort), "Marmalade")
    plain = [f"/{route}" for route, _pattern in every_pattern() if not re.search(r"[<(\\]", route)]
    # A reset that was begun is kept in a session of its own: that is what it is for.
    public = {address.replace("$", "") for address in plain} | {
        "/guide/", "/resources/", "/meetings/", "/about/", "/no-such-page/", "/threads/987654/",
        "/media/images/none.png", "/documents/1/none.txt", "/invitation/nothing/",
    }  # fmt: skip
    assert len(public) > 40

    for address in (*public, *addresses_of(walled.pk, topic.pk, topic.first_post_id)):
        answer = client.get(address)
        assert answer.status_code < 500, address
        assert "sessionid" not in client.cookies, address
    assert Session.objects.count() == 0


# --- What is never lost --------------------------------------------------------------------------


def test_a_person_is_deleted_by_no_way(walled, make_thread, make_participant, make_person, cohort):
    author, other = make_participant(cohort), make_participant(cohort)
    topic = make_thread(walled, author, "One")
    reply = posting.reply(topic, by=other, content="Two")
    superuser = make_person(Role.Kind.STEWARD)
    Person.objects.filter(pk=superuser.pk).update(is_superuser=True)
    client = Client()
    client.force_login(Person.objects.get(pk=superuser.pk))

    with pytest.raises(ProtectedError):
        author.delete()
    with pytest.raises(ProtectedError):
        Person.objects.filter(pk=author.pk).delete()
    for page in ("", f"{author.pk}/", f"{author.pk}/delete/", "new/"):
        assert client.get(f"/cms/users/{page}").status_code == 404
        assert client.post(f"/cms/users/{page}", {"delete": "yes"}).status_code == 404
    bulk = f"/cms/bulk/community/person/delete/?id={author.pk}"
    assert client.post(bulk).status_code == 404
    # What asks no signal is refused by the database itself: a row of theirs points at them.
    with transaction.atomic():
        Person.objects.filter(pk=author.pk)._raw_delete("default")
        with pytest.raises(IntegrityError):
            connection.check_constraints()
        transaction.set_rollback(True)

    assert Person.objects.filter(pk=author.pk).exists()
    assert list(topic.posts.order_by("pk")) == [topic.first_post, reply]


# --- What a reply costs --------------------------------------------------------------------------


def said_by(action):
    """Every statement that an action sends to the database, with its parameters."""
    said = []

    def listen(execute, sql, params, many, context):
        said.append((sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(listen):
        action()
    return said


def plan_of(sql, params):
    """How the database goes about it. PostgreSQL scans small tables by choice, so it is told to
    do so only where no index would serve."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(f"EXPLAIN QUERY PLAN {sql}", params)
        else:
            cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute(f"EXPLAIN {sql}", params)
        return "\n".join(str(row) for row in cursor.fetchall())


def scans_posts(plan):
    return re.search(r"(SCAN|Seq Scan on) \"?forum_conversation_post\b", plan) is not None


def test_a_reply_counts_nothing_and_scans_no_posts(walled, make_thread, make_participant, cohort):
    author = make_participant(cohort)
    topic = make_thread(walled, author, *["Filling"] * 30)
    post_table = Post._meta.db_table

    said = said_by(lambda: posting.reply(topic, by=author, content="One more"))
    touching = [
        (sql, params)
        for sql, params in said
        if post_table in sql and sql.startswith(("SELECT", "UPDATE", "INSERT", "DELETE"))
    ]

    assert touching
    assert not [sql for sql, _params in said if re.search(r"\b(COUNT|SUM|AVG|MAX)\(", sql)]
    with transaction.atomic():
        assert scans_posts(plan_of(f"SELECT * FROM {post_table} WHERE content = %s", ["x"]))
        for sql, params in touching:
            assert not scans_posts(plan_of(sql, params)), sql


def test_a_reply_keeps_what_others_did_meanwhile(
    walled, make_thread, make_participant, make_facilitator, cohort
):
    facilitator = make_facilitator(cohort)
    topic = make_thread(walled, make_participant(cohort), "One")
    stale = Topic.objects.select_related("forum__space__audience").get(pk=topic.pk)
    posting.lock(topic, by=facilitator)
    posting.reply(topic, by=facilitator, content="Two")

    posting.reply(stale, by=facilitator, content="Three")

    current = Topic.objects.get(pk=topic.pk)
    assert (current.status, current.posts_count) == (Topic.TOPIC_LOCKED, 3)
