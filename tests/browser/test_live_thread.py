"""A walled thread, as its readers see it in real browsers."""

import re

import pytest
from playwright.sync_api import expect


def live(page):
    expect(page.locator("[data-livebar]")).to_have_attribute("data-state", "live")
    return page


def reply(page, text):
    page.get_by_label("Your post").fill(text)
    page.get_by_role("button", name="Post reply").click()


def texts(page):
    return [text.strip() for text in page.locator(".post__body").all_inner_texts()]


def test_each_sees_what_the_other_does_once_in_order_and_without_a_reload(open_as, start_thread):
    address, maya = start_thread("maya", "North 2026", "Two browsers")
    luis = live(open_as("luis", address))
    plain = open_as("priya", address, java_script_enabled=False)
    live(maya)
    luis.evaluate("window.neverReloaded = true")

    reply(maya, "First reply")
    expect(luis.locator(".post__body")).to_have_text(["Opening words.", "First reply"])
    reply(maya, "Second reply")
    expect(luis.locator(".post__body")).to_have_text(
        ["Opening words.", "First reply", "Second reply"]
    )
    expect(maya.get_by_label("Your post")).to_have_value("")

    second = maya.locator(".post").filter(has_text="Second reply")
    second.get_by_role("link", name="Change").click()
    maya.get_by_label("Your post").fill("Second reply, calmer")
    maya.get_by_role("button", name="Save the change").click()
    expect(luis.locator(".post__body").last).to_have_text("Second reply, calmer")

    maya.locator(".post").filter(has_text="First reply").get_by_role("link", name="Remove").click()
    maya.get_by_role("button", name="Remove").click()
    expect(luis.locator(".post__body")).to_have_text(["Opening words.", "Second reply, calmer"])

    plain.reload()
    assert texts(plain) == ["Opening words.", "Second reply, calmer"]
    plain.get_by_label("Your post").fill("Without any script")
    plain.get_by_role("button", name="Post reply").click()
    assert texts(plain)[-1] == "Without any script"
    expect(luis.locator(".post__body").last).to_have_text("Without any script")
    expect(maya.locator(".post__body").last).to_have_text("Without any script")

    reply(luis, "Seen all of it")
    expect(maya.locator(".post__body").last).to_have_text("Seen all of it")
    assert luis.evaluate("window.neverReloaded") is True
    assert texts(luis) == texts(maya)
    luis.reload()
    assert texts(luis) == texts(maya)


def test_both_catch_up_by_themselves_when_the_server_was_away(site, open_as, start_thread):
    address, maya = start_thread("maya", "North 2026", "The server goes away")
    luis = live(open_as("luis", address))
    live(maya)
    luis.evaluate("window.neverReloaded = true")
    reply(maya, "Before")
    expect(luis.locator(".post__body").last).to_have_text("Before")

    site.kill()
    expect(luis.locator("[data-livebar]")).to_have_attribute("data-state", "reconnecting")
    reply(maya, "Written while it was away")
    expect(maya.locator("[data-outbox-status]")).to_contain_text("Not sent yet")
    expect(maya.locator("[data-outbox]")).to_contain_text("Written while it was away")
    expect(maya.get_by_label("Your post")).to_have_value("")
    site.start()

    # Before either page came back, a third writes: both have something to catch up with.
    plain = open_as("priya", address, java_script_enabled=False)
    plain.get_by_label("Your post").fill("Between")
    plain.get_by_role("button", name="Post reply").click()
    expect(luis.locator("[data-livebar]")).to_have_attribute("data-state", "live", timeout=40_000)
    expect(luis.locator(".post__body", has_text="Between")).to_be_visible()
    expect(maya.locator("[data-livebar]")).to_have_attribute("data-state", "live", timeout=40_000)
    expect(maya.locator(".post__body")).to_have_count(4)
    expect(luis.locator(".post__body")).to_have_count(4)

    # Which of the two came first, the server says.
    assert set(texts(luis)[2:]) == {"Between", "Written while it was away"}
    assert texts(maya) == texts(luis)
    assert luis.evaluate("window.neverReloaded") is True
    plain.reload()
    assert texts(plain) == texts(luis)


