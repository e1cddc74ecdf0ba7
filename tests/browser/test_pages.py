"""Every page template in a real browser: nothing for axe, no sideways scrolling, light on the wire,
and the journeys by keyboard alone."""

import json
import re

import pytest
from playwright.sync_api import expect

from .looking import looked_at_both_ways, violations

LONG_THREAD = "One small thing that went well this week"

# A page of every template: (who looks, address or the name of a link to follow from an address).
PAGES = {
    "home of a visitor": (None, "/"),
    "home of a member": ("maya", "/"),
    "guide": (None, "/guide/"),
    "chapter": (None, "/guide/impact/"),
    "resources": (None, "/resources/"),
    "resources, nothing found": (None, "/resources/?q=zeppelin"),
    "resource": ("maya", "/resources/activity-marshmallow-challenge/"),
    "meetings": (None, "/meetings/"),
    "meeting": ("maya", "/meetings/year-1-meeting-1/"),
    "webinar": ("maya", "/meetings/finding-time-for-a-plan/"),
    "plain page": (None, "/about/"),
    "spaces": ("maya", "/spaces/"),
    "space": ("maya", "/spaces/1/"),
    "thread": ("maya", "/threads/2/"),
    "thread of a moderator": ("fern", "/threads/2/?page=2"),
    "thread with an answer that helped": ("maya", "/threads/1/"),
    "reactions": ("luis", "/threads/1/posts/3/reactions/"),
    "the answer that helped": ("maya", "/threads/1/posts/3/helped/"),
    "how it went at a site": ("maya", "/threads/1/tried/"),
    "a thread that was summed up": ("maya", "/threads/3/"),
    "summing a thread up": ("jo", "/threads/3/summary/"),
    "asking for a passage": ("jo", "/threads/1/posts/3/passage/"),
    "words of mine": ("luis", "/me/passages/"),
    "nobody asks for words of mine": ("priya", "/me/passages/"),
    "a webinar ahead": ("maya", "/meetings/training-staff-on-the-standards/"),
    "start a thread": ("maya", "/spaces/1/start/"),
    "reply with a quotation": ("maya", "/threads/2/reply/"),
    "thread with a poll, voted": ("jo", "/threads/2/"),
    "poll": ("maya", "/threads/2/poll/"),
    "poll, choosing again": ("jo", "/threads/2/poll/vote/"),
    "poll, taking a vote back": ("jo", "/threads/2/poll/withdraw/"),
    "poll, closing": ("jo", "/threads/2/poll/close/"),
    "poll, adding": ("maya", "/threads/1/poll/add/"),
    "my page": ("maya", "/me/"),
    "invite": ("fern", "/people/invite/"),
    "needs a look": ("fern", "/moderation/"),
    "needs a look, nothing of the kind": ("jo", "/moderation/?space=1&kind=held"),
    "settings of a space": ("fern", "/spaces/3/settings/"),
    "what facilitators did in a space": ("fern", "/spaces/3/acts/"),
    "open a space": ("fern", "/spaces/open/"),
    "close a space": ("fern", "/spaces/3/close/"),
    "new since you were here": ("sam", "/spaces/new/"),
    "what facilitators did with mine": ("tomas", "/me/acts/"),
    "my waiting posts": ("tomas", "/me/waiting/"),
    "my reports": ("maya", "/me/reports/"),
    "no reports of mine": ("luis", "/me/reports/"),
    "apply": (None, "/apply/"),
    "link of an application, lost": (None, "/apply/link/"),
    "link of an application that is gone": (None, "/apply/copy/nothing/"),
    "invitation that is gone": (None, "/invitation/nothing/"),
    "sign in": (None, "/accounts/login/"),
    "sign up": (None, "/accounts/signup/"),
    "reset": (None, "/accounts/password/reset/"),
    "reset, done": (None, "/accounts/password/reset/done/"),
    "reset, bad link": (None, "/accounts/password/reset/key/1-nothing/"),
    "change e-mail": ("maya", "/accounts/email/"),
    "change password": ("maya", "/accounts/password/change/"),
    "sign out": ("maya", "/accounts/logout/"),
    "missing": (None, "/nothing/"),
    "offline": (None, "/offline/"),
}


@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing_and_nothing_scrolls_sideways(open_as, name):
    who, path = PAGES[name]
    expected = 404 if name == "missing" else 410 if name.endswith("is gone") else 200
    page = open_as(who, path, status=expected)

    assert page.title().strip()
    looked_at_both_ways(page)


