"""What is new and how one hears of it, as readers go through it on a phone."""

import re
import urllib.request

from playwright.sync_api import expect


def test_what_is_new_is_found_read_and_put_back(phone, start_thread):
    open_page, look, script = phone
    subject = f"News {'with' if script else 'without'} a script"
    start_thread("fern", "Town square", subject)

    grace = open_page("grace", "/")
    grace.get_by_role("link", name="All that is new").click()
    expect(grace.get_by_role("link", name=subject, exact=True)).to_be_visible()
    look(grace)
    grace.get_by_role("button", name="Count everything as read").click()
    expect(grace.get_by_role("heading", name="You have seen it all")).to_be_visible()
    look(grace)
    grace.get_by_role("button", name="Undo").click()
    expect(grace.get_by_role("link", name=subject, exact=True)).to_be_visible()

    grace.goto("/spaces/1/")
    grace.get_by_role("button", name="Count everything here as read").click()
    expect(grace.get_by_text("Everything here counts as read")).to_be_visible()
    expect(grace.get_by_role("button", name="Count everything here as read")).to_have_count(0)


def test_a_subscription_begins_changes_and_ends(phone, start_thread):
    open_page, look, script = phone
    subject = f"Follow {'with' if script else 'without'} a script"
    address, _author = start_thread("fern", "Town square", subject)

    ellen = open_page("ellen", address)
    ellen.get_by_role("button", name="Subscribe to this thread").click()
    ellen.goto("/me/subscriptions/")
    row = ellen.locator("li, tr").filter(has_text=subject).last
    expect(row).to_be_visible()
    look(ellen)
    row.get_by_role("checkbox").check()
    ellen.get_by_role("button", name=re.compile("^(Stop|End)")).first.click()
    expect(ellen.get_by_text("subscription has ended")).to_be_visible()


def test_feeds_are_made_asked_about_and_ended(phone, site):
    open_page, look, script = phone
    who = "aisha" if script else "jo"

    page = open_page(who, "/me/feeds/")
    look(page)
    if page.get_by_role("button", name="Make addresses").count():
        page.get_by_role("button", name="Make addresses").click()
    else:
        page.get_by_role("button", name="Make new addresses").click()
        look(page)
        page.get_by_role("button", name="Make new addresses").click()
    feed = page.locator("dd code").first.inner_text()
    look(page)
    with urllib.request.urlopen(feed, timeout=10) as answer:
        assert answer.headers["Content-Type"].startswith("application/")

    page.goto("/me/feeds/")
    page.get_by_role("button", name="End my feeds").click()
    expect(page.get_by_role("heading", name="End your feeds?")).to_be_visible()
    page.get_by_role("button", name="End my feeds").click()
    expect(page.get_by_text("Your feeds have ended")).to_be_visible()


def test_a_facilitator_locks_a_thread_and_takes_that_back(phone, start_thread):
    open_page, look, script = phone
    subject = f"Lock {'with' if script else 'without'} a script"
    address, _author = start_thread("maya", "Town square", subject)

    fern = open_page("fern", address)
    fern.get_by_role("button", name="Lock the thread").click()
    expect(fern.get_by_text("The thread is locked.")).to_be_visible()
    look(fern)
    fern.get_by_role("link", name="Undo").click()
    fern.get_by_role("button", name=re.compile("^(Undo|Take it back)")).click()
    fern.goto(address)

    expect(fern.get_by_role("button", name="Lock the thread")).to_be_visible()


def test_a_space_is_opened_renamed_and_closed(phone):
    open_page, look, script = phone
    name = f"Room {'with' if script else 'without'} a script"

    jo = open_page("jo", "/spaces/")
    jo.get_by_role("link", name="Open a space").click()
    jo.get_by_role("button", name="Open the space").click()
    expect(jo.get_by_role("link", name="Give the space a name.")).to_be_visible()
    look(jo)
    jo.get_by_label("Name").fill(name)
    jo.get_by_label("What this space is for").fill("To try it.")
    jo.get_by_label("Facilitators only").check()
    jo.get_by_role("button", name="Open the space").click()
    expect(jo.get_by_role("heading", level=1)).to_have_text(name)
    look(jo)
    jo.get_by_role("link", name="Settings").click()
    jo.get_by_label("Name").fill(f"{name}, renamed")
    jo.get_by_role("button", name="Save").click()
    expect(jo.get_by_role("heading", level=1)).to_have_text(f"{name}, renamed")
    jo.get_by_role("link", name="Settings").click()
    jo.get_by_role("link", name="Close the space").click()
    look(jo)
    jo.get_by_role("button", name="Close it").click()
    expect(jo.get_by_text("This space is closed.")).to_be_visible()
    expect(jo.get_by_role("link", name="Start a thread")).to_have_count(0)
    look(jo)


def test_the_title_of_a_thread_is_changed_where_it_is_written(phone, start_thread):
    open_page, look, script = phone
    subject = f"Tittle {'with' if script else 'without'} a script"
    address, _author = start_thread("maya", "Town square", subject)

    maya = open_page("maya", address)
    maya.get_by_role("link", name="Change the post by Maya").first.click()
    look(maya)
    maya.get_by_label("What is it about?").fill(f"{subject}, put right")
    maya.get_by_role("button", name="Save the change").click()

    expect(maya.get_by_role("heading", level=1)).to_have_text(f"{subject}, put right")
