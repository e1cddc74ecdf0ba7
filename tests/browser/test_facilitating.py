"""What facilitators do with threads, in a browser: on a phone, without JavaScript, and live."""

import re

import pytest
from playwright.sync_api import expect

from .looking import PHONE, looked_at_both_ways


def reply(page, text):
    page.get_by_label("Your post").fill(text)
    page.get_by_role("button", name="Post reply").click()
    expect(page.get_by_role("article").filter(has_text=text)).to_be_visible()


@pytest.mark.parametrize("page_of", ["pin", "move", "merge", "posts", "notes"])
def test_axe_finds_nothing_on_a_facilitators_page(open_as, start_thread, page_of):
    start_thread("maya", "Town square", "Unbroken" * 12)
    looked_at_both_ways(open_as("fern", f"/threads/2/{page_of}/", status=200))


def test_a_thread_is_announced_and_pinned_and_stands_as_before(phone, start_thread):
    open_page, look, script = phone
    subject = f"Announced {'with' if script else 'without'} a script"
    address, _maya = start_thread("maya", "Town square", subject)
    fern = open_page("fern", address)

    def stands(as_what):
        fern.goto(address)
        fern.get_by_text("For facilitators", exact=True).click()
        fern.get_by_role("link", name="Pin or announce").click()
        look(fern)
        fern.get_by_label(as_what).check()
        fern.get_by_role("button", name="Save").click()
        fern.wait_for_url(f"**{address}")
        fern.goto("/spaces/1/")
        look(fern)
        return fern.locator(".row").filter(has_text=subject)

    expect(stands("Announcement")).to_contain_text("Announcement")
    expect(stands("Pinned")).to_contain_text("Pinned")
    plain = stands("Like any thread")
    expect(plain).not_to_contain_text("Pinned")
    expect(plain).not_to_contain_text("Announcement")


def test_a_note_is_left_taken_back_and_its_words_stay_in_the_field(phone, start_thread):
    open_page, look, script = phone
    subject = f"Noted {'with' if script else 'without'} a script"
    address, maya = start_thread("maya", "Town square", subject)
    fern = open_page("fern", address)
    fern.get_by_text("For facilitators", exact=True).click()
    fern.get_by_role("link", name="Notes", exact=True).click()
    expect(fern.get_by_role("heading", name="No notes yet")).to_be_visible()
    field = fern.get_by_label("A note for the other facilitators")
    fern.get_by_role("button", name="Leave the note").click()
    expect(fern.locator(".errorlist")).to_contain_text("Write something first.")
    look(fern)

    field.fill("Called her; she is fine.")
    fern.get_by_role("button", name="Leave the note").click()
    expect(fern.locator(".row")).to_contain_text("Called her; she is fine.")
    look(fern)
    fern.get_by_role("button", name="Take it back").click()

    expect(fern.get_by_text("Your note is gone.")).to_be_visible()
    expect(fern.locator(".row")).to_have_count(0)
    expect(field).to_have_value("Called her; she is fine.")
    assert maya.request.get(f"{address}notes/").status == 404


def test_threads_are_swept_and_put_back_on_a_phone_without_javascript(open_as, start_thread):
    for number in (1, 2):
        start_thread("maya", "Town square", f"Swept {number}")
    fern = open_as("fern", "/spaces/1/", java_script_enabled=False, bypass_csp=True, **PHONE)

    fern.get_by_text("For facilitators: choose threads").click()
    for number in (1, 2):
        fern.get_by_label(f"Choose “Swept {number}”").check()
    fern.get_by_role("button", name="Remove").click()
    expect(fern.get_by_role("heading", level=1)).to_have_text("Remove these 2 threads?")
    fern.get_by_label("Why?").fill("Said elsewhere already.")
    fern.get_by_role("button", name="Remove").click()
    expect(fern.get_by_role("status").filter(has_text="2 threads are removed.")).to_be_visible()
    expect(fern.get_by_role("link", name="Swept 1", exact=True)).to_have_count(0)
    fern.get_by_role("link", name="Undo", exact=True).click()
    expect(fern.get_by_role("heading", level=1)).to_have_text("Take this back?")
    fern.get_by_role("button", name="Take it back").click()

    expect(fern.get_by_role("link", name="Swept 1", exact=True)).to_be_visible()


