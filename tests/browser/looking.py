"""Looking at a page: what axe finds in it, and whether it scrolls sideways."""

from pytest_playwright_axe import Axe

PHONE = {"viewport": {"width": 390, "height": 844}}
AXE = Axe(use_minified_file=True).axe_path.read_text(encoding="UTF-8")
RUN = "axe.run(document, {resultTypes: ['violations']}).then(found => found.violations)"


def violations(page):
    """`[(rule, up to three places)]` of what axe finds in the whole page, by all of its rules."""
    page.wait_for_load_state()
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE)
    found = page.evaluate(RUN)
    return [(rule["id"], [node["html"] for node in rule["nodes"]][:3]) for rule in found]


def fits(page):
    """Whether nothing of it is wider than the window."""
    return page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def looked_at(page):
    """Nothing for axe, and no sideways scrolling."""
    found = violations(page)
    assert not found, (page.url, found)
    assert fits(page), page.url


def looked_at_both_ways(page):
    """As it is, and again in the dark in a window of 320 pixels: as at 400 per cent on a desk."""
    size = page.viewport_size
    looked_at(page)
    page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    page.set_viewport_size({"width": 320, "height": 640})
    looked_at(page)
    page.emulate_media(color_scheme="light", reduced_motion="no-preference")
    page.set_viewport_size(size)
