"""What the pages of spaces and threads share: the way to them, where a post stands, and the page
around a writing form."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _

from community import access
from forum import threads
from forum.hosting import panel
from forum.moderation import holding
from forum.reactions import reading
from forum.shelf import margin
from forum.spaces import discussions
from forum.spaces.answers import refused, sent_to, wants_json
from forum.spaces.models import keys_open_to
from forum.subscriptions import subscribing

# By the key of a person: `(their standing, what follows from it)`.
_around = {}
MOST_KEPT = 256


def with_all_around(person):
    """Topics with what stands around their posts for this person. What is asked for follows from
    who they are and from their standing, so it is built once for that standing, which is another
    object as soon as a role, a membership or the clock changes it: building takes longer than
    asking."""
    standing = access.standing_of(person)
    kept = _around.get(person.pk)
    if kept is None or kept[0] is not standing:
        if len(_around) >= MOST_KEPT:
            _around.clear()
        kept = _around[person.pk] = (standing, _build_around(person))
    return kept[1]


def _build_around(person):
    return threads.Topic.objects.annotate(
        subscribed=subscribing.how_of(person, "thread"),
        kept=margin.kept_by(person),
        about=discussions.about(person),
        known=holding.known_where(person),
        waiting=holding.waiting(),
        reacted=reading.said_by(person),
        answer=reading.answer(),
        trials=reading.trials(),
        **panel.around(person),
    )


def crumbs(*further):
    return [{"label": _("Spaces"), "url": reverse("spaces:index")}, *further]


def glass_of(space, person):
    """What its pages say of stewards who looked in; `under_glass` is the breaking by which this
    reader reads, where the space is not open to them."""
    breakings = access.broken_in(space.forum_id, access.epoch_of(person))
    own = None
    if space.pk not in keys_open_to(person):
        own = next((one for one in breakings if one.is_current and one.by_id == person.pk), None)
        if own is None:  # the hour ended in the middle of this request
            raise Http404
    return {"breakings": breakings, "under_glass": own}


def crumb(thing):
    return {"label": str(thing), "url": thing.get_absolute_url()}


def thread_crumbs(topic, title):
    return crumbs(
        crumb(topic.forum.space),
        {"label": topic.subject, "url": reverse("spaces:thread", args=[topic.pk])},
        {"label": title},
    )


def with_undo(said, address):
    """A sentence with the way back beside it, for a message."""
    return format_html('{} <a href="{}">{}</a>', said, address, _("Undo"))


def posted(request, post, number=1, said=None):
    """Where a post stands: as a redirect, or as JSON for the page that sent it by itself."""
    if holding.waits(post):
        address = _where_it_waits(post)
        messages.success(
            request,
            _("Your post is saved. A facilitator looks at it first; then everybody here sees it."),
        )
        return sent_to(request, address)
    if said:
        messages.success(request, said)
    return sent_to(request, address_of(post, number))


def thread_address(post):
    """The post, wherever in its thread it will stand."""
    return f"{reverse('spaces:thread', args=[post.topic_id])}?post={post.pk}"


def address_of(post, number=None):
    """The address of a post; `number` is its page, where it is known without counting."""
    number = number or threads.page_number_of(post)
    address = reverse("spaces:thread", args=[post.topic_id])
    return f"{address}?page={number}#post-{post.pk}"


def _where_it_waits(post):
    """On its thread's page, below the last post; for a thread that is not there yet, on the list
    of one's own. The key in the address makes a page that is open there load anew."""
    if not post.topic.approved:
        return reverse("moderation:my_waiting")
    address = reverse("spaces:thread", args=[post.topic_id])
    number = threads.last_page_number(post.topic)
    return f"{address}?page={number}&held={post.pk}#held-{post.pk}"


def composer(
    request, form, *, title, submit, space, crumbs, back, draft, poll_form=None, **context
):
    """The page that holds one writing form; 422 where it comes back with errors."""
    if form.is_bound and wants_json(request):
        return refused(form, poll_form)
    return render(
        request,
        "spaces/compose.html",
        {
            "form": form,
            "title": title,
            "submit": submit,
            "space": space,
            "sentence": space.readers_sentence(access.epoch_of(request.user)),
            "waits": holding.would_wait(space, request.user),
            "crumbs": crumbs,
            "back": back,
            "draft": draft,
            "poll_form": poll_form,
            **context,
        },
        status=422 if poll_form and poll_form.errors else form.status,
    )
