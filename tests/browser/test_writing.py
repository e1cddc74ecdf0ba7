"""Writing in a real browser: what people try runs nothing, and what they write is never lost."""

import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.forum.hostile_markdown import HOSTILE, RUNS

from .looking import PHONE, looked_at_both_ways

ROOT = Path(__file__).resolve().parents[2]
TAGS = {
    "A", "BLOCKQUOTE", "BR", "CODE", "EM", "HR", "LI", "OL", "P", "PRE", "S", "STRONG",
    "TABLE", "TBODY", "TD", "TH", "THEAD", "TR", "UL",
}  # fmt: skip
TELLS = "My student Xavier threw a chair."


def text_of(page):
    return page.get_by_label("Your post")


def live(page):
    expect(page.locator("[data-livebar]")).to_have_attribute("data-state", "live")
    return page


# --- Markdown safety ------------------------------------------------------------------------------

SEED = """
import json, sys
from pathlib import Path
from community.models import Person
from forum import posting
from forum.spaces.forms import PostForm
from forum.spaces.models import Space
texts = json.loads(Path({path!r}).read_text())
maya = Person.objects.get(email="maya@demo.example")
space = Space.objects.get(forum__name="Town square")
topic = posting.start(space, by=maya, subject={subject!r}, content="Opening words.").topic
posts = 1
for text in texts:
    # What the form lets through, as it lets it through.
    form = PostForm({{"content": text}})
    form.full_clean()
    if "content" not in form.errors:
        posting.reply(topic, by=maya, content=form.cleaned_data["content"])
        posts += 1
print(json.dumps([topic.pk, posts]))
"""


@pytest.fixture
def hostile_thread(site, tmp_path):
    """`(key, number of posts)` of a thread that holds the whole corpus, under a hostile title."""
    kept = tmp_path / "hostile.json"
    texts = [
        text.encode("utf-8", "surrogatepass").decode("utf-8", "replace")
        for text in HOSTILE.values()
    ]
    kept.write_text(json.dumps(texts))
    code = SEED.format(path=str(kept), subject="<script>window.hallwayMarker=1</script> title")
    return json.loads(site.command("shell", "-v", "0", "-c", code).strip().splitlines()[-1])


def our_selectors():
    """Every attribute by which a script of ours finds what it acts on."""
    scripts = [
        *ROOT.glob("forum/**/static/**/*.js"),
        *ROOT.glob("home/**/static/**/*.js"),
        *ROOT.glob("site/static/js/*.js"),
    ]
    found = {
        name for script in scripts for name in re.findall(r"\[(data-[\w-]+)", script.read_text())
    }
    assert len(found) > 12
    return sorted(found)


LOOK = """selectors => {
    const right = e => e.getBoundingClientRect().right;
    const bodies = [...document.querySelectorAll('.post__body')];
    const inner = [...document.querySelectorAll(':is(.post__body, .preview__body) *')];
    const allowed = { A: ['href', 'rel'], OL: ['start'] };
    const marks = inner.flatMap(e => [...e.attributes]
        .filter(a => !(allowed[e.tagName] ?? []).includes(a.name))
        .map(a => `${e.tagName} ${a.name}`));
    const ours = selectors.filter(name => inner.some(e => e.hasAttribute(name)));
    const tags = [...new Set(inner.map(e => e.tagName))];
    const quotes = [...document.querySelectorAll('.post [data-quote]')];
    return {
        posts: document.querySelectorAll('[data-posts] > [data-post]').length,
        articles: document.querySelectorAll('article').length,
        marker: window.hallwayMarker ?? null,
        marks, ours, tags,
        schemes: [...new Set(inner.filter(e => e.href).map(e => e.protocol))],
        wide: bodies.filter(b => right(b) > right(b.parentElement)).length,
        places: [...new Set(quotes.map(q => Math.round(q.getBoundingClientRect().left)))].length,
        said: [...new Set(quotes.map(q => q.innerText.split('\\n')[0].trim()))],
        mains: document.querySelectorAll('main').length,
        forms: document.querySelectorAll('.post form').length,
        sideways: document.documentElement.scrollWidth > innerWidth,
    };
}"""  # fmt: skip