def test_axe_finds_nothing_where_a_form_was_refused(open_as):
    maya = open_as("maya", "/spaces/1/start/", java_script_enabled=True, bypass_csp=True)
    maya.get_by_label("Your post").fill("No subject")
    maya.get_by_role("button", name="Post to").click()
    expect(maya.get_by_role("alert")).to_be_visible()
    assert violations(maya) == []

    visitor = open_as(None, "/accounts/login/", bypass_csp=True)
    visitor.get_by_label(re.compile("^E-?mail", re.I)).fill("maya@demo.example")
    visitor.get_by_label("Password", exact=True).fill("wrong words")
    visitor.get_by_role("main").get_by_role("button", name="Sign in").click()
    expect(visitor.get_by_role("main")).to_contain_text("not correct")
    assert violations(visitor) == []


ERRORS = ("400", "403_csrf", "413", "429", "500", "507")


@pytest.fixture(scope="session")
def error_pages(site):
    """The pages that a browser cannot ask for, as the server would send them."""
    code = (
        "import json; from django.template.loader import render_to_string as render;"
        f"print(json.dumps([render(name + '.html') for name in {ERRORS!r}]))"
    )
    said = site.command("shell", "-v", "0", "-c", code)
    return dict(zip(ERRORS, json.loads(said.strip().splitlines()[-1]), strict=True))


@pytest.mark.parametrize("name", ERRORS)
def test_axe_finds_nothing_on_error_pages(open_as, error_pages, name):
    page = open_as(None, "/offline/")
    page.route(
        "**/offline/?error",
        lambda route: route.fulfill(body=error_pages[name], content_type="text/html"),
    )

    page.goto("/offline/?error")

    expect(page.get_by_role("heading", level=1)).not_to_be_empty()
    looked_at_both_ways(page)


def test_axe_finds_nothing_where_a_post_is_changed_or_removed(open_as, start_thread):
    address, luis = start_thread("luis", "Town square", "To be changed")
    for act in ("Change", "Remove"):
        luis.goto(address)
        luis.get_by_role("link", name=act).first.click()
        expect(luis.get_by_role("heading", level=1)).to_contain_text(act)
        looked_at_both_ways(luis)


def test_somebody_who_is_invited_comes_in_by_the_mailed_link(open_as, site):
    fern = open_as("fern", "/people/invite/")
    fern.get_by_label("E-mail address").fill("nora@example.org")
    fern.get_by_label("Role").select_option("coordinator")
    fern.get_by_label("Cohort").select_option(label="North 2026")
    works_at = "Lantern Elementary (Pinecone After School)"
    fern.get_by_label("Site").select_option(label=works_at)
    fern.get_by_role("button", name=re.compile("invit", re.I)).first.click()
    expect(fern.get_by_role("status").first).to_contain_text("nora@example.org")
    site.command("db_worker", "--batch")
    mails = [found.read_text() for found in (site.data / "mail").iterdir()]
    (mail,) = [mail for mail in mails if "To: nora@example.org" in mail]
    link = re.search(r"/invitation/[\w-]+/", mail)[0]

    for theme in ("light", "dark"):
        page = open_as(None, link, color_scheme=theme, bypass_csp=True)
        assert violations(page) == []
    page.get_by_label("Your name").fill("Nora Newcomer")
    page.get_by_label("Choose a password").fill("three unrelated words")
    page.get_by_role("main").get_by_role("button").first.click()
    page.wait_for_url(f"{site.url}/")

    page.goto("/spaces/")
    page.get_by_role("link", name="North 2026", exact=True).click()
    expect(page.get_by_role("main")).to_contain_text("Nora Newcomer (let in by Fern Flipchart")


def test_a_thread_of_twenty_posts_is_light_on_a_cold_cache(open_as):
    page = open_as("maya", "/offline/")
    wire = page.context.new_cdp_session(page)
    wire.send("Network.enable")
    wire.send("Network.clearBrowserCache")
    weights = []
    wire.on("Network.loadingFinished", lambda event: weights.append(event["encodedDataLength"]))

    page.goto("/threads/2/")
    expect(page.locator(".post")).to_have_count(20)
    expect(page.locator("[data-livebar]")).to_have_attribute("data-state", "live")

    assert len(weights) > 8, "styles and scripts were not counted"
    assert sum(weights) < 100_000, weights


