"""Reactions over plain HTTP. Views translate: `reacting` writes, `reading` reads.

A post's own script sends the same form to the same address (`Accept: application/json`).
"""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from community import access
from forum import threads
from forum.posting import Refused
from forum.reactions import reacting, reading
from forum.reactions.models import Reaction, Tally
from forum.spaces import discussions
from forum.spaces.answers import wants_json
from forum.spaces.models import may_write_in
from forum.spaces.showing import thread_address, thread_crumbs


def _found(request, pk, post_pk):
    topic = threads.thread_for(request.user, pk)
    return topic, threads.post_for(request.user, topic, post_pk)


def _shown(post, topic, reader):
    found = threads.show([post.pk], topic, access.epoch_of(reader))
    if not found:  # it went in the middle of this request
        raise Http404
    return found[0]


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def reactions(request, pk, post_pk):
    """Who said what of a post, and one's own part of it."""
    topic, post = _found(request, pk, post_pk)
    refusal = ""
    if request.method == "POST":
        refusal = _react(request, post)
        if not refusal and wants_json(request):
            tally = Tally.objects.filter(post=post).first()
            return JsonResponse({"counts": reading.counts_of(tally)})
        if not refusal:
            return HttpResponseRedirect(thread_address(post))
        if wants_json(request):
            return JsonResponse({"problem": refusal}, status=422)
    own = reading.mine(post, request.user)
    return render(
        request,
        "reactions/reactions.html",
        {
            "post": _shown(post, topic, request.user),
            "problem": refusal,
            "mine": post.poster_id == request.user.pk,
            "may_react": post.poster_id != request.user.pk
            and may_write_in(topic.forum.space, access.standing_of(request.user)),
            "kinds": [(kind, kind.label, kind.value in own) for kind in Reaction.Kind],
            "page_obj": reading.page_of_reactions(post, request.user, request.GET.get("page")),
            "back": thread_address(post),
            "crumbs": thread_crumbs(topic, _("Reactions")),
        },
        status=422 if refusal else 200,
    )


def _react(request, post):
    """Do what was pressed; returns why not, or nothing."""
    kind = request.POST.get("kind", "")
    if kind not in Reaction.Kind.values:
        return _("Choose what you want to say.")
    verb = reacting.take_back if request.POST.get("said") == "no" else reacting.react
    try:
        verb(post, kind, by=request.user)
    except Refused as refusal:
        return str(refusal)
    return ""


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def helped(request, pk, post_pk):
    """Say which reply helped, or no longer say so. Nobody else has this address."""
    topic, post = _found(request, pk, post_pk)
    if not reacting.may_say_what_helped(topic, request.user) or post.pk == topic.first_post_id:
        raise Http404
    if request.method == "POST":
        takes_back = request.POST.get("helped") == "no"
        verb = reacting.unmark_helped if takes_back else reacting.mark_helped
        try:
            verb(post, by=request.user)
        except Refused as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(
                request,
                _("It is no longer marked as the answer that helped.")
                if takes_back
                else _("Marked as the answer that helped."),
            )
        return HttpResponseRedirect(thread_address(post))
    return render(
        request,
        "reactions/helped.html",
        {
            "post": _shown(post, topic, request.user),
            "back": thread_address(post),
            "crumbs": thread_crumbs(topic, _("The answer that helped")),
        },
    )


@login_required
@require_safe
def told_in_thread(request, pk):
    topic = threads.thread_for(request.user, pk)
    return render(
        request,
        "reactions/told.html",
        {
            "title": topic.subject,
            "page_obj": reading.told_in_thread(topic, request.user, request.GET.get("page")),
            "crumbs": thread_crumbs(topic, _("How it went at a site")),
        },
    )


@login_required
@require_safe
def told_of_page(request, page_pk):
    """Over all threads about a page that are open to this reader; 404 where the page is closed."""
    page = discussions.page_for(request.user, page_pk)
    return render(
        request,
        "reactions/told.html",
        {
            "title": page.title,
            "across": True,
            "page_obj": reading.told_of_page(page, request.user, request.GET.get("page")),
            "crumbs": [
                {"label": page.title, "url": page.url},
                {"label": _("How it went at a site")},
            ],
        },
    )
