"""Who sees what, in a real browser: nothing for axe, no sideways scrolling, and the journeys."""

import re

import pytest
from playwright.sync_api import expect

from .looking import looked_at, looked_at_both_ways

PAGES = {
    "people": ("maya", "/people/"),
    "people, nobody found": ("dana", "/people/?q=zeppelin"),
    "people, a filter that is wrong": ("maya", "/people/?region=x"),
    "profile with a photo": ("luis", "/people/1/"),
    "profile of one's own": ("maya", "/people/1/"),
    "change a profile": ("maya", "/me/profile/"),
    "a photo": ("maya", "/me/photo/"),
    "no photo yet": ("luis", "/me/photo/"),
    "remove a photo": ("tomas", "/me/photo/remove/"),
    "my director": ("maya", "/me/director/"),
    "no director": ("tomas", "/me/director/"),
    "my director before a space": ("maya", "/me/director/spaces/1/"),
    "my director before a thread": ("maya", "/me/director/threads/2/"),
    "my director before a profile": ("maya", "/me/director/people/1/"),
    "home of a director": ("dana", "/"),
    "who can see": ("fern", "/who-can-see/?q=a"),
    "who can see, nothing found": ("edda", "/who-can-see/?q=zeppelin"),
    "who can see a space": ("fern", "/who-can-see/spaces/1/"),
    "who can see a page": ("edda", "/who-can-see/pages/3/"),
    "what a person can see": ("stella", "/who-can-see/people/10/"),
    "the glass": ("stella", "/glass/"),
    "the glass, whole": ("fern", "/glass/"),
    "break the glass": ("stella", "/glass/break/"),
    "my page": ("maya", "/me/"),
    "notes for my director": ("maya", "/me/notes/"),
    "notes for my director, none yet": ("luis", "/me/notes/"),
    "notes for my director, no director": ("tomas", "/me/notes/"),
    "a note for my director": ("maya", "/me/notes/2/"),
    "a note that I took back": ("maya", "/me/notes/1/"),
    "write a note": ("maya", "/me/notes/new/"),
    "change a note": ("maya", "/me/notes/2/change/"),
    "take a note back": ("maya", "/me/notes/2/take-back/"),
    "delete a note": ("maya", "/me/notes/1/delete/"),
    "shared with me": ("dana", "/shared/"),
    "nothing shared with me": ("viktor", "/shared/"),
    "a note that was shared with me": ("dana", "/shared/2/"),
}


@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing_and_nothing_scrolls_sideways(open_as, name):
    status = 422 if name.endswith("is wrong") else 200
    looked_at_both_ways(open_as(*PAGES[name], status=status))


def test_a_coordinator_shares_a_note_with_their_director_and_takes_it_back(open_as):
    """Without a script, on a phone."""
    luis = open_as("luis", "/me/", java_script_enabled=False)
    luis.get_by_role("link", name="Notes for your director").click()
    luis.get_by_role("link", name="Write a note").click()
    expect(luis.get_by_role("main")).to_contain_text("Dana Dashboard supervises you at")
    luis.get_by_label("Title").fill("Chairs")
    luis.get_by_role("button", name="Share it with Dana Dashboard").click()
    expect(luis.get_by_role("heading", name="Please look at this again")).to_be_visible()
    expect(luis.get_by_label("Title")).to_have_value("Chairs")
    luis.get_by_label("Your note").fill("Nine of ours are broken.")
    luis.get_by_label("Need", exact=True).check()
    luis.get_by_role("button", name="Share it with Dana Dashboard").click()
    expect(luis.get_by_role("status").first).to_contain_text("Dana Dashboard can read your note")

    dana = open_as("dana", "/shared/")
    dana.get_by_role("link", name="Chairs").click()
    expect(dana.get_by_role("main")).to_contain_text("Nine of ours are broken.")
    luis.reload()
    expect(luis.get_by_role("main")).to_contain_text("opened on")
    luis.get_by_role("link", name="Take it back").click()
    luis.get_by_role("button", name="Take it back").click()
    expect(luis.get_by_role("main")).to_contain_text("Only you can read it")
    assert dana.reload().status == 404


def test_axe_finds_nothing_where_a_note_was_changed_in_two_windows(open_as):
    first, second = (open_as("maya", "/me/notes/1/change/", bypass_csp=True) for _each in range(2))
    for page, words in ((first, "From the first window."), (second, "From the second window.")):
        page.get_by_label("Your note").fill(words)
        page.get_by_role("button", name="Save the change").click()
    expect(first.get_by_role("status").first).to_contain_text("Your change is saved.")
    expect(second.get_by_role("heading", name="Please look at this again")).to_be_visible()

    expect(second.get_by_text("From the first window.")).to_be_visible()
    expect(second.get_by_label("Your note")).to_have_value("From the second window.")
    looked_at_both_ways(second)