@pytest.fixture
def vera(site):
    """A participant of North 2026 whom no other test knows: she does not stay one."""
    site.command(
        "shell", "-v0", "-c",
        "from community import roster;"
        "from community.models import Cohort, Role, Worksite;"
        "vera = roster.register('vera@demo.example', 'Vera Verandah', 'hallway-demo');"
        "roster.appoint(vera, Role.Kind.COORDINATOR, by=None, worksite=Worksite.objects.first());"
        "roster.enrol(vera, Cohort.objects.get(name='North 2026'), by=None)",
    )  # fmt: skip
    return "vera"


def test_who_is_made_director_while_looking_sees_nothing_written_after(
    site, open_as, start_thread, vera
):
    address, _tomas = start_thread("tomas", "North 2026", "Before the promotion")
    page = live(open_as(vera, address))

    site.command("appoint", "vera@demo.example", "director", "--program", "Windmill Kids")
    luis = live(open_as("luis", address))
    reply(luis, "Said after she left")
    expect(luis.locator(".post__body").last).to_have_text("Said after she left")

    expect(page.locator("[data-livebar]")).to_have_attribute("data-state", "ended", timeout=60_000)
    assert "Said after she left" not in page.content()
    response = page.goto(address)
    assert response.status == 404
    assert "North 2026" not in page.content()


def test_a_director_beside_them_finds_no_trace(open_as, start_thread):
    address, maya = start_thread("maya", "Coordinators' corner", "Wombat on the roof")
    dana = open_as("dana", "/spaces/")

    def read(page, path):
        response = page.context.request.get(path)
        return response.status, response.text()

    assert "Wombat" in read(maya, "/spaces/")[1]
    for path in ("/", "/spaces/", "/me/", "/resources/", "/guide/", "/sitemap.xml"):
        _status, found = read(dana, path)
        assert "Wombat" not in found
        assert "corner" not in found
    dana.goto(address)
    expect(dana.get_by_role("main")).not_to_contain_text("Wombat")
    assert read(dana, address) == read(dana, "/threads/999999/")
    assert read(dana, address)[0] == 404


def test_a_draft_survives_a_reload_and_is_gone_once_it_was_posted(open_as, start_thread):
    _address, maya = start_thread("maya", "North 2026", "Drafts")
    live(maya)

    maya.get_by_label("Your post").fill("Half a thought")
    maya.reload()
    expect(maya.get_by_label("Your post")).to_have_value("Half a thought")
    live(maya)
    maya.get_by_role("button", name="Post reply").click()
    expect(maya.locator(".post__body").last).to_have_text("Half a thought")
    maya.reload()

    expect(maya.get_by_label("Your post")).to_have_value("")


def test_a_reply_whose_answer_was_lost_is_not_doubled_by_trying_again(open_as, start_thread):
    _address, maya = start_thread("maya", "North 2026", "A lost answer")
    live(maya)

    def swallow(route):
        route.fetch()
        route.abort()

    maya.route(re.compile("/reply/"), swallow, times=1)
    reply(maya, "Only once")
    expect(maya.get_by_label("Your post")).to_have_value("")
    expect(maya.locator("[data-outbox-status]")).to_have_text("")

    expect(maya.locator(".post__body")).to_have_text(["Opening words.", "Only once"])
    maya.reload()
    expect(maya.locator(".post__body")).to_have_text(["Opening words.", "Only once"])


def test_quoting_keeps_what_was_being_written(open_as, start_thread):
    _address, maya = start_thread("maya", "North 2026", "Quoting", "Words to quote")
    maya.get_by_label("Your post").fill("My own words")

    maya.get_by_role("link", name="Quote").click()

    expect(maya.get_by_label("Your post")).to_have_value(
        re.compile(
            r"^My own words\n\n> \*\*\[Maya Marshmallow wrote:\]\(/threads/.*\)\*\*\n>\n"
            r"> Words to quote\n\n$"
        )
    )


def test_an_empty_reply_is_refused_beside_the_field(open_as, start_thread):
    _address, maya = start_thread("maya", "North 2026", "Empty")
    live(maya)

    maya.get_by_role("button", name="Post reply").click()

    expect(maya.locator("#id_content_error")).to_have_text("Write something first.")
    expect(maya.get_by_label("Your post")).to_be_focused()
    expect(maya.get_by_label("Your post")).to_have_attribute("aria-invalid", "true")