@pytest.mark.parametrize("width", [1280, 390])
def test_nothing_of_the_corpus_runs_calls_out_or_passes_for_ours(open_as, hostile_thread, width):
    key, posts = hostile_thread
    assert posts > 80
    selectors, seen, dialogs = our_selectors(), 0, []

    page = open_as("maya", f"/threads/{key}/", viewport={"width": width, "height": 800})
    page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    for number in range(1, (posts - 1) // 20 + 2):
        page.goto(f"/threads/{key}/?page={number}")
        live(page)
        found = page.evaluate(LOOK, selectors)

        assert found["posts"] == found["articles"] == min(20, posts - seen)
        assert found["marker"] is None
        assert found["marks"] == found["ours"] == []
        assert set(found["tags"]) <= TAGS
        assert set(found["schemes"]) <= {"http:", "https:", "mailto:"}
        assert found["wide"] == 0
        assert not found["sideways"]
        assert found["places"] == 1, "a control of ours was moved"
        assert found["said"] == ["Quote"]
        assert (found["mains"], found["forms"]) == (1, 0)
        assert page.url.endswith(f"/threads/{key}/?page={number}")
        seen += found["posts"]

    assert seen == posts
    assert dialogs == []
    page.goto("/spaces/")
    assert page.evaluate("window.hallwayMarker ?? null") is None


def test_what_arrives_by_itself_or_is_previewed_runs_no_more_than_a_page(open_as, start_thread):
    address, maya = start_thread("maya", "Town square", "Hostile and live")
    luis = live(open_as("luis", address))
    live(maya)
    # Unclosed code would make text of all that follows.
    runs = "\n\n".join(text for text in RUNS.values() if "`" not in text).replace("\x00", "")

    luis_text = text_of(luis)
    luis_text.fill(runs)
    luis.locator("[data-preview] summary").click()
    expect(luis.locator("[data-preview-body]")).to_contain_text("window.hallwayMarker=1")
    luis.get_by_role("button", name="Post reply").click()
    expect(maya.locator(".post")).to_have_count(2)
    maya.locator(".post [data-quote]").last.click()

    for page in (maya, luis):
        expect(page.locator(".post__body").last).to_contain_text("window.hallwayMarker=1")
        found = page.evaluate(LOOK, our_selectors())
        assert found["marker"] is None
        assert found["marks"] == found["ours"] == []


# --- Toolbar --------------------------------------------------------------------------------------


def chosen(page, start, end):
    text_of(page).evaluate("(area, [from, to]) => area.setSelectionRange(from, to)", [start, end])


def test_every_composer_has_the_toolbar(open_as, start_thread):
    address, maya = start_thread("maya", "Town square", "Toolbars everywhere")
    change = maya.get_by_role("link", name="Change").first.get_attribute("href")
    maya.goto("/resources/activity-raccoon-circles/")
    discuss = maya.get_by_role("link", name="Discuss this").get_attribute("href")

    for path in (address, f"{address}reply/", change, "/spaces/1/start/", discuss):
        maya.goto(path)
        text_of(maya).fill("soft")
        chosen(maya, 0, 4)
        maya.get_by_role("toolbar", name="Formatting").get_by_role("button", name="Italic").click()
        expect(text_of(maya)).to_have_value("*soft*")

    plain = open_as("maya", address, java_script_enabled=False)
    expect(plain.get_by_role("toolbar")).to_have_count(0)
    expect(plain.get_by_text("How to format")).to_be_visible()


def test_the_toolbar_acts_on_what_is_selected_and_can_be_undone(open_as):
    page = open_as("maya", "/spaces/1/start/")
    area, bar = text_of(page), page.get_by_role("toolbar", name="Formatting")

    def press(name):
        bar.get_by_role("button", name=name, exact=True).click()

    area.fill("")
    area.focus()
    page.keyboard.type("one two")
    chosen(page, 4, 7)
    press("Bold")
    expect(area).to_have_value("one **two**")
    press("Bold")
    expect(area).to_have_value("one two")
    page.keyboard.press("Control+z")
    expect(area).to_have_value("one **two**")
    page.keyboard.press("Control+z")
    expect(area).to_have_value("one two")

    area.fill("clay\npaint")
    chosen(page, 0, 10)
    press("List")
    expect(area).to_have_value("- clay\n- paint")
    press("Numbered list")
    expect(area).to_have_value("1. clay\n2. paint")
    press("Numbered list")
    expect(area).to_have_value("clay\npaint")
    press("Quotation")
    expect(area).to_have_value("> clay\n> paint")

    area.fill("see the form")
    chosen(page, 4, 12)
    press("Link")
    expect(area).to_have_value("see [the form](https://)")
    assert area.evaluate("a => a.value.slice(a.selectionStart, a.selectionEnd)") == "https://"


def test_the_toolbar_is_one_stop_of_the_keyboard_and_arrows_go_on(open_as):
    page = open_as("maya", "/spaces/1/start/")
    page.get_by_label("What is it about?").focus()

    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Bold")).to_be_focused()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("button", name="Italic")).to_be_focused()
    page.keyboard.press("End")
    expect(page.get_by_role("button", name="Link")).to_be_focused()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("button", name="Bold")).to_be_focused()
    page.keyboard.press("Tab")
    expect(text_of(page)).to_be_focused()

    page.keyboard.type("loud")
    page.keyboard.press("Control+a")
    page.keyboard.press("Control+b")
    expect(text_of(page)).to_have_value("**loud**")
    page.keyboard.press("Control+i")
    expect(text_of(page)).to_have_value("***loud***")