def test_a_steward_breaks_the_glass_and_everybody_in_the_space_sees_it(open_as):
    steward = open_as("stella", "/glass/", viewport={"width": 375, "height": 812})
    steward.get_by_role("link", name="Look into a space").click()
    steward.get_by_label("Which space").select_option(label="Graduates (Graduates only)")
    steward.get_by_label("Why you must look").fill("A report names a post here.")
    steward.get_by_role("button", name="Go on").click()
    expect(steward.get_by_role("heading", name="Please look at this again")).to_be_visible()
    expect(steward.get_by_label("Why you must look")).to_have_value("A report names a post here.")
    steward.get_by_label("What its members are told").fill("A report about safety")
    steward.get_by_role("button", name="Go on").click()
    expect(steward.get_by_role("heading", name="Break the glass of Graduates?")).to_be_visible()
    looked_at(steward)
    steward.get_by_role("button", name="Break the glass").click()

    expect(steward.get_by_text("you read this under the glass")).to_be_visible()
    expect(steward.get_by_role("link", name="Start a thread")).to_have_count(0)
    looked_at(steward)
    member = open_as("tomas", "/spaces/")
    member.get_by_role("link", name="Graduates", exact=True).click()
    expect(member.get_by_text("The reason given: “A report about safety”")).to_be_visible()
    member.get_by_text("Who can read this").first.click()
    expect(member.get_by_text("And Stella Stapler, a steward who broke the glass")).to_be_visible()
    looked_at(member)

    steward.get_by_role("link", name="End it now").first.click()
    steward.get_by_role("button", name="End it now").click()
    expect(steward.get_by_text("It is over. The space is closed to them again.")).to_be_visible()
    member.reload()
    expect(member.get_by_text(re.compile("they could read this space"))).to_be_visible()
    answer = steward.goto(member.url)
    assert answer.status == 404


def test_a_thread_under_the_glass_has_no_way_to_act(open_as, start_thread):
    address, _page = start_thread("sam", "Coordinators' corner", "A thread to look at")
    steward = open_as("stella", "/glass/break/")
    steward.get_by_label("Which space").select_option(
        label="Coordinators' corner (Coordinators only)"
    )
    steward.get_by_label("Why you must look").fill("A report names a post here.")
    steward.get_by_label("What its members are told").fill("A report about safety")
    steward.get_by_role("button", name="Go on").click()
    steward.get_by_role("button", name="Break the glass").click()

    steward.goto(address)

    expect(steward.get_by_text("Opening words.")).to_be_visible()
    for name in ("Quote", "Save thread", "Report", "More"):
        expect(steward.get_by_role("link", name=name)).to_have_count(0)
    for name in ("Post reply", "Subscribe"):
        expect(steward.get_by_role("button", name=name)).to_have_count(0)
    expect(steward.locator("[data-livebar]")).to_have_attribute("data-state", "live")
    # What the page's scripts made of links meanwhile is no way to act either.
    expect(steward.locator("button[data-react]")).to_have_count(3)
    expect(steward.get_by_role("button", name="Thanks")).to_have_count(0)


def test_a_field_is_told_to_a_cohort_and_the_director_finds_nothing(open_as):
    sam = open_as("sam", "/me/profile/")
    sam.get_by_label("Phone", exact=False).first.fill("555 0104")
    sam.get_by_label("Who sees your phone number").select_option(label="My cohorts (no director)")
    sam.get_by_role("button", name="Save").click()
    expect(sam.get_by_text("555 0104")).to_be_visible()
    profile = sam.url

    expect(open_as("aisha", profile).get_by_text("555 0104")).to_be_visible()
    expect(open_as("viktor", profile).get_by_text("555 0104")).to_have_count(0)
    sam.get_by_role("link", name="What can my director see?").click()
    expect(sam.get_by_role("heading", name="As Viktor Vestibule sees it")).to_be_visible()
    expect(sam.get_by_text("555 0104")).to_have_count(0)


def test_a_photo_is_given_and_taken_back_by_keyboard_and_hand(open_as, tmp_path):
    from PIL import Image

    Image.new("RGB", (700, 500), "teal").save(tmp_path / "me.png")
    page = open_as("grace", "/me/photo/")
    page.get_by_label(re.compile("^Photo")).set_input_files(tmp_path / "me.png")
    page.get_by_label("What the photo shows").fill("Grace with a bell")
    page.get_by_role("button", name="Show this photo").press("Enter")

    expect(page.get_by_role("img", name="Grace with a bell")).to_be_visible()
    picture = page.get_by_role("img", name="Grace with a bell")
    expect(picture).to_have_js_property("naturalWidth", 480)
    page.goto("/me/photo/")
    page.get_by_role("link", name="Remove your photo").click()
    page.get_by_role("button", name="Remove it").click()
    expect(page.get_by_text("Your photo is gone.")).to_be_visible()
    expect(page.get_by_role("img", name="Grace with a bell")).to_have_count(0)
