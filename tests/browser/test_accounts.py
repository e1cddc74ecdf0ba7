"""Signing in, one's data and leaving, in a real browser: passkeys by Chromium's own authenticator,
nothing for axe, nothing sideways on a phone, and without JavaScript."""

import io
import re
import zipfile
from pathlib import Path

import pytest
from playwright.sync_api import Error, expect

from .looking import fits, looked_at_both_ways, violations

PASSWORD = "hallway-demo"
HOME = re.compile(r"//[^/]+/$")
SCREENS = {
    "my page": ("maya", "/me/"),
    "my data": ("maya", "/me/data/"),
    "my data, no copy": ("luis", "/me/data/"),
    "sessions": ("maya", "/me/sessions/"),
    "second factor": ("maya", "/accounts/2fa/"),
    "no passkeys": ("maya", "/accounts/2fa/webauthn/"),
    "who has a second factor": ("stella", "/people/second-factors/"),
    "who has one, nobody found": ("stella", "/people/second-factors/?q=zeppelin"),
    "after asking to close": (None, "/closing/"),
    "sign in": (None, "/accounts/login/"),
    "privacy": (None, "/privacy/"),
}
# Behind one's password.
CONFIRMED = {
    "set up an app": "/accounts/2fa/totp/activate/",
    "add a passkey": "/accounts/2fa/webauthn/add/",
    "close my account": "/me/close/",
}


def confirm(page):
    """Once in a while is enough: whoever was asked a moment ago is not asked again."""
    asked = page.get_by_role("heading", name="Is it still you?")
    if not asked.is_visible():
        return
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Go on").click()


@pytest.mark.parametrize("name", SCREENS)
def test_axe_finds_nothing_and_a_phone_shows_all(open_as, name):
    looked_at_both_ways(open_as(*SCREENS[name], status=200))


@pytest.mark.parametrize("name", CONFIRMED)
def test_what_stands_behind_the_password_too(open_as, name):
    page = open_as("luis", CONFIRMED[name], bypass_csp=True, viewport={"width": 320, "height": 700})
    assert violations(page) == []
    confirm(page)

    page.wait_for_url(re.compile(re.escape(CONFIRMED[name])))
    assert violations(page) == []
    assert fits(page)


def test_a_wrong_word_or_code_is_said_beside_its_field(open_as):
    page = open_as("luis", "/me/close/", bypass_csp=True)
    confirm(page)
    page.get_by_label("Type the word close").fill("no")
    page.get_by_role("button", name="Close my account").click()

    expect(page.get_by_role("heading", name="Please look at this again")).to_be_visible()
    expect(page.get_by_label("Type the word close")).to_have_value("no")
    assert violations(page) == []
    page.goto("/accounts/2fa/totp/activate/")
    page.get_by_label("Code from the app").fill("000000")
    page.get_by_role("button", name="Set up").click()
    expect(page.locator(".errors").first).to_contain_text("That is not right")
    assert violations(page) == []


def test_asking_to_close_signs_out_and_signing_in_keeps_the_account(site, browser):
    page = browser.new_context(base_url=site.url, java_script_enabled=False).new_page()

    def sign_in():
        page.goto("/accounts/login/")
        page.get_by_label("E-mail address").fill("viktor@demo.example")
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        page.get_by_role("main").get_by_role("button", name="Sign in", exact=True).click()

    sign_in()
    page.goto("/me/")
    page.get_by_role("link", name="Close your account").click()
    confirm(page)
    page.get_by_label("Type the word close").fill("close")
    page.get_by_role("button", name="Close my account").click()
    expect(page.get_by_role("heading", name="Your account will close")).to_be_visible()
    page.goto("/me/")
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()

    sign_in()

    expect(page.get_by_text("You stay: your account is not closed.")).to_be_visible()
    page.context.close()


def test_a_copy_is_made_watched_and_downloaded(site, open_as):
    page = open_as("sam", "/me/data/")
    page.get_by_role("button", name="Make a copy").click()
    expect(page.get_by_text("Waiting for its turn")).to_be_visible()

    site.command("db_worker", "--batch", "--no-startup-delay", "-v0")

    link = page.get_by_role("link", name="Download")
    expect(link).to_be_visible(timeout=20_000)
    link.click()
    with page.expect_download() as asked:
        confirm(page)
    copy = zipfile.ZipFile(io.BytesIO(Path(asked.value.path()).read_bytes()))
    assert "Sam Snacktime" in copy.read("index.html").decode()


def test_the_copy_is_read_as_a_page_that_axe_likes(site, open_as, browser, tmp_path):
    page = open_as("maya", "/me/data/")
    page.get_by_role("link", name="Download").click()
    with page.expect_download() as asked:
        confirm(page)
    zipfile.ZipFile(asked.value.path()).extractall(tmp_path)
    reader = browser.new_context(viewport={"width": 320, "height": 700}).new_page()

    reader.goto((tmp_path / "index.html").as_uri())

    expect(reader.get_by_role("heading", name="Everything about Maya Marshmallow")).to_be_visible()
    assert violations(reader) == []
    assert fits(reader)
    reader.context.close()