def test_a_member_signs_in_and_replies_by_keyboard_alone(open_as):
    page = open_as(None, "/accounts/login/?next=/threads/2/%3Fpage=2", bypass_csp=True)

    def tab_to(name):
        """Tab until a field of this name, or a control that says just this, has the focus."""
        for _ in range(20):
            page.keyboard.press("Tab")
            is_it, outline = page.evaluate(
                """name => {
                    const e = document.activeElement, style = getComputedStyle(e);
                    const said = e.name || e.innerText.trim().toLowerCase();
                    return [said === name, style.outlineStyle + style.boxShadow];
                }""",
                name,
            )
            if is_it:
                assert outline != "nonenone", f"no visible focus on {name}"
                return
        raise AssertionError(f"the keyboard never reached {name}")

    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    tab_to("login")
    page.keyboard.type("luis@demo.example")
    tab_to("password")
    page.keyboard.type("hallway-demo")
    page.keyboard.press("Enter")
    expect(page.locator("[data-livebar]")).to_have_attribute("data-state", "live")
    # The way past the controls of all the posts.
    tab_to("reply")
    page.keyboard.press("Enter")
    tab_to("content")
    page.keyboard.type("By keyboard alone")
    tab_to("post reply")
    page.keyboard.press("Enter")

    expect(page.locator(".post__body").last).to_have_text("By keyboard alone")


def test_a_visitor_reads_the_guide_and_takes_a_file_home(open_as):
    page = open_as(None, "/")

    page.get_by_role("navigation", name="Main", exact=True).get_by_role(
        "link", name="Guide"
    ).click()
    page.get_by_role("main").get_by_role("link", name=re.compile("five meetings")).first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("meetings")
    page.goto("/resources/")
    page.get_by_role("searchbox").or_(page.locator("input[name=q]")).first.fill("application")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Participant application").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Participant application")
    with page.expect_download() as download:
        page.get_by_role("main").get_by_role("link", name="Download").click()

    assert download.value.suggested_filename.endswith(".docx")


def test_a_visitor_who_follows_a_mailed_link_signs_in_and_arrives(open_as):
    page = open_as(None, "/threads/2/?page=2")

    page.get_by_label(re.compile("^E-?mail", re.I)).fill("sam@demo.example")
    page.get_by_label("Password", exact=True).fill("hallway-demo")
    page.get_by_role("main").get_by_role("button", name="Sign in").click()

    page.wait_for_url("**/threads/2/?page=2")
    expect(page.get_by_role("heading", level=1)).to_have_text(LONG_THREAD)


def test_an_editor_publishes_a_resource_and_a_member_discusses_it(open_as):
    edda = open_as("edda", "/cms/")
    edda.goto("/resources/")
    library = edda.get_by_role("link", name=re.compile("Edit this page")).get_attribute("href")
    edda.goto(library.replace("/edit/", "/add_subpage/"))
    if edda.get_by_role("link", name=re.compile("^resource", re.I)).count():
        edda.get_by_role("link", name=re.compile("^resource", re.I)).first.click()
    edda.locator("#id_title").fill("Rainy day relay")
    edda.locator("#id_summary").fill("A game for a small room.")
    edda.locator("#id_kind").select_option("activity")
    edda.get_by_role("button", name=re.compile("More actions|Toggle", re.I)).last.click()
    edda.get_by_role("button", name="Publish").click()
    expect(edda.locator(".messages")).to_contain_text("Rainy day relay")

    maya = open_as("maya", "/resources/?kind=activity")
    maya.get_by_role("link", name="Rainy day relay").first.click()
    maya.get_by_role("link", name="Discuss this").click()
    maya.get_by_label("Your post").fill("We tried it in the hall.")
    maya.get_by_role("button", name="Post to").click()
    maya.wait_for_url("**/threads/*/**")
    maya.get_by_role("link", name="Rainy day relay").click()

    expect(maya.locator(".discuss")).to_contain_text("Rainy day relay")


def test_without_a_network_a_page_of_ours_says_so(open_as):
    page = open_as("maya", "/guide/")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.reload()

    page.context.set_offline(True)
    page.goto("/spaces/")

    expect(page.get_by_role("heading", level=1)).to_contain_text("offline")
    kept = page.evaluate(
        """async () => { const names = await caches.keys();
           const keys = await Promise.all(names.map(async (n) => (await caches.open(n)).keys()));
           return keys.flat().map((request) => new URL(request.url).pathname) }"""
    )
    assert "/offline/" in kept
    assert not [path for path in kept if path.startswith(("/guide", "/spaces", "/threads"))]


def test_signing_out_takes_the_drafts_with_it(open_as, site):
    page = open_as(None, "/accounts/login/?next=/threads/2/%3Fpage=2", bypass_csp=True)
    page.get_by_label(re.compile("^E-?mail", re.I)).fill("aisha@demo.example")
    page.get_by_label("Password", exact=True).fill("hallway-demo")
    page.get_by_role("main").get_by_role("button", name="Sign in").click()
    page.get_by_label("Your post").fill("Half a thought on a shared computer")
    page.wait_for_function("Object.keys(localStorage).length > 0")
    assert page.evaluate("Object.keys(localStorage).length") == 1

    page.locator(".person-menu summary").click()
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url(f"{site.url}/")

    assert page.evaluate("Object.keys(localStorage).length") == 0
