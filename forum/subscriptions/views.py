"""Pages of subscriptions and feeds. Views translate: `subscribing` and `keys` write."""

from dataclasses import dataclass

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models.functions import Coalesce
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from forum import threads
from forum.posting import Refused
from forum.reading.models import Mark
from forum.spaces.models import Space
from forum.subscriptions import keys, one_click, subscribing
from forum.subscriptions.forms import PreferenceForm
from forum.subscriptions.models import How, Subscription
from forum.subscriptions.news import read_up_to

ON_A_PAGE = 20
STOPPED_SHOWN = 5


def _toggle(request, thing, begin, begun, ended, **own):
    if request.POST.get("subscribed") == "no":
        going_on = Subscription.objects.filter(person=request.user, **own)
        subscribing.stop(going_on.values("pk"), by=request.user)
        messages.success(request, ended)
        return
    try:
        subscription = begin(thing, by=request.user)
    except Refused:
        raise Http404 from None
    messages.success(request, begun % {"how": subscription.get_how_display().lower()})


@login_required
@require_POST
def thread(request, pk):
    topic = threads.thread_for(request.user, pk)
    _toggle(
        request,
        topic,
        subscribing.subscribe_to_thread,
        _("You are subscribed to this thread. You hear of new posts: %(how)s."),
        _("You are no longer subscribed to this thread."),
        thread_id=topic.pk,
    )
    return redirect("spaces:thread", topic.pk)


@login_required
@require_POST
def space(request, pk):
    found = threads.space_for(request.user, pk)
    _toggle(
        request,
        found,
        subscribing.subscribe_to_space,
        _("You are subscribed to this space. You hear of new threads: %(how)s."),
        _("You are no longer subscribed to this space."),
        space=found,
    )
    return redirect(found)


# --- My subscriptions -----------------------------------------------------------------------------


@dataclass(frozen=True)
class Row:
    pk: int
    name: str
    url: str
    space: Space
    is_space: bool
    how: str
    new: bool


def _rows(subscriptions, person):
    mark = Mark.objects.filter(pk=person.pk).first()
    rows = []
    for each in subscriptions:
        space = each.space or each.thread.space
        rows.append(
            Row(
                pk=each.pk,
                name=each.thread.topic.subject if each.thread else space.name,
                url=reverse("spaces:thread", args=[each.thread_id])
                if each.thread
                else space.get_absolute_url(),
                space=space,
                is_space=each.thread is None,
                how=each.how,
                new=bool(
                    mark and each.thread and each.thread.bumped > read_up_to(mark, each.thread)
                ),
            )
        )
    return rows


