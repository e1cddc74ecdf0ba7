"""Two processes, a Redis that forgets and hangs up, a PostgreSQL that ends every connection: no
post is lost or doubled, and every reader catches up. With the embedded database and layer there is
nothing of the kind to lose (test_live_thread.py rolls the one process over)."""

import os

import pytest
from playwright.sync_api import expect

from .test_live_thread import live, reply
from .test_outbox import bodies, kept, woken

# Collected only where both are there.
__test__ = {"DATABASE_URL", "REDIS_URL"} <= os.environ.keys()


@pytest.fixture
def redis(site):
    """Redis as this site has it: what lies there under its prefix, and its connections."""
    from redis import Redis

    with Redis.from_url(os.environ["REDIS_URL"]) as server:
        yield server


def forget_all(redis, site):
    # As FLUSHDB, for this site alone: others may run beside it.
    for key in redis.scan_iter(f"*{site.env['REDIS_PREFIX']}*"):
        redis.delete(key)


def connections(redis, site):
    return [each["id"] for each in redis.client_list() if each["name"] == f"browser{site.port}"]


def hang_up(redis, site):
    ended = connections(redis, site)
    for number in ended:
        redis.client_kill_filter(_id=number)
    return ended


def test_processes_tell_each_other_and_go_on_when_redis_forgets_and_hangs_up(
    site, open_as, start_thread, redis
):
    address, maya = start_thread("maya", "North 2026", "Two processes")
    with site.second_process() as other:
        luis = live(open_as("luis", f"{other}{address}"))
        live(maya)
        reply(maya, "Through the first")
        said = ["Opening words.", "Through the first"]
        expect(bodies(luis)).to_have_text(said)

        with site.outage():
            assert hang_up(redis, site)
            forget_all(redis, site)
            for page, text in ((luis, "Through the second"), (maya, "And through the first again")):
                reply(page, text)
                said.append(text)
                # At the latest by the beat of the rooms, which is every twenty seconds.
                expect(bodies(luis)).to_have_text(said, timeout=30_000)
                expect(bodies(maya)).to_have_text(said, timeout=30_000)

        luis.reload()
        expect(bodies(luis)).to_have_text(said)
        luis.close()


@pytest.fixture
def database(site):
    """A connection of the test's own to the database of the site."""
    import psycopg

    with psycopg.connect(site.env["DATABASE_URL"]) as own:
        yield own


def wait_for_those_that_wait(database, count):
    """Until so many statements of the site wait for a row that is held here."""
    waiting = (
        "SELECT count(*) FROM pg_stat_activity"
        " WHERE datname = current_database() AND wait_event_type = 'Lock'"
    )
    for _try in range(200_000):
        database.execute("SELECT pg_stat_clear_snapshot()")
        if database.execute(waiting).fetchone()[0] >= count:
            return
    raise AssertionError("they never waited")


OTHERS = "FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"


def end_every_connection_of_the_site(database):
    """As a restart of the database does. Returns how many there were."""
    ended = database.execute(f"SELECT pg_terminate_backend(pid) {OTHERS}").fetchall()
    database.rollback()
    return len(ended)


def test_a_post_whose_database_goes_away_under_it_is_kept_and_arrives_once(
    site, open_as, start_thread, database
):
    address, maya = start_thread("maya", "North 2026", "The database goes away")
    luis = live(open_as("luis", address))
    plain = open_as("priya", address, java_script_enabled=False)
    live(maya)
    key = int(address.strip("/").rpartition("/")[2])

    with site.outage():
        database.execute("SELECT 1 FROM live_thread WHERE topic_id = %s FOR UPDATE", [key])
        plain.get_by_label("Your post").fill("Without any script")
        plain.get_by_role("button", name="Post reply").click(no_wait_after=True)
        reply(maya, "Under way")
        wait_for_those_that_wait(database, 2)
        end_every_connection_of_the_site(database)

        expect(maya.locator("[data-outbox-status]")).to_contain_text("Not sent yet")
        expect(maya.locator("[data-outbox]")).to_contain_text("Under way")
        expect(plain.get_by_role("heading", name="Something broke on our side")).to_be_visible()
        woken(maya)
        expect(bodies(maya)).to_have_text(["Opening words.", "Under way"], timeout=30_000)
        expect(bodies(luis)).to_have_text(["Opening words.", "Under way"], timeout=30_000)
    assert kept(maya) == 0

    plain.go_back()
    expect(plain.get_by_label("Your post")).to_have_value("Without any script")
    plain.get_by_role("button", name="Post reply").click()
    said = ["Opening words.", "Under way", "Without any script"]
    for page in (maya, luis, plain):
        expect(bodies(page)).to_have_text(said, timeout=30_000)


def test_once_the_database_was_restarted_every_request_is_answered(
    site, open_as, start_thread, database
):
    address, author = start_thread("maya", "North 2026", "The database is restarted")
    author.close()
    key = int(address.strip("/").rpartition("/")[2])
    plain = [
        open_as(person, address, java_script_enabled=False)
        for person in ("maya", "luis", "priya", "tomas")
    ]
    # Several requests at once, so that the process keeps as many connections.
    database.execute("SELECT 1 FROM live_thread WHERE topic_id = %s FOR UPDATE", [key])
    for number, page in enumerate(plain):
        page.get_by_label("Your post").fill(f"Before, {number}")
        page.get_by_role("button", name="Post reply").click(no_wait_after=True)
    wait_for_those_that_wait(database, len(plain))
    database.rollback()
    for number, page in enumerate(plain):
        expect(bodies(page).filter(has_text=f"Before, {number}")).to_be_visible()

    assert end_every_connection_of_the_site(database) >= len(plain)
    wait_until_they_are_gone(database)

    for number, page in enumerate(plain):
        page.get_by_label("Your post").fill(f"After, {number}")
        page.get_by_role("button", name="Post reply").click()
        expect(bodies(page).filter(has_text=f"After, {number}")).to_be_visible()
    answer = plain[0].goto(address)
    assert answer.status == 200
    expect(bodies(plain[0])).to_have_count(1 + 2 * len(plain))


def wait_until_they_are_gone(database):
    for _try in range(200_000):
        database.execute("SELECT pg_stat_clear_snapshot()")
        if not database.execute(f"SELECT count(*) {OTHERS}").fetchone()[0]:
            return
    raise AssertionError("they never went")
