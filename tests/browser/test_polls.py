"""A poll from its first word to its last vote: on a phone, without JavaScript, by keyboard."""

import re

from playwright.sync_api import expect


def start_with_poll(open_page, key, subject, answers="Monday\nFriday"):
    """A new thread with a poll in the Town square; returns the author's page."""
    page = open_page(key, "/spaces/")
    page.get_by_role("link", name="Town square", exact=True).click()
    page.get_by_role("link", name="Start a thread").first.click()
    page.get_by_label("What is it about?").fill(subject)
    page.get_by_label("Your post").fill("Please vote.")
    page.locator(".poll__offer summary").click()
    page.get_by_label("Your question").fill("Which day?")
    page.get_by_label("Answers to choose from").fill(answers)
    page.get_by_role("button", name="Post to").click()
    return page


def address_of(page):
    page.wait_for_url(re.compile(r"/threads/\d+/"))
    return re.search(r"/threads/\d+/", page.url)[0]


def test_a_poll_is_started_voted_on_and_closed(phone):
    open_page, look, script = phone
    maya = start_with_poll(open_page, "maya", f"Days {'with' if script else 'without'} script")
    address = address_of(maya)
    expect(maya.get_by_role("heading", name="Which day?")).to_be_visible()
    look(maya)

    luis = open_page("luis", address)
    expect(luis.get_by_text("You see the counts once you have voted")).to_be_visible()
    luis.get_by_label("Friday").check()
    luis.get_by_role("button", name="Vote", exact=True).click()
    expect(luis.get_by_text("Your vote is counted.")).to_be_visible()
    expect(luis.get_by_role("listitem").filter(has_text="Friday")).to_contain_text("1 vote")
    look(luis)
    luis.get_by_role("link", name="Change my vote").click()
    look(luis)
    luis.get_by_label("Monday").check()
    luis.get_by_role("button", name="Save my vote").click()
    expect(luis.get_by_role("listitem").filter(has_text="Monday")).to_contain_text("Your vote")
    expect(luis.get_by_role("listitem").filter(has_text="Friday")).to_contain_text("0 votes")

    maya.reload()
    expect(maya.locator("#poll")).not_to_contain_text("1 vote")
    maya.get_by_role("link", name="Close the poll").click()
    look(maya)
    maya.get_by_role("button", name="Close the poll").click()
    expect(maya.locator("#poll")).to_contain_text("Poll, closed")
    expect(maya.locator("#poll")).to_contain_text("1 vote")
    expect(maya.locator("#poll")).not_to_contain_text("Luis")


def test_what_is_wrong_with_a_poll_is_said_where_the_words_are_kept(phone):
    open_page, look, script = phone

    page = start_with_poll(open_page, "maya", "Twice", answers="Same\nsame")

    if script:
        expect(page.get_by_role("alert")).to_contain_text("stands there twice")
    else:
        expect(page.get_by_role("group", name="Please look at this again")).to_be_visible()
    expect(page.get_by_label("Answers to choose from")).to_have_value("Same\nsame")
    expect(page.get_by_label("Your post")).to_have_value("Please vote.")
    look(page)


def test_a_vote_by_keyboard_alone(open_as):
    address = address_of(start_with_poll(open_as, "maya", "Days by keyboard"))
    luis = open_as("luis", address)

    luis.get_by_label("Monday").focus()
    luis.keyboard.press("ArrowDown")
    luis.keyboard.press("Tab")
    expect(luis.get_by_role("button", name="Vote", exact=True)).to_be_focused()
    luis.keyboard.press("Enter")

    expect(luis.get_by_text("Your vote is counted.")).to_be_visible()
    expect(luis.get_by_role("listitem").filter(has_text="Friday")).to_contain_text("Your vote")
