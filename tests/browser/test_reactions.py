"""Reactions and the answer that helped, between two browsers and without a script."""

import re

from playwright.sync_api import expect

from .looking import looked_at
from .test_live_thread import live, reply


def test_what_one_says_the_other_sees_counted_without_a_reload(open_as, start_thread):
    address, maya = start_thread("maya", "North 2026", "Counted live")
    luis = live(open_as("luis", address))
    live(maya)
    luis.evaluate("window.neverReloaded = true")
    reply(luis, "An answer")
    of_maya = maya.locator(".post").filter(has_text="An answer")
    of_luis = luis.locator(".post").filter(has_text="An answer")

    thanks = of_maya.get_by_role("button", name="Thanks")
    thanks.click()
    expect(thanks).to_have_attribute("aria-pressed", "true")
    expect(thanks).to_be_focused()
    # Whoever wrote it sees the number, and has nothing to press.
    expect(of_luis.locator("[data-own-count=thanks]")).to_contain_text("Thanks 1")
    expect(of_luis.get_by_role("button", name="Thanks")).to_have_count(0)

    thanks.click()
    expect(thanks).to_have_attribute("aria-pressed", "false")
    expect(of_luis.locator("[data-own-count=thanks]")).to_be_hidden()

    of_maya.locator("summary").filter(has_text="More").click()
    of_maya.get_by_role("link", name="This answer helped").click()
    maya.get_by_role("button", name="Yes, it helped").click()
    expect(luis.locator(".post--helped")).to_contain_text("An answer")
    expect(luis.get_by_role("link", name="Go to the answer that helped")).to_be_visible()
    assert luis.evaluate("window.neverReloaded") is True


def stops(page, post):
    """What the Tab key stops at in a post."""
    post.locator("a").first.focus()
    found = []
    while post.evaluate("post => post.contains(document.activeElement)"):
        found.append(page.evaluate("document.activeElement.innerText.trim()"))
        assert len(found) < 20, found
        page.keyboard.press("Tab")
    return found


def test_what_one_says_is_one_stop_of_the_keyboard_and_arrows_go_on(open_as, start_thread):
    address, maya = start_thread("maya", "North 2026", "By keyboard")
    luis = live(open_as("luis", address))
    live(maya)
    post = luis.locator(".post")
    bar = post.get_by_role("toolbar", name="Reactions to the post by Maya Marshmallow")
    thanks, me_too, tried = (
        bar.get_by_role("button", name=name) for name in ("Thanks", "Me too", "Tried it")
    )

    def press(key, reached):
        luis.keyboard.press(key)
        expect(reached).to_be_focused()

    # Name, time, what one says, quote, more.
    assert len(stops(luis, post)) == 5
    plain = open_as("luis", address, java_script_enabled=False)
    assert len(stops(plain, plain.locator(".post"))) == 7
    expect(plain.get_by_role("toolbar")).to_have_count(0)
    expect(maya.get_by_role("toolbar", name="Reactions to")).to_have_count(0)

    thanks.focus()
    for key, reached in (
        ("ArrowRight", me_too), ("End", tried), ("ArrowRight", thanks), ("ArrowLeft", tried),
        ("Home", thanks),
    ):  # fmt: skip
        press(key, reached)
    luis.evaluate("document.documentElement.dir = 'rtl'")
    press("ArrowLeft", me_too)
    luis.evaluate("document.documentElement.dir = 'ltr'")
    press("Shift+Tab", post.locator(".post__time"))
    press("Tab", me_too)

    luis.keyboard.press("Enter")
    expect(me_too).to_have_attribute("aria-pressed", "true")
    press("ArrowLeft", thanks)
    luis.keyboard.press("Space")
    expect(thanks).to_have_attribute("aria-pressed", "true")
    expect(thanks).to_be_focused()
    looked_at(luis)


def test_whoever_is_about_to_say_it_keeps_their_place_while_others_do(open_as, start_thread):
    address, maya = start_thread("maya", "North 2026", "Keeping one's place")
    live(maya)
    luis = live(open_as("luis", address))
    me_too = luis.locator(".post").first.get_by_role("button", name="Me too")
    me_too.focus()

    priya = open_as("priya", address)
    priya.locator(".post").first.get_by_role("button", name="Me too").click()
    expect(me_too).to_contain_text("Me too 1")
    expect(me_too).to_be_focused()
    maya.get_by_role("link", name="Change").click()
    maya.get_by_label("Your post").fill("Opening words, changed.")
    maya.get_by_role("button", name="Save the change").click()
    expect(luis.locator(".post__body").first).to_have_text("Opening words, changed.")
    expect(me_too).to_be_focused()
    luis.keyboard.press("ArrowRight")
    expect(luis.locator(".post").first.get_by_role("button", name="Tried it")).to_be_focused()

    live(maya)
    reply(maya, "It comes later")
    later = luis.locator(".post").filter(has_text="It comes later")
    expect(later.get_by_role("toolbar")).to_be_visible()
    assert len(stops(luis, later)) == 5


def test_a_post_that_tells_of_a_try_says_so_live_and_the_next_is_asked_anew(open_as, start_thread):
    address, maya = start_thread("maya", "North 2026", "Tried live")
    luis = live(open_as("luis", address))
    live(maya)

    maya.get_by_label("Your post").fill("We rang a bell")
    maya.get_by_label("This tells how it went at my site").check()
    maya.get_by_role("button", name="Post reply").click()

    expect(luis.get_by_role("link", name="Tells how it went at a site")).to_be_visible()
    expect(maya.get_by_label("This tells how it went at my site")).not_to_be_checked()


def test_on_a_phone_it_is_said_and_taken_back(phone, start_thread, open_as):
    open_page, look, script = phone
    address, maya = start_thread("maya", "North 2026", "On a phone")
    live(maya)
    reply(maya, "An answer")
    expect(maya.locator(".post__body").last).to_have_text("An answer")
    page = open_page("luis", address)
    post = page.locator(".post").filter(has_text="An answer")

    if script:
        post.get_by_role("button", name="Thanks").click()
        expect(post.get_by_role("button", name="Thanks")).to_have_attribute("aria-pressed", "true")
        look(page)
        return
    post.get_by_role("link", name="Thanks").click()
    page.get_by_role("button", name="Thanks").click()
    expect(page).to_have_url(re.compile(r"#post-\d+$"))
    expect(post.locator(".reaction").first).to_contain_text("1")
    post.get_by_role("link", name="Thanks").click()
    page.get_by_role("button", name="Take back “Thanks”").click()
    expect(post.locator(".reaction").first).not_to_contain_text("1")
