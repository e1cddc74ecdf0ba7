"""For stewards: who has a second factor, and taking away one that was lost."""

from functools import wraps

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from community import access, roster
from community.introductions import introduce
from community.second_factor import resetting
from community.second_factor.forms import FindForm

ON_A_PAGE = 20


def stewards_only(view):
    """Nobody else finds anything here; a visitor may sign in first."""

    @login_required
    @wraps(view)
    def ask(request, *args, **kwargs):
        if not access.may_reset_second_factor(access.standing_of(request.user)):
            raise Http404
        return view(request, *args, **kwargs)

    return ask


@stewards_only
@require_safe
def people(request):
    form = FindForm(request.GET)
    word = form.cleaned_data["q"] if form.is_valid() else ""
    page = Paginator(resetting.of_interest(word), ON_A_PAGE).get_page(request.GET.get("page"))
    known = introduce(page.object_list, access.epoch_of(request.user))
    standings = access.standings_of(known)
    rows = []
    for person in page.object_list:
        # The policy has read all of them at once: none is asked about one by one.
        person._standing = standings[person.pk]
        rows.append((known[person.pk], person, access.second_factor_due(person)))
    return render(
        request,
        "second_factor/people.html",
        {
            "form": form,
            "word": word,
            "rows": rows,
            "page_obj": page,
            "query": urlencode({"q": word}) + "&" if word else "",
            "crumbs": [
                {"label": _("My page"), "url": reverse("community:me")},
                {"label": _("Second factors")},
            ],
        },
        status=422 if form.errors else 200,
    )


@stewards_only
@require_http_methods(["GET", "HEAD", "POST"])
@reauthentication_required
def reset(request, pk):
    person = get_object_or_404(resetting.of_interest(), pk=pk, has_second_factor=True)
    refusal = ""
    if request.method == "POST":
        try:
            resetting.reset(person, by=request.user)
        except roster.Refused as said:
            refusal = str(said)
        else:
            messages.success(
                request,
                _("%(name)s signs in with the password alone now, and was mailed so.")
                % {"name": person.name},
            )
            return redirect("second_factor:people")
    return render(
        request,
        "second_factor/reset.html",
        {
            "person": person,
            "refusal": refusal,
            "own": person.pk == request.user.pk,
            "crumbs": [
                {"label": _("Second factors"), "url": reverse("second_factor:people")},
                {"label": person.name},
            ],
        },
        status=422 if refusal else 200,
    )
