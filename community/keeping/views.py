"""The roster's screens: finding people, one person, and one act at a time. Views translate; the
verbs of `roster` and `moving` write, and `access` decides."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from community import access
from community.foreseeing import foresee
from community.introductions import introduce
from community.keeping import acts, people
from community.models import Membership, Role
from community.roster import Refused
from community.views import roster_keepers_only


@roster_keepers_only
@require_safe
def roster(request):
    form = people.FindPeopleForm(request.GET)
    page = people.page_of(people.found_by(form), request.GET.get("page"))
    found = list(page.object_list)
    introductions = introduce(found, access.epoch_of(request.user))
    return render(
        request,
        "keeping/roster.html",
        {
            "form": form,
            "page_obj": page,
            "people": [(person, introductions[person.pk]) for person in found],
            "query": form.as_query(),
            "asked": bool(form.as_query()),
        },
        status=422 if form.errors else 200,
    )


def _crumbs(person, *further):
    trail = [
        {"label": _("Roster"), "url": reverse("keeping:roster")},
        {"label": person.name, "url": reverse("keeping:person", args=[person.pk])},
    ]
    return trail + [{"label": label} for label in further]


@roster_keepers_only
@require_safe
def person(request, pk):
    found = people.person_for_keepers(pk)
    roles = Role.objects.current().filter(person=found).order_by("starts_at", "pk")
    memberships = Membership.objects.current().filter(person=found).order_by("starts_at", "pk")
    history = people.history_of(found, request.GET.get("page"))
    return render(
        request,
        "keeping/person.html",
        {
            "person": found,
            "introduction": introduce([found], access.epoch_of(request.user))[found.pk],
            "roles": roles.select_related("worksite__program", "program", "supervisor"),
            "memberships": memberships.select_related("cohort"),
            "offered": acts.offered(request.user, found),
            "own": found.pk == request.user.pk,
            "history": [(entry, people.in_words(entry.verb)) for entry in history],
            "page_obj": history,
            "crumbs": _crumbs(found),
        },
    )


@roster_keepers_only
@require_http_methods(["GET", "HEAD", "POST"])
def change(request, pk, act):
    """Choose, then one page that says what it means for them, then the verb."""
    found = people.person_for_keepers(pk)
    kind = acts.ACTS.get(act)
    if kind is None:
        raise Http404
    form = kind(request.POST if request.method == "POST" else None, by=request.user, person=found)
    if found.pk != request.user.pk and act not in acts.offered(request.user, found):
        # What could be done a moment ago was done by somebody else, or can no longer be.
        messages.warning(request, _("This can not be done for them now. See what they are first."))
        return redirect("keeping:person", found.pk)
    context = {"person": found, "form": form}
    if request.method == "POST" and form.is_valid():
        try:
            if "confirmed" in request.POST:
                form.run()
                messages.success(request, _("Done: %(act)s.") % {"act": form.title})
                return redirect("keeping:person", found.pk)
            context["changes"] = foresee(form.run, [found, *form.concerned()])
            context["asks"] = True
        except Refused as refusal:
            form.add_error(None, str(refusal))
    return render(
        request,
        "keeping/act.html",
        {**context, "crumbs": _crumbs(found, form.title)},
        status=422 if form.errors else 200,
    )
