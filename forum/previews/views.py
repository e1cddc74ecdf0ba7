"""What can my director see? Views translate; `previewing` asks the policy as the director."""

from django.contrib.auth.decorators import login_required
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from community import access, profiles
from community.introductions import introduce
from forum import listing, markdown, threads
from forum.previews import previewing


def _crumbs(*further):
    first = {"label": _("What can my director see?"), "url": reverse("previews:mine")}
    return [first, *further]


@login_required
@require_safe
def mine(request):
    return render(
        request,
        "previews/mine.html",
        {
            "views": previewing.of_spaces(request.user),
            "crumbs": [{"label": _("My page"), "url": reverse("community:me")}, *_crumbs()],
        },
    )


@login_required
@require_safe
def space(request, pk):
    found = threads.space_for(request.user, pk)
    views = previewing.of_space(request.user, found)
    page = None
    if any(view.sees for view in views):
        page = listing.page_of_threads(found, request.user, request.GET.get("page"))
    return render(
        request,
        "previews/space.html",
        {
            "space": found,
            "views": views,
            "page_obj": page,
            "crumbs": _crumbs({"label": found.name}),
        },
    )


@login_required
@require_safe
def thread(request, pk):
    topic = threads.thread_for(request.user, pk)
    views = previewing.of_space(request.user, topic.forum.space)
    page = None
    if any(view.sees for view in views):
        epoch = access.epoch_of(request.user)
        page = threads.page_of_posts(topic, request.GET.get("page"), epoch)
    return render(
        request,
        "previews/thread.html",
        {
            "topic": topic,
            "space": topic.forum.space,
            "views": views,
            "page_obj": page,
            "crumbs": _crumbs({"label": topic.subject}),
        },
    )


@login_required
@require_safe
def person(request, pk):
    found = profiles.person_for(request.user, pk)
    views = [
        (view, markdown.render(view.shown.about))
        for view in previewing.of_person(request.user, found)
    ]
    return render(
        request,
        "previews/person.html",
        {
            "introduction": introduce([found], access.epoch_of(request.user))[found.pk],
            "own": found.pk == request.user.pk,
            "views": views,
            "crumbs": _crumbs({"label": found.name}),
        },
    )