def test_enter_goes_on_with_a_list_and_ends_it(open_as):
    page = open_as("maya", "/spaces/1/start/")
    text_of(page).focus()

    page.keyboard.type("- clay\npaint\n\nThen\n9. sit\nbreathe")

    expect(text_of(page)).to_have_value("- clay\n- paint\n\nThen\n9. sit\n10. breathe")


# --- Preview and the bound ------------------------------------------------------------------------


def test_the_preview_shows_what_the_server_will_show(open_as):
    page = open_as("maya", "/spaces/1/start/")
    text_of(page).fill("Some **clay**")

    page.locator("[data-preview] summary").click()
    shown = page.locator("[data-preview-body]")
    expect(shown.locator("strong")).to_have_text("clay")
    text_of(page).fill("[the form](https://forms.example.org/x)")
    expect(shown.get_by_role("link")).to_have_text("the form (forms.example.org)")
    text_of(page).fill("")
    expect(shown).to_contain_text("What you write will show here")
    page.route("**/preview/", lambda route: route.abort())
    text_of(page).fill("Not now")
    expect(shown).to_contain_text("did not come")
    expect(text_of(page)).to_have_value("Not now")


def test_near_the_bound_the_composer_says_how_much_is_left(open_as):
    page = open_as("maya", "/spaces/1/start/")
    count = page.locator("[data-count]")

    text_of(page).fill("x" * 17_000)
    expect(count).to_be_hidden()
    text_of(page).fill("x" * 19_900)
    expect(count).to_have_text("100 characters left")
    text_of(page).fill("x" * 20_010)
    expect(count).to_have_text("10 characters too long for one post")
    page.get_by_label("What is it about?").fill("Too long")
    page.get_by_role("button", name="Post to").click()
    expect(page.locator("#id_content_error")).to_contain_text("longer than a post can be")
    assert len(text_of(page).input_value()) == 20_010


# --- Quoting --------------------------------------------------------------------------------------

SELECT = """([post, from, to]) => {
    const body = document.querySelectorAll('.post__body')[post];
    const range = document.createRange();
    range.setStartBefore(body.querySelector(from));
    range.setEndAfter(body.querySelector(to));
    getSelection().removeAllRanges();
    getSelection().addRange(range);
}"""
RICH = (
    "First **loud** words.\n\n- clay, *soft*\n- [the form](https://forms.example.org/x)\n\n"
    "> said before\n\n2 * 3 = 6\n\nLast."
)


