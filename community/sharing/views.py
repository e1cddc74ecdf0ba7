"""Notes for one's director, and what is shared with a director. Views translate: `reading` finds,
`sharing` writes, `access` decides."""

from functools import wraps

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from community import access
from community.introductions import introduce, shown_name
from community.roster import Refused
from community.sharing import reading, sharing
from community.sharing.forms import ChangeForm, NoteForm, ReaderForm

ON_A_PAGE = 20


# --- One's own ----------------------------------------------------------------------------------


def _crumbs(*further):
    """From one's own page down; `further` are notes, or labels."""
    trail = [
        {"label": _("My page"), "url": reverse("community:me")},
        {"label": _("Notes for your director"), "url": reverse("sharing:mine")},
    ]
    for each in further:
        own = hasattr(each, "pk")
        url = reverse("sharing:mine_one", args=[each.pk]) if own else ""
        trail.append({"label": each.title if own else each, "url": url})
    trail[-1] = {"label": trail[-1]["label"]}
    return trail


def _shown(note, readers):
    """A note of one's own, with who it is for and whether they can read it at this moment."""
    director = readers.get(note.reader_id)
    return {
        "note": note,
        "reader": shown_name(note.reader),
        "director": director,
        "is_read": director is not None and note.taken_back_at is None,
        "left": not note.reader.is_active,
    }


@login_required
@require_safe
def mine(request):
    readers = reading.readers_of(request.user)
    page = Paginator(reading.mine(request.user), ON_A_PAGE).get_page(request.GET.get("page"))
    page.object_list = [_shown(note, readers) for note in page.object_list]
    return render(
        request,
        "sharing/mine.html",
        {"page_obj": page, "directors": list(readers.values()), "crumbs": _crumbs()},
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def write(request):
    readers = reading.readers_of(request.user)
    form = NoteForm(request.POST if request.method == "POST" else None, directors=readers)
    if request.method == "POST" and form.is_valid():
        try:
            shared = sharing.share(by=request.user, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            name = {"name": shared.reader.name}
            messages.success(request, _("%(name)s can read your note now.") % name)
            return redirect("sharing:mine_one", shared.pk)
    return render(
        request,
        "sharing/write.html",
        {
            "form": form,
            "directors": list(readers.values()),
            "crumbs": _crumbs(_("Write a note")),
        },
        status=422 if form.errors else 200,
    )


def _show_own(request, note, form=None):
    readers = reading.readers_of(request.user)
    shown = _shown(note, readers)
    if form is None and not shown["is_read"] and readers:
        form = ReaderForm(directors=readers)
    return render(
        request,
        "sharing/mine_one.html",
        {**shown, "form": form, "crumbs": _crumbs(note)},
        status=422 if form is not None and form.errors else 200,
    )


@login_required
@require_safe
def mine_one(request, pk):
    return _show_own(request, reading.note_of(request.user, pk))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def change(request, pk):
    note = reading.note_of(request.user, pk)
    held = {name: getattr(note, name) for name in ("title", "text", "what", "version")}
    form = ChangeForm(request.POST if request.method == "POST" else None, initial=held)
    if request.method == "POST" and form.is_valid():
        try:
            sharing.change(note, by=request.user, **form.cleaned_data)
        except sharing.ChangedMeanwhile as refusal:
            form.add_error("text", str(refusal))
            form.shows(refusal.note)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Your change is saved."))
            return redirect("sharing:mine_one", note.pk)
    return render(
        request,
        "sharing/change.html",
        {
            **_shown(note, reading.readers_of(request.user)),
            "form": form,
            "crumbs": _crumbs(note, _("Change")),
        },
        status=422 if form.errors else 200,
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def take_back(request, pk):
    note = reading.note_of(request.user, pk)
    if request.method == "POST":
        try:
            sharing.take_back(note, by=request.user)
        except Refused as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("Your note is taken back. Only you can read it now."))
        return redirect("sharing:mine_one", note.pk)
    shown = _shown(note, reading.readers_of(request.user))
    context = {**shown, "crumbs": _crumbs(note, _("Take it back"))}
    return render(request, "sharing/take_back.html", context)


@login_required
@require_POST
def share_again(request, pk):
    """With a director of now, whom they choose on the note's own page."""
    note = reading.note_of(request.user, pk)
    form = ReaderForm(request.POST, directors=reading.readers_of(request.user))
    if form.is_valid():
        try:
            shared = sharing.share_again(note, by=request.user, reader=form.cleaned_data["reader"])
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            name = {"name": shared.reader.name}
            messages.success(request, _("%(name)s can read your note now.") % name)
            return redirect("sharing:mine_one", note.pk)
    return _show_own(request, note, form)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def delete(request, pk):
    note = reading.note_of(request.user, pk)
    if request.method == "POST":
        try:
            sharing.delete(note, by=request.user)
        except Refused as refusal:
            messages.error(request, str(refusal))
            return redirect("sharing:mine_one", note.pk)
        messages.success(request, _("Your note is deleted."))
        return redirect("sharing:mine")
    if note.taken_back_at is None:
        return redirect("sharing:take_back", note.pk)
    context = {"note": note, "crumbs": _crumbs(note, _("Delete"))}
    return render(request, "sharing/delete.html", context)


# --- With a director ----------------------------------------------------------------------------


def _directors_only(view):
    """Whoever directs and supervises nobody finds nothing here; a visitor may sign in first."""

    @login_required
    @require_safe
    @wraps(view)
    def ask(request, *args, **kwargs):
        if not access.hears_alone(access.standing_of(request.user)):
            raise Http404
        return view(request, *args, **kwargs)

    return ask


def _introduced(notes, request):
    """`[(note, Introduction of who wrote it)]`."""
    who = introduce([note.by for note in notes], access.epoch_of(request.user))
    return [(note, who[note.by_id]) for note in notes]


@_directors_only
def shared(request):
    """What was shared since they last looked stands out, this once."""
    told = reading.told_to(request.user).defer("text")
    page = Paginator(told, ON_A_PAGE).get_page(request.GET.get("page"))
    until = reading.seen_until(request.user)
    found = list(page.object_list)
    if request.method == "GET" and page.number == 1 and found:
        newest = found[0].shared_at
        if until is None or until < newest:
            sharing.look(request.user, newest)
    page.object_list = [
        {"note": note, "who": who, "is_new": until is None or note.shared_at > until}
        for note, who in _introduced(found, request)
    ]
    return render(request, "sharing/shared.html", {"page_obj": page})


@_directors_only
def note(request, pk):
    found = reading.note_for(request.user, pk)
    if request.method == "GET":
        sharing.open_it(found)
    ((_note, who),) = _introduced([found], request)
    return render(
        request,
        "sharing/note.html",
        {
            "note": found,
            "who": who,
            "crumbs": [
                {"label": _("Shared with you"), "url": reverse("sharing:shared")},
                {"label": found.title},
            ],
        },
    )
