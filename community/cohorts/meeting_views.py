"""A cohort's meetings, for its own facilitators. Views translate; `scheduling` and `attending`
write."""

from datetime import timedelta

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from community.cohorts import attending, reading, scheduling
from community.cohorts.forms import MakeUpForm, MeetingForm, WalkInForm, shown_in_form
from community.cohorts.models import Attendance, WalkIn
from community.cohorts.views import crumbs
from community.introductions import shown_name
from community.models import Person
from community.roster import Refused

# A tick that claims to be older than this counts as this old.
OLDEST_TICK = timedelta(days=7)


def _found(request, pk, meeting_pk):
    cohort = reading.run_by(request.user, pk)
    return cohort, reading.meeting_of(cohort, meeting_pk)


def _do(request, done, verb, *things, **how):
    """Say what became of a verb that a single button calls."""
    try:
        verb(*things, by=request.user, **how)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, done)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def plan(request, pk):
    cohort = reading.run_by(request.user, pk)
    newest = cohort.meetings.order_by("-year", "-number").first()
    initial = {"year": 1, "number": 1}
    if newest:
        initial = {"year": newest.year, "number": newest.number + 1, "place": newest.place}
    form = MeetingForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            scheduling.plan(cohort, by=request.user, **form.said())
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The meeting is planned. The cohort sees it now."))
            return redirect("cohorts:cohort", cohort.pk)
    return _meeting_form(request, cohort, form, _("Plan a meeting"), _("Plan it"))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def change(request, pk, meeting_pk):
    cohort, meeting = _found(request, pk, meeting_pk)
    form = MeetingForm(request.POST or None, initial=shown_in_form(meeting))
    if request.method == "POST" and form.is_valid():
        try:
            scheduling.change(meeting, by=request.user, **form.said())
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Saved. The cohort sees the change now."))
            return redirect("cohorts:cohort", cohort.pk)
    return _meeting_form(request, cohort, form, _("Change the meeting"), _("Save"), meeting)


