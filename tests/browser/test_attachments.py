"""Files in the composer, as fingers and mice bring them there."""

import base64
import io
import re

from PIL import Image
from playwright.sync_api import expect

from .looking import PHONE

DROP = """([bytes, name, type]) => {
  const transfer = new DataTransfer();
  const data = Uint8Array.from(atob(bytes), (letter) => letter.charCodeAt(0));
  transfer.items.add(new File([data], name, { type }));
  return transfer;
}"""
PASTE = """(area, transfer) => area.dispatchEvent(
  new ClipboardEvent("paste", { clipboardData: transfer, bubbles: true, cancelable: true }),
)"""


def picture():
    out = io.BytesIO()
    Image.new("RGB", (1200, 600), "teal").save(out, "PNG")
    return out.getvalue()


def carried(page, name, data, kind):
    return page.evaluate_handle(DROP, [base64.b64encode(data).decode(), name, kind])


def drop(page, *file):
    page.get_by_label("Your post").dispatch_event("drop", {"dataTransfer": carried(page, *file)})


def rows(page):
    return page.locator("[data-attached]")


def test_files_are_dropped_pasted_taken_back_and_posted(open_as, start_thread):
    address, maya = start_thread("maya", "North 2026", "Photos of the wall")
    luis = open_as("luis", address)
    expect(luis.locator("[data-livebar]")).to_have_attribute("data-state", "live")

    drop(maya, "the wall.png", picture(), "image/png")
    expect(rows(maya)).to_have_count(1)
    text = maya.get_by_label("Your post")
    text.evaluate(PASTE, carried(maya, "list.csv", b"a,b\n1,2\n", "text/csv"))
    expect(rows(maya)).to_have_count(2)
    drop(maya, "setup.exe", b"MZ", "image/png")
    expect(maya.locator("[data-attach-problems]")).to_contain_text("“setup.exe”: Files of this")
    drop(maya, "wrong.txt", b"not this one", "text/plain")
    expect(rows(maya)).to_have_count(3)

    remove = maya.get_by_role("button", name=re.compile("list.csv"))
    remove.click()
    expect(remove).to_have_text(re.compile("Undo"))
    remove.click()
    expect(remove).to_have_text(re.compile("Remove"))
    maya.get_by_role("button", name=re.compile("wrong.txt")).click()
    maya.get_by_label("What does it show?").fill("A wall with cards")
    text.fill("Here it is")

    # The draft comes back with its files, without the one that was taken out.
    maya.reload()
    expect(rows(maya)).to_have_count(2)
    expect(maya.get_by_label("What does it show?")).to_have_value("A wall with cards")
    expect(maya.get_by_label("Your post")).to_have_value("Here it is")
    maya.get_by_role("button", name="Post reply").click()

    for page in (luis, maya):
        shown = page.locator(".post").filter(has_text="Here it is")
        expect(shown.get_by_role("img", name="A wall with cards")).to_be_visible()
        expect(shown.get_by_role("link", name="list.csv")).to_be_visible()
        expect(shown).not_to_contain_text("wrong.txt")
    expect(rows(maya)).to_have_count(0)
    image = luis.get_by_role("img", name="A wall with cards")
    expect(image).to_have_js_property("complete", value=True)
    assert image.evaluate("(image) => image.naturalWidth") == 800
    with luis.expect_download() as downloading:
        luis.get_by_role("link", name="list.csv").click()
    assert downloading.value.path().read_bytes() == b"a,b\n1,2\n"


def test_what_becomes_of_a_file_is_in_sight_in_a_docked_composer(open_as, start_thread):
    _address, maya = start_thread("maya", "North 2026", "A file beside the words")
    maya.set_viewport_size({"width": 1280, "height": 800})
    maya.get_by_label("Your post").fill("With a picture")
    drop(maya, "the wall.png", picture(), "image/png")
    expect(rows(maya)).to_have_count(1)

    bar = maya.locator(".composer__actions")
    name = rows(maya).locator("[data-attach-name]")
    expect(name).to_be_in_viewport(ratio=1)
    assert name.bounding_box()["y"] + name.bounding_box()["height"] <= bar.bounding_box()["y"]

    drop(maya, "run.exe", b"MZ", "application/octet-stream")
    refusal = maya.locator("[data-attach-problems] li")
    expect(refusal).to_be_in_viewport(ratio=1)
    assert refusal.bounding_box()["y"] + refusal.bounding_box()["height"] <= bar.bounding_box()["y"]


def test_what_is_sent_while_a_file_is_on_its_way_goes_with_it(open_as, start_thread):
    _address, maya = start_thread("maya", "North 2026", "In a hurry")
    held = []
    maya.route("**/attachments/", lambda route: held.append(route))

    drop(maya, "plan.txt", b"the plan", "text/plain")
    maya.get_by_label("Your post").fill("With the plan")
    maya.get_by_role("button", name="Post reply").click()
    expect(maya.locator("progress")).to_be_visible()
    expect(maya.locator(".post")).to_have_count(1)
    held[0].continue_()

    posted = maya.locator(".post").filter(has_text="With the plan")
    expect(posted.get_by_role("link", name="plan.txt")).to_be_visible()


def test_without_scripts_files_are_described_before_they_are_posted(open_as, start_thread):
    address, _maya = start_thread("maya", "North 2026", "Plain photos")
    priya = open_as("priya", address, java_script_enabled=False, **PHONE)

    priya.get_by_label("Pictures and files").set_input_files(
        [
            {"name": "wall.png", "mimeType": "image/png", "buffer": picture()},
            {"name": "drawing.png", "mimeType": "image/png", "buffer": b"<svg></svg>"},
        ]
    )
    priya.get_by_label("Your post").fill("From a library computer")
    priya.get_by_role("button", name="Add the files first").click()
    field = priya.locator(".attach")
    assert "“drawing.png”: What is in it is not what its name says." in field.inner_text()
    priya.get_by_label("What does it show?").fill("A wall with cards")
    priya.get_by_role("button", name="Post reply").click()

    posted = priya.locator(".post").filter(has_text="From a library computer")
    expect(posted.get_by_role("img", name="A wall with cards")).to_be_visible()
    posted.get_by_role("link", name="Change").click()
    priya.get_by_label("wall.png").uncheck()
    priya.get_by_role("button", name="Save the change").click()
    expect(priya.get_by_role("img", name="A wall with cards")).to_have_count(0)
