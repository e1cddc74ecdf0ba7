"""A live session, as its host and a member see it in real browsers, with and without a script."""

import re

from playwright.sync_api import expect

from .looking import looked_at, looked_at_both_ways

SPACE = "North 2026"


def live(page):
    expect(page.locator("[data-livebar]")).to_have_attribute("data-state", "live")
    return page


def start_session(host):
    host.get_by_text("For facilitators").click()
    host.get_by_role("link", name="Host a live session").click()
    host.get_by_role("button", name="Start now").click()
    expect(host.get_by_role("heading", name="Open hallway")).to_be_visible()


def test_a_session_is_live_for_both_from_its_start_to_its_end(open_as, start_thread):
    address, host = start_thread("fern", SPACE, "An hour together")
    maya = live(open_as("maya", address))
    expect(maya.locator("[data-session]")).to_be_hidden()
    maya.evaluate("window.neverReloaded = true")

    start_session(host)

    live(host)
    expect(maya.get_by_role("heading", name="Open hallway")).to_be_visible()
    expect(maya.get_by_role("link", name="Host controls")).to_be_hidden()
    maya.get_by_label("Your question").fill("How do you begin?")
    maya.get_by_role("button", name="Ask").click()
    asked = host.locator(".question").filter(has_text="How do you begin?")
    expect(asked).to_be_visible()
    expect(maya.get_by_label("Your question")).to_have_value("")
    looked_at_both_ways(maya)
    looked_at(host)

    vote = asked.get_by_role("button", name="vote")
    vote.click()
    expect(asked.get_by_role("button", name=re.compile("1 vote"))).to_have_attribute(
        "aria-pressed", "true"
    )
    hers = maya.locator(".question")
    theirs = hers.get_by_role("button", name=re.compile("1 vote"))
    expect(theirs).to_have_attribute("aria-pressed", "false")

    maya.get_by_label("Your question").fill("Half a ques")
    asked.get_by_role("button", name="Answer now").click()
    expect(hers).to_contain_text("Answering now")
    expect(maya.get_by_label("Your question")).to_have_value("Half a ques")
    expect(maya.get_by_label("Your question")).to_be_focused()
    asked.get_by_role("button", name="Mark as answered").click()
    expect(maya.get_by_text("1 answered question")).to_be_visible()

    host.get_by_role("link", name="Host controls").click()
    host.get_by_role("button", name="End the session").click()
    expect(maya.locator("[data-panel]")).to_have_attribute("data-state", "over")
    expect(maya.get_by_role("button", name="Ask")).to_be_hidden()
    expect(maya.get_by_text("1 question, 1 answered")).to_be_visible()
    expect(maya.get_by_text("1 answered question")).to_be_hidden()
    assert maya.evaluate("window.neverReloaded")
    looked_at_both_ways(maya)


def ask(page, *questions):
    for text in questions:
        page.get_by_label("Your question").fill(text)
        page.get_by_role("button", name="Ask").click()
        expect(page.locator(".question").filter(has_text=text)).to_be_visible()


def is_open(page):
    return page.locator("[data-panel]").evaluate("panel => panel.open")


def end_session(host):
    host.get_by_role("link", name="Host controls").click()
    host.get_by_role("button", name="End the session").click()
    expect(host.locator("[data-panel]")).to_have_attribute("data-state", "over")


def test_a_vote_moves_its_question_and_nothing_else(open_as, start_thread):
    address, host = start_thread("fern", SPACE, "In order")
    start_session(host)
    maya = live(open_as("maya", address))
    ask(maya, "The first question?", "The second question?", "The third question?")
    luis = live(open_as("luis", address))
    live(host)
    asked = ["The first question?", "The second question?", "The third question?"]
    for page in (maya, luis, host):
        expect(page.locator(".question__text")).to_have_text(asked)
        page.evaluate("window.standing = document.querySelector('[data-panel]')")

    third = luis.locator(".question").filter(has_text=asked[2]).locator("[data-vote]")
    third.press("Enter")
    expect(third).to_contain_text("1 vote")
    for page in (maya, luis, host):
        expect(page.locator(".question__text")).to_have_text([asked[2], *asked[:2]])
    expect(third).to_be_focused()
    expect(third).to_have_attribute("aria-pressed", "true")
    for name in (asked[0], asked[1]):
        maya.locator(".question").filter(has_text=name).locator("[data-vote]").press("Space")
        host.locator(".question").filter(has_text=name).locator("[data-vote]").press("Space")
    for page in (maya, luis, host):
        expect(page.locator("[data-vote]")).to_contain_text(["2 votes", "2 votes", "1 vote"])
        expect(page.locator(".question__text")).to_have_text(asked)
        assert page.evaluate("window.standing.isConnected")
    expect(third).to_be_focused()