def test_a_thread_is_split_and_merged_again(phone, start_thread):
    open_page, look, _script = phone
    address, maya = start_thread("maya", "Town square", "To be split")
    reply(maya, "A second matter")
    fern = open_page("fern", address)

    fern.get_by_text("For facilitators", exact=True).click()
    fern.get_by_role("link", name="Choose posts").click()
    fern.get_by_role("checkbox").check()
    fern.get_by_role("button", name="To a new thread").click()
    fern.get_by_label("What is the new thread about?").fill("Split off")
    look(fern)
    fern.get_by_role("button", name="Split the thread").click()
    expect(fern.get_by_role("heading", level=1)).to_have_text("Split off")
    expect(maya.get_by_text("This thread was renamed or rearranged.")).to_be_visible()
    maya.get_by_role("link", name="Load it again").click()
    expect(maya.get_by_text("A second matter")).to_have_count(0)

    apart = re.search(r"/threads/(\d+)/", fern.url)[0]
    fern.goto(f"{apart}merge/")
    fern.get_by_label("Or paste the address").fill(address)
    fern.get_by_role("button", name="Continue").click()
    expect(fern.get_by_role("heading", level=1)).to_have_text("Merge these two threads?")
    look(fern)
    fern.get_by_role("button", name="Merge them").click()
    expect(fern.get_by_role("article").filter(has_text="A second matter")).to_be_visible()

    maya.goto(apart)
    expect(maya).to_have_url(re.compile(re.escape(address)))


def test_posts_to_choose_from_leave_the_width_to_their_words(open_as, start_thread):
    address, maya = start_thread("maya", "Town square", "Chosen on a phone")
    reply(maya, "Words that go on and on, so that they need more than one line of a phone. " * 2)
    fern = open_as("fern", f"{address}posts/", **PHONE)
    row = fern.locator(".picks__row").nth(1)

    def box(part):
        return part.bounding_box()

    words, note = box(row.locator(".row__body")), box(row.get_by_role("link", name="Note"))
    opening = box(fern.locator(".picks__row .row__body").first)
    assert words["width"] > 0.8 * box(row)["width"]
    assert (opening["x"], note["x"]) == (words["x"], words["x"])
    times = fern.locator(".picks__row time")
    expect(times).to_have_count(2)
    for position in range(2):
        expect(times.nth(position)).to_have_css("font-weight", "400")

    fern.set_viewport_size({"width": 1280, "height": 800})
    words, note = box(row.locator(".row__body")), box(row.get_by_role("link", name="Note"))
    assert words["x"] + words["width"] < note["x"]


def test_a_removed_post_comes_back_to_its_place_while_others_read(open_as, start_thread):
    address, maya = start_thread("maya", "Town square", "Put back live")
    reply(maya, "In the middle")
    reply(maya, "At the end")
    fern = open_as("fern", address)
    fern.goto(f"{address}posts/")
    fern.get_by_role("checkbox").first.check()
    fern.get_by_role("button", name="Remove").click()
    fern.get_by_role("button", name="Remove").click()
    expect(maya.get_by_role("article")).to_have_count(2)

    fern.get_by_role("link", name="Undo", exact=True).click()
    fern.get_by_role("button", name="Take it back").click()

    expect(maya.get_by_role("article")).to_have_count(3)
    expect(maya.get_by_role("article").nth(1)).to_contain_text("In the middle")


def test_a_thread_that_moves_behind_a_wall_closes_where_it_was_open(phone, open_as, start_thread):
    open_page, look, _script = phone
    address, maya = start_thread("maya", "Town square", "Goes behind the wall")
    dana = open_as("dana", address)
    expect(dana.get_by_text("Live: new posts")).to_be_visible()
    fern = open_page("fern", f"{address}move/")
    look(fern)

    fern.get_by_label(re.compile("Coordinators' corner")).check()
    fern.get_by_role("button", name="Move it").click()
    expect(fern.get_by_text("The thread is in Coordinators' corner now.")).to_be_visible()

    expect(dana.get_by_text("no longer open here")).to_be_visible()
    assert dana.request.get(address).status == 404
    dana.goto("/spaces/1/")
    expect(dana.get_by_text("Goes behind the wall")).to_have_count(0)
    maya.goto("/spaces/1/")
    expect(maya.get_by_role("link", name="Goes behind the wall").first).to_be_visible()
