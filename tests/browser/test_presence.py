"""Who is in a thread and who is writing, and how one reads it, in real browsers."""

import re

import pytest
from playwright.sync_api import expect

from .looking import PHONE, looked_at
from .test_live_thread import live, reply


def who(page):
    return page.locator("[data-presence-who]")


@pytest.fixture
def two(open_as, start_thread):
    """Maya's and Luis's pages of one thread, both live; neither is named."""
    address, maya = start_thread("maya", "North 2026", "Who is here")
    luis = live(open_as("luis", address))
    return live(maya), luis


def test_two_readers_see_each_other_come_be_named_and_go(two, open_as):
    maya, luis = two
    expect(who(maya)).to_have_text("2 people are here")
    expect(who(luis)).to_have_text("2 people are here")
    plain = open_as("priya", maya.url, java_script_enabled=False)
    expect(plain.locator("[data-presence]")).to_be_hidden()
    expect(plain.locator("[data-reading]")).to_be_hidden()

    maya.get_by_role("button", name="Show my name").click()
    expect(who(luis)).to_have_text("2 people are here: Maya Marshmallow and 1 more")
    expect(who(maya)).to_have_text("2 people are here: you and 1 more")
    maya.reload()
    expect(who(maya)).to_have_text("2 people are here: you and 1 more")
    maya.get_by_role("button", name="Hide my name").click()
    expect(who(luis)).to_have_text("2 people are here")

    maya.close()
    expect(who(luis)).to_have_text("Nobody else is here now")


def test_whoever_writes_is_shown_to_the_other_and_not_after_the_post(two):
    maya, luis = two
    expect(who(maya)).to_have_text("2 people are here")
    expect(who(luis)).to_have_text("2 people are here")
    writing = luis.locator("[data-writing]")

    maya.get_by_label("Your post").press_sequentially("Half a thought")
    expect(writing).to_have_text("Somebody is writing…")
    expect(maya.locator("[data-writing]")).to_have_text("")
    maya.get_by_role("button", name="Post reply").click()
    expect(luis.locator(".post__body").last).to_have_text("Half a thought")
    expect(writing).to_have_text("")

    luis.get_by_role("button", name="Show my name").click()
    expect(who(maya)).to_contain_text("and 1 more")
    luis.get_by_label("Your post").press_sequentially("Another")
    expect(maya.locator("[data-writing]")).to_have_text(re.compile("^Luis .* is writing…$"))
    expect(maya.locator("[data-writing]")).to_have_text("", timeout=15_000)
    luis.get_by_role("button", name="Hide my name").click()
    expect(luis.get_by_role("button", name="Show my name")).to_be_visible()


def test_nothing_of_it_is_announced(two):
    maya, _luis = two

    for part in ("[data-presence-who]", "[data-writing]"):
        assert (
            maya.locator(part).evaluate("part => part.closest('[role=status], [aria-live]')")
            is None
        )


def test_new_posts_are_announced_as_the_reader_wants(two):
    maya, luis = two
    said = luis.locator("[data-announce]")
    reply(maya, "One")
    expect(said).to_have_text("New post by Maya Marshmallow")

    luis.get_by_text("Reading settings").click()
    luis.get_by_label("Now and then, how many there are").check()
    reply(maya, "Two")
    expect(said).to_have_text("1 new post")

    luis.get_by_label("Not at all").check()
    said.evaluate("part => { part.textContent = ''; }")
    luis.reload()
    live(luis)
    reply(maya, "Three")
    expect(luis.locator(".post__body").last).to_have_text("Three")
    expect(said).to_have_text("")
    luis.get_by_text("Reading settings").click()
    expect(luis.get_by_label("Not at all")).to_be_checked()


def moved_to(page):
    """What a single key may have moved the focus to."""
    return page.locator(":is(.post, summary, textarea):focus")


def test_single_keys_do_nothing_until_they_are_turned_on(two):
    maya, luis = two
    for text in ("One", "Two"):
        reply(maya, text)
        expect(luis.locator(".post__body").last).to_have_text(text)
    luis.locator("h1").click()

    for key in "jkrn?":
        luis.keyboard.press(key)
    expect(moved_to(luis)).to_have_count(0)

    luis.get_by_text("Reading settings").click()
    luis.get_by_label("Move about with single keys").check()
    luis.locator("h1").click()
    luis.keyboard.press("j")
    expect(luis.locator(".post").nth(0)).to_be_focused()
    luis.keyboard.press("j")
    luis.keyboard.press("j")
    expect(luis.locator(".post").nth(2)).to_be_focused()
    luis.keyboard.press("k")
    expect(luis.locator(".post").nth(1)).to_be_focused()
    luis.keyboard.press("?")
    expect(luis.locator("[data-reading] > summary")).to_be_focused()
    luis.keyboard.press("r")
    expect(luis.get_by_label("Your post")).to_be_focused()
    luis.keyboard.type("jkrn?")
    expect(luis.get_by_label("Your post")).to_have_value("jkrn?")

    luis.get_by_label("Move about with single keys").uncheck()
    luis.locator("h1").click()
    luis.keyboard.press("j")
    expect(moved_to(luis)).to_have_count(0)


def test_on_a_phone_it_fits(open_as, start_thread):
    address, maya = start_thread("maya", "North 2026", "On a phone")
    live(maya)
    luis = live(open_as("luis", address, **PHONE))
    expect(who(luis)).to_have_text("2 people are here")
    luis.get_by_text("Reading settings").click()

    looked_at(luis)
