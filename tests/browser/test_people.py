"""Profiles, saving and muting in real browsers, with and without script."""

import re

import pytest
from playwright.sync_api import expect

from .looking import PHONE, looked_at_both_ways


def live(page):
    expect(page.locator("[data-livebar]")).to_have_attribute("data-state", "live")
    return page


def reply(page, text):
    page.get_by_label("Your post").fill(text)
    page.get_by_role("button", name="Post reply").click()
    expect(page.locator(".post__body").last).to_have_text(text)


def more_of(post):
    post.locator(".post__more > summary").click()
    return post


def profile_of(page, name):
    page.locator(".post").get_by_role("link", name=name, exact=True).first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(name)
    return page


def test_a_name_leads_to_a_profile_and_ones_own_is_changed_after_a_preview(open_as, start_thread):
    address, priya = start_thread("priya", "Town square", "Who am I")
    aisha = open_as("aisha", address, **PHONE)
    assert profile_of(aisha, "Priya Paperclip").locator(".profile__about").count() == 1

    profile_of(priya, "Priya Paperclip")
    priya.get_by_role("link", name="Change your profile").click()
    priya.get_by_label("About you").fill("I keep the **rope**.")
    priya.get_by_role("button", name="See how it looks").click()
    expect(priya.locator(".profile__about strong")).to_have_text("rope")
    aisha.reload()
    expect(aisha.locator(".profile__about")).not_to_contain_text("rope")
    priya.get_by_role("button", name="Save").click()
    expect(priya.get_by_role("status")).to_contain_text("Saved.")

    aisha.reload()
    expect(aisha.locator(".profile__about strong")).to_have_text("rope")


def test_a_director_finds_no_walled_post_on_a_profile(open_as, start_thread):
    address, luis = start_thread("luis", "Coordinators' corner", "Wombat on a profile")
    shown = profile_of(luis, "Luis Lanyard").url
    expect(luis.get_by_role("main")).to_contain_text("Wombat on a profile")
    dana = open_as("dana", shown)

    expect(dana.get_by_role("heading", level=1)).to_have_text(re.compile("Luis Lanyard"))
    for word in ("Wombat", "corner", "North 2026"):
        expect(dana.get_by_role("main")).not_to_contain_text(word)
    assert dana.context.request.get(f"{address}save/").status == 404


def test_saving_is_a_switch_by_keyboard_that_can_be_pressed_back(open_as, start_thread):
    address, luis = start_thread("luis", "Town square", "Worth keeping", "Words to keep.")
    aisha = live(open_as("aisha", address))
    post = aisha.locator(".post").first
    switch = post.get_by_role("button", name=re.compile("^Save"))
    more_of(post)
    expect(switch).to_have_attribute("aria-pressed", "false")

    switch.focus()
    aisha.keyboard.press("Space")
    expect(switch).to_have_attribute("aria-pressed", "true")
    expect(switch).to_be_focused()
    expect(aisha.locator("[data-announce]")).to_contain_text("Saved.")
    reply(luis, "A later post")
    later = more_of(aisha.locator(".post").filter(has_text="A later post"))
    expect(later.get_by_role("button", name=re.compile("^Save"))).to_have_attribute(
        "aria-pressed", "false"
    )
    aisha.reload()
    more_of(post)
    expect(switch).to_have_attribute("aria-pressed", "true")

    aisha.goto("/saved/")
    row = aisha.locator(".row").filter(has_text="Worth keeping")
    row.get_by_role("link", name="Note").click()
    aisha.get_by_label("A note to yourself").fill("For Friday")
    aisha.get_by_role("button", name="Keep this note").click()
    expect(row).to_contain_text("For Friday")
    kept = row.get_by_role("button", name=re.compile("^Saved"))
    kept.click()
    expect(kept).to_have_attribute("aria-pressed", "false")
    kept.click()
    expect(kept).to_have_attribute("aria-pressed", "true")
    aisha.reload()
    expect(row).to_contain_text("For Friday")


def test_a_save_that_does_not_go_through_says_so_and_changes_nothing(open_as, start_thread):
    address, _luis = start_thread("luis", "Town square", "Not today")
    aisha = live(open_as("aisha", address))
    aisha.route(re.compile("/save/"), lambda route: route.abort())
    switch = more_of(aisha.locator(".post").first).get_by_role("button", name=re.compile("^Save"))

    switch.click()

    expect(aisha.locator("[data-save-problem]")).to_have_text("That did not go through. Try again.")
    expect(switch).to_have_attribute("aria-pressed", "false")


