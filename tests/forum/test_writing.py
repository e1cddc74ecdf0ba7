"""Writing a post: the reminder, the preview, the quotation, and the text that is never lost."""

import re
from io import StringIO

import pytest
from django.core.management import call_command

from community.models import Audience
from forum.markdown import render
from forum.threads import Post, Topic
from forum.writing.reminders import reminders
from tests.forum.writing_reminders import INNOCENT, TELLING


@pytest.mark.parametrize(
    ("kind", "sentence"),
    [(kind, sentence) for kind, sentences in TELLING.items() for sentence in sentences],
)
def test_a_telling_sentence_is_asked_about(kind, sentence):
    assert kind in {reminder.kind for reminder in reminders(sentence)}


@pytest.mark.parametrize("sentence", INNOCENT)
def test_an_innocent_sentence_is_not(sentence):
    assert reminders(sentence) == []


# --- Through the front door -----------------------------------------------------------------------

KEY = "2f0f8d0e-6a0e-4d25-8a39-6a0f5c1d2e3b"
JSON = {"Accept": "application/json"}
TELLS = "My student Xavier threw a chair. Call me at 503-555-0134."


@pytest.fixture
def room(make_space, make_thread, make_participant, make_facilitator, cohort, signed_in):
    """A cohort's space with a thread, and who is in it."""

    class Room:
        space = make_space(Audience.Kind.COHORT, cohort)
        author = make_participant(cohort, name="Ada Lantern")
        facilitator = make_facilitator(cohort)
        topic = make_thread(space, author, "Opening words", "Second *words*\n\nand more")
        post = topic.posts.order_by("pk").last()
        client = signed_in(author)

        def composers(self):
            """`{name: (address, further fields)}` of every form in which a text is written."""
            start = f"/spaces/{self.space.pk}/start/"
            reply = f"/threads/{self.topic.pk}/reply/"
            change = f"/threads/{self.topic.pk}/posts/{self.post.pk}/edit/"
            return {
                "start": (start, {"subject": "A subject"}),
                "reply": (reply, {}),
                "edit": (change, {}),
            }

        def posts(self):
            return list(Post.objects.order_by("pk").values_list("content", flat=True))

    return Room()


def body(response):
    return response.content.decode()


@pytest.mark.parametrize("name", ["start", "reply", "edit"])
def test_a_telling_text_comes_back_with_a_reminder_and_everything_typed(room, name):
    address, further = room.composers()[name]
    before = room.posts()

    held = room.client.post(address, {"content": TELLS, "key": KEY, **further})

    assert held.status_code == 422
    assert "One look before it is posted" in body(held)
    assert '<q dir="auto">My student Xavier</q>' in body(held)
    assert "503-555-0134</q>" in body(held)
    assert f"{TELLS}</textarea>" in body(held)
    assert KEY in body(held)
    assert "Please look at this again" not in body(held)
    assert room.posts() == before


@pytest.mark.parametrize("name", ["start", "reply", "edit"])
def test_who_says_so_posts_that_very_text_and_no_other(room, name):
    address, further = room.composers()[name]
    typed = {"content": TELLS, "key": KEY, **further}
    digest = room.client.post(address, typed).context["form"].digest

    other = room.client.post(address, typed | {"content": f"{TELLS} More.", "confirmed": digest})
    posted = room.client.post(address, typed | {"confirmed": digest})

    assert other.status_code == 422
    assert "One look" in body(other)
    assert posted.status_code == 302
    assert TELLS in room.posts()
    assert f"{TELLS} More." not in room.posts()


def test_a_title_is_looked_at_too(room):
    address, _further = room.composers()["start"]

    held = room.client.post(address, {"subject": "Xavier, age 9", "content": "Help", "key": KEY})

    assert held.status_code == 422
    assert '<q dir="auto">Xavier, age 9</q>' in body(held)


def test_a_facilitator_is_reminded_as_well_and_of_quoted_words(room, signed_in):
    address, _further = room.composers()["reply"]

    held = signed_in(room.facilitator).post(
        address, {"content": f"> {TELLS}\n\nI see.", "key": KEY}
    )

    assert held.status_code == 422
    assert "One look" in body(held)


def test_the_page_that_sends_by_itself_gets_the_reminder_to_show(room):
    address, _further = room.composers()["reply"]

    held = room.client.post(address, {"content": TELLS, "key": KEY, "since": "0"}, headers=JSON)

    assert held.status_code == 422
    assert held.json()["errors"] == {}
    assert "Post it as it is" in held.json()["reminder"]
    assert "csrf" not in held.json()["reminder"]


