"""Intakes, and applications from a file: the other screens beside the board."""

import base64
import binascii

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from community.applications import applying, notices, reviewing, spreadsheet
from community.applications.models import Intake
from community.applications.staff_doors import reviewers_only, show
from community.applications.staff_forms import ConfirmImportForm, IntakeForm, UploadForm
from community.roster import Refused


def _here():
    return [(_("Intakes"), reverse("reviewing:intakes"))]


@reviewers_only
@require_safe
def intakes(request):
    page = Paginator(applying.with_places(Intake.objects.order_by("-closes_on", "pk")), 25)
    page = page.get_page(request.GET.get("page"))
    for intake in page:
        intake.mine = reviewing.may_open(intake.cohort, request.user)
    return show(
        request,
        "intakes",
        _("Intakes"),
        page_obj=page,
        overview=notices.address_of(notices.DIRECTORS_OVERVIEW),
        overview_slug=notices.DIRECTORS_OVERVIEW,
    )


@reviewers_only
@require_http_methods(["GET", "HEAD", "POST"])
def intake_add(request):
    form = IntakeForm(request.POST if request.method == "POST" else None, by=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            reviewing.open_intake(by=request.user, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The intake is there."))
            return redirect("reviewing:intakes")
    return show(
        request,
        "intake",
        _("Take applications for a cohort"),
        crumbs=_here(),
        status=422 if form.errors else 200,
        form=form,
        none_left=not form.fields["cohort"].queryset.exists(),
    )


@reviewers_only
@require_http_methods(["GET", "HEAD", "POST"])
def intake(request, pk):
    found = get_object_or_404(Intake.objects.select_related("cohort__region"), pk=pk)
    posted = request.POST if request.method == "POST" else None
    form = IntakeForm(posted, by=request.user, intake=found)
    if request.method == "POST" and form.is_valid():
        try:
            reviewing.change_intake(found, by=request.user, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The intake is changed."))
            return redirect("reviewing:intakes")
    return show(
        request,
        "intake",
        str(found),
        crumbs=_here(),
        status=422 if form.errors else 200,
        form=form,
        intake=found,
        mine=reviewing.may_open(found.cohort, request.user),
    )


@reviewers_only
@require_http_methods(["GET", "HEAD", "POST"])
def bring_in(request):
    """A file is read and reported first; a second form with the same content imports it."""
    if request.method == "POST" and "content" in request.POST:
        return _import(request)
    form = UploadForm(
        request.POST if request.method == "POST" else None,
        request.FILES if request.method == "POST" else None,
        by=request.user,
    )
    report = None
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data["file"].read(spreadsheet.LARGEST + 1)
        try:
            report = spreadsheet.read(spreadsheet.text_of(data), form.cleaned_data["intake"])
        except spreadsheet.BadFile as bad:
            form.add_error("file", str(bad))
        else:
            return _show_report(request, report, form.cleaned_data["intake"], data)
    return _show_upload(request, form)


def _show_upload(request, form):
    return show(
        request,
        "import",
        _("Bring in a file"),
        status=422 if form.errors else 200,
        form=form,
        needed=spreadsheet.NEEDED_COLUMNS,
        others=[one for one in spreadsheet.COLUMNS if one not in spreadsheet.NEEDED_COLUMNS],
        most=spreadsheet.MOST_ROWS,
    )


def _show_report(request, report, intake, data):
    return show(
        request,
        "import_report",
        _("What the file holds"),
        crumbs=[(_("Bring in a file"), reverse("reviewing:import"))],
        status=422 if report.problems else 200,
        report=report,
        intake=intake,
        content=base64.b64encode(data).decode(),
    )


def _import(request):
    form = ConfirmImportForm(request.POST, by=request.user)
    if not form.is_valid():
        messages.error(request, _("Choose the file once more. Nothing was imported."))
        return redirect("reviewing:import")
    try:
        data = base64.b64decode(form.cleaned_data["content"], validate=True)
        count = spreadsheet.bring_in(
            spreadsheet.text_of(data), form.cleaned_data["intake"], by=request.user
        )
    except binascii.Error:
        messages.error(request, _("Choose the file once more. Nothing was imported."))
    except (Refused, spreadsheet.BadFile) as refusal:
        messages.error(request, str(refusal))
    else:
        said = ngettext(
            "%(count)d application was imported.", "%(count)d applications were imported.", count
        )
        messages.success(request, said % {"count": count})
        return redirect("reviewing:board")
    return redirect("reviewing:import")