def _meeting_form(request, cohort, form, title, submit, meeting=None):
    return render(
        request,
        "cohorts/meeting_form.html",
        {
            "cohort": cohort,
            "meeting": meeting,
            "form": form,
            "title": title,
            "submit": submit,
            "crumbs": crumbs(cohort, title),
        },
        status=422 if form.errors else 200,
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def cancel(request, pk, meeting_pk):
    """Asks first; and for a meeting that was cancelled, asks whether to hold it after all."""
    cohort, meeting = _found(request, pk, meeting_pk)
    if request.method == "POST":
        tell = "tell" in request.POST
        if request.POST.get("held") == "yes":
            said = _("The meeting is held after all. The cohort sees it.")
            _do(request, said, scheduling.hold, meeting, tell=tell)
        else:
            said = _("The meeting is cancelled. The cohort sees that it is.")
            _do(request, said, scheduling.cancel, meeting, tell=tell)
        return redirect("cohorts:cohort", cohort.pk)
    title = _("Hold the meeting after all") if meeting.cancelled_at else _("Cancel the meeting")
    return render(
        request,
        "cohorts/meeting_cancel.html",
        {"cohort": cohort, "meeting": meeting, "title": title, "crumbs": crumbs(cohort, title)},
    )


# --- Attendance ---------------------------------------------------------------------------------


def _rows(meeting):
    """`[(person, name, row or None)]`, in two queries."""
    held = {
        row.person_id: row
        for row in Attendance.objects.filter(meeting=meeting).select_related("make_up", "by")
    }
    people = list(reading.people_at(meeting))
    return [(person, shown_name(person), held.get(person.pk)) for person in people]


def _ticks(data, rows):
    """What was ticked: rows that say something else than what they showed."""
    now = timezone.now()
    for person, _name, _row in rows:
        state = data.get(f"state-{person.pk}", "")
        if state not in Attendance.State.values or state == data.get(f"was-{person.pk}", ""):
            continue
        age = timedelta(milliseconds=_number(data.get(f"age-{person.pk}")))
        version = _number(data.get(f"version-{person.pk}"))
        yield attending.Tick(person.pk, state, version, now - min(age, OLDEST_TICK))


def _number(said):
    return int(said[:15]) if said and said.isascii() and said.isdecimal() else 0


def _told(outcome):
    """`(what was saved, [what stands instead])`, in sentences."""
    saved = ngettext("%(count)d tick saved.", "%(count)d ticks saved.", outcome.saved)
    later = [
        _("%(name)s: %(by)s ticked “%(state)s” after you did. That stands.")
        % {
            "name": shown_name(row.person),
            "by": shown_name(row.by) if row.by else _("somebody"),
            "state": row.get_state_display(),
        }
        for row in outcome.later
    ]
    return saved % {"count": outcome.saved}, later


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def attendance(request, pk, meeting_pk):
    """Ticks at the door. The page's script sends only what was ticked, with how long ago."""
    cohort, meeting = _found(request, pk, meeting_pk)
    rows = _rows(meeting)
    by_script = request.headers.get("Accept", "").startswith("application/json")
    problem = ""
    if request.method == "POST":
        try:
            outcome = attending.save(meeting, _ticks(request.POST, rows), by=request.user)
        except Refused as refusal:
            problem = str(refusal)
            if by_script:
                return JsonResponse({"problem": problem}, status=422)
        else:
            saved, later = _told(outcome)
            if by_script:
                held = Attendance.objects.filter(meeting=meeting)
                states = {row.person_id: [row.state, row.version] for row in held}
                return JsonResponse({"said": saved, "later": later, "rows": states})
            messages.success(request, saved)
            for sentence in later:
                messages.warning(request, sentence)
            return redirect("cohorts:attendance", cohort.pk, meeting.pk)
    states = [row.state if row else "" for _person, _name, row in rows]
    return render(
        request,
        "cohorts/attendance.html",
        {
            "cohort": cohort,
            "meeting": meeting,
            "rows": rows,
            "problem": problem,
            "states": Attendance.State.choices,
            "counts": [
                (value, label, states.count(value)) for value, label in Attendance.State.choices
            ],
            "unticked": states.count(""),
            "walk_ins": list(WalkIn.objects.filter(meeting=meeting).select_related("by")),
            "walk_in_form": WalkInForm(),
            "crumbs": crumbs(cohort, _("Attendance")),
        },
        status=422 if problem else 200,
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def walk_in(request, pk, meeting_pk):
    """Note a name. Without an error it leads back to the door."""
    cohort, meeting = _found(request, pk, meeting_pk)
    form = WalkInForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            attending.note_walk_in(meeting, form.cleaned_data["name"], by=request.user)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Noted."))
            return redirect("cohorts:attendance", cohort.pk, meeting.pk)
    return render(
        request,
        "cohorts/walk_in.html",
        {
            "cohort": cohort,
            "meeting": meeting,
            "form": form,
            "crumbs": crumbs(cohort, _at_the_door(meeting), _("Walk-in")),
        },
        status=422 if form.errors else 200,
    )


def _at_the_door(meeting):
    address = reverse("cohorts:attendance", args=[meeting.cohort_id, meeting.pk])
    return _("Attendance"), address


@login_required
@require_POST
def walk_in_remove(request, pk, meeting_pk, walk_in_pk):
    cohort, meeting = _found(request, pk, meeting_pk)
    found = WalkIn.objects.filter(meeting=meeting, pk=walk_in_pk).first()
    if found is None:
        raise Http404
    said = _("%(name)s is taken out.") % {"name": found.name}
    _do(request, said, attending.forget_walk_in, found)
    return redirect("cohorts:attendance", cohort.pk, meeting.pk)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def make_up(request, pk, meeting_pk, person_pk):
    """How an absence was made up, for whoever was ticked excused or absent."""
    cohort, meeting = _found(request, pk, meeting_pk)
    person = Person.objects.filter(pk=person_pk, attendance__meeting=meeting).first()
    if person is None:
        raise Http404
    row = Attendance.objects.select_related("make_up").get(meeting=meeting, person=person)
    note = getattr(row, "make_up", None)
    if request.method == "POST" and "forget" in request.POST:
        said = _("The make-up note is taken back.")
        _do(request, said, attending.forget_make_up, meeting, person)
        return redirect("cohorts:attendance", cohort.pk, meeting.pk)
    form = MakeUpForm(
        request.POST if request.method == "POST" else None,
        initial={"how": note.how, "on": note.on} if note else {"on": timezone.localdate()},
    )
    if request.method == "POST" and form.is_valid():
        try:
            attending.note_make_up(meeting, person, by=request.user, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The make-up note is kept."))
            return redirect("cohorts:attendance", cohort.pk, meeting.pk)
    return render(
        request,
        "cohorts/make_up.html",
        {
            "cohort": cohort,
            "meeting": meeting,
            "person": person,
            "note": note,
            "form": form,
            "crumbs": crumbs(cohort, _at_the_door(meeting), _("Make-up note")),
        },
        status=422 if form.errors else 200,
    )
