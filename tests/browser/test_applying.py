"""From an application to a mentor, in a real browser: the applicant, their director and the
facilitators, on a desk, on a phone and without scripts."""

import re
from email import message_from_string

import pytest
from playwright.sync_api import expect

from .looking import looked_at

PHONE = {"viewport": {"width": 375, "height": 812}, "color_scheme": "dark"}
WAYS = {
    "on a desk": {"bypass_csp": True},
    "on a phone": {"bypass_csp": True, **PHONE},
    "without scripts": {"java_script_enabled": False, **PHONE},
}


def look(page, options):
    """Nothing for axe and no sideways scrolling; without scripts, nothing can be asked."""
    if options.get("java_script_enabled", True):
        looked_at(page)


def send(page, button):
    """Press it, as often as the form asks whether that was not too quick."""
    page.get_by_role("main").get_by_role("button", name=button, exact=True).click()
    while page.get_by_text("That was quick").count():
        page.get_by_role("main").get_by_role("button", name=button, exact=True).click()


def mailed(site, to, pattern):
    """The newest address of this pattern that was mailed to somebody."""
    site.command("db_worker", "--batch")
    files = sorted((site.data / "mail").iterdir(), key=lambda one: one.stat().st_mtime)
    mails = [
        message_from_string(text.lstrip())
        for one in files
        for text in one.read_text().split("-" * 79)
    ]
    return next(
        found[0]
        for mail in reversed(mails)
        if mail["To"] == to
        and (found := re.search(pattern, mail.get_payload(decode=True).decode()))
    )


