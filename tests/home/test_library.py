import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from home.models import ResourcePage
from home.search import matching, words

HOSTILE = [
    '"',
    "'",
    '"open',
    'close"',
    "\x00",
    "agenda\x00",
    "😀",
    "100%s %d %",
    "AND OR NOT",
    "NEAR(a b)",
    "a* ^b :c",
    "{title} : (x)",
    "-- ; DROP TABLE",
    "\\",
    "x" * 10_000,
    "word " * 2_000,
    '" ' * 5_000,
    "\ud800",
    "ḧ́ͤ",
]


def titles(response):
    return [page.title for page in response.context["resources"]]


@pytest.fixture
def shelf(make_resource, make_topic):
    data, youth = make_topic("Data"), make_topic("Youth voice")
    make_resource("Opening agenda", kind="agenda", year=1, meeting=1)
    make_resource("Closing agenda", kind="agenda", year=2, meeting=2, topics=[data])
    make_resource("Tally sheet", kind="worksheet", year=2, meeting=2, topics=[data, youth])
    make_resource("Ball game", kind="activity", summary="Everybody throws a ball.", topics=[youth])


def test_everything_is_listed_by_title(client, shelf):
    response = client.get("/resources/")

    assert titles(response) == [
        "Ball game",
        "Closing agenda",
        "Opening agenda",
        "Tally sheet",
    ]
    assert response.context["total"] == 4


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("kind=agenda", ["Closing agenda", "Opening agenda"]),
        ("topic=data", ["Closing agenda", "Tally sheet"]),
        ("meeting=2", ["Closing agenda", "Tally sheet"]),
        ("meeting=1-1", ["Opening agenda"]),
        ("kind=agenda&topic=data", ["Closing agenda"]),
        ("kind=agenda&meeting=1-1&q=opening", ["Opening agenda"]),
        ("q=agenda", ["Closing agenda", "Opening agenda"]),
        ("q=agen", ["Closing agenda", "Opening agenda"]),
        ("q=throws", ["Ball game"]),
        ("q=youth", ["Ball game", "Tally sheet"]),
        ("q=nothing+like+this", []),
        ("kind=nonsense&topic=%00&meeting=7-7", None),
    ],
)
def test_it_is_narrowed_by_what_the_address_says(client, shelf, query, expected):
    response = client.get(f"/resources/?{query}")

    everything = ["Ball game", "Closing agenda", "Opening agenda", "Tally sheet"]
    assert titles(response) == (everything if expected is None else expected)


def test_options_count_what_each_would_show_beside_the_other_choices(client, shelf):
    shown = client.get("/resources/?topic=data").content.decode()

    assert "Agenda (1)" in shown
    assert "Worksheet (1)" in shown
    assert "Activity (" not in shown
    assert '<option value="data" selected>Data (2)</option>' in shown
    assert "Youth voice (2)" in shown
    assert "Year two, meeting 2 (2)" in shown


def test_each_choice_can_be_taken_back_by_itself(client, shelf):
    shown = client.get("/resources/?topic=data&kind=agenda&q=closing").content.decode()

    assert 'href="?q=closing&amp;kind=agenda"' in shown
    assert 'href="?q=closing&amp;topic=data"' in shown
    assert 'href="?kind=agenda&amp;topic=data"' in shown


def test_a_title_that_matches_comes_before_a_text_that_does(client, make_resource):
    make_resource("A worksheet", summary="How to recruit people.")
    make_resource("Recruit well")

    assert titles(client.get("/resources/?q=recruit")) == [
        "Recruit well",
        "A worksheet",
    ]


def test_pages_of_twenty_keep_what_was_chosen(client, make_resource):
    for number in range(23):
        make_resource(f"Sheet {number:02}", kind="worksheet")
    make_resource("Agenda", kind="agenda")

    first = client.get("/resources/?kind=worksheet")
    second = client.get("/resources/?kind=worksheet&page=2")

    assert len(titles(first)) == 20
    assert 'href="?kind=worksheet&amp;page=2"' in first.content.decode()
    assert titles(second) == ["Sheet 20", "Sheet 21", "Sheet 22"]
    for odd in ["0", "-1", "zz", "999", "%00", "1e9"]:
        assert client.get(f"/resources/?page={odd}").status_code == 200


