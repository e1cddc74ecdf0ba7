"""A webinar, from "I am coming" to the page that lasts of it, as a member, a facilitator and an
editor go through it in real browsers: on a phone without a script, and on a desk with one."""

import re
import urllib.request
from pathlib import Path

import pytest
from playwright.sync_api import expect

from .looking import PHONE, fits, looked_at_both_ways

JOIN = "https://meet.example.org/walled"
SAID = "We moved the snack to twenty past four, and there was our half hour."
# Wagtail's own pages are made in its admin; what is tried here begins with the page.
MAKE = """
from datetime import timedelta
from django.utils import timezone
from wagtail.models import PageViewRestriction
from community.models import Audience
from home.models import MeetingsPage, WebinarPage
starts_at = (timezone.now() + timedelta(days=20)).replace(minute=0, second=0, microsecond=0)
page = WebinarPage(
    title={title!r}, slug={slug!r}, join_url={join!r}, places={places!r},
    starts_at=starts_at, ends_at=starts_at + timedelta(hours=1), live=False,
)
MeetingsPage.objects.get().add_child(instance=page)
cohort = Audience.objects.get(kind="cohort", cohort__name="North 2026")
PageViewRestriction.objects.create(page=page, restriction_type="groups").groups.add(cohort.group)
page.save_revision().publish()
print(page.pk)
"""


def fits_only(page):
    assert fits(page), page.url


@pytest.fixture(params=["on a phone without a script", "on a desk with one"])
def way(request, open_as):
    """`(open a page as somebody, look at it, a word for what this run makes)`. What only a script
    can look at is not looked at without one."""
    on_a_phone = "phone" in request.param
    options = {"java_script_enabled": False, **PHONE} if on_a_phone else {}

    def open_page(key, path):
        return open_as(key, path, bypass_csp=True, **options)

    return open_page, fits_only if on_a_phone else looked_at_both_ways, request.param.split()[2]


@pytest.fixture
def make_webinar(site):
    """A webinar for the people of North 2026; returns its address and its number."""

    def make(title, places=None):
        slug = title.lower().replace(" ", "-")
        code = MAKE.format(title=title, slug=slug, join=JOIN, places=places)
        pk = site.command("shell", "-v", "0", "-c", code).strip().splitlines()[-1]
        return f"/meetings/{slug}/", int(pk)

    return make


def downloaded(page, name):
    with page.expect_download() as download:
        page.get_by_role("link", name=name).click()
    return Path(download.value.path()).read_text(encoding="utf-8-sig")


def calendar_of(page):
    """What the address of their own calendar gives; it is shown as it is made."""
    page.get_by_role("link", name="Follow all webinars in my calendar").click()
    for _ in range(2):  # whoever has addresses already is asked once more
        if page.locator(".addresses").count() == 0:
            page.get_by_role("button", name=re.compile("^Make .*addresses")).click()
    address = page.locator(".addresses div").filter(has_text="for your calendar").locator("code")
    with urllib.request.urlopen(address.inner_text(), timeout=10) as answer:
        assert answer.headers["Content-Type"].startswith("text/calendar")
        return answer.read().decode()


def test_a_member_comes_and_changes_their_mind_and_whoever_prepares_it_sees_who_comes(
    way, make_webinar
):
    open_page, look, word = way
    title = f"Snack hour on a {word}"
    address, pk = make_webinar(title, places=2)
    maya = open_page("maya", "/meetings/")
    maya.get_by_role("link", name=title).click()
    main = maya.get_by_role("main")
    expect(main).to_contain_text("2 places are free.")
    join = maya.get_by_role("link", name="Join the webinar")
    expect(join).to_have_count(0)
    look(maya)

    maya.get_by_role("button", name="I am coming").click()

    expect(main).to_contain_text("You are coming.")
    expect(join).to_have_attribute("href", JOIN)
    expect(main).to_contain_text("1 person is coming. 1 place is free.")
    expect(maya.get_by_role("link", name="Who is coming")).to_have_count(0)
    look(maya)
    entry = downloaded(maya, "Add it to my calendar")
    assert title in entry
    own = calendar_of(maya)
    assert f"/webinars/{pk}/going/" in own.replace("\r\n ", "")
    for calendar in (entry, own):
        assert JOIN not in calendar
    assert title not in own

    luis = open_page("luis", f"/webinars/{pk}/going/")
    look(luis)
    luis.get_by_role("button", name="I am coming").click()
    expect(luis.get_by_role("link", name="Join the webinar")).to_be_visible()
    priya = open_page("priya", address)
    expect(priya.get_by_role("main")).to_contain_text("There are 2 places, and all are taken.")
    expect(priya.get_by_role("button", name="I am coming")).to_have_count(0)
    look(priya)

    fern = open_page("fern", address)
    fern.get_by_role("link", name="Who is coming").click()
    people = fern.get_by_role("main").locator(".rows")
    expect(people).to_contain_text("Maya Marshmallow")
    expect(people).to_contain_text("Luis Lanyard")
    look(fern)
    names = downloaded(fern, "Download the names")
    assert names.splitlines() == ["Name", "Luis Lanyard", "Maya Marshmallow"]

    maya.goto(address)
    maya.get_by_role("button", name="I cannot come after all").click()
    expect(main).to_contain_text("You are not coming.")
    expect(join).to_have_count(0)
    priya.reload()
    priya.get_by_role("button", name="I am coming").click()
    expect(priya.get_by_role("link", name="Join the webinar")).to_be_visible()
    fern.reload()
    expect(people).not_to_contain_text("Maya Marshmallow")
    expect(people).to_contain_text("Priya Paperclip")
    dana = open_page("dana", "/meetings/")
    expect(dana.get_by_role("main")).not_to_contain_text(title)
    for path in (
        address,
        *(f"/webinars/{pk}/{end}" for end in ("going/", "people/", "going.csv", "webinar.ics")),
    ):
        assert dana.goto(path).status == 404
        expect(dana.locator("body")).not_to_contain_text(title)