def test_without_script_a_post_is_saved_noted_and_taken_off(open_as, start_thread):
    address, _luis = start_thread("luis", "Town square", "Plain keeping")
    grace = open_as("grace", address, java_script_enabled=False, **PHONE)

    more_of(grace.locator(".post")).get_by_role("link", name=re.compile("^Save")).click()
    grace.get_by_label("A note to yourself").fill("Plain note")
    grace.get_by_role("button", name="Save").click()
    grace.goto("/saved/")
    expect(grace.locator(".row").first).to_contain_text("Plain note")
    grace.locator(".row").first.get_by_role("link", name=re.compile("^Saved")).click()
    grace.get_by_role("button", name="Take it off").click()

    expect(grace.get_by_role("main")).not_to_contain_text("Plain keeping")


@pytest.mark.parametrize("script", [True, False])
def test_a_muted_person_is_folded_away_here_and_nowhere_else(open_as, start_thread, script):
    address, sam = start_thread("sam", "Town square", f"Folded, script {script}", "From Sam.")
    ellen = open_as("ellen", address, java_script_enabled=script, **PHONE)
    aisha = live(open_as("aisha", address))
    ellen.locator(".post").locator("summary").click()
    ellen.get_by_role("link", name="Mute Sam Snacktime").click()
    ellen.get_by_role("button", name="Mute Sam Snacktime").click()
    expect(ellen.get_by_role("status").first).to_contain_text("Nobody but you knows")

    expect(ellen.locator(".muted-post")).to_have_count(1)
    expect(ellen.get_by_text("From Sam.")).to_be_hidden()
    if script:
        live(ellen)
    reply(sam, "Once more")
    expect(aisha.get_by_text("Once more")).to_be_visible()
    if not script:
        ellen.reload()
    expect(ellen.locator(".muted-post")).to_have_count(2)
    expect(ellen.get_by_text("Once more")).to_be_hidden()
    assert "Sam" not in ellen.locator("[data-announce]").text_content()
    ellen.locator(".muted-post > summary").last.click()
    expect(ellen.get_by_text("Once more")).to_be_visible()
    if script:
        sam.locator(".post").last.get_by_role("link", name="Remove").click()
        sam.get_by_role("button", name="Remove").click()
        expect(ellen.locator(".muted-post:visible")).to_have_count(1)

    ellen.goto("/me/muted/")
    ellen.get_by_role("button", name=re.compile("See their posts again")).click()
    expect(ellen.get_by_role("main")).to_contain_text("You muted nobody")


def test_axe_finds_nothing_around_people(open_as, start_thread):
    address, _jo = start_thread("jo", "Town square", "People")
    grace = open_as("grace", address, **PHONE)
    own = grace.locator("[data-thread]").get_attribute("data-me")
    more_of(grace.locator(".post")).get_by_role("button", name=re.compile("^Save")).click()
    expect(grace.locator(".post [aria-pressed=true]")).to_have_count(1)
    looked_at_both_ways(grace)
    grace.get_by_role("link", name="Mute Jo Juicebox").click()
    looked_at_both_ways(grace)
    grace.get_by_role("button", name="Mute Jo Juicebox").click()
    expect(grace.locator(".muted-post")).to_have_count(1)
    looked_at_both_ways(grace)
    grace.locator(".muted-post > summary").click()
    profile_of(grace, "Jo Juicebox")
    for path in (None, f"/people/{own}/", "/me/muted/", "/me/posts/", "/me/posts/?q=zeppelin",
                 "/me/profile/", "/saved/", "/saved/?q=zeppelin", f"{address}save/"):  # fmt: skip
        if path:
            grace.goto(path)
        looked_at_both_ways(grace)
    grace.goto("/me/muted/")
    grace.get_by_role("button", name=re.compile("See their posts again")).click()


def test_a_profile_and_ones_own_posts_are_found_on_a_phone(phone, start_thread):
    open_page, look, script = phone
    subject = f"Mine {'with' if script else 'without'} a script"
    address, _luis = start_thread("luis", "Town square", subject)
    luis = open_page("luis", address)

    profile_of(luis, "Luis Lanyard")
    look(luis)
    luis.goto("/me/posts/")
    expect(luis.get_by_role("main")).to_contain_text(subject)
    look(luis)
    aisha = open_page("aisha", luis.url.replace("/me/posts/", "/people/"))
    look(aisha)
    aisha.get_by_role("main").get_by_role("link", name="Luis Lanyard").first.click()
    expect(aisha.get_by_role("main")).to_contain_text(subject)
