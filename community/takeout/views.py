"""A copy of everything about oneself: asked for, watched, and fetched."""

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from community import inventory
from community.streaming import StreamedFile
from community.takeout import storage, taking
from community.takeout.models import LASTS, Takeout


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def mine(request):
    if request.method == "POST":
        taking.ask(request.user, by=request.user)
        return redirect("takeout:mine")
    taking.give_up_stalled(request.user)
    return render(
        request,
        "takeout/mine.html",
        {
            "takeout": taking.latest(request.user),
            "parts": [part.title for part in inventory.parts()],
            "days": LASTS.days,
            "crumbs": [
                {"label": _("My page"), "url": reverse("community:me")},
                {"label": _("Your data")},
            ],
        },
    )


@login_required
@require_safe
def state(request):
    """For the page's script: `{under_way, html}` of the copy's state as the page shows it."""
    takeout = taking.latest(request.user)
    html = render_to_string("takeout/state.html", {"takeout": takeout}, request)
    return JsonResponse({"under_way": bool(takeout and takeout.is_under_way), "html": html})


@login_required
@require_safe
@reauthentication_required
def download(request, pk):
    takeout = get_object_or_404(Takeout, pk=pk, person=request.user, state=Takeout.State.READY)
    if not takeout.is_there:
        raise Http404
    if not taking.is_of_now(takeout):
        messages.warning(
            request,
            _(
                "Your roles or cohorts changed since this copy was made, so it is gone. Ask for a"
                " new one."
            ),
        )
        taking.discard(Takeout.objects.filter(pk=takeout.pk))
        return redirect("takeout:mine")
    try:
        opened = storage.path(takeout.file).open("rb")
    except FileNotFoundError:
        raise Http404 from None
    day = timezone.localdate(takeout.ready_at).isoformat()
    response = StreamedFile(
        opened, content_type="application/zip", filename=f"hallway-{day}.zip", as_attachment=True
    )
    if request.method == "HEAD":
        opened.close()
        return HttpResponse(headers=response.headers)
    return response
