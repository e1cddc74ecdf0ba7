"""What was sent and did not get through waits in the browser, goes out once and is never lost."""

import re

import pytest
from playwright.sync_api import expect

from .looking import PHONE, looked_at_both_ways

REPLY = re.compile(r"/threads/\d+/reply/")


def text_of(page):
    return page.get_by_label("Your post")


def live(page):
    expect(page.locator("[data-livebar]")).to_have_attribute("data-state", "live")
    return page


def reply(page, text):
    text_of(page).fill(text)
    page.get_by_role("button", name="Post reply").click()


def status(page):
    return page.locator("[data-outbox-status]")


def rows(page):
    return page.locator("[data-outbox-rows] > li")


def bodies(page):
    return page.locator(".posts .post__body")


def kept(page):
    return page.evaluate(
        "Object.keys(localStorage).filter((n) => n.startsWith('hallway-outbox')).length"
    )


def away(page):
    """Replies do not arrive; everything else does."""
    page.route(REPLY, lambda route: route.abort())


def back(page):
    page.unroute(REPLY)


def throw_away(page):
    page.get_by_role("button", name="Throw it away").click()
    page.get_by_role("button", name="Yes, throw it away").click()


def waiting_line(page):
    return page.locator("[data-waiting]")


def woken(page):
    """As when the network, or the page itself, comes back."""
    page.evaluate("dispatchEvent(new Event('online'))")


def test_two_posts_that_were_sent_offline_go_out_in_order_by_themselves(open_as, start_thread):
    address, maya = start_thread("maya", "Town square", "Two offline")
    luis = live(open_as("luis", address))
    live(maya)
    maya.context.set_offline(True)

    reply(maya, "The first of two")
    expect(status(maya)).to_contain_text("Not sent yet: you are offline.")
    expect(text_of(maya)).to_have_value("")
    expect(text_of(maya)).to_be_focused()
    reply(maya, "The second of two")
    expect(status(maya)).to_contain_text("2 posts are not sent yet")
    expect(rows(maya)).to_have_count(2)
    expect(bodies(luis)).to_have_count(1)
    maya.context.set_offline(False)

    said = ["Opening words.", "The first of two", "The second of two"]
    expect(bodies(maya)).to_have_text(said)
    expect(bodies(luis)).to_have_text(said)
    expect(status(maya)).to_have_text("")
    expect(rows(maya)).to_have_count(0)
    assert kept(maya) == 0


def test_what_waits_survives_a_reload_and_a_crash(open_as, start_thread):
    address, maya = start_thread("maya", "Town square", "Reloaded")
    live(maya)
    away(maya)
    reply(maya, "Still to send")
    expect(rows(maya)).to_have_count(1)

    maya.reload()
    expect(rows(maya)).to_contain_text("Still to send")
    context = maya.context
    maya.close(run_before_unload=False)
    again = context.new_page()
    again.goto(address)

    expect(bodies(again)).to_have_text(["Opening words.", "Still to send"], timeout=30_000)
    assert kept(again) == 0


def test_where_only_the_answer_was_lost_nothing_is_doubled(open_as, start_thread):
    _address, maya = start_thread("maya", "Town square", "The answer is lost")
    live(maya)
    handled = []

    def swallow(route):
        handled.append(route.fetch().status)
        route.abort()

    maya.route(REPLY, swallow, times=2)
    reply(maya, "Only once")
    expect(text_of(maya)).to_have_value("")
    expect(rows(maya)).to_have_count(0, timeout=30_000)

    assert handled == [200, 200]
    expect(bodies(maya)).to_have_text(["Opening words.", "Only once"])
    maya.reload()
    expect(bodies(maya)).to_have_text(["Opening words.", "Only once"])


def test_a_server_that_fails_is_asked_again(open_as, start_thread):
    _address, maya = start_thread("maya", "Town square", "The server fails")
    live(maya)
    maya.route(REPLY, lambda route: route.fulfill(status=503, body="busy"), times=2)

    reply(maya, "In the end")

    expect(bodies(maya)).to_have_text(["Opening words.", "In the end"], timeout=30_000)


