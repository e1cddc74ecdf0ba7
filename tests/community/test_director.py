"""What can my director see? Asked of the policy as the director, told to the coordinator."""

import pytest
from django.core.management import call_command

from community import profiles, roster
from community.directory.models import Circle
from community.models import Audience, Role
from forum import posting

Kind = Audience.Kind


@pytest.fixture
def dana(make_person, program):
    return make_person(Role.Kind.DIRECTOR, name="Dana Director", program=program)


@pytest.fixture
def maya(make_person, cohort, dana, worksite):
    person = make_person(
        Role.Kind.COORDINATOR, name="Maya Member", supervisor=dana, worksite=worksite
    )
    roster.enrol(person, cohort, by=None)
    return person


@pytest.fixture
def spaces(make_space, cohort):
    return {
        "walled": make_space(Kind.COHORT, cohort, name="Zebrafinch room"),
        "square": make_space(Kind.MEMBERS, name="Town square"),
        "leaders": make_space(Kind.LEADERS, name="Leaders corner"),
    }


def text(answer):
    return " ".join(answer.content.decode().split())


CLOSED = "Dana Director cannot open this, and finds nothing of what is said in it."
OPENED = "Dana Director can open this and reads every word of it"


def test_a_coordinator_learns_who_their_director_is_and_why(maya, dana, spaces, signed_in):
    page = text(signed_in(maya).get("/me/director/"))

    assert "supervises you at Maple Yard, directs Pinecone" in page
    closed, opened = page.split("Open to them")
    assert "Zebrafinch room" in closed
    assert "Town square" in opened
    assert "Leaders corner" not in page


def test_a_space_and_a_thread_say_whether_they_are_closed(
    maya, dana, spaces, signed_in, make_thread
):
    client = signed_in(maya)
    walled = make_thread(spaces["walled"], maya, "Marmalade words")
    common = make_thread(spaces["square"], maya, "Plain words")

    for address in (f"spaces/{spaces['walled'].pk}", f"threads/{walled.pk}"):
        page = text(client.get(f"/me/director/{address}/"))
        assert CLOSED in page
        assert OPENED not in page
        assert "Marmalade" not in page
    for address in (f"spaces/{spaces['square'].pk}", f"threads/{common.pk}"):
        page = text(client.get(f"/me/director/{address}/"))
        assert OPENED in page
        assert CLOSED not in page
    assert "Plain words" in text(client.get(f"/me/director/threads/{common.pk}/"))


def test_the_preview_says_what_the_director_is_answered(maya, dana, spaces, signed_in, make_thread):
    threads = [make_thread(spaces[name], maya) for name in ("walled", "square")]

    for thread in threads:
        seen = signed_in(dana).get(f"/threads/{thread.pk}/").status_code == 200
        page = text(signed_in(maya).get(f"/me/director/threads/{thread.pk}/"))
        assert (OPENED in page) is seen
        assert (CLOSED in page) is not seen


def test_what_is_closed_to_the_asker_tells_them_nothing(maya, dana, spaces, signed_in):
    client = signed_in(maya)

    closed = client.get(f"/me/director/spaces/{spaces['leaders'].pk}/")
    missing = client.get("/me/director/spaces/987654/")

    assert closed.status_code == missing.status_code == 404
    assert closed.content == missing.content


def test_a_profile_is_shown_as_the_director_sees_it(maya, dana, signed_in):
    profiles.change(
        maya, by=maya, name=maya.name, pronouns="", about="About the kitchen",
        offers="Snack plans", seeks="Garden tools", offers_for=Circle.MEMBERS,
        seeks_for=Circle.COORDINATORS, about_for=Circle.COHORTS,
    )  # fmt: skip
    client = signed_in(maya)
    own = text(client.get(f"/people/{maya.pk}/"))
    assert all(words in own for words in ("About the kitchen", "Snack plans", "Garden tools"))

    page = text(client.get(f"/me/director/people/{maya.pk}/"))

    assert "As Dana Director sees it" in page
    assert "Snack plans" in page
    assert "Garden tools" not in page
    assert "About the kitchen" not in page


