"""Who gets into the facilitators' screens of the admin, and how each is framed."""

from functools import wraps

from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _

from community import access
from community.applications import board


def reviewers_only(view):
    """The 404 of what does not exist for everybody else; the admin asks visitors to sign in."""

    @wraps(view)
    def ask(request, *args, **kwargs):
        if not access.may_review(access.standing_of(request.user)):
            raise Http404
        return view(request, *args, **kwargs)

    return ask


def application_for(person, pk):
    """The application, or Http404 alike for none, for a draft and for what is theirs or about
    them."""
    found = board.applications_for(person).select_related("intake__cohort__region")
    return get_object_or_404(found, pk=pk)


def show(request, template, title, *, crumbs=(), status=200, **context):
    """A screen inside Wagtail's frame; `crumbs` are (label, address) between the board and it."""
    trail = [(_("Applications"), reverse("reviewing:board")), *crumbs, (title, "")]
    context |= {
        "header_title": title,
        "header_icon": "form",
        "breadcrumbs_items": [
            {"label": label, "url": url}
            for label, url in (trail if request.path != trail[0][1] else trail[:1])
        ],
    }
    return render(request, f"applications/staff/{template}.html", context, status=status)