def test_each_reader_is_told_the_hour_in_their_own_zone(open_as, make_webinar):
    address, _pk = make_webinar("Hour of zones")

    def hour(zone, **options):
        page = open_as("maya", address, timezone_id=zone, **options)
        return page.locator(".facts time").first

    expect(hour("Asia/Tokyo")).to_contain_text("GMT+9")
    expect(hour("Europe/Berlin")).to_contain_text(re.compile(r"GMT\+[12]"))
    by_hand = hour("Asia/Tokyo", java_script_enabled=False, bypass_csp=True)
    expect(by_hand).to_contain_text(re.compile("P[SD]T"))


def for_facilitators(page, thread, act):
    page.goto(thread)
    page.get_by_text("For facilitators").click()
    page.get_by_role("link", name=act).click()


def test_what_followed_from_a_webinar_is_hosted_summed_up_and_published(
    way, make_webinar, open_as, site
):
    open_page, look, word = way
    title, lasting = f"Half hours on a {word}", f"What lasts of it, on a {word}"
    address, _pk = make_webinar(title)
    fern = open_page("fern", address)
    fern.get_by_role("link", name="Discuss this").click()
    look(fern)
    fern.get_by_label("Your post").fill("What did you take home?")
    fern.get_by_role("button", name="Post to North 2026").click()
    fern.wait_for_url(re.compile(r"/threads/\d+/"))
    thread = re.search(r"/threads/\d+/", fern.url)[0]
    luis = open_page("luis", address)
    luis.locator(".discuss").get_by_role("link", name=title).click()
    expect(luis.get_by_role("main")).to_contain_text("What did you take home?")

    for_facilitators(fern, thread, "Host a live session")
    fern.get_by_label("Follow-up discussion").check()
    look(fern)
    fern.get_by_role("button", name="Start now").click()
    expect(fern.get_by_role("heading", name="Follow-up discussion")).to_be_visible()
    luis.goto(thread)
    luis.get_by_label("Your question").fill("Where do the hours come from?")
    luis.get_by_role("button", name="Ask", exact=True).click()
    expect(luis.locator(".question")).to_contain_text("Where do the hours come from?")
    maya = open_page("maya", thread)
    maya.get_by_label("Your post").fill(SAID)
    maya.get_by_role("button", name="Post reply").click()
    expect(maya.locator(".post__body").last).to_have_text(SAID)
    look(maya)
    fern.get_by_role("link", name="Host controls").click()
    look(fern)
    fern.get_by_role("button", name="End the session").click()
    expect(fern.locator("[data-panel]")).to_have_attribute("data-state", "over")

    for_facilitators(fern, thread, "Sum up the thread")
    fern.get_by_label("What should last of this thread?").fill("A fixed half hour holds.")
    fern.get_by_role("button", name="Save the summary").click()
    look(fern)
    fern.goto(thread)
    post = fern.locator(".post").filter(has_text=SAID)
    post.locator(".post__more > summary").click()
    post.get_by_role("link", name="Ask to take a passage along").click()
    look(fern)
    fern.get_by_role("button", name="Ask", exact=True).click()
    expect(fern.get_by_role("main")).to_contain_text("0 passages go along.")
    maya.goto("/me/passages/")
    asked = maya.get_by_role("article").filter(has_text=title)
    look(maya)
    asked.get_by_role("button", name="Yes, with my name").click()
    expect(asked).to_contain_text("Agreed, with their name")

    fern.reload()
    expect(fern.get_by_role("main")).to_contain_text("1 passage goes along.")
    copied = downloaded(fern, "Download the thread as a text")
    for words in ("A fixed half hour holds.", "Where do the hours come from?", f"> {SAID}"):
        assert words in copied
    fern.get_by_label("Title of the page").fill(lasting)
    fern.get_by_role("button", name="Make a draft for the editors").click()
    expect(fern.get_by_role("main")).to_contain_text("is with the editors")
    look(fern)
    site.command("db_worker", "--batch")

    # Wagtail's admin itself needs scripts.
    edda = open_as("edda", "/cms/")
    edda.get_by_role("link", name=lasting).first.click()
    publish(edda)
    fern.reload()
    expect(fern.get_by_role("main")).to_contain_text("It is published:")
    fern.get_by_role("main").get_by_role("link", name=lasting).click()
    page = re.search(r"/resources/.+", fern.url)[0]
    main = fern.get_by_role("main")
    for words in ("A fixed half hour holds.", SAID, "Maya Marshmallow"):
        expect(main).to_contain_text(words)
    look(fern)
    assert luis.goto(page).status == 200
    dana = open_page("dana", "/resources/")
    expect(dana.get_by_role("main")).not_to_contain_text(lasting)
    for path in (page, thread, f"{thread}summary/", f"{thread}summary/copy/"):
        assert dana.goto(path).status == 404
        expect(dana.locator("body")).not_to_contain_text(lasting)


def publish(editor):
    """Approve the draft that waits for a review, which publishes it."""
    editor.get_by_role("button", name=re.compile("More actions|Toggle", re.I)).last.click()
    editor.get_by_role("button", name="Approve and Publish", exact=True).click()
    expect(editor.locator(".messages")).to_contain_text("has been updated")