def test_a_selection_is_quoted_as_markdown_with_its_author(open_as, start_thread):
    address, _maya = start_thread("maya", "Town square", "Quoting a part", RICH)
    luis = live(open_as("luis", address))
    number = luis.locator(".post").get_attribute("data-post")
    above = f"> **[Maya Marshmallow wrote:]({address}?post={number})**\n>\n"

    luis.evaluate(SELECT, [0, "strong", "ul"])
    luis.get_by_role("button", name="Quote these words").click()
    expect(text_of(luis)).to_have_value(
        f"{above}> **loud** words.\n>\n> - clay, *soft*\n> - [the form](https://forms.example.org/x)\n\n"
    )
    expect(text_of(luis)).to_be_focused()
    expect(luis.locator(".quote-here")).to_have_count(0)

    text_of(luis).fill("My own words")
    luis.evaluate(SELECT, [0, "blockquote", "blockquote"])
    luis.locator("[data-quote]").first.focus()
    luis.keyboard.press("Enter")
    expect(text_of(luis)).to_have_value(f"My own words\n\n{above}> > said before\n\n")

    text_of(luis).fill("")
    luis.evaluate("getSelection().removeAllRanges()")
    luis.locator("[data-quote]").first.click()
    assert text_of(luis).input_value() == above + (
        "> First **loud** words.\n>\n> - clay, *soft*\n> - [the form](https://forms.example.org/x)\n>\n"
        "> > said before\n>\n> 2 \\* 3 = 6\n>\n> Last.\n\n"
    )
    luis.get_by_role("button", name="Post reply").click()
    quoted = luis.locator(".post").nth(1).locator(".post__body > blockquote")
    expect(quoted.get_by_role("link", name="Maya Marshmallow wrote:")).to_be_visible()
    expect(quoted.locator("li")).to_have_text(["clay, soft", "the form (forms.example.org)"])


def test_words_of_two_people_are_not_quoted_as_one(open_as):
    page = live(open_as("maya", "/threads/2/"))

    page.evaluate(
        """() => { const [a, b] = document.querySelectorAll('.post__body p');
           getSelection().setBaseAndExtent(a, 0, b, 1); }"""
    )
    page.locator("[data-quote]").nth(1).click()

    value = text_of(page).input_value()
    assert value.count("wrote:") == 1
    assert "One small thing that went well" not in value
    expect(page.locator(".quote-here")).to_have_count(0)


def test_quoting_can_be_undone(open_as, start_thread):
    _address, maya = start_thread("maya", "Town square", "Quoting undone", "Words")
    text_of(maya).focus()
    maya.keyboard.type("Mine")

    maya.locator("[data-quote]").first.click()
    expect(text_of(maya)).to_have_value(re.compile("Mine\n\n> .*\n>\n> Words\n\n"))
    maya.keyboard.press("Control+z")

    expect(text_of(maya)).to_have_value("Mine")


# --- The draft ------------------------------------------------------------------------------------


def test_a_quotation_stands_once_however_often_the_page_is_loaded(open_as, start_thread):
    address, maya = start_thread("maya", "Town square", "Quoted once", "Words")
    number = maya.locator(".post").get_attribute("data-post")

    maya.goto(f"{address}reply/?quote={number}")
    text_of(maya).press_sequentially("And mine")
    before = text_of(maya).input_value()
    maya.reload()

    expect(text_of(maya)).to_have_value(before)
    assert before.count("> Words") == 1


def test_a_draft_of_a_change_does_not_come_back_over_a_newer_text(open_as, start_thread):
    _address, maya = start_thread("maya", "Town square", "Changed elsewhere", "As it was")
    change = maya.get_by_role("link", name="Change").first.get_attribute("href")
    maya.goto(change)
    text_of(maya).fill("Half a change")
    maya.reload()
    expect(text_of(maya)).to_have_value("Half a change")

    phone = open_as("maya", change, java_script_enabled=False)
    text_of(phone).fill("Changed on the phone")
    phone.get_by_role("button", name="Save the change").click()
    maya.reload()
    expect(text_of(maya)).to_have_value("Changed on the phone")
    expect(maya.get_by_text("This text was changed since you began to")).to_be_visible()
    maya.reload()
    maya.get_by_role("button", name="Use what I had written").click()
    expect(text_of(maya)).to_have_value("Half a change")
    maya.reload()
    expect(text_of(maya)).to_have_value("Half a change")
    text_of(maya).fill("Changed on the phone")
    maya.reload()
    expect(maya.locator("[data-draft-old]")).to_be_hidden()