def test_a_panel_folds_at_the_end_but_under_nobody_and_without_a_jump(open_as, start_thread):
    words = "\n\n".join(f"Line {number}. " + "word " * 40 for number in range(30))
    address, host = start_thread("fern", SPACE, "Folding", words)
    start_session(host)
    maya = live(open_as("maya", address))
    ask(maya, "The first question?", "The second question?")
    luis, tomas = (live(open_as(key, address)) for key in ("luis", "tomas"))
    live(host)
    luis.locator("[data-vote]").first.focus()
    # Not every browser keeps in place by itself what is being read.
    tomas.evaluate("document.documentElement.style.overflowAnchor = 'none'")
    line = "document.querySelectorAll('.post__body p')[12]"
    where = f"""new Promise(then => requestAnimationFrame(() => requestAnimationFrame(
        () => then({line}.getBoundingClientRect().top))))"""
    before = []
    for page in (maya, tomas):
        page.evaluate(f"{line}.scrollIntoView()")
        before.append(page.evaluate(where))
    assert all(is_open(page) for page in (maya, tomas, luis))

    end_session(host)

    for page in (maya, tomas, luis):
        expect(page.locator("[data-panel]")).to_have_attribute("data-state", "over")
    assert [is_open(page) for page in (maya, tomas, luis)] == [False, False, True]
    after = [page.evaluate(where) for page in (maya, tomas)]
    assert all(abs(one - other) < 2 for one, other in zip(before, after, strict=True))
    assert luis.evaluate("document.querySelector('[data-panel]').contains(document.activeElement)")
    plain = open_as("priya", address, java_script_enabled=False)
    assert not is_open(plain)
    plain.get_by_text("2 questions, 0 answered").click()
    expect(plain.get_by_text("The first question?")).to_be_visible()


def test_what_the_clock_ends_looks_as_the_page_does_afterwards(open_as, start_thread):
    address, host = start_thread("fern", SPACE, "By the clock")
    start_session(host)
    ask(live(host), "The first question?")
    maya, luis = (open_as(key, address) for key in ("maya", "luis"))
    for page in (maya, luis):
        page.clock.install()
        page.reload()
        live(page)
    luis.locator("[data-vote]").focus()

    for page in (maya, luis):
        page.clock.fast_forward("01:01:00")
        expect(page.locator("[data-panel]")).to_have_attribute("data-state", "over")
        expect(page.get_by_text("Live now")).to_have_count(0)
        expect(page.locator("[data-session] .session__head")).to_contain_text(
            "1 question, 0 answered"
        )
        expect(page.get_by_role("button", name="Ask")).to_be_hidden()
    assert not is_open(maya)
    assert is_open(luis)
    expect(luis.locator(".question")).to_contain_text("0 votes")
    expect(luis.locator("[data-vote]")).to_have_count(0)
    assert luis.evaluate("document.activeElement.matches('[data-panel] > summary')")


def test_a_question_that_was_being_typed_at_the_end_stays_and_goes_into_a_reply(
    open_as, start_thread
):
    address, host = start_thread("fern", SPACE, "Half a question")
    start_session(host)
    maya, luis, tomas = (live(open_as(key, address)) for key in ("maya", "luis", "tomas"))
    luis.get_by_label("Your post").fill("Begun before.")
    for page in (maya, luis):
        page.get_by_label("Your question").fill("Half a ques")
    tomas.get_by_label("Your question").focus()
    live(host)

    end_session(host)

    for page in (maya, luis, tomas):
        expect(page.locator("[data-panel]")).to_have_attribute("data-state", "over")
    expect(tomas.get_by_label("Your question")).to_be_hidden()
    field = maya.get_by_label("Your question")
    expect(luis.get_by_label("Your question")).to_be_focused()
    luis.keyboard.type("tion, and its end")
    expect(field).to_have_value("Half a ques")
    expect(maya.get_by_role("button", name="Ask")).to_be_hidden()
    expect(maya.get_by_text("this was not asked. What you typed is still here.")).to_be_visible()
    looked_at_both_ways(maya)
    for page, said in (
        (maya, "Half a ques"),
        (luis, "Begun before.\n\nHalf a question, and its end"),
    ):
        page.get_by_role("button", name="Take it into my reply").click()
        expect(page.get_by_label("Your post")).to_have_value(said)
        expect(page.get_by_label("Your post")).to_be_focused()
        expect(page.get_by_label("Your question")).to_be_hidden()
    maya.reload()
    expect(maya.get_by_label("Your post")).to_have_value("Half a ques")

    host.locator("[data-panel] > summary").click()
    host.get_by_role("link", name="Host another one").click()
    host.get_by_role("button", name="Start now").click()
    expect(luis.get_by_label("Your question")).to_have_value("")
    expect(luis.get_by_role("button", name="Ask")).to_be_visible()


