"""The preview: a text as it would stand in a thread, for whoever may write there. And the list of
what was sent and did not get through, of which only the browser knows."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from community import access
from forum import markdown, threads
from forum.spaces.forms import PostForm
from forum.spaces.models import may_write_in


@sensitive_post_parameters("content")
@login_required
@require_POST
def preview(request, pk):
    """`{html}`, or `{errors}` as the composer's own answer has them. Nothing is kept."""
    space = threads.space_for(request.user, pk)
    if not may_write_in(space, access.standing_of(request.user)):
        raise Http404
    form = PostForm(request.POST)
    form.full_clean()
    if "content" in form.errors:
        return JsonResponse({"errors": form.errors.get_json_data()}, status=422)
    return JsonResponse({"html": markdown.render(form.cleaned_data["content"])})


@login_required
@require_safe
def unsent(request):
    """The browser fills it with what waits there for this reader; nothing of that is known here."""
    my_page = {"label": _("My page"), "url": reverse("community:me")}
    return render(
        request, "writing/unsent.html", {"crumbs": [my_page, {"label": _("Not sent yet")}]}
    )
