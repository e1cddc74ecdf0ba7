"""Saving and muting. Views translate: `saving` and `muting` write, `threads` and `profiles` find.

What is asked for by script (`Accept: application/json`) is the same form and the same address.
"""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from community import access, profiles
from community.introductions import introduce
from forum import threads
from forum.posting import Refused
from forum.shelf import muting, saving
from forum.shelf.forms import FindSavedForm, NoteForm
from forum.spaces.answers import wants_json
from forum.spaces.models import Space


def _thread_crumbs(topic, title):
    space = topic.forum.space
    return [
        {"label": _("Spaces"), "url": reverse("spaces:index")},
        {"label": space.name, "url": space.get_absolute_url()},
        {"label": topic.subject, "url": reverse("spaces:thread", args=[topic.pk])},
        {"label": title},
    ]


# --- Saving -------------------------------------------------------------------------------------


@login_required
@require_safe
def saved(request):
    form = FindSavedForm(request.GET, spaces=Space.objects.open_to(request.user))
    asked = form.cleaned_data if form.is_valid() else {}
    return render(
        request,
        "shelf/saved.html",
        {
            "form": form,
            "narrowed": any(asked.values()),
            "query": form.as_query(),
            "page_obj": saving.page_of_saved(
                request.user,
                request.GET.get("page"),
                space=asked.get("space"),
                word=asked.get("q", ""),
            ),
        },
        status=422 if form.errors else 200,
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def save_thread(request, pk):
    topic = threads.thread_for(request.user, pk)
    return _save(request, topic, topic, reverse("spaces:thread", args=[topic.pk]))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def save_post(request, pk, post_pk):
    topic = threads.thread_for(request.user, pk)
    post = threads.post_for(request.user, topic, post_pk)
    back = f"{reverse('spaces:thread', args=[topic.pk])}?post={post.pk}"
    return _save(request, topic, post, back)


def _save(request, topic, thing, back):
    if request.GET.get("from") == "saved":
        back = reverse("shelf:saved")
    form = NoteForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and request.POST.get("saved") == "no":
        note = saving.take_off(thing, by=request.user)
        if wants_json(request):
            return JsonResponse({"saved": False, "note": note})
        messages.success(request, _("It is no longer among your saved threads and posts."))
        return HttpResponseRedirect(back)
    if request.method == "POST" and form.is_valid():
        note = form.cleaned_data["note"] if "note" in request.POST else None
        try:
            saving.save(thing, by=request.user, note=note)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            if wants_json(request):
                return JsonResponse({"saved": True})
            messages.success(request, _("Saved. You find it under “Saved” in your menu."))
            return HttpResponseRedirect(back)
    if form.is_bound and wants_json(request):
        return JsonResponse({"errors": form.errors.get_json_data()}, status=422)
    row = saving.saved_row(thing, request.user)
    if row and not form.is_bound:
        form.initial["note"] = row.note
    return render(
        request,
        "shelf/save.html",
        {
            "form": form,
            "row": row,
            "topic": topic,
            "post": None if thing is topic else _shown(thing, topic, request.user),
            "back": back,
            "crumbs": _thread_crumbs(topic, _("Save")),
        },
        status=422 if form.errors else 200,
    )


def _shown(post, topic, reader):
    return next(iter(threads.show([post.pk], topic, access.epoch_of(reader))), None)


# --- Muting -------------------------------------------------------------------------------------


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def mute(request, pk):
    person = profiles.person_for(request.user, pk)
    back = _back_from_muting(request, person)
    if request.method == "POST":
        try:
            if request.POST.get("muted") == "no":
                muting.unmute(person, by=request.user)
                said = _("You see the posts of %(name)s again.")
            else:
                muting.mute(person, by=request.user)
                said = _("You muted %(name)s. Nobody but you knows.")
        except Refused as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, said % {"name": person.name})
        return HttpResponseRedirect(back)
    if person.pk == request.user.pk:
        messages.error(request, _("You cannot mute yourself."))
        return HttpResponseRedirect(back)
    return render(
        request,
        "shelf/mute.html",
        {
            "introduction": introduce([person], access.epoch_of(request.user))[person.pk],
            "muted": muting.is_muted(person, by=request.user),
            "back": back,
            "crumbs": [
                {"label": person.name, "url": reverse("profiles:person", args=[person.pk])},
                {"label": _("Mute")},
            ],
        },
    )


def _back_from_muting(request, person):
    """Where the link was followed: the list, the page of a thread, or the profile. The post itself
    is not named: a browser unfolds what an address points into."""
    thread, post = request.GET.get("thread", ""), request.GET.get("post", "")
    if request.GET.get("from") == "muted":
        return reverse("shelf:muted")
    if thread.isdecimal() and post.isdecimal():
        try:
            topic = threads.thread_for(request.user, int(thread[:18]))
            number = threads.page_number_of(threads.post_for(request.user, topic, int(post[:18])))
        except Http404:
            pass
        else:
            return f"{reverse('spaces:thread', args=[topic.pk])}?page={number}"
    return reverse("profiles:person", args=[person.pk])


@login_required
@require_safe
def muted(request):
    return render(
        request,
        "shelf/muted.html",
        {
            "page_obj": muting.page_of_muted(request.user, request.GET.get("page")),
            "crumbs": [
                {"label": _("My page"), "url": reverse("community:me")},
                {"label": _("People you muted")},
            ],
        },
    )