def test_a_draft_that_is_thrown_away_is_gone(open_as, start_thread):
    _address, maya = start_thread("maya", "Town square", "Thrown away", "As it was")
    maya.get_by_role("link", name="Change").first.click()
    change = maya.url
    text_of(maya).fill("Half a change")
    phone = open_as("maya", change, java_script_enabled=False)
    text_of(phone).fill("Newer")
    phone.get_by_role("button", name="Save the change").click()
    maya.reload()

    maya.get_by_role("button", name="Throw it away").click()
    maya.reload()

    expect(text_of(maya)).to_have_value("Newer")
    expect(maya.locator("[data-draft-old]")).to_be_hidden()
    assert maya.evaluate("Object.keys(localStorage).length") == 0


def test_two_tabs_hold_one_draft(open_as, start_thread):
    address, first = start_thread("maya", "Town square", "Two tabs")
    live(first)
    second = first.context.new_page()
    second.goto(address)
    live(second)
    second.get_by_role("heading", level=1).click()

    text_of(first).fill("Written here")
    expect(text_of(second)).to_have_value("Written here")
    first.get_by_role("button", name="Post reply").click()
    expect(first.locator(".post")).to_have_count(2)

    expect(text_of(second)).to_have_value("")
    expect(second.locator(".post")).to_have_count(2)


def test_a_draft_survives_a_send_that_failed_and_a_session_that_ended(open_as, start_thread):
    _address, maya = start_thread("maya", "Town square", "Signed out meanwhile", "As it was")
    maya.get_by_role("link", name="Change").first.click()
    state, change = maya.context.cookies(), maya.url
    text_of(maya).fill("Not lost")

    maya.route(re.compile("/edit/"), lambda route: route.abort(), times=1)
    maya.get_by_role("button", name="Save the change").click()
    expect(maya.locator("[data-problem]")).to_contain_text("Your text is kept")
    maya.context.clear_cookies(name=next(c["name"] for c in state if "session" in c["name"]))
    maya.get_by_role("button", name="Save the change").click()
    expect(maya.locator("[data-problem]")).to_contain_text("You are signed out")
    maya.context.add_cookies(state)
    maya.goto(change)

    expect(text_of(maya)).to_have_value("Not lost")


def test_leaving_asks_only_where_the_text_cannot_be_kept(open_as, start_thread):
    _address, maya = start_thread("maya", "Town square", "Leaving")
    asked = []
    maya.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))

    text_of(maya).press_sequentially("Kept")
    maya.reload()
    assert asked == []

    maya.evaluate("void (Storage.prototype.setItem = () => { throw new Error('full') })")
    text_of(maya).press_sequentially(" and not kept")
    expect(maya.locator("[data-draft-note]")).to_have_text("")
    maya.reload()
    assert asked == ["beforeunload"]


# --- The reminder ---------------------------------------------------------------------------------


def test_a_reminder_lets_change_the_text_or_post_it_as_it_is(open_as, start_thread):
    address, _maya = start_thread("maya", "Town square", "Reminded")
    maya = open_as("maya", address, **PHONE)
    live(maya)
    notice = maya.get_by_role("group", name="One look before it is posted")

    text_of(maya).fill(TELLS)
    maya.get_by_role("button", name="Post reply").click()
    expect(notice).to_be_focused()
    expect(notice).to_contain_text("My student Xavier")
    expect(text_of(maya)).to_have_value(TELLS)
    maya.get_by_role("link", name="Change the text").click()
    expect(text_of(maya)).to_be_focused()
    text_of(maya).fill("A third grader threw a chair. My student Xavier.")
    expect(notice).to_have_count(0)
    maya.get_by_role("button", name="Post reply").click()
    maya.get_by_role("button", name="Post it as it is").click()

    expect(maya.locator(".post__body").last).to_have_text(
        "A third grader threw a chair. My student Xavier."
    )
    expect(text_of(maya)).to_have_value("")
    expect(notice).to_have_count(0)


def test_enter_in_the_title_does_not_confirm_a_reminder(open_as):
    for scripted in (True, False):
        page = open_as("maya", "/spaces/1/start/", java_script_enabled=scripted)
        page.get_by_label("What is it about?").fill("A hard day")
        text_of(page).fill(TELLS)
        page.get_by_role("button", name="Post to").click()
        expect(page.get_by_text("One look before it is posted")).to_be_visible()

        page.get_by_label("What is it about?").press("Enter")

        expect(page.get_by_text("One look before it is posted")).to_be_visible()
        assert page.url.endswith("/spaces/1/start/")