def test_new_posts_never_move_focus_or_scroll(open_as, start_thread):
    address, maya = start_thread("maya", "Town square", "Scrolling")
    live(maya)
    for number in range(12):
        reply(maya, f"Line {number}\n\n" + "word " * 60)
        expect(maya.locator(".post")).to_have_count(number + 2)
    luis = live(open_as("luis", address))
    luis.locator(".post a").nth(1).focus()
    luis.evaluate("scrollTo(0, 200)")
    before = luis.evaluate("[scrollY, document.activeElement.href]")

    reply(maya, "Far below")
    expect(luis.locator("[data-newbelow]")).to_have_text("1 new post below")

    assert luis.evaluate("[scrollY, document.activeElement.href]") == before
    luis.locator("[data-newbelow]").click()
    expect(luis.locator(".post").last).to_be_focused()


def test_what_its_author_takes_back_within_a_minute_others_see_at_once(open_as, start_thread):
    address, maya = start_thread("maya", "North 2026", "Taken back")
    live(maya)
    reply(maya, "First reply")
    expect(maya.get_by_label("Your post")).to_have_value("")
    reply(maya, "Second reply")
    luis = live(open_as("luis", address))
    before = ["Opening words.", "First reply", "Second reply"]
    expect(luis.locator(".post__body")).to_have_text(before)
    luis.evaluate("window.neverReloaded = true")

    first = maya.locator(".post").filter(has_text="First reply")
    first.get_by_role("link", name="Remove").click()
    maya.get_by_role("button", name="Remove").click()
    expect(luis.locator(".post__body")).to_have_text(["Opening words.", "Second reply"])
    maya.get_by_role("link", name="Undo").click()
    maya.get_by_role("button", name="Put it back").click()
    expect(luis.locator(".post__body")).to_have_text(before)

    second = maya.locator(".post").filter(has_text="Second reply")
    second.get_by_role("link", name="Change").first.click()
    maya.get_by_label("Your post").fill("Something hasty")
    maya.get_by_role("button", name="Save the change").click()
    expect(luis.locator(".post__body").last).to_have_text("Something hasty")
    maya.get_by_role("link", name="Undo").click()
    maya.get_by_role("button", name="Take it back").click()
    expect(luis.locator(".post__body")).to_have_text(before)
    expect(luis.get_by_text("Changed", exact=True)).to_have_count(0)
    assert luis.evaluate("window.neverReloaded") is True


def test_after_a_moment_without_a_network_it_says_that_it_is_live(open_as, start_thread):
    _address, maya = start_thread("maya", "Town square", "In a tunnel")
    bar = live(maya).locator("[data-livebar]")

    maya.context.set_offline(True)
    expect(bar).to_have_attribute("data-state", "offline")
    maya.context.set_offline(False)

    expect(bar).to_have_attribute("data-state", "live")


def uncovered(page, text):
    """Whether a post stands wholly in sight, above whatever lies over the page's lower edge."""
    return (
        page.locator(".post")
        .filter(has_text=text)
        .evaluate(
            """post => {
            const box = post.getBoundingClientRect();
            const dock = document.querySelector(".composer--docked");
            const sticky = getComputedStyle(dock).position === "sticky";
            const end = sticky ? dock.getBoundingClientRect().top : innerHeight;
            return box.top >= 0 && box.bottom <= end;
        }"""
        )
    )


def test_whoever_writes_keeps_the_conversation_in_sight(open_as, start_thread):
    address, maya = start_thread("maya", "North 2026", "Writing while others do")
    luis = live(open_as("luis", address))
    for number in range(4):
        reply(luis, f"Number {number}\n\nwith a second line")
        expect(luis.locator(".post__body").last).to_contain_text(f"Number {number}")
    maya.set_viewport_size({"width": 1280, "height": 800})
    maya.reload()
    live(maya).get_by_label("Your post").fill("Half a sentence")
    assert maya.locator(".composer--docked").bounding_box()["height"] < 470
    maya.locator(".post").last.evaluate("post => post.scrollIntoView({block: 'end'})")
    assert uncovered(maya, "Number 3")
    button = maya.locator("[data-newbelow]")
    expect(button).to_be_hidden()

    reply(luis, "Behind the composer")

    expect(button).to_be_visible()
    expect(button).to_have_text("1 new post below")
    box, dock = button.bounding_box(), maya.locator(".composer--docked").bounding_box()
    assert box["y"] + box["height"] <= dock["y"]
    assert not uncovered(maya, "Behind the composer")
    button.click()
    expect(button).to_be_hidden()

    reply(maya, "My own, in sight")
    expect(maya.locator(".post__body").last).to_have_text("My own, in sight")
    assert uncovered(maya, "My own, in sight")
