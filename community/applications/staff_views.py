"""The board of applications in the admin. Views translate; `reviewing` and `bulk` write."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from community.applications import acts, applying, board, bulk, reviewing, spreadsheet
from community.applications.staff_doors import application_for, reviewers_only, show
from community.applications.staff_forms import (
    BULK_LABELS,
    BulkForm,
    CallForm,
    FilterForm,
    InviteForm,
    WordsForm,
)
from community.roster import Refused

ON_A_PAGE = 25


def _filtered(request):
    """The filter's form and what it leaves; a filter that makes no sense leaves nothing."""
    form = FilterForm(request.GET)
    found = board.applications_for(request.user)
    return form, board.narrowed(found, **form.cleaned_data) if form.is_valid() else found.none()


def _query(request):
    given = request.GET.copy()
    given.pop("page", None)
    return given.urlencode()


@reviewers_only
@require_safe
def index(request):
    form, found = _filtered(request)
    page = Paginator(board.rows(found), ON_A_PAGE).get_page(request.GET.get("page"))
    query = _query(request)
    filled = board.places_by_region()
    lines = board.lines(board.applications_for(request.user))
    region = form.cleaned_data.get("region") if form.is_valid() else None
    return show(
        request,
        "board",
        _("Applications"),
        status=422 if form.errors else 200,
        form=form,
        lines=[(line, filled.get(line.region.pk)) for line in lines],
        region=region,
        filled=filled.get(region.pk) if region else None,
        filled_by_region=[filled[line.region.pk] for line in lines if line.region.pk in filled],
        states=[state.label for state in board.BOARD_STATES],
        page_obj=page,
        found=page.paginator.count,
        narrowed=any(request.GET.get(name) for name in form.fields),
        query=f"{query}&" if query else "",
        acts=BULK_LABELS.items(),
    )


@reviewers_only
@require_safe
def export(request):
    form, found = _filtered(request)
    if form.errors:
        return redirect("reviewing:board")
    response = HttpResponse(
        spreadsheet.export(found, by=request.user), content_type="text/csv; charset=utf-8"
    )
    name = f"applications-{timezone.localdate().isoformat()}.csv"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@reviewers_only
@require_safe
def detail(request, pk):
    application = application_for(request.user, pk)
    return _show_detail(request, application, CallForm())


def _show_detail(request, application, form, status=200):
    ((_intake, places, balance),) = board.places_and_balances([application.intake])
    offered = reviewing.offered(application)
    own_cohort = reviewing.may_open(application.intake.cohort, request.user)
    return show(
        request,
        "detail",
        application.name,
        status=status,
        application=application,
        form=form,
        offered=offered,
        may_invite="invite" in offered and own_cohort,
        may_resend="resend" in offered and own_cohort,
        invitation="resend" in offered and applying.waiting_invitations(application).first(),
        unnamed=board.unnamed_supervisor(application),
        calls=list(application.calls.select_related("by")),
        entries=[
            {"entry": entry, "said": acts.SAID.get(entry.verb, entry.verb)}
            for entry in application.entries.select_related("by")[:100]
        ],
        doubles=board.doubles(application, request.user),
        members=board.members_alike(application),
        places=places,
        balance=balance,
    )


@reviewers_only
@require_http_methods(["GET", "HEAD", "POST"])
def call(request, pk):
    application = application_for(request.user, pk)
    form = CallForm(request.POST if request.method == "POST" else None)
    if request.method != "POST":
        return redirect("reviewing:application", pk)
    if not form.is_valid():
        return _show_detail(request, application, form, status=422)
    try:
        reviewing.note_call(application, by=request.user, **form.cleaned_data)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The note of the call is kept."))
    return redirect("reviewing:application", pk)


@reviewers_only
@require_http_methods(["GET", "HEAD", "POST"])
def invite(request, pk):
    application = application_for(request.user, pk)
    form = InviteForm(request.POST if request.method == "POST" else None, application=application)

    def act():
        data = form.cleaned_data
        reviewing.invite(
            application,
            by=request.user,
            worksite=data["worksite"],
            site=data["site_name"],
            program=data["program_name"],
        )

    return _ask(
        request,
        application,
        form,
        act,
        title=_("Invite %(name)s?"),
        text=_(
            "An invitation to %(cohort)s goes to %(email)s. It works once, for two weeks, and makes"
            " their account."
        ),
        submit=_("Invite"),
        said=_("The invitation is on its way to %(email)s."),
    )


@reviewers_only
@require_http_methods(["GET", "HEAD", "POST"])
def waitlist(request, pk):
    application = application_for(request.user, pk)
    form = WordsForm(request.POST if request.method == "POST" else None)
    return _ask(
        request,
        application,
        form,
        lambda: reviewing.waitlist(application, by=request.user, **form.cleaned_data),
        title=_("Put %(name)s on the waiting list?"),
        text=_("A mail tells them that they are on the waiting list of %(cohort)s."),
        submit=_("Put on the waiting list"),
        said=_("%(name)s is on the waiting list."),
    )