def test_without_javascript_on_a_phone_all_of_it_works_by_forms(open_as, start_thread):
    address, _maya = start_thread("maya", "Town square", "No script at all")
    page = open_as("luis", address, java_script_enabled=False, **PHONE)

    text_of(page).fill("Some **clay**. " + TELLS)
    page.get_by_role("button", name="Preview").click()
    expect(page.locator(".seen-first strong")).to_have_text("clay")
    expect(text_of(page)).to_have_value("Some **clay**. " + TELLS)
    page.get_by_role("button", name="Post reply").click()
    expect(page.get_by_text("One look before it is posted")).to_be_visible()
    page.get_by_role("button", name="Post it as it is").click()

    expect(page.locator(".post__body").last).to_contain_text("Some clay. My student Xavier")


def test_what_another_one_changed_is_shown_beside_what_was_typed(phone, open_as, start_thread):
    open_page, look, script = phone
    subject = f"Changed {'with' if script else 'without'} a script"
    address, _maya = start_thread("maya", "Town square", subject, "Sam Sparrow was late")

    def change(page, text):
        page.goto(address)
        page.locator(".post").get_by_role("link", name="Change", exact=False).first.click()
        text_of(page).fill(text)
        return page

    maya = change(open_page("maya"), "Sam Sparrow was late again")
    fern = change(open_as("fern"), "A child was late")
    fern.get_by_role("button", name="Save the change").click()
    expect(fern.locator(".post__body").first).to_have_text("A child was late")
    maya.get_by_role("button", name="Save the change").click()

    notice = maya.get_by_role("group", name="The post as it stands now")
    expect(notice).to_contain_text("A child was late")
    expect(
        maya.get_by_text("Somebody changed this post while you were writing.").first
    ).to_be_visible()
    expect(text_of(maya)).to_have_value("Sam Sparrow was late again")
    look(maya)
    text_of(maya).fill("A child was late again")
    expect(notice).to_be_visible()
    maya.get_by_role("button", name="Save the change").click()

    expect(maya.locator(".post__body").first).to_have_text("A child was late again")


# --- The look -------------------------------------------------------------------------------------


def test_axe_finds_nothing_in_a_composer_with_everything_open(open_as):
    page = open_as("maya", "/spaces/1/start/")
    page.get_by_label("What is it about?").fill("Everything open")
    text_of(page).fill(f"{TELLS} See [the form](https://forms.example.org).\n\n" + "x " * 9_900)
    for fold in page.locator(".fold summary").all():
        fold.click()
    expect(page.locator("[data-preview-body] a")).to_be_visible()
    page.get_by_role("button", name="Post to").click()
    expect(page.get_by_text("One look before it is posted")).to_be_visible()
    looked_at_both_ways(page)

    thread = open_as("maya", "/threads/2/")
    thread.evaluate(SELECT, [0, "p", "p"])
    expect(thread.get_by_role("button", name="Quote these words")).to_be_visible()
    looked_at_both_ways(thread)

    plain = open_as("maya", "/spaces/1/start/", java_script_enabled=False)
    plain.get_by_role("button", name="Post to").click()
    expect(plain.get_by_role("heading", name="Please look at this again")).to_be_visible()


def test_the_docked_composer_is_small_until_it_is_written_in(open_as):
    page = live(open_as("maya", "/threads/2/"))
    composer = page.locator("[data-composer]")
    assert composer.bounding_box()["height"] < 140
    assert page.locator(".composer .chip").is_visible()

    text_of(page).click()
    expect(page.get_by_role("toolbar", name="Formatting")).to_be_visible()
    text_of(page).fill("Something")
    page.get_by_role("heading", level=1).click()
    expect(page.get_by_role("toolbar", name="Formatting")).to_be_visible()
    box = composer.bounding_box()
    assert box["y"] >= 0
    assert box["y"] + box["height"] <= 900


@pytest.mark.parametrize("width", [320, 390])
def test_on_a_phone_every_mark_is_a_target_of_44_pixels(open_as, width):
    page = open_as("maya", "/spaces/1/start/", viewport={"width": width, "height": 700})

    boxes = [button.bounding_box() for button in page.locator(".marks button").all()]

    assert len(boxes) == 6
    assert all(box["width"] >= 44 and box["height"] >= 44 for box in boxes)
    assert len({box["y"] for box in boxes}) == 1
