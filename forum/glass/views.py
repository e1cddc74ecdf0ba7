"""The glass over plain HTTP. Whoever neither may break it nor keeps a log of it finds nothing."""

from functools import wraps

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from community import access
from community.roster import Refused
from forum.glass import breaking as verbs
from forum.glass.forms import BreakForm

ON_A_PAGE = 20


def _log_keepers_only(view):
    @login_required
    @wraps(view)
    def ask(request, *args, **kwargs):
        if not verbs.keeps_log(request.user):
            raise Http404
        return view(request, *args, **kwargs)

    return ask


@_log_keepers_only
@require_safe
def log(request):
    """Every breaking that is theirs to know of, and for a steward the way to one more."""
    page = Paginator(verbs.known_to(request.user), ON_A_PAGE).get_page(request.GET.get("page"))
    for breaking in page.object_list:
        breaking.may_end = breaking.is_current and verbs.may_end(breaking, request.user)
        breaking.is_theirs = breaking.by_id == request.user.pk
    may_break = access.may_break_glass(access.standing_of(request.user))
    return render(request, "glass/log.html", {"page_obj": page, "may_break": may_break})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def break_it(request):
    """First the words, then a page that says what will happen, and only then the act."""
    if not access.may_break_glass(access.standing_of(request.user)):
        raise Http404
    form = BreakForm(request.POST if request.method == "POST" else None, by=request.user)
    if form.is_bound and form.is_valid() and "again" not in request.POST:
        data = form.cleaned_data
        if request.POST.get("confirmed") != "yes":
            return _confirm(request, form)
        try:
            verbs.break_glass(
                data["space"], by=request.user, reason=data["reason"], told=data["told"]
            )
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(
                request, _("You can read this space for an hour. Its members are being told.")
            )
            return redirect(data["space"])
    return render(
        request,
        "glass/break.html",
        {"form": form, "crumbs": _crumbs(_("Look into a space"))},
        status=422 if form.errors else 200,
    )


def _confirm(request, form):
    space, number = form.cleaned_data["space"], access.epoch_of(request.user)
    return render(
        request,
        "glass/confirm.html",
        {
            "form": form.as_confirmed(),
            "space": space,
            "told": form.cleaned_data["told"],
            "reason": form.cleaned_data["reason"],
            "sentence": space.readers_sentence(number),
            "crumbs": _crumbs(_("Look into a space")),
        },
    )


@_log_keepers_only
@require_http_methods(["GET", "HEAD", "POST"])
def end(request, pk):
    breaking = verbs.known_to(request.user).filter(pk=pk).first()
    if breaking is None or not verbs.may_end(breaking, request.user):
        raise Http404
    if request.method == "POST":
        try:
            verbs.end(breaking, by=request.user)
        except Refused as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("It is over. The space is closed to them again."))
        return redirect("glass:log")
    return render(request, "glass/end.html", {"breaking": breaking, "crumbs": _crumbs(_("End it"))})


def _crumbs(label):
    return [{"label": _("Breaking the glass"), "url": reverse("glass:log")}, {"label": label}]