@pytest.mark.parametrize("way", WAYS)
def test_somebody_applies_is_supported_invited_joins_graduates_and_mentors(open_as, site, way):
    options = WAYS[way]
    word = way.split()[-1].title()
    name, email = f"Nora {word}", f"nora.{word.lower()}@example.org"
    director = f"dot.{word.lower()}@example.org"

    page = open_as(None, "/", **options)
    page.get_by_role("main").get_by_role("link", name="Apply for a cohort").click()
    look(page, options)
    send(page, "Save and go on")
    expect(page.get_by_role("main")).to_contain_text("Please look at this again")
    look(page, options)
    page.get_by_label("Your name").fill(name)
    page.get_by_label("Your e-mail address").fill(email)
    send(page, "Save and go on")

    page.get_by_label("County").fill("Alder")
    look(page, options)
    send(page, "Save and go on later")
    expect(page.get_by_role("heading", level=1)).to_have_text("Saved")
    look(page, options)
    page.goto(mailed(site, email, r"/apply/draft/[\w-]+/"))
    expect(page.get_by_label("County")).to_have_value("Alder")
    page.get_by_label("North: North 2027").check()
    page.get_by_label("Your site").fill(f"{word} School")
    page.get_by_label("Your program").fill("Windmill Kids")
    page.get_by_label("Your director's name").fill("Dot Director")
    page.get_by_label("Your director's e-mail address").fill(director)
    send(page, "Save and go on")
    page.get_by_label("Your experience").fill("Sassafras years.")
    page.get_by_label("What you hope for").fill("To learn.")
    look(page, options)
    send(page, "Save and go on")
    look(page, options)
    page.get_by_label("I will come to every meeting").check()
    send(page, "Send the application")
    expect(page.get_by_role("heading", level=1)).to_contain_text("with the facilitators")
    look(page, options)

    page = open_as(None, mailed(site, director, r"/apply/support/[\w-]+/"), **options)
    expect(page.get_by_role("main")).not_to_contain_text("Sassafras")
    look(page, options)
    page.get_by_role("button", name="I support this").click()
    expect(page.get_by_role("main")).to_contain_text("Thank you")
    look(page, options)

    # Wagtail's admin itself needs scripts.
    desk = {**options, "java_script_enabled": True}
    fern = open_as("fern", "/cms/applications/", **desk)
    look(fern, desk)
    fern.get_by_role("link", name=name).click()
    expect(fern.get_by_role("main")).to_contain_text("Dot Director supports this since")
    look(fern, desk)
    fern.get_by_label("Note").fill("Glad to give the time.")
    fern.get_by_role("button", name="Keep this note").click()
    expect(fern.get_by_role("main")).to_contain_text("The note of the call is kept.")
    fern.get_by_role("link", name="Invite", exact=True).click()
    look(fern, desk)
    fern.get_by_role("button", name="Invite", exact=True).click()
    expect(fern.get_by_role("main")).to_contain_text(f"on its way to {email}")

    page = open_as(None, mailed(site, email, r"/invitation/[\w-]+/"), **options)
    page.get_by_label("Your name").fill(name)
    page.get_by_label("Choose a password").fill("three unrelated words")
    page.get_by_role("button", name="Join").click()
    page.wait_for_url(f"{site.url}/")
    fern.goto("/cms/applications/?state=accepted")
    expect(fern.get_by_role("link", name=name)).to_be_visible()
    page.goto("/spaces/")
    expect(page.get_by_role("link", name="Graduates", exact=True)).to_have_count(0)
    expect(page.get_by_role("link", name="North 2026", exact=True)).to_have_count(0)

    fern = open_as("fern", "/cohorts/", **options)
    fern.get_by_role("main").get_by_role("link", name="North 2027").click()
    fern.get_by_role("link", name="Graduate", exact=True).click()
    look(fern, options)
    fern.get_by_label(name).check()
    fern.get_by_role("button", name="Graduate", exact=True).click()
    expect(fern.get_by_role("main")).to_contain_text("They gain: Graduates.")
    look(fern, options)
    fern.get_by_role("button", name="Graduate them").click()
    page.reload()
    expect(page.get_by_role("link", name="Graduates", exact=True)).to_be_visible()

    fern.goto(f"/people/roster/?q={word}")
    fern.get_by_role("link", name=name).click()
    fern.get_by_role("link", name="Appoint as a mentor").click()
    fern.get_by_label("Cohort").select_option("North 2026")
    fern.get_by_role("button", name="See what it means").click()
    expect(fern.get_by_role("main")).to_contain_text("They gain: North 2026.")
    look(fern, options)
    fern.get_by_role("button", name="Appoint as a mentor").click()
    page.reload()
    page.get_by_role("link", name="North 2026", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("North 2026")
    look(page, options)


def test_the_other_screens_of_the_facilitators_are_in_order(open_as, tmp_path):
    fern = open_as("fern", "/cms/applications/intakes/", bypass_csp=True)
    look(fern, {})
    fern.get_by_role("link", name="Take applications for a cohort").click()
    look(fern, {})
    fern.goto("/cms/applications/?q=bea")
    for box in fern.get_by_label("Choose B").all():
        box.check()
    fern.get_by_label("With those chosen").select_option("waitlist")
    fern.get_by_role("button", name="Go on").click()
    expect(fern.get_by_role("main")).to_contain_text("2 applications")
    look(fern, {})
    fern.get_by_role("button", name="Put on the waiting list").click()
    expect(fern.get_by_role("main")).to_contain_text("2 applications are done.")
    with fern.expect_download() as download:
        fern.get_by_role("link", name="Take this list out as CSV").click()
    assert download.value.suggested_filename.startswith("applications-")

    bad = tmp_path / "bad.csv"
    bad.write_text(
        "name,email,county,site,program,director_name,director_email,commitment\n"
        "Ann,nonsense,Alder,A,B,Dot,dot@example.org,yes\n"
    )
    fern.goto("/cms/applications/import/")
    look(fern, {})
    fern.get_by_label("Intake").select_option(label="North (North 2027)")
    fern.get_by_label("CSV file").set_input_files(bad)
    fern.get_by_role("button", name="Read the file").click()
    expect(fern.get_by_role("main")).to_contain_text("1 row has to be mended")
    look(fern, {})
    good = tmp_path / "good.csv"
    good.write_text(bad.read_text().replace("nonsense", "ann@example.org"))
    fern.get_by_role("link", name="Choose the file again").click()
    fern.get_by_label("Intake").select_option(label="North (North 2027)")
    fern.get_by_label("CSV file").set_input_files(good)
    fern.get_by_role("button", name="Read the file").click()
    look(fern, {})
    fern.get_by_role("button", name="Import them").click()
    expect(fern.get_by_role("main")).to_contain_text("1 application was imported.")


def test_a_copy_is_withdrawn_and_a_lost_link_is_asked_for_by_keyboard_alone(open_as, site):
    page = open_as(None, "/apply/link/", **PHONE)

    field = page.get_by_label("Your e-mail address")
    field.focus()
    page.keyboard.type("hal@demo.example")
    field.press("Enter")
    while page.get_by_text("That was quick").count():
        field.press("Enter")
    heading = page.get_by_role("heading", level=1)
    expect(heading).to_have_text("Look into your mail")
    page.goto(mailed(site, "hal@demo.example", r"/apply/copy/[\w-]+/"))
    for name in ("Withdraw this application", "Withdraw"):
        page.get_by_role("main").get_by_text(name, exact=True).focus()
        page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("You withdrew this application")


def test_what_is_typed_in_a_step_is_there_again_without_any_button(open_as):
    page = open_as(None, "/apply/", **PHONE)
    page.get_by_label("Your name").fill("Tess Typed")
    page.get_by_label("Your e-mail address").fill("tess.typed@example.org")
    send(page, "Save and go on")
    page.get_by_label("County").fill("Alder")
    expect(page.get_by_role("status")).to_have_text("Saved on this draft.")
    page.reload()
    expect(page.get_by_label("County")).to_have_value("Alder")

    # One who goes on at once, while that is on its way, does not meet themselves.
    page.get_by_label("Your site").press_sequentially("Wharf")
    page.evaluate("dispatchEvent(new Event('pagehide'))")
    page.get_by_label("North: North 2027").check()
    page.get_by_label("Your program").fill("Windmill Kids")
    page.get_by_label("Your director's name").fill("Dot Director")
    page.get_by_label("Your director's e-mail address").fill("dot.typed@example.org")
    page.evaluate("dispatchEvent(new Event('pagehide'))")
    send(page, "Save and go on")

    expect(page.get_by_label("Your experience")).to_be_visible()
    expect(page.get_by_text("another window")).to_have_count(0)
