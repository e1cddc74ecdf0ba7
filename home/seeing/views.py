"""Who can see this, and what can they see: for facilitators, editors and stewards. Views translate;
`community.reasons` explains what the policy answered."""

from functools import wraps

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from community import access, profiles, readers, reasons
from community.introductions import introduce
from community.models import Person
from home.seeing import walls
from home.seeing.forms import WordForm

FOUND_OF_EACH = 12
SPACES_ON_A_PAGE = 40
# More pages and collections than these are asked about one by one.
MOST_MATERIAL = 100


def askers_only(view):
    @login_required
    @require_safe
    @wraps(view)
    def ask(request, *args, **kwargs):
        if not walls.may_ask(request.user):
            raise Http404
        return view(request, *args, **kwargs)

    return ask


def _crumbs(label):
    return [{"label": _("Who can see this?"), "url": reverse("seeing:find")}, {"label": label}]


@askers_only
def find(request):
    """Look for a thing to ask about: by name, among those they read or keep themselves."""
    form = WordForm(request.GET, label=_("A space, a page, a file or a person"))
    word, found = form.word, []
    if word:
        named = (
            (_("Spaces"), "seeing:space", walls.spaces_for(request.user), "forum__name"),
            (_("Pages"), "seeing:page", walls.pages_for(request.user), "title"),
            (_("Files"), "seeing:document", walls.documents_for(request.user), "title"),
            (_("People"), "seeing:person", Person.objects.filter(is_active=True), "name"),
        )
        for label, route, rows, column in named:
            hits = rows.filter(**{f"{column}__icontains": word}).order_by(column, "pk")
            links = [
                {
                    "name": str(getattr(hit, "title", None) or hit),
                    "url": reverse(route, args=[hit.pk]),
                }
                for hit in hits[:FOUND_OF_EACH]
            ]
            if links:
                found.append({"label": label, "links": links})
    return render(
        request,
        "seeing/find.html",
        {"form": form, "word": word, "found": found},
        status=200 if form.is_valid() else 422,
    )


def _show(request, thing):
    form = WordForm(request.GET, label=_("A name"))
    named = bool(thing.walls) and reasons.may_be_named(thing.walls, request.user)
    number = access.epoch_of(request.user)
    page, looking = None, []
    if named:
        page = reasons.page_of_readers(
            thing.walls, request.GET.get("page"), request.user, form.word
        )
        if page.number == 1 and not form.word:
            people = introduce([breaking.by for breaking in thing.looking], number)
            looking = [
                reasons.Reader(people[breaking.by_id], (reasons.under_glass(breaking),))
                for breaking in thing.looking
            ]
    return render(
        request,
        "seeing/thing.html",
        {
            "thing": thing,
            "rules": [[reasons.whom(audience) for audience in wall] for wall in thing.walls],
            "sentences": [readers.sentence(audience, number) for audience in thing.audiences],
            "named": named,
            "looking": looking,
            "page_obj": page,
            "form": form,
            "query": form.as_query(),
            "crumbs": _crumbs(thing.name),
        },
        status=200 if form.is_valid() else 422,
    )


@askers_only
def space(request, pk):
    return _show(request, walls.space(request.user, pk))


@askers_only
def page(request, pk):
    return _show(request, walls.page(request.user, pk))


@askers_only
def document(request, pk):
    return _show(request, walls.document(request.user, pk))


@askers_only
def person(request, pk):
    """The reverse: what this person can see and why, and what not; never a thread or a title."""
    found = profiles.person_for(request.user, pk)
    number = access.epoch_of(request.user)
    # What is open to them first.
    spaces = sorted(walls.spaces_seen(found, request.user), key=lambda seen: not seen.sees)
    page = Paginator(spaces, SPACES_ON_A_PAGE).get_page(request.GET.get("page"))
    material = walls.material_seen(found, request.user)
    return render(
        request,
        "seeing/person.html",
        {
            "introduction": introduce([found], number)[found.pk],
            "own": found.pk == request.user.pk,
            "audiences": reasons.audiences_seen(found, request.user),
            "open": [seen for seen in page if seen.sees],
            "closed": [seen for seen in page if not seen.sees],
            "page_obj": page,
            "material": material[:MOST_MATERIAL],
            "further": len(material) - MOST_MATERIAL,
            "told": profiles.circles_of(found, request.user),
            "crumbs": _crumbs(found.name),
        },
    )