def test_an_empty_answer_invites_to_ask_or_to_see_everything(client, shelf, signed_in, make_person):
    assert "Show all resources" in client.get("/resources/?q=unicorn").content.decode()
    member = signed_in(make_person()).get("/resources/?q=unicorn").content.decode()
    assert "Ask in a space" in member


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_no_text_makes_a_search_raise(client, shelf, text):
    for name in ("q", "kind", "topic", "meeting", "page"):
        response = client.get("/resources/", {name: text.encode("utf-8", "replace")})

        assert response.status_code == 200


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.text(max_size=60))
def test_any_text_is_searched_without_raising(shelf, text):
    list(matching(ResourcePage.objects.all(), text))


def test_words_are_few_short_and_plain():
    assert words('say "hello" 😀\x00 wörld') == ["say", "hello", "wörld"]
    assert len(words("w " * 500)) == 10
    assert words("\x00\"'") == []


def test_what_was_typed_comes_back_escaped(client, shelf):
    shown = client.get("/resources/", {"q": '"><script>x</script>'}).content.decode()

    assert "<script>x" not in shown


def test_the_library_costs_the_same_however_much_is_in_it(
    client, make_resource, make_topic, django_assert_max_num_queries
):
    topic = make_topic("Data")
    address = "/resources/?q=sheet&kind=worksheet&topic=data"
    for number in range(5):
        page = make_resource(f"Sheet {number}", topics=[topic])
    client.get(address)
    with django_assert_max_num_queries(1000) as with_few:
        client.get(address)
    few = len(with_few)
    with django_assert_max_num_queries(1000) as feed_with_few:
        client.get("/feeds/resources.atom")
    feed_cost = len(feed_with_few)
    for number in range(55):
        make_resource(f"More sheet {number}", topics=[topic])
    client.get("/")  # the signposts are kept again: publishing forgot them

    with django_assert_max_num_queries(few):
        assert client.get(address).context["total"] == 60
    with django_assert_max_num_queries(feed_cost):
        client.get("/feeds/resources.atom")
    assert page.pk


def test_a_resource_says_at_a_glance_what_it_is(client, make_resource, make_document):
    page = make_resource(
        "Reflection sheet",
        kind="worksheet",
        for_whom="site coordinators",
        minutes=15,
        to_print="one for each participant",
        document=make_document("Reflection sheet"),
        link="https://elsewhere.example.org/",
    )

    shown = client.get(page.url).content.decode()

    for words_shown in [
        "Worksheet",
        "Site coordinators",
        "15 minutes",
        "One for each participant",
    ]:
        assert words_shown in shown
    main = shown[shown.index("<main") : shown.index("</main>")]
    assert main.count('class="button"') == 1
    assert page.document.url in main


def test_a_resource_elsewhere_has_its_link_as_the_one_action(client, make_resource):
    page = make_resource("An ode", kind="video", link="https://video.example.org/1")

    shown = client.get(page.url).content.decode()

    assert "Watch the video" in shown
    assert "https://video.example.org/1" in shown


def test_the_feed_lists_new_resources_first(client, make_resource):
    make_resource("Older", summary="The first.")
    make_resource("Newer")

    feed = client.get("/feeds/resources.atom")

    assert feed["Content-Type"].startswith("application/atom+xml")
    text = feed.content.decode()
    assert text.index("Newer") < text.index("Older")
    assert "The first." in text


def test_the_sitemap_lists_public_pages(client, make_resource):
    page = make_resource()

    sitemap = client.get("/sitemap.xml").content.decode()

    assert f"<loc>http://testserver{page.url}</loc>" in sitemap
    assert "<loc>http://testserver/</loc>" in sitemap