def test_a_question_that_the_clock_cut_off_stays_too_and_waits_while_the_thread_is_locked(
    open_as, start_thread
):
    address, host = start_thread("fern", SPACE, "Cut off")
    start_session(host)
    maya = open_as("maya", address)
    maya.clock.install()
    maya.reload()
    live(maya).get_by_label("Your question").fill("Still here?")

    maya.clock.fast_forward("01:01:00")

    take = maya.get_by_role("button", name="Take it into my reply")
    expect(take).to_be_visible()
    expect(maya.locator("[data-session-said]")).to_have_text(
        "The live session is over. What you typed is still here."
    )
    host.get_by_role("button", name="Lock the thread").click()
    expect(take).to_be_hidden()
    expect(maya.get_by_label("Your question")).to_have_value("Still here?")
    host.get_by_role("button", name="Open the thread again").click()
    expect(take).to_be_visible()


def test_what_was_hosted_comes_with_a_merge_and_leaves_when_it_is_taken_back(open_as, start_thread):
    address, maya = start_thread("maya", SPACE, "Goes and comes back")
    goal, luis = start_thread("luis", SPACE, "Where it went")
    host = open_as("fern", address)
    start_session(host)
    ask(live(maya), "A question that goes along?")
    live(luis).evaluate("window.neverReloaded = true")

    host.goto(f"{address}merge/")
    host.get_by_label("Or paste the address").fill(goal)
    host.get_by_role("button", name="Continue").click()
    host.get_by_role("button", name="Merge them").click()
    expect(luis.locator("[data-panel]")).to_have_attribute("data-state", "over")
    luis.locator("[data-panel] > summary").press("Enter")
    expect(luis.get_by_text("A question that goes along?")).to_be_visible()
    host.get_by_role("link", name="Undo", exact=True).click()
    host.get_by_role("button", name="Take it back").click()

    expect(luis.locator("[data-session]")).to_be_hidden()
    expect(luis.get_by_text("A question that goes along?")).to_have_count(0)
    expect(luis.get_by_role("heading", name="Where it went")).to_be_focused()
    assert luis.evaluate("window.neverReloaded")


def test_slow_mode_is_said_above_the_composer_and_keeps_what_was_typed(open_as, start_thread):
    address, host = start_thread("fern", SPACE, "Slowly")
    start_session(host)
    maya = live(open_as("maya", address))
    host.get_by_role("link", name="Host controls").click()
    host.get_by_label("Slow mode").select_option("300")
    host.get_by_role("button", name="Set slow mode").click()

    note = maya.locator("[data-slow-note]")
    expect(note).to_contain_text("once in 5 minutes")
    for text in ("First", "Second, too soon"):
        maya.get_by_label("Your post").fill(text)
        maya.get_by_role("button", name="Post reply").click()
        if text == "First":
            expect(maya.locator(".post__body").filter(has_text="First")).to_be_visible()

    expect(maya.get_by_text(re.compile("You can post again in"))).to_be_visible()
    expect(maya.get_by_label("Your post")).to_have_value("Second, too soon")


def test_on_a_phone_without_a_script_everything_has_a_page(open_as, start_thread):
    phone = {
        "viewport": {"width": 360, "height": 740},
        "java_script_enabled": False,
        "bypass_csp": True,
    }
    address, _author = start_thread("fern", SPACE, "By hand")
    host = open_as("fern", address, **phone)
    start_session(host)
    maya = open_as("maya", address, **phone)
    maya.get_by_label("Your question").fill("Without a script?")
    maya.get_by_role("button", name="Ask").click()
    expect(maya.locator(".question")).to_contain_text("Without a script?")

    maya.get_by_role("link", name="0 votes").click()
    maya.get_by_role("button", name="I want this answered too").click()
    expect(maya.locator(".question")).to_contain_text("1 vote")
    host.goto(address)
    host.get_by_role("link", name="Answer now").click()
    host.get_by_role("button", name="Answer it now").click()
    expect(host.locator(".question--answering")).to_be_visible()
    host.locator(".post").first.get_by_text("More").click()
    host.get_by_role("link", name="Pin in the session").click()
    host.get_by_role("button", name="Pin it").click()
    expect(host.locator(".session__pins")).to_contain_text("Opening words.")
    wide = "document.documentElement.scrollWidth"
    for page in (host, maya):
        assert page.evaluate(wide) <= 360


def test_the_demo_keeps_a_session_that_is_over(open_as):
    page = open_as("maya", "/threads/1/")

    panel = page.locator("[data-session]")
    expect(panel).to_contain_text("Open hallway")
    expect(panel).to_contain_text("2 answered questions")
    looked_at(page)
