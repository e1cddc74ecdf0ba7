import pytest
from modelsearch.query import MATCH_ALL, And, Not, Phrase, PlainText

from community.models import Role
from home.search_backend import cleaned

CHOOSER = "/cms/choose-page/search/"


@pytest.fixture
def editor(settings, home, signed_in, make_person):
    settings.MODELSEARCH_BACKENDS = settings.WAGTAILSEARCH_BACKENDS = {
        "default": {"BACKEND": "home.search_backend"}
    }
    return signed_in(make_person(Role.Kind.EDITOR))


def test_an_editor_finds_a_page_whatever_else_was_typed(editor, make_chapter):
    make_chapter("Recruiting")

    for text in ['Recruiting"', 'recruiting "', "(Recruiting) -", "recruit"]:
        found = editor.get(CHOOSER, {"q": text})

        assert found.status_code == 200, text
        assert "Recruiting" in found.content.decode(), text


@pytest.mark.parametrize("text", ['"', "\x00", '" "', "😀", "%s %", "'", '"a" b "', "a" * 10_000])
def test_no_text_breaks_a_search_of_the_admin(editor, text):
    for address in (CHOOSER, "/cms/pages/search/", "/cms/images/", "/cms/documents/"):
        assert editor.get(address, {"q": text}).status_code == 200, address


def test_what_is_left_of_a_query_means_the_same():
    assert cleaned('a "b') == "a b"
    assert cleaned('"') is None
    both = cleaned(And([Phrase('x "y'), PlainText('"')]))
    assert isinstance(both, Phrase)
    assert both.query_string == "x y"
    assert isinstance(cleaned(Not(PlainText("x"))), Not)
    assert cleaned(MATCH_ALL) is MATCH_ALL
