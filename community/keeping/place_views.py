"""Regions, programs, sites and cohorts, for whoever keeps the roster."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from community import access, places
from community.keeping.place_forms import PLACES
from community.roster import Refused
from community.views import roster_keepers_only

PLACES_ON_A_PAGE = 40


def _kind(request, kind):
    if kind not in PLACES or not access.may_set_up_places(access.standing_of(request.user)):
        raise Http404
    return PLACES[kind]


def _crumbs(kind, *further):
    trail = [
        {"label": _("Roster"), "url": reverse("keeping:roster")},
        {"label": PLACES[kind].title, "url": reverse("keeping:places", args=[kind])},
    ]
    return trail + [{"label": label} for label in further]


@roster_keepers_only
@require_safe
def index(request, kind):
    found = _kind(request, kind)
    page = Paginator(found.queryset, PLACES_ON_A_PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "keeping/places.html",
        {
            "kind": kind,
            "kinds": [(name, each.title) for name, each in PLACES.items()],
            "places": found,
            "rows": [(row, getattr(row, found.above, "")) for row in page],
            "page_obj": page,
            "crumbs": _crumbs(kind),
        },
    )


@roster_keepers_only
@require_http_methods(["GET", "HEAD", "POST"])
def add(request, kind):
    found = _kind(request, kind)
    form = found.form(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            made = places.add(found.model, by=request.user, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("%(name)s is added.") % {"name": made})
            if kind == "cohorts":
                messages.info(
                    request,
                    _("Next: a steward assigns its facilitator, and somebody opens its space."),
                )
            return redirect("keeping:places", kind)
    return _page(request, kind, form, found.add)


@roster_keepers_only
@require_http_methods(["GET", "HEAD", "POST"])
def change(request, kind, pk):
    found = _kind(request, kind)
    place = found.queryset.filter(pk=pk).first()
    if place is None:
        raise Http404
    name = str(place)
    form = found.form(request.POST if request.method == "POST" else None, instance=place)
    if request.method == "POST" and form.is_valid():
        try:
            places.change(place, by=request.user, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Saved."))
            return redirect("keeping:places", kind)
    return _page(request, kind, form, name)


def _page(request, kind, form, title):
    return render(
        request,
        "keeping/place.html",
        {
            "kind": kind,
            "places": PLACES[kind],
            "form": form,
            "title": title,
            "crumbs": _crumbs(kind, title),
        },
        status=422 if form.errors else 200,
    )
