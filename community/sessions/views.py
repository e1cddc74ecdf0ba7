"""Where one is signed in, and signing out elsewhere."""

from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from community.sessions import ending

ON_A_PAGE = 20


@login_required
@require_safe
def mine(request):
    page = Paginator(ending.of(request.user), ON_A_PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "sessions/mine.html",
        {
            "page_obj": page,
            "here": request.session.session_key,
            "crumbs": [
                {"label": _("My page"), "url": reverse("community:me")},
                {"label": _("Where you are signed in")},
            ],
        },
    )


@login_required
@require_POST
def end(request, pk):
    if ending.of(request.user).filter(pk=pk, key=request.session.session_key).exists():
        logout(request)
        messages.success(request, _("You are signed out here."))
        return redirect("account_login")
    if not ending.end(pk, by=request.user):
        raise Http404
    messages.success(request, _("Signed out there."))
    return redirect("open_sessions:mine")


@login_required
@require_POST
def end_others(request):
    ended = ending.end_others(request.session.session_key, by=request.user)
    if ended:
        said = ngettext(
            "Signed out on %(count)d other device.", "Signed out on %(count)d other devices.", ended
        )
        messages.success(request, said % {"count": ended})
    else:
        messages.info(request, _("You were signed in nowhere else."))
    return redirect("open_sessions:mine")