def test_two_tabs_send_it_once(open_as, start_thread):
    address, maya = start_thread("maya", "Town square", "Two tabs send")
    live(maya)
    other = maya.context.new_page()
    other.goto(address)
    live(other)
    maya.context.set_offline(True)
    reply(maya, "From one of two tabs")
    expect(rows(other)).to_have_count(1)

    maya.context.set_offline(False)

    for page in (maya, other):
        expect(bodies(page)).to_have_text(["Opening words.", "From one of two tabs"])
        expect(rows(page)).to_have_count(0)


def test_signing_out_takes_what_waits_with_it(open_as, start_thread, site, browser):
    context = browser.new_context(base_url=site.url)
    page = context.new_page()
    page.goto("/accounts/login/?next=/threads/2/")
    page.get_by_label(re.compile("^E-?mail", re.I)).fill("luis@demo.example")
    page.get_by_label("Password", exact=True).fill("hallway-demo")
    page.get_by_role("main").get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/threads/2/**")
    live(page)
    away(page)
    reply(page, "On a shared computer")
    expect(rows(page)).to_have_count(1)

    page.goto("/accounts/logout/")
    page.get_by_role("main").get_by_role("button", name="Sign out").click()
    page.wait_for_url(lambda url: "logout" not in url)

    assert page.evaluate("Object.keys(localStorage).length") == 0
    context.close()


def test_a_session_that_ran_out_keeps_it_for_the_same_person_only(open_as, start_thread):
    address, maya = start_thread("maya", "Town square", "The session ran out")
    live(maya)
    mine = maya.context.cookies()
    luis = open_as("luis", address)
    maya.context.clear_cookies(name=next(c["name"] for c in mine if "session" in c["name"]))

    reply(maya, "Written before I was signed out")
    expect(status(maya)).to_contain_text("you are signed out")
    expect(maya.get_by_role("link", name="Sign in").first).to_be_visible()

    # Somebody else signs in at the same browser: it is neither shown nor sent, not by the page that
    # still stands open either.
    maya.context.clear_cookies()
    maya.context.add_cookies(luis.context.cookies())
    with maya.expect_response(lambda answer: answer.request.method == "GET"):
        woken(maya)
    expect(status(maya)).to_contain_text("you are signed out")
    maya.goto("/me/unsent/")
    expect(maya.get_by_role("heading", name="Nothing waits here")).to_be_visible()
    expect(waiting_line(maya)).to_be_hidden()
    maya.goto(address)
    live(maya)
    expect(rows(maya)).to_have_count(0)
    assert kept(maya) == 1
    expect(bodies(maya)).to_have_count(1)

    maya.context.clear_cookies()
    maya.context.add_cookies(mine)
    maya.goto(address)
    expect(bodies(maya)).to_have_text(["Opening words.", "Written before I was signed out"])
    assert kept(maya) == 0


def test_what_is_refused_comes_back_to_the_composer(open_as, start_thread):
    _address, maya = start_thread("maya", "Town square", "Refused later")
    live(maya)
    maya.context.set_offline(True)
    reply(maya, "My student Xavier threw a chair.")
    reply(maya, "And that was that")
    expect(rows(maya)).to_have_count(2)
    maya.context.set_offline(False)

    expect(maya.get_by_text("One look before it is posted")).to_be_visible()
    expect(text_of(maya)).to_have_value("My student Xavier threw a chair.")
    expect(rows(maya)).to_have_count(1)
    expect(bodies(maya)).to_have_count(1)
    text_of(maya).fill("A third grader threw a chair.")
    maya.get_by_role("button", name="Post reply").click()

    expect(bodies(maya)).to_have_text(
        ["Opening words.", "A third grader threw a chair.", "And that was that"]
    )


def test_what_is_refused_waits_beside_what_is_being_written(open_as, start_thread):
    _address, maya = start_thread("maya", "Town square", "Refused beside")
    live(maya)
    maya.context.set_offline(True)
    reply(maya, "My student Xavier threw a chair.")
    text_of(maya).fill("Half a thought")
    maya.context.set_offline(False)

    expect(rows(maya)).to_contain_text("something to look at")
    expect(text_of(maya)).to_have_value("Half a thought")
    maya.get_by_role("button", name="Change it").click()

    expect(text_of(maya)).to_have_value("My student Xavier threw a chair.\n\nHalf a thought")
    expect(text_of(maya)).to_be_focused()
    expect(rows(maya)).to_have_count(0)


def test_a_thread_that_was_locked_meanwhile_keeps_it_in_sight(open_as, start_thread):
    address, maya = start_thread("maya", "Town square", "Locked meanwhile")
    live(maya)
    maya.context.set_offline(True)
    reply(maya, "Too late")
    fern = open_as("fern", address)
    fern.get_by_role("button", name="Lock the thread").click()
    maya.context.set_offline(False)

    expect(rows(maya)).to_contain_text("This thread was locked")
    expect(rows(maya)).to_contain_text("Too late")
    expect(text_of(maya)).to_be_hidden()
    maya.reload()
    expect(rows(maya)).to_contain_text("Too late")
    throw_away(maya)
    expect(rows(maya)).to_have_count(0)
    assert kept(maya) == 0


def test_of_a_thread_that_is_gone_the_words_are_there_to_copy(open_as, start_thread):
    address, _maya = start_thread("maya", "Town square", "Gone meanwhile")
    luis = live(open_as("luis", address))
    luis.context.set_offline(True)
    reply(luis, "Words worth keeping")
    fern = open_as("fern", address)
    fern.locator(".post").get_by_role("link", name="Remove").first.click()
    if fern.get_by_label("Reason").count():
        fern.get_by_label("Reason").fill("A test")
    fern.get_by_role("button", name="Remove").click()
    luis.context.set_offline(False)

    expect(rows(luis)).to_contain_text("no longer open to you")
    expect(luis.get_by_label("What you wrote")).to_have_value("Words worth keeping")

    # Its page is gone: every other one leads to what waits.
    assert luis.goto(address).status == 404
    luis.goto("/spaces/")
    waiting_line(luis).get_by_role("link", name="1 post of yours is not sent yet").click()
    expect(luis.get_by_role("heading", name="Not sent yet", level=1)).to_be_visible()
    expect(waiting_line(luis)).to_be_hidden()
    expect(luis.get_by_label("What you wrote")).to_have_value("Words worth keeping")
    expect(rows(luis)).to_contain_text("no longer open to you")
    expect(luis.get_by_role("link", name="Open its thread")).to_have_count(0)
    luis.get_by_role("button", name="Send now").click()
    expect(status(luis)).to_have_text("1 post of yours waits: send, copy or throw away.")
    expect(luis.get_by_label("What you wrote")).to_have_value("Words worth keeping")

    luis.context.grant_permissions(["clipboard-read", "clipboard-write"])
    luis.get_by_role("button", name="Copy").click()
    expect(rows(luis)).to_contain_text("Copied.")
    assert luis.evaluate("navigator.clipboard.readText()") == "Words worth keeping"

    luis.context.set_offline(True)
    luis.get_by_role("button", name="Throw it away").click()
    luis.get_by_role("button", name="Keep it").click()
    expect(luis.get_by_role("button", name="Throw it away")).to_be_focused()
    throw_away(luis)
    expect(rows(luis)).to_have_count(0)
    expect(luis.get_by_role("heading", name="Nothing waits here")).to_be_visible()
    expect(luis.locator("[data-outbox-empty]")).to_be_focused()
    assert kept(luis) == 0
    luis.context.set_offline(False)


def test_it_can_be_changed_before_it_is_sent(open_as, start_thread):
    _address, maya = start_thread("maya", "Town square", "Changed in time")
    live(maya)
    away(maya)
    reply(maya, "Before")
    maya.get_by_role("button", name="Change it").click()
    expect(text_of(maya)).to_have_value("Before")
    expect(rows(maya)).to_have_count(0)
    back(maya)

    reply(maya, "After")

    expect(bodies(maya)).to_have_text(["Opening words.", "After"])
    maya.reload()
    expect(bodies(maya)).to_have_text(["Opening words.", "After"])


def test_later_posts_wait_while_an_earlier_one_is_changed(open_as, start_thread):
    _address, maya = start_thread("maya", "Town square", "Changed, not overtaken")
    live(maya)
    away(maya)
    reply(maya, "The first")
    reply(maya, "The second")
    expect(rows(maya)).to_have_count(2)
    maya.get_by_role("button", name="Change it").first.click()
    expect(text_of(maya)).to_have_value("The first")
    back(maya)

    woken(maya)
    expect(status(maya)).to_contain_text("first comes the one that you are changing")
    expect(rows(maya)).to_have_text(re.compile("The second"))
    reply(maya, "The first, calmer")

    expect(bodies(maya)).to_have_text(["Opening words.", "The first, calmer", "The second"])
    assert kept(maya) == 0


def test_what_may_have_arrived_and_is_changed_is_never_lost(open_as, start_thread):
    """Its old key would be answered with the old words."""
    _address, maya = start_thread("maya", "Town square", "Changed too late")
    live(maya)

    def swallow(route):
        route.fetch()
        route.abort()

    maya.context.route(re.compile("/live/"), lambda route: route.abort())
    maya.route(REPLY, swallow)
    reply(maya, "The old words")
    maya.get_by_role("button", name="Change it").click()
    back(maya)
    reply(maya, "The new words")
    expect(bodies(maya).last).to_have_text("The new words")

    maya.reload()
    expect(bodies(maya)).to_have_text(["Opening words.", "The old words", "The new words"])


def test_what_is_written_while_the_last_is_on_its_way_stays(open_as, start_thread):
    _address, maya = start_thread("maya", "Town square", "Written meanwhile")
    live(maya)
    waiting = []
    maya.route(REPLY, lambda route: waiting.append(route), times=1)
    reply(maya, "On its way")
    expect(maya.locator("[data-draft-note]")).to_have_text("Sending")
    text_of(maya).press_sequentially(" Next thought")

    waiting[0].continue_()

    expect(bodies(maya)).to_have_text(["Opening words.", "On its way"])
    expect(text_of(maya)).to_have_value("Next thought")
    maya.reload()
    expect(text_of(maya)).to_have_value("Next thought")


def test_from_the_list_a_post_goes_out_when_its_writer_says_so(open_as, start_thread):
    address, maya = start_thread("maya", "Town square", "Sent from the list")
    live(maya)
    away(maya)
    reply(maya, "Once more, please")
    expect(rows(maya)).to_have_count(1)
    expect(waiting_line(maya)).to_be_hidden()

    maya.goto("/me/")
    maya.get_by_role("link", name="Not sent yet", exact=True).click()
    woken(maya)
    expect(status(maya)).to_have_text("1 post of yours waits: send, copy or throw away.")
    expect(maya.get_by_role("link", name="Open its thread")).to_have_attribute(
        "href", re.compile(f"^{address}$")
    )
    maya.get_by_role("button", name="Send now").click()
    expect(status(maya)).to_have_text(
        "1 post of yours waits: the site did not answer. Try again in a minute."
    )
    back(maya)
    maya.get_by_role("button", name="Send now").click()

    expect(maya.get_by_text("It got through.")).to_be_visible()
    expect(rows(maya)).to_have_count(0)
    assert kept(maya) == 0
    maya.get_by_role("link", name="See it").click()
    expect(bodies(maya)).to_have_text(["Opening words.", "Once more, please"])
    expect(waiting_line(maya)).to_be_hidden()


def test_the_list_is_empty_and_says_so_with_a_script_and_without(phone):
    open_page, look, script = phone
    page = open_page("priya", "/me/unsent/")

    empty = page.get_by_role("heading", name="Nothing waits here")
    expect(empty).to_be_visible(visible=script)
    expect(page.get_by_text("none waits")).to_be_visible(visible=not script)
    look(page)


@pytest.mark.parametrize("options", [{}, PHONE], ids=["desk", "phone"])
def test_it_is_plain_to_see_and_axe_finds_nothing(open_as, start_thread, options):
    address, _maya = start_thread("maya", "Town square", f"Looked at {len(options)}")
    maya = live(open_as("maya", address, **options))
    away(maya)
    reply(maya, "Waiting " * 30)
    reply(maya, "Waiting too")
    expect(rows(maya)).to_have_count(2)

    assert rows(maya).first.is_visible()
    looked_at_both_ways(maya)
    maya.goto("/spaces/")
    expect(waiting_line(maya)).to_contain_text("2 posts of yours are not sent yet")
    looked_at_both_ways(maya)
    maya.goto("/me/unsent/")
    maya.get_by_role("button", name="Throw it away").first.click()
    looked_at_both_ways(maya)


def merge(fern, source, target):
    fern.goto(f"{source}merge/")
    fern.get_by_label("Or paste the address").fill(target)
    fern.get_by_role("button", name="Continue").click()
    fern.get_by_role("button", name="Merge them").click()


def test_what_is_written_in_a_thread_that_is_merged_goes_along(open_as, start_thread):
    source, maya = start_thread("maya", "Town square", "Merged while two write")
    target, fern = start_thread("fern", "Town square", "Where it went")
    luis = live(open_as("luis", source))
    text_of(live(maya)).fill("Maya's half sentence")
    away(luis)
    reply(luis, "Luis's, on its way")
    expect(status(luis)).to_contain_text("Not sent yet")

    merge(fern, source, target)

    # Whoever sends it is told where it would stand; whoever loads the page finds it there.
    maya.get_by_role("button", name="Post reply").click()
    refusal = maya.get_by_role("alert").filter(has_text="what you wrote comes along")
    refusal.get_by_role("link", name="Open the thread").click()
    luis.get_by_role("link", name="Load it again").click()
    for page in (maya, luis):
        page.wait_for_url(re.compile(re.escape(target)))
    expect(text_of(maya)).to_have_value("Maya's half sentence")
    back(luis)
    expect(rows(luis)).to_contain_text("Luis's, on its way")
    expect(rows(luis)).to_contain_text("a part of this one now")
    maya.get_by_role("button", name="Post reply").click()
    luis.get_by_role("button", name="Send now").click()
    for text in ("Maya's half sentence", "Luis's, on its way"):
        expect(bodies(fern).filter(has_text=text)).to_have_count(1)
    assert kept(luis) == 0


def test_what_is_written_in_a_thread_that_is_removed_stays_to_copy(open_as, start_thread):
    address, maya = start_thread("maya", "Town square", "Removed while one writes")
    text_of(live(maya)).fill("Half a sentence of Maya's")
    luis = live(open_as("luis", address))
    fern = open_as("fern", address)
    fern.get_by_role("article").get_by_text("More").click()
    fern.get_by_role("link", name="Remove").click()
    fern.get_by_role("button", name="Remove").click()

    for page in (maya, luis):
        expect(page.locator("[data-livebar-word]")).to_have_text("This thread was removed.")
        expect(text_of(page)).to_be_hidden()
    expect(rows(luis)).to_have_count(0)
    whole = rows(maya).get_by_label("What you wrote")
    expect(whole).to_have_value("Half a sentence of Maya's")
    expect(rows(maya)).to_contain_text("Here are your words to copy.")
    copy = rows(maya).get_by_role("button", name="Copy")
    expect(copy).to_be_focused()
    expect(copy).to_be_in_viewport(ratio=1)
    expect(rows(maya).get_by_role("button", name="Send now")).to_be_hidden()
    maya.set_viewport_size(PHONE["viewport"])
    for name in ("Copy", "Throw it away"):
        button = rows(maya).get_by_role("button", name=name)
        button.scroll_into_view_if_needed()
        listed, box = maya.locator("[data-outbox-rows]").bounding_box(), button.bounding_box()
        assert box["y"] + box["height"] <= listed["y"] + listed["height"], "cut off"
    maya.goto("/me/unsent/")
    expect(rows(maya).get_by_label("What you wrote")).to_have_value("Half a sentence of Maya's")
    throw_away(maya)
    expect(rows(maya)).to_have_count(0)