def test_signing_out_elsewhere(site, open_as, browser, states):
    states.pop("priya", None)  # what other tests kept of her is signed out here
    here = open_as(None, "/accounts/login/")
    there = browser.new_context(base_url=site.url).new_page()
    for page in (there, here):
        page.goto("/accounts/login/")
        page.get_by_label("E-mail address").fill("priya@demo.example")
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        page.get_by_role("main").get_by_role("button", name="Sign in", exact=True).click()
        page.wait_for_url(f"{site.url}/")
    here.goto("/me/sessions/")
    expect(here.get_by_text("This one")).to_have_count(1)

    here.get_by_role("button", name="Sign out everywhere else").click()

    expect(here.get_by_text("Signed out on")).to_be_visible()
    there.goto("/me/")
    expect(there.get_by_role("heading", name="Sign in")).to_be_visible()
    there.context.close()


@pytest.fixture
def with_authenticator(site, browser):
    """A page at a name instead of a number, which passkeys need, with an authenticator in it."""
    url = site.url.replace("127.0.0.1", "localhost")
    context = browser.new_context(base_url=url, viewport={"width": 375, "height": 800})
    context.set_default_timeout(15_000)
    page = context.new_page()
    complaints = []
    page.on("console", lambda said: said.type == "error" and complaints.append(said.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    session = context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    made = session.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )
    page.authenticator = (session, made["authenticatorId"])
    yield page
    context.close()
    assert complaints == []


def sign_in_with_password(page):
    page.goto("/accounts/login/")
    page.get_by_label("E-mail address").fill("ellen@demo.example")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Sign in", exact=True).click()


def sign_out(page):
    page.goto("/accounts/logout/")
    page.get_by_role("main").get_by_role("button", name="Sign out").click()


def test_a_passkey_is_added_signs_in_alone_and_after_the_password_and_is_removed(
    with_authenticator,
):
    page = with_authenticator
    sign_in_with_password(page)
    page.goto("/accounts/2fa/")
    page.get_by_role("link", name="Add a passkey").click()
    confirm(page)
    page.get_by_label("Name of this passkey").fill("My little key")
    page.get_by_role("button", name="Add it").click()
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()
    expect(page.locator(".codes li")).to_have_count(10)

    # Alone.
    sign_out(page)
    page.goto("/accounts/login/")
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url(HOME)
    page.goto("/me/")
    expect(page.get_by_role("heading", name="Ellen Evidence")).to_be_visible()

    # After the password, which opens nothing by itself any more.
    sign_out(page)
    sign_in_with_password(page)
    expect(page.get_by_role("heading", name="One more step")).to_be_visible()
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url(HOME)

    # And again where it must be certain that it is still them.
    page.goto("/accounts/2fa/webauthn/")
    expect(page.get_by_role("heading", name="My little key")).to_be_visible()
    page.get_by_role("link", name="Remove My little key").click()
    page.get_by_role("link", name="passkey").or_(page.get_by_role("link", name="key")).first.click()
    page.get_by_role("button", name="Use a passkey").click()
    page.get_by_role("button", name="Remove it").click()
    expect(page.get_by_text("The passkey is removed.")).to_be_visible()

    sign_out(page)
    sign_in_with_password(page)
    page.wait_for_url(HOME)
    page.goto("/me/")
    expect(page.get_by_role("heading", name="Ellen Evidence")).to_be_visible()


def test_a_passkey_that_is_not_given_is_said_in_words(with_authenticator):
    page = with_authenticator
    session, key = page.authenticator
    session.send("WebAuthn.setUserVerified", {"authenticatorId": key, "isUserVerified": False})
    page.goto("/accounts/login/")

    page.get_by_role("button", name="Use a passkey").click()

    expect(page.get_by_text("That did not work: no passkey was given.")).to_be_visible()


def test_without_javascript_an_app_can_be_set_up_and_passkeys_are_not_offered(open_as):
    page = open_as("luis", "/accounts/2fa/", java_script_enabled=False)

    expect(page.get_by_role("link", name="Add a passkey")).to_be_hidden()
    expect(page.get_by_text("Passkeys need JavaScript")).to_be_visible()
    page.get_by_role("link", name="Set up an app").click()
    confirm(page)
    expect(page.get_by_label("Code from the app")).to_be_visible()
    page.goto("/accounts/login/")


def test_back_to_what_a_form_was_answered_with_calls_nobody_offline(open_as):
    page = open_as(None, "/accounts/login/")
    page.evaluate("navigator.serviceWorker.ready")
    page.reload()
    page.get_by_label(re.compile("^E-?mail", re.I)).fill("nobody@demo.example")
    page.get_by_label("Password", exact=True).fill("not the password")
    page.get_by_role("main").get_by_role("button", name="Sign in").click()
    expect(page.get_by_label("Password", exact=True)).to_have_value("")
    page.goto("/guide/")

    # The browser's own page, which offers to send the form again.
    with pytest.raises(Error, match="ERR_CACHE_MISS"):
        page.go_back()
