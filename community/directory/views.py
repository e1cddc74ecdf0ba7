"""Who is here, and the photo of each. Views translate; `community.profiles` says what may be known
of somebody, and `photographs` writes."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from community import access, profiles
from community.directory import photographs
from community.directory.forms import DirectoryForm, PhotoForm
from community.directory.models import Photo
from community.introductions import introduce
from community.roster import Refused

ON_A_PAGE = 24


@login_required
@require_safe
def people(request):
    form = DirectoryForm(request.GET, viewer=request.user)
    page = Paginator(form.people(), ON_A_PAGE).get_page(request.GET.get("page"))
    listed = list(page.object_list)
    told = profiles.shown_of([person.pk for person in listed], request.user)
    who = introduce(listed, access.epoch_of(request.user))
    page.object_list = [{"who": who[one.pk], "shown": told[one.pk]} for one in listed]
    return render(
        request,
        "directory/people.html",
        {"form": form, "page_obj": page, "query": form.as_query()},
        status=200 if form.is_valid() else 422,
    )


@login_required
@require_safe
def photo(request, pk, name):
    """The bytes, for whom its owner tells it to; else, and where there is none, one 404."""
    person = profiles.person_for(request.user, pk)
    found = profiles.shown(person, request.user).photo
    if found is None or name != f"{found.version}.webp":
        raise Http404
    try:
        with found.file.open() as opened:
            data = opened.read()
    except FileNotFoundError:
        raise Http404 from None
    response = HttpResponse(data, content_type="image/webp")
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response


def _crumbs(label):
    return [{"label": _("My page"), "url": reverse("community:me")}, {"label": label}]


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def my_photo(request):
    current = Photo.objects.filter(person=request.user).first()
    form = PhotoForm(
        request.POST if request.method == "POST" else None,
        request.FILES or None,
        replaces=current is not None,
        initial={"alt": current.alt if current else ""},
    )
    if form.is_bound and form.is_valid():
        data = form.cleaned_data
        try:
            photographs.keep(request.user, by=request.user, file=data["photo"], alt=data["alt"])
        except Refused as refusal:
            form.add_error("photo", str(refusal))
        else:
            messages.success(request, _("Your photo is saved."))
            return redirect("profiles:person", request.user.pk)
    return render(
        request,
        "directory/photo.html",
        {
            "form": form,
            "current": current,
            "circle": profiles.card_of(request.user).get_photo_for_display(),
            "crumbs": _crumbs(_("Your photo")),
        },
        status=422 if form.errors else 200,
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def remove_photo(request):
    if request.method == "POST":
        photographs.remove(request.user, by=request.user)
        messages.success(request, _("Your photo is gone."))
        return redirect("profiles:person", request.user.pk)
    current = Photo.objects.filter(person=request.user).first()
    if current is None:
        raise Http404
    context = {"current": current, "crumbs": _crumbs(_("Remove your photo"))}
    return render(request, "directory/remove_photo.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def here(request):
    """Whether others read one's name in the threads that one is in; asked by script from there."""
    if request.method == "POST":
        named = request.POST.get("named") == "yes"
        try:
            profiles.be_named_here(request.user, by=request.user, named=named)
        except Refused as refusal:
            messages.error(request, str(refusal))
            return redirect("directory:here")
        if request.headers.get("Accept", "").startswith("application/json"):
            return JsonResponse({"named": named})
        messages.success(
            request,
            _("In threads, others now read your name while you are there.")
            if named
            else _("In threads, you are counted now and not named."),
        )
        return redirect("directory:here")
    context = {"named": request.user.named_here, "crumbs": _crumbs(_("Your name in threads"))}
    return render(request, "directory/here.html", context)