def test_what_was_typed_is_in_no_log(room, caplog):
    caplog.set_level("DEBUG")
    caplog.set_level("DEBUG", "django.request")
    for address, further in room.composers().values():
        room.client.post(address, {"content": TELLS, "key": KEY, **further})
        room.client.post(address, {"content": TELLS + "x" * 20_000, "key": "none", **further})
    room.client.post(f"/spaces/{room.space.pk}/preview/", {"content": TELLS})

    logged = [f"{record.getMessage()} {record.__dict__}" for record in caplog.records]
    assert any("Unprocessable" in line for line in logged), "nothing was logged: nothing is proven"
    assert not [line for line in logged if "Xavier" in line or "555-0134" in line]


@pytest.mark.parametrize("name", ["start", "reply", "edit"])
def test_a_preview_without_javascript_posts_nothing_and_keeps_everything(room, name):
    address, further = room.composers()[name]
    before = room.posts()

    seen = room.client.post(
        address, {"content": "Some **clay**", "key": KEY, "preview": "yes", **further}
    )

    assert seen.status_code == 200
    assert "<p>Some <strong>clay</strong></p>" in body(seen)
    assert "Some **clay**</textarea>" in body(seen)
    assert KEY in body(seen)
    assert all(value in body(seen) for value in further.values())
    assert room.posts() == before


def test_a_preview_of_nothing_says_so_beside_the_field(room):
    address, _further = room.composers()["reply"]

    seen = room.client.post(address, {"content": " ", "key": KEY, "preview": "yes"})

    assert seen.status_code == 422
    assert "Write something first." in body(seen)


def test_the_preview_is_what_a_post_will_be(room):
    address = f"/spaces/{room.space.pk}/preview/"
    text = "**Bold** <b>x</b>\r\n\r\n[form](https://forms.example.org/)\r\n\r\n- a"
    before = room.posts()

    seen = room.client.post(address, {"content": text})

    assert seen.status_code == 200
    assert seen.json()["html"] == render(text.replace("\r\n", "\n"))
    assert seen.headers["Cache-Control"] == "private, no-store"
    assert room.posts() == before


def test_the_preview_is_bounded_and_for_those_who_may_write(room, signed_in, make_person, client):
    address = f"/spaces/{room.space.pk}/preview/"

    long = room.client.post(address, {"content": "x" * 20_001})
    empty = room.client.post(address, {})
    elsewhere = signed_in(make_person()).post(address, {"content": "x"})
    visitor = client.post(address, {"content": "x"})

    assert long.status_code == empty.status_code == 422
    assert "longer than a post can be" in str(long.json()["errors"])
    assert room.client.get(address).status_code == 405
    assert elsewhere.status_code == 404
    assert visitor.status_code == 302


def test_a_text_may_be_exactly_as_long_as_a_form_says(room):
    address, _further = room.composers()["reply"]
    # A form sends each line's end as two characters.
    text = "\r\n".join(["nine char"] * 2_000)

    posted = room.client.post(address, {"content": text, "key": KEY})
    refused = room.client.post(address, {"content": text + "\r\nx", "key": KEY})

    assert posted.status_code == 302
    assert len(room.posts()[-1]) == 19_999
    assert refused.status_code == 422
    assert "longer than a post can be" in body(refused)


def test_controls_in_a_text_or_title_disturb_nothing(room):
    address, _further = room.composers()["start"]

    posted = room.client.post(
        address,
        {"subject": "Safe \u202etxet\u2066 end", "content": "a\x00b \u202etxet", "key": KEY},
    )
    nothing = room.client.post(address, {"subject": "\u202e\u200b", "content": "a", "key": KEY})

    assert posted.status_code == 302
    topic = Topic.objects.order_by("pk").last()
    assert topic.subject == "Safe txet end"
    assert "\u202e" not in topic.first_post.content.rendered
    assert nothing.status_code == 422


def test_the_quote_link_brings_who_wrote_and_where(room):
    page = room.client.get(f"/threads/{room.topic.pk}/reply/?quote={room.post.pk}")

    address = f"/threads/{room.topic.pk}/?post={room.post.pk}"
    assert page.context["form"].initial["content"] == (
        f"> **[Ada Lantern wrote:]({address})**\n>\n> Second *words*\n>\n> and more\n\n"
    )


def test_posts_of_before_can_be_held_to_the_rules_of_now(room):
    Post.objects.filter(pk=room.post.pk).update(_content_rendered="<p onclick=x>old</p>")

    call_command("render_posts", stdout=StringIO())

    assert Post.objects.get(pk=room.post.pk).content.rendered == render(room.post.content.raw)
    assert Post.objects.get(pk=room.post.pk).content.raw == room.post.content.raw


