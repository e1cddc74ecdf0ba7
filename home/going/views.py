"""Coming to webinars over plain HTTP. Views translate: `answering` writes and finds."""

import csv

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from community.applications.spreadsheet import escaped
from forum.subscriptions import keys
from home.going import answering, calendar


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request, pk):
    """The page's own buttons post here; whoever comes by a link finds the same two."""
    page = answering.webinar_for(request.user, pk)
    if request.method == "POST":
        going = request.POST.get("going") != "no"
        try:
            answering.answer(page, by=request.user, going=going)
        except answering.Refused as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(
                request,
                _("You are coming. The link to join is on this page, and you hear by mail.")
                if going
                else _("You are not coming. You can change that here."),
            )
        return redirect(page.url)
    return render(
        request,
        "home/going/answer.html",
        {
            "page": page,
            "going": answering.is_going(page, request.user),
            "seats": answering.seats_of(page),
            "crumbs": [{"label": page.title, "url": page.url}, {"label": _("Are you coming?")}],
        },
    )


def _calendar(body, name):
    response = HttpResponse(body, content_type="text/calendar; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.ics"'
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


@require_safe
def one(request, pk):
    """For whoever may read the page: a visitor too, where it is public."""
    page = answering.webinar_for(request.user, pk)
    return _calendar(calendar.of_one(page), page.slug)


@require_safe
def all_of_them(request, token):
    """All webinars of the address's owner; it is their secret, as their feeds are."""
    person = keys.recognise(token)
    if person is None:
        raise Http404
    keys.note_use(person.feed_key)
    return _calendar(calendar.of_all(person), "webinars")


def _prepared(request, pk):
    """The webinar for those who may know who comes; for everybody else one and the same 404."""
    if not answering.may_know_who_goes(request.user):
        raise Http404
    return answering.webinar_for(request.user, pk)


@login_required
@require_safe
def who(request, pk):
    """Who said that they come, by name, for those who prepare it."""
    page = _prepared(request, pk)
    return render(
        request,
        "home/going/who.html",
        {
            "page": page,
            "seats": answering.seats_of(page),
            "page_obj": answering.page_of_who_goes(page, request.GET.get("page"), request.user),
            "crumbs": [{"label": page.title, "url": page.url}, {"label": _("Who is coming")}],
        },
    )


@login_required
@require_safe
def who_as_csv(request, pk):
    """The same as a CSV file."""
    page = _prepared(request, pk)
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{page.slug}.csv"'
    response.headers["Cache-Control"] = "private, no-store"
    response.write("\ufeff")  # a mark that Excel looks for
    rows = csv.writer(response)
    rows.writerow([_("Name")])
    for person in answering.who_goes(page).iterator(chunk_size=500):
        rows.writerow([escaped(person.name)])
    return response
