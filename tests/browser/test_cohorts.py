"""A cohort's pages in a real browser: the door without a connection, the agreements at the first
post, certificates on paper, and every screen for axe and a narrow phone."""

import re

import pytest
from playwright.sync_api import expect

from .looking import looked_at_both_ways, violations

PHONE = {"width": 375, "height": 812}
PAGES = {
    "cohorts": ("maya", "/cohorts/"),
    "no cohort": ("ellen", "/cohorts/"),
    "cohort": ("maya", "/cohorts/2/"),
    "cohort of a facilitator": ("fern", "/cohorts/2/"),
    "plan a meeting": ("fern", "/cohorts/2/meetings/new/"),
    "cancel a meeting": ("fern", "/cohorts/2/meetings/1/cancel/"),
    "attendance": ("fern", "/cohorts/2/meetings/1/attendance/"),
    "walk-in": ("fern", "/cohorts/2/meetings/1/walk-ins/"),
    "make-up note": ("fern", "/cohorts/2/meetings/1/make-up/2/"),
    "certificates": ("fern", "/cohorts/1/certificates/"),
    "certificates to print": ("fern", "/cohorts/1/certificates/print/"),
    "graduate": ("fern", "/cohorts/2/graduate/"),
    "agreements": ("maya", "/agreements/"),
    "agreements, not yet": ("noor", "/agreements/"),
    "change the agreements": ("fern", "/agreements/change/"),
    "first post in a cohort's space": ("noor", "/spaces/7/start/"),
    "roster": ("fern", "/people/roster/"),
    "roster, nobody found": ("fern", "/people/roster/?q=zeppelin"),
    "person on the roster": ("fern", "/people/1/roster/"),
    "oneself on the roster": ("fern", "/people/10/roster/"),
    "become a director": ("fern", "/people/1/roster/director/"),
}
DOOR = "/cohorts/2/meetings/2/attendance/"


@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing_and_nothing_scrolls_sideways(open_as, name):
    looked_at_both_ways(open_as(*PAGES[name], status=200))


def tick(page, name, state):
    row = page.get_by_role("group", name=name)
    row.get_by_label(state).check()


def test_ticks_made_without_a_connection_are_kept_and_saved_later(open_as):
    page = open_as("fern", DOOR, viewport=PHONE)
    state, problem = page.locator("[data-door-state]"), page.locator("[data-door-problem]")
    tick(page, "Maya Marshmallow", "Excused")
    expect(state).to_contain_text("1 tick is not saved yet")

    page.context.set_offline(True)
    tick(page, "Luis Lanyard", "Absent")
    page.get_by_role("button", name="Save").click()
    expect(problem).to_contain_text("No connection")
    expect(problem).to_be_in_viewport(ratio=1)
    expect(state).to_contain_text("2 ticks are not saved yet")

    page.context.set_offline(False)
    expect(problem).to_contain_text("connected again")
    page.reload()
    expect(state).to_contain_text("2 ticks are not saved yet")
    expect(page.get_by_role("group", name="Luis Lanyard").get_by_label("Absent")).to_be_checked()
    expect(page.locator('[data-count="absent"]')).to_have_text("2")

    page.get_by_role("button", name="Save").click()
    expect(state).to_contain_text("2 ticks saved. Everything is saved.")
    page.reload()
    expect(page.get_by_role("group", name="Luis Lanyard").get_by_label("Absent")).to_be_checked()
    assert page.evaluate("Object.keys(localStorage).length") == 0


def test_a_walk_in_that_is_noted_without_a_connection_stays_in_its_field(open_as):
    page = open_as("fern", DOOR, viewport=PHONE)
    page.get_by_label("Name").fill("Wanda Walk-in")

    page.context.set_offline(True)
    page.get_by_role("button", name="Note a walk-in").click()
    expect(page.get_by_role("alert")).to_contain_text("nothing was sent")
    expect(page.get_by_label("Name")).to_have_value("Wanda Walk-in")
    assert not violations(page)
    page.context.set_offline(False)
    expect(page.get_by_text("nothing was sent")).to_have_count(0)
    page.get_by_role("button", name="Note a walk-in").click()

    expect(page.get_by_text("Wanda Walk-in", exact=True)).to_be_visible()