# --- Words from a space that fewer people read ----------------------------------------------------

FEWER = "Words from a space that not everybody here can read"


@pytest.fixture
def quoting(room, make_space, make_thread):
    """`(address of a thread of all members, what quotes the cohort's post there)`."""
    square = make_space(Audience.Kind.MEMBERS, name="Town square")
    wide = make_thread(square, room.author)
    page = room.client.get(f"/threads/{room.topic.pk}/reply/?quote={room.post.pk}")
    return wide, page.context["form"].initial["content"] + "I agree"


def test_a_quotation_for_more_readers_than_it_was_said_to_is_asked_about_once(room, quoting):
    wide, text = quoting
    address, before = f"/threads/{wide.pk}/reply/", room.posts()

    asked = room.client.post(address, {"content": text, "key": KEY})
    by_script = room.client.post(address, {"content": text, "key": KEY}, headers=JSON)

    assert asked.status_code == by_script.status_code == 422
    assert FEWER in body(asked)
    assert room.space.name in body(asked)
    assert FEWER in by_script.json()["reminder"]
    assert room.posts() == before
    digest = asked.context["form"].digest
    sent = room.client.post(address, {"content": text, "key": KEY, "confirmed": digest})
    assert sent.status_code == 302
    assert room.posts()[-1] == text.strip()


def test_every_form_asks_about_a_quotation(room, quoting, make_thread):
    wide, text = quoting
    post = wide.posts.get()
    for address, further in {
        f"/spaces/{wide.thread.space_id}/start/": {"subject": "A subject"},
        f"/threads/{wide.pk}/posts/{post.pk}/edit/": {"subject": "A subject"},
    }.items():
        asked = room.client.post(address, {"content": text, "key": KEY, **further})

        assert asked.status_code == 422, address
        assert FEWER in body(asked), address


def test_a_quotation_among_the_same_readers_or_for_fewer_is_not_asked_about(
    room, quoting, make_thread
):
    wide, text = quoting
    from_wide = f"> **[Ada wrote:](/threads/{wide.pk}/?post={wide.posts.get().pk})**\n>\n> Hello"
    other = make_thread(room.space, room.author)

    for topic, content in ((other, text), (room.topic, text), (other, from_wide)):
        sent = room.client.post(f"/threads/{topic.pk}/reply/", {"content": content})
        assert sent.status_code == 302, content


def test_a_link_that_somebody_typed_tells_nothing_of_what_they_may_not_read(
    room, quoting, signed_in, make_person
):
    """Whoever cannot read the quoted post is answered as for a post that does not exist."""
    wide, text = quoting
    outsider = signed_in(make_person())

    for content in (text, text.replace(f"post={room.post.pk}", "post=987654")):
        sent = outsider.post(f"/threads/{wide.pk}/reply/", {"content": content})
        assert sent.status_code == 302


def test_a_text_that_quotes_nobody_costs_no_query_more(room, quoting, django_assert_num_queries):
    from forum.writing.quoted import reminders_of_quotes

    wide, text = quoting
    square = wide.thread.space
    with django_assert_num_queries(0):
        assert reminders_of_quotes("Nothing is quoted here", square, room.author) == []
    many = "\n\n".join([text] * 60)
    with django_assert_num_queries(2):
        (found,) = reminders_of_quotes(many, square, room.author)
    assert found.excerpt == room.space.name


def test_what_waits_stands_in_a_thread_and_on_the_list_of_all_by_one_partial(room):
    thread, listed = (
        room.client.get(path) for path in (f"/threads/{room.topic.pk}/", "/me/unsent/")
    )

    for page, key in ((thread, f"thread-{room.topic.pk}"), (listed, "")):
        assert "writing/outbox.html" in {template.name for template in page.templates}
        assert body(page).count(f'data-outbox="{key}"') == 1
        assert body(page).count("data-outbox-rows") == 1
    said = [
        dict(re.findall(r'data-word-([\w-]+)="([^"]+)"', box(page))) for page in (thread, listed)
    ]
    assert len(said[0]) > len(said[1]) > 10
    assert {name for name in said[1] if said[0][name] == said[1][name]} == {
        "sending", "stale", "failed", "gone", "copied", "selected", "written",
    }  # fmt: skip


def box(page):
    return re.search(r"<section[^>]*data-outbox=.*?</section>", body(page), re.DOTALL)[0]