@reviewers_only
@require_http_methods(["GET", "HEAD", "POST"])
def decline(request, pk):
    application = application_for(request.user, pk)
    form = WordsForm(request.POST if request.method == "POST" else None)
    return _ask(
        request,
        application,
        form,
        lambda: reviewing.decline(application, by=request.user, **form.cleaned_data),
        title=_("Decline %(name)s?"),
        text=_("A kind mail tells them that there is no place for them in %(cohort)s."),
        submit=_("Decline"),
        said=_("%(name)s was told that there is no place."),
        danger=True,
    )


@reviewers_only
@require_http_methods(["GET", "HEAD", "POST"])
def reopen(request, pk):
    application = application_for(request.user, pk)
    return _ask(
        request,
        application,
        None,
        lambda: reviewing.reopen(application, by=request.user),
        title=_("Reopen the application of %(name)s?"),
        text=_("You can decide anew. An invitation stops working; nobody is mailed."),
        submit=_("Reopen"),
        said=_("The application of %(name)s is open again."),
    )


@reviewers_only
@require_http_methods(["GET", "HEAD", "POST"])
def remind(request, pk):
    application = application_for(request.user, pk)
    return _ask(
        request,
        application,
        None,
        lambda: reviewing.remind(application, by=request.user),
        title=_("Send the director's note for %(name)s?"),
        text=_("It goes to %(director)s, who may have got it before."),
        submit=_("Send the note"),
        said=_("The note is on its way to %(director)s."),
    )


@reviewers_only
@require_http_methods(["GET", "HEAD", "POST"])
def resend(request, pk):
    application = application_for(request.user, pk)
    return _ask(
        request,
        application,
        None,
        lambda: reviewing.resend(application, by=request.user),
        title=_("Send %(name)s a new link?"),
        text=_("It goes to %(email)s and works for two weeks. The link of before stops working."),
        submit=_("Send a new link"),
        said=_("A new link is on its way to %(email)s."),
    )


def _ask(request, application, form, act, *, title, text, submit, said, danger=False):
    """A page that asks, and does it when its button is pressed."""
    facts = {
        "name": application.name,
        "email": application.email,
        "cohort": application.intake.cohort,
        "director": application.director_name,
    }
    back = reverse("reviewing:application", args=[application.pk])
    if request.method == "POST" and (form is None or form.is_valid()):
        try:
            act()
        except Refused as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, said % facts)
        return redirect(back)
    verb = request.resolver_match.url_name
    if request.method != "POST" and verb not in reviewing.offered(application):
        messages.error(request, reviewing.too_late(application))
        return redirect(back)
    return show(
        request,
        "ask",
        title % facts,
        crumbs=[(application.name, back)],
        status=422 if form and form.errors else 200,
        form=form,
        text=text % facts,
        submit=submit,
        danger=danger,
        back=back,
    )


# --- Many at once ---------------------------------------------------------------------------------


def _keys(given):
    found = [int(key) for key in given.getlist("chosen") if key.isdecimal() and len(key) < 19]
    return list(dict.fromkeys(found))[: bulk.MOST]


@reviewers_only
@require_http_methods(["GET", "HEAD", "POST"])
def sweep(request):
    given = request.POST if request.method == "POST" else request.GET
    verb, keys = given.get("act"), _keys(given)
    found = bulk.chosen(keys, request.user) if verb in bulk.VERBS else []
    if not found:
        messages.warning(request, _("Choose applications first, then what to do with them."))
        return redirect("reviewing:board")
    form = BulkForm(request.POST if request.method == "POST" else None, verb=verb)
    if request.method == "POST" and form.is_valid():
        try:
            report = bulk.sweep(keys, verb, by=request.user, **form.cleaned_data)
        except Refused as refusal:
            messages.error(request, str(refusal))
        else:
            _tell(request, report, bulk.gone(keys, found))
        return redirect("reviewing:board")
    return show(
        request,
        "sweep",
        ngettext("%(act)s: %(count)d application", "%(act)s: %(count)d applications", len(found))
        % {"act": BULK_LABELS[verb], "count": len(found)},
        status=422 if form.errors else 200,
        form=form,
        chosen=found,
        act=verb,
        submit=BULK_LABELS[verb],
        danger=verb == "decline",
        places=board.places_and_balances(_intakes_of(found)) if verb == "invite" else [],
    )


def _intakes_of(applications):
    return list({one.intake_id: one.intake for one in applications}.values())


def _tell(request, report, gone):
    if report.done or not report.refused:
        said = ngettext(
            "%(count)d application is done.", "%(count)d applications are done.", report.done
        )
        messages.success(request, said % {"count": report.done})
    for application, sentence in report.refused:
        messages.warning(request, f"{application.name}: {sentence}")
    if gone:
        messages.warning(request, gone)