def test_of_the_posts_those_are_shown_that_both_can_read(
    maya, dana, spaces, make_thread, make_facilitator, signed_in
):
    jo = make_facilitator(name="Jo Juicebox")
    make_thread(spaces["square"], jo, "Quokka words", subject="Common")
    make_thread(spaces["leaders"], jo, "Wombat words", subject="Theirs")
    make_thread(spaces["square"], maya, "Mine in common", subject="Open")
    make_thread(spaces["walled"], maya, "Mine behind the wall", subject="Walled")
    client = signed_in(maya)

    of_jo = text(client.get(f"/me/director/people/{jo.pk}/"))
    own = text(client.get(f"/me/director/people/{maya.pk}/"))

    assert "1 post that both of you can read" in of_jo
    assert "Quokka words" in of_jo
    assert "Wombat" not in of_jo, "where leaders meet is closed to Maya"
    assert "1 post that both of you can read" in own
    assert "Mine in common" in own
    assert "behind the wall" not in own


def test_a_directors_own_secrets_are_not_shown_as_they_see_them(maya, dana, signed_in):
    profiles.change(
        dana, by=dana, name=dana.name, pronouns="", about="", phone="555 0100",
        phone_for=Circle.ME, offers="A short answer", offers_for=Circle.MEMBERS,
    )  # fmt: skip

    page = text(signed_in(maya).get(f"/me/director/people/{dana.pk}/"))

    assert "A short answer" in page
    assert "555 0100" not in page


def test_without_a_director_the_page_says_so(make_person, cohort, signed_in, spaces):
    person = make_person()
    roster.enrol(person, cohort, by=None)
    for address in ("", f"spaces/{spaces['walled'].pk}/", f"people/{person.pk}/"):
        page = text(signed_in(person).get(f"/me/director/{address}"))
        assert "No director is on record for you" in page


def test_the_question_stands_where_it_comes_up(maya, spaces, make_thread, signed_in, make_person):
    thread = make_thread(spaces["square"], maya)
    places = {
        f"/spaces/{spaces['square'].pk}/": f"/me/director/spaces/{spaces['square'].pk}/",
        f"/threads/{thread.pk}/": f"/me/director/threads/{thread.pk}/",
        f"/people/{maya.pk}/": f"/me/director/people/{maya.pk}/",
        "/me/": "/me/director/",
    }
    for page, link in places.items():
        assert link in text(signed_in(maya).get(page)), page
        assert link not in text(signed_in(make_person(Role.Kind.EXPERT)).get(page)), page


def test_the_menu_of_an_own_post_asks_it_too(maya, spaces, make_thread, make_person, signed_in):
    expert = make_person(Role.Kind.EXPERT)
    thread = make_thread(spaces["square"], maya)
    theirs = posting.reply(thread, by=expert, content="Measure it first.")
    mine = posting.reply(thread, by=maya, content="We will.")
    asked = f'href="/me/director/threads/{thread.pk}/"'

    def menu_of(post, reader):
        page = signed_in(reader).get(f"/threads/{thread.pk}/").content.decode()
        return page.split(f'id="post-{post.pk}"')[1].split("</article>")[0]

    assert asked in menu_of(mine, maya)
    assert asked not in menu_of(theirs, maya)
    assert asked not in menu_of(theirs, expert)


def test_a_director_reads_at_home_what_is_open_to_them_and_what_not(
    dana, maya, spaces, signed_in, make_person
):
    call_command("prepare_site", verbosity=0)
    home = text(signed_in(dana).get("/"))

    assert "What you can see here and what not" in home
    assert "Town square" in home
    assert "Leaders corner" in home
    assert "Zebrafinch" not in home
    assert "What you can see here and what not" not in text(signed_in(maya).get("/"))


def test_many_spaces_cost_no_more(
    maya, dana, make_space, cohort, signed_in, django_assert_num_queries
):
    client = signed_in(maya)
    make_space(Kind.MEMBERS)
    client.get("/me/director/")
    with django_assert_num_queries(7):
        client.get("/me/director/")
    for number in range(20):
        make_space(Kind.COHORT if number % 2 else Kind.MEMBERS, cohort if number % 2 else None)
    client.get("/me/director/")

    with django_assert_num_queries(7):
        client.get("/me/director/")
