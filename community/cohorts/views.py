"""A cohort for its people. Views translate: `reading` finds, verbs write, `access` decides."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.forms.models import model_to_dict
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from community import access, moving, readers
from community.cohorts import agreeing, reading
from community.cohorts.forms import AgreementForm, GraduateForm
from community.cohorts.models import Acceptance, Agreement
from community.foreseeing import foresee
from community.introductions import introduce
from community.models import Membership, Person
from community.roster import Refused

PEOPLE_ON_A_PAGE = 24
COHORTS_ON_A_PAGE = 30


def crumbs(cohort, *further):
    """From the list of cohorts down; `further` are labels, or (label, address)."""
    trail = [
        {"label": _("Cohorts"), "url": reverse("cohorts:index")},
        {"label": cohort.name, "url": reverse("cohorts:cohort", args=[cohort.pk])},
    ]
    for each in further:
        label, url = each if isinstance(each, tuple) else (each, "")
        trail.append({"label": label, "url": url})
    return trail


@login_required
@require_safe
def index(request):
    cohorts = reading.open_to(request.user).select_related("region")
    page = Paginator(cohorts, COHORTS_ON_A_PAGE).get_page(request.GET.get("page"))
    return render(request, "cohorts/index.html", {"page_obj": page})


@login_required
@require_safe
def cohort(request, pk):
    found = reading.cohort_for(request.user, pk)
    epoch = access.epoch_of(request.user)
    page = Paginator(reading.people_of(found), PEOPLE_ON_A_PAGE).get_page(request.GET.get("page"))
    people = list(page.object_list)
    introductions, kinds = introduce(people, epoch), reading.kinds_of(people, found)
    meetings = list(found.meetings.order_by("starts_at"))
    agreement = agreeing.current()
    own = reading.participations(found, request.user)
    return render(
        request,
        "cohorts/cohort.html",
        {
            "cohort": found,
            "audience": found.audience,
            "sentence": readers.sentence(found.audience, epoch),
            "coming": [each for each in meetings if not each.is_over],
            "past": [each for each in reversed(meetings) if each.is_over],
            "people": [(introductions[person.pk], kinds[person.pk]) for person in people],
            "page_obj": page,
            "newcomers": readers.newcomers(found.audience),
            "runs": access.may_run(access.standing_of(request.user), found.pk),
            "agreement": agreement,
            "agreed_at": agreement and agreeing.accepted_at(request.user, agreement),
            "certificate": own[0] if own else None,
            "crumbs": [
                {"label": _("Cohorts"), "url": reverse("cohorts:index")},
                {"label": found.name},
            ],
        },
    )


# --- Agreements ---------------------------------------------------------------------------------


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def agreements(request):
    """The words that hold, and one button to agree to them."""
    held = agreeing.current()
    if request.method == "POST":
        read = request.POST.get("agreed_to", "")
        try:
            agreeing.accept(int(read[:18]) if read.isdecimal() else 0, by=request.user)
        except Refused as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("You agreed. Thank you."))
        return redirect("cohorts:agreements")
    return render(
        request,
        "cohorts/agreements.html",
        {
            "agreement": held,
            "agreed_at": held and agreeing.accepted_at(request.user, held),
            "may_change": access.may_set_agreements(access.standing_of(request.user)),
            "crumbs": [
                {"label": _("Cohorts"), "url": reverse("cohorts:index")},
                {"label": _("Community agreements")},
            ],
        },
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def agreements_change(request):
    """Other words for everybody: shown first, published after a second press."""
    if not access.may_set_agreements(access.standing_of(request.user)):
        raise Http404
    held = agreeing.current()
    initial = model_to_dict(held) | {"after": held.pk} if held else {}
    form = AgreementForm(request.POST or None, initial=initial)
    shown = None
    if request.method == "POST" and form.is_valid():
        words = {name: said for name, said in form.cleaned_data.items() if name != "after"}
        if "confirmed" in request.POST:
            try:
                agreeing.publish(by=request.user, after=form.cleaned_data["after"], **words)
            except Refused as refusal:
                form.add_error(None, str(refusal))
            else:
                messages.success(
                    request, _("Published. Everybody is asked to agree before they next post.")
                )
                return redirect("cohorts:agreements")
        else:
            shown = Agreement(**words)
    return render(
        request,
        "cohorts/agreements_change.html",
        {
            "form": form,
            "shown": shown,
            "how_many": Acceptance.objects.filter(agreement=held).count() if held else 0,
            "crumbs": [
                {"label": _("Community agreements"), "url": reverse("cohorts:agreements")},
                {"label": _("Change the words")},
            ],
        },
        status=422 if form.errors else 200,
    )


# --- Graduating together ------------------------------------------------------------------------

ACTS = {
    "graduate": (Membership.Kind.PARTICIPANT, moving.graduate_together),
    "put_back": (Membership.Kind.GRADUATE, moving.put_back),
}


def _graduated(act, count):
    if act == "graduate":
        said = ngettext(
            "%(count)d person graduated. You can put them back here.",
            "%(count)d people graduated. You can put them back here.",
            count,
        )
    else:
        said = ngettext(
            "%(count)d person is a participant again.",
            "%(count)d people are participants again.",
            count,
        )
    return said % {"count": count}


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def graduate(request, pk):
    """Ticks, then one page that says what it means, then the verb: all of them or nobody."""
    found = reading.run_by(request.user, pk)
    act = request.POST.get("act", "graduate")
    act = act if act in ACTS else "graduate"
    forms = {
        name: GraduateForm(
            request.POST if request.method == "POST" and name == act else None,
            people=_with(found, kind).exclude(pk=request.user.pk),
            auto_id=f"{name}_%s",
        )
        for name, (kind, _verb) in ACTS.items()
    }
    form, (_kind, verb) = forms[act], ACTS[act]
    context = {"cohort": found, "act": act, "forms": forms, "form": form}
    if request.method == "POST" and form.is_valid():
        people = form.cleaned_data["people"]
        try:
            if "confirmed" in request.POST:
                done = verb(people, found, by=request.user)
                messages.success(request, _graduated(act, len(done)))
                return redirect("cohorts:graduate", found.pk)
            context["changes"] = foresee(lambda: verb(people, found, by=request.user), people)
            context["people"] = people
            standings = access.standings_of([person.pk for person in people])
            context["behind_wall"] = {pk for pk, one in standings.items() if one.behind_wall}
        except Refused as refusal:
            form.add_error(None, str(refusal))
    return render(
        request,
        "cohorts/graduate.html",
        {**context, "crumbs": crumbs(found, _("Graduate"))},
        status=422 if form.errors else 200,
    )


def _with(cohort, kind):
    """The active people who are this to the cohort."""
    current = Membership.objects.current().filter(cohort=cohort, kind=kind)
    return Person.objects.filter(pk__in=current.values("person"), is_active=True).order_by("name")
