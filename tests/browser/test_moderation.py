"""Reports and posts that wait, as the people whom they concern go through them."""

import pytest
from playwright.sync_api import expect


def test_a_report_goes_to_a_facilitator_and_what_became_of_it_comes_back(phone, start_thread):
    open_page, look, script = phone
    subject = f"Reported {'with' if script else 'without'} a script"
    address, _author = start_thread("luis", "North 2026", subject, "Words that hurt.")

    maya = open_page("maya", address)
    maya.locator(".post__more summary").click()
    if script:
        maya.keyboard.press("Escape")
        expect(maya.get_by_role("link", name="Report")).to_be_hidden()
        expect(maya.locator(".post__more summary")).to_be_focused()
        maya.keyboard.press("Enter")
    maya.get_by_role("link", name="Report").click()
    expect(maya.get_by_text("Fern Flipchart")).to_be_visible()
    look(maya)
    maya.get_by_role("button", name="Report it").click()
    expect(maya.get_by_role("link", name="Choose what comes closest.")).to_be_visible()
    look(maya)
    maya.get_by_label("It is hurtful").check()
    maya.get_by_label("In your own words").fill("It sounds like blame.")
    maya.get_by_role("button", name="Report it").click()
    expect(maya.get_by_text("have not decided yet").first).to_be_visible()
    look(maya)

    fern = open_page("fern")
    fern.locator(".person-menu summary").click()
    fern.get_by_role("link", name="Needs a look").click()
    mine = fern.locator(".look").filter(has_text=subject)
    expect(mine).to_contain_text("It sounds like blame.")
    look(fern)
    mine.get_by_role("link", name="Leave it as it is").click()
    look(fern)
    fern.get_by_label("A sentence to whoever reported it").fill("Luis meant himself.")
    fern.get_by_role("button", name="Decide").click()
    expect(fern.locator(".look").filter(has_text=subject)).to_have_count(0)

    maya.goto("/me/reports/")
    report = maya.locator(".row").filter(has_text=subject)
    expect(report).to_contain_text("Left as it is")
    expect(report).to_contain_text("Luis meant himself.")


@pytest.fixture
def graduates_wait(site):
    """From this call on everybody's posts wait in the graduates' space, however much was let in."""

    def set_to(holds):
        site.command(
            "shell", "-v0", "-c",
            "from forum.spaces.models import Space;"
            f"Space.objects.filter(forum__name='Graduates').update(holds='{holds}')",
        )  # fmt: skip

    yield lambda: set_to("everybody")
    set_to("newcomers")


def test_a_post_that_waited_appears_for_those_who_look_on(phone, start_thread, graduates_wait):
    open_page, look, script = phone
    subject = f"Something waits {'with' if script else 'without'} a script"
    first, then = f"{subject}, looked at first", f"{subject}, and shorter"
    address, grace = start_thread("grace", "Graduates", subject)
    expect(grace.locator("[data-livebar]")).to_have_attribute("data-state", "live")
    grace.evaluate("window.neverReloaded = true")
    graduates_wait()

    tomas = open_page("tomas", address)
    expect(tomas.get_by_text("A facilitator looks at what you post here first")).to_be_visible()
    tomas.get_by_label("Your post").fill(first)
    tomas.get_by_role("button", name="Post reply").click()
    expect(tomas.locator(".post--held")).to_contain_text(first)
    expect(tomas.get_by_label("Your post")).to_have_value("")
    look(tomas)
    tomas.get_by_role("link", name="Change it").click()
    tomas.get_by_label("Your post").fill(then)
    tomas.get_by_role("button", name="Save the change").click()
    expect(tomas.locator(".look").filter(has_text=then)).to_be_visible()

    jo = open_page("jo", address)
    look(jo)
    jo.goto("/moderation/?kind=held")
    mine = jo.locator(".look").filter(has_text=then)
    mine.get_by_role("link", name="Do not post it").click()
    expect(jo.get_by_role("heading", level=1)).to_have_text("Do not post it?")
    look(jo)
    jo.goto("/moderation/")
    mine.get_by_role("button", name="Let it in").click()
    expect(jo.get_by_text("The post is in its thread now")).to_be_visible()

    expect(grace.locator(".post__body").last).to_have_text(then)
    assert grace.evaluate("window.neverReloaded") is True
    tomas.goto("/me/acts/")
    expect(tomas.get_by_text("let it in").first).to_be_visible()
    look(tomas)


def test_a_post_that_is_not_let_in_stays_its_authors(phone, start_thread, graduates_wait):
    open_page, look, script = phone
    subject = f"Kept out {'with' if script else 'without'} a script"
    address, _grace = start_thread("grace", "Graduates", subject)
    graduates_wait()
    tomas = open_page("tomas", address)
    tomas.get_by_label("Your post").fill(f"{subject}: words that stay mine")
    tomas.get_by_role("button", name="Post reply").click()
    expect(tomas.locator(".post--held")).to_be_visible()

    jo = open_page("jo", "/moderation/?kind=held")
    mine = jo.locator(".look").filter(has_text=f"{subject}: words")
    mine.get_by_role("link", name="Do not post it").click()
    jo.get_by_label("A sentence to its author").fill("Please leave the names out.")
    jo.get_by_role("button", name="Do not post it").click()
    expect(jo.locator(".look").filter(has_text=subject)).to_have_count(0)

    tomas.goto("/me/waiting/")
    mine = tomas.locator(".look").filter(has_text=subject)
    expect(mine).to_contain_text("Please leave the names out.")
    expect(mine).to_contain_text("words that stay mine")
    look(tomas)
