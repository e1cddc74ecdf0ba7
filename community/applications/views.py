"""Applying. Open to everybody: whoever holds a link is the one it was mailed to. Views translate;
`applying` writes.
"""

import uuid

from django.contrib import messages
from django.http import Http404, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from community.applications import applying, pacing
from community.applications.forms import STEPS, LinksForm, YouForm, step_of
from community.applications.pages import gone, kept_for, show
from community.applications.tasks import mail_links
from community.pacing import allows
from community.roster import Refused

BEGUN_IN_AN_HOUR = 40  # of one client: a whole office may sit behind one address
ASKED_IN_AN_HOUR = 20
TYPED_IN_AN_HOUR = 2_000  # what a page's script saves by itself
TOO_MANY = gettext_lazy(
    "Too many forms came from your connection in the last hour. Nothing is lost: leave this page"
    " open and send it again later."
)


def _guard(request):
    """What a form carries beside its questions."""
    return {"stamp": pacing.stamp(request.POST.get(pacing.STAMP, "")), "trap": pacing.TRAP}


def _ask_first(request, form, what, most):
    """Whether a form passes all that keeps machines out; what objects is said in the form. Returns
    the status to answer with."""
    if objection := pacing.objection(request.POST):
        form.add_error(None, objection)
        return 422
    if not allows(what, pacing.client_of(request), most):
        form.add_error(None, TOO_MANY)
        return 429
    return 200


def _steps(current):
    titles = {
        "you": _("About you"),
        "site": _("Your site"),
        "hopes": _("What you hope for"),
        "promise": _("The promise"),
    }
    return [
        {"name": name, "title": title, "number": number, "current": name == current}
        for number, (name, title) in enumerate(titles.items(), start=1)
    ]


def _show_step(request, step, form, *, application=None, status=200, **context):
    steps = _steps(step)
    place = next(index for index, one in enumerate(steps) if one["current"])
    return show(
        request,
        "step",
        status=status,
        form=form,
        application=application,
        steps=steps,
        step=steps[place],
        before=steps[place - 1] if place and application else None,
        last=place == len(steps) - 1,
        **_guard(request),
        **kept_for(),
        **context,
    )


# --- The form ---------------------------------------------------------------------------------


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def apply(request):
    """What applying means, with the first step below."""
    intakes = list(applying.open_intakes())
    later = "later" in request.POST
    form = YouForm(request.POST if request.method == "POST" else None, partial=later)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid() and intakes:
            status = _ask_first(request, form, "begun", BEGUN_IN_AN_HOUR)
        if status == 200:
            application = applying.begin(request.POST.get("key"), form.cleaned_data)
            if not application.is_draft:
                return redirect("applications:draft", application.token)
            return _after("you", application, later)  # the way back is mailed already
    return _show_step(
        request,
        "you",
        form,
        status=status,
        opening=True,
        intakes=intakes,
        key=request.POST.get("key") or uuid.uuid4(),
    )


def _after(step, application, later):
    """Where one goes from a step that was saved."""
    if later:
        return redirect("applications:saved", application.token)
    names = list(STEPS)
    return redirect("applications:step", application.token, names[names.index(step) + 1])


@never_cache
@require_safe
def draft(request, token):
    """Where the mailed link leads: the first step that is not finished, or the copy."""
    application = applying.draft_by(token)
    if application is None:
        return gone(request)
    if not application.is_draft:
        messages.info(request, _("This application was sent already. Here is your copy."))
        return redirect("applications:copy", application.copy_token)
    missing = applying.missing(application)
    return redirect("applications:step", token, step_of(missing[0]) if missing else "promise")


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def step(request, token, step):
    if step not in STEPS:
        raise Http404
    application = applying.draft_by(token)
    if application is None:
        return gone(request)
    if not application.is_draft:
        return redirect("applications:draft", token)
    if request.headers.get("Accept", "").startswith("application/json"):
        return _saved_meanwhile(request, application, step)
    later, sending = "later" in request.POST, step == "promise"
    posted = request.POST if request.method == "POST" else None
    form = STEPS[step](posted, application=application, partial=later)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            status = _ask_first(request, form, "kept", BEGUN_IN_AN_HOUR * 10)
        if status == 200:
            verb = applying.send if sending and not later else applying.keep
            try:
                kept = verb(application, form.cleaned_data, version=_version(request, application))
            except applying.Stale as refusal:
                form.add_error(None, str(refusal))
                status = 409
            except Refused as refusal:
                return _to_what_is_missing(request, application, form.cleaned_data, refusal)
            else:
                if sending and not later:
                    return redirect("applications:copy", kept.copy_token)
                if later:
                    mail_links.enqueue(kept.email)
                return _after(step, kept, later)
    elif "missing" in request.GET:
        form = form.stored()
    return _show_step(
        request,
        step,
        form,
        application=application,
        status=status,
        meetings=applying.dates_of(application) if sending else [],
        full=sending and application.intake and applying.is_full(application.intake),
    )


def _version(request, application):
    version = request.POST.get("version", "")
    return int(version[:9]) if version.isdecimal() else application.version


def _saved_meanwhile(request, application, step):
    """What the page's own script saves of a step while it is filled in: `{version}`, or what stands
    in the way. Nobody is mailed a link for it."""
    form = STEPS[step](request.POST, application=application, partial=True)
    status = 422
    if request.method == "POST" and form.is_valid():
        status = _ask_first(request, form, "typed", TYPED_IN_AN_HOUR)
    if status == 200:
        try:
            kept = applying.keep(
                application, form.cleaned_data, version=_version(request, application)
            )
        except (applying.Stale, Refused) as refusal:
            form.add_error(None, str(refusal))
            status = 409
        else:
            return JsonResponse({"version": kept.version})
    return JsonResponse({"errors": form.errors.get_json_data()}, status=status)


def _to_what_is_missing(request, application, answers, refusal):
    """What was typed is kept; the step that stands in the way opens with its errors."""
    kept = applying.draft_by(application.token)
    if kept is None or not kept.is_draft:
        return redirect("applications:draft", application.token)
    kept = applying.keep(kept, answers, version=kept.version)
    missing = applying.missing(kept)
    name = step_of(missing[0]) if missing else "site"
    messages.warning(request, str(refusal))
    return redirect(reverse("applications:step", args=[kept.token, name]) + "?missing")


@never_cache
@require_safe
def saved(request, token):
    application = applying.draft_by(token)
    if application is None or not application.is_draft:
        return redirect("applications:draft", token)
    return show(request, "saved", application=application)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def discard(request, token):
    """Throw a draft away, after asking."""
    application = applying.draft_by(token)
    if application is None:
        return gone(request)
    if not application.is_draft:
        return redirect("applications:draft", token)
    if request.method == "POST":
        applying.withdraw(application)
        messages.success(request, _("Your draft is deleted. You can begin anew at any time."))
        return redirect("applications:apply")
    return show(request, "withdraw", application=application)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def resume(request):
    """Ask for the link again. The answer and the work are the same for every address."""
    form = LinksForm(request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            status = _ask_first(request, form, "asked", ASKED_IN_AN_HOUR)
        if status == 200:
            mail_links.enqueue(form.cleaned_data["email"])
            return show(request, "resume_done", email=form.cleaned_data["email"])
    return show(request, "resume", status=status, form=form, **_guard(request))