def _open_to(person):
    return (
        Subscription.objects.open_to(person)
        .select_related(
            "thread__topic",
            "thread__space__forum",
            "thread__space__audience__cohort",
            "space__forum",
            "space__audience__cohort",
        )
        .order_by(Coalesce("thread__bumped", "space__bumped").desc(), "pk")
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def mine(request):
    """The list with what its reader may read now, and what they prefer. One form holds the list,
    another the preference."""
    form = PreferenceForm(instance=subscribing.preference_of(request.user))
    if request.method == "POST" and "prefer" in request.POST:
        form = PreferenceForm(request.POST, instance=subscribing.preference_of(request.user))
        if form.is_valid():
            subscribing.prefer(
                by=request.user,
                when_writing=form.cleaned_data["when_writing"],
                how=form.cleaned_data["how"],
            )
            messages.success(request, _("Saved. It counts for what you subscribe to from now on."))
            return redirect("subscriptions:mine")
    elif request.method == "POST":
        _act_on_list(request)
        return redirect(request.get_full_path())
    page = Paginator(_open_to(request.user).going_on(), ON_A_PAGE).get_page(request.GET.get("page"))
    page.object_list = _rows(page.object_list, request.user)
    stopped = _open_to(request.user).filter(stopped_at__gt=subscribing.lately())
    stopped = stopped.order_by("-stopped_at")[:STOPPED_SHOWN]
    return render(
        request,
        "subscriptions/mine.html",
        {
            "form": form,
            "page_obj": page,
            "ways": How.choices,
            "stopped": _rows(stopped, request.user),
            "crumbs": [
                {"label": _("My page"), "url": reverse("community:me")},
                {"label": _("Subscriptions")},
            ],
        },
        status=422 if form.errors else 200,
    )


def _numbers(values):
    return [
        int(value) for value in values if value.isascii() and value.isdigit() and len(value) < 19
    ]


def _act_on_list(request):
    """The list's buttons: stop one, stop the ticked ones, subscribe again, save the ways."""
    asked = request.POST
    if "again" in asked:
        subscribing.resume(_numbers(asked.getlist("again")), by=request.user)
        messages.success(request, _("You are subscribed again."))
    elif "stop" in asked or "stop-ticked" in asked:
        ticked = asked.getlist("stop" if "stop" in asked else "ticked")
        count = subscribing.stop(_numbers(ticked), by=request.user)
        if count:
            messages.success(
                request,
                ngettext(
                    "%(count)d subscription has ended. You can take it back below.",
                    "%(count)d subscriptions have ended. You can take them back below.",
                    count,
                )
                % {"count": count},
            )
        else:
            messages.warning(request, _("Tick the ones to stop first."))
    else:
        prefix = "how-"
        ways = {
            number: value
            for name, value in asked.items()
            if name.startswith(prefix) and value in How.values
            for number in _numbers([name.removeprefix(prefix)])
        }
        subscribing.change(ways, by=request.user)
        messages.success(request, _("Saved. From now on you hear of them in this way."))


# --- The way out of a mail ------------------------------------------------------------------------


@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def one_click_out(request, token):
    """Works signed out and for mail programs that press the button themselves: they have no form
    token, and the signature proves that the request knows a mail's link."""
    asked = one_click.read(token)
    if asked is None:
        raise Http404
    if request.method == "POST":
        one_click.end(*asked)
    response = render(
        request,
        "subscriptions/one_click.html",
        {"done": request.method == "POST", "digest": asked[1] == one_click.DIGEST},
    )
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


# --- My feeds -------------------------------------------------------------------------------------


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def my_feeds(request):
    """The secret is on this page once: in the answer to the form that made it, which no cache and
    no session keeps."""
    token = None
    act = request.POST.get("act")
    if request.method == "POST" and keys.of(request.user) and "sure" not in request.POST:
        return render(
            request,
            "subscriptions/feeds_sure.html",
            {
                "ends": act == "end",
                "crumbs": [
                    {"label": _("My page"), "url": reverse("community:me")},
                    {"label": _("Feeds"), "url": reverse("subscriptions:my_feeds")},
                    {"label": _("Are you sure?")},
                ],
            },
        )
    if request.method == "POST":
        if act == "end":
            keys.end(by=request.user)
            messages.success(request, _("Your feeds have ended. Their addresses open nothing now."))
            return redirect("subscriptions:my_feeds")
        token = keys.make(by=request.user)
    addresses = []
    if token:
        spaces = Space.objects.open_to(request.user)
        addresses = [
            (_("All your spaces"), reverse("subscriptions:feed", args=[token])),
            (_("Webinars, for your calendar"), reverse("going:calendar", args=[token])),
            *(
                (space.name, reverse("subscriptions:feed_of_space", args=[token, space.pk]))
                for space in spaces
            ),
        ]
    return render(
        request,
        "subscriptions/feeds.html",
        {
            "key": keys.of(request.user),
            "addresses": [
                {"label": label, "url": request.build_absolute_uri(url)} for label, url in addresses
            ],
            "one_thread": request.build_absolute_uri(
                reverse("subscriptions:feed_of_thread", args=[token, 0])
            ).replace("/0/", "/…/")
            if token
            else "",
            "crumbs": [
                {"label": _("My page"), "url": reverse("community:me")},
                {"label": _("Feeds")},
            ],
        },
    )