def test_two_phones_at_one_door_are_merged(open_as):
    one = open_as("fern", DOOR, viewport=PHONE)
    tick(one, "Maya Marshmallow", "Excused")
    one.get_by_role("button", name="Save").click()
    expect(one.locator("[data-door-state]")).to_contain_text("Everything is saved")
    other = open_as("fern", DOOR, viewport=PHONE)
    tick(one, "Maya Marshmallow", "Here")
    tick(other, "Maya Marshmallow", "Absent")
    tick(one, "Priya Paperclip", "Here")
    other.get_by_role("button", name="Save").click()
    expect(other.locator("[data-door-state]")).to_contain_text("Everything is saved")

    one.get_by_role("button", name="Save").click()

    expect(one.locator("[data-door-later]")).to_contain_text("Maya Marshmallow")
    expect(one.get_by_role("group", name="Maya Marshmallow").get_by_label("Absent")).to_be_checked()
    other.reload()
    expect(other.get_by_role("group", name="Priya Paperclip").get_by_label("Here")).to_be_checked()


def test_the_door_works_without_a_script(open_as):
    page = open_as("fern", DOOR, java_script_enabled=False, viewport=PHONE)

    tick(page, "Luis Lanyard", "Here")
    page.get_by_role("button", name="Save").click()

    expect(page.get_by_role("status").first).to_contain_text("1 tick saved.")
    expect(page.get_by_role("group", name="Luis Lanyard").get_by_label("Here")).to_be_checked()


def test_signing_out_takes_the_ticks_with_it(open_as, site):
    page = open_as(None, f"/accounts/login/?next={DOOR}", bypass_csp=True)
    page.get_by_label(re.compile("^E-?mail", re.I)).fill("fern@demo.example")
    page.get_by_label("Password", exact=True).fill("hallway-demo")
    page.get_by_role("main").get_by_role("button", name="Sign in").click()
    tick(page, "Priya Paperclip", "Excused")
    page.wait_for_function("Object.keys(localStorage).length > 0")

    page.locator(".person-menu summary").click()
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url(f"{site.url}/")

    assert page.evaluate("Object.keys(localStorage).length") == 0


def test_the_first_post_asks_for_the_agreements_and_keeps_the_text(open_as):
    page = open_as("noor", "/spaces/")
    page.get_by_role("link", name="South 2026", exact=True).click()
    page.locator(".row__title a").first.click()
    expect(page.locator("[data-livebar]")).to_have_attribute("data-state", "live")
    page.get_by_label("Your post").fill("Hello from Notebook Lane")
    page.get_by_role("button", name="Post reply").click()
    tick_box = page.get_by_label("I agree to play safe")
    expect(page.get_by_role("alert").filter(has_text="Tick this once")).to_be_visible()
    expect(page.get_by_label("Your post")).to_have_value("Hello from Notebook Lane")
    expect(tick_box).to_be_focused()

    tick_box.check()
    page.get_by_role("button", name="Post reply").click()

    expect(page.locator(".post__body").last).to_have_text("Hello from Notebook Lane")
    expect(page.locator("[data-agreements]")).to_have_count(0)
    page.get_by_label("Your post").fill("And another")
    page.get_by_role("button", name="Post reply").click()
    expect(page.locator(".post__body").last).to_have_text("And another")


def test_a_certificate_is_one_landscape_sheet_without_the_house_around_it(open_as):
    page = open_as("fern", "/cohorts/1/certificates/print/")
    count = page.locator(".certificate").count()
    assert count == 2

    page.emulate_media(media="print")
    expect(page.locator(".site-head")).to_be_hidden()
    expect(page.get_by_role("button", name="Print")).to_be_hidden()
    for size in ("A4", "Letter"):
        printed = page.pdf(format=size, landscape=True, prefer_css_page_size=False)
        assert len(re.findall(rb"/Type\s*/Page\b", printed)) == count


def test_a_director_is_made_on_one_screen_that_says_what_is_lost(open_as, site):
    fern = open_as("fern", "/people/roster/?q=priya")
    fern.get_by_role("link", name="Priya Paperclip").click()
    fern.get_by_role("link", name="Become a program director").click()
    fern.get_by_role("button", name="See what it means").click()

    main = fern.get_by_role("main")
    expect(main).to_contain_text("They lose: North 2026, Coordinators' corner.")
    expect(main).to_contain_text("They gain: Leaders' table.")
    fern.get_by_role("link", name="Leave it").click()
    expect(main).to_contain_text("Participant, North 2026")
