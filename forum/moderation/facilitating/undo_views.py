"""The way back from an act, for a day."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from community.introductions import shown_name
from forum import threads
from forum.moderation import sweeps, undoing
from forum.moderation.facilitating.doors import crumbs
from forum.moderation.facilitating.words import TO_MODERATORS
from forum.posting import Refused
from forum.spaces.models import Space


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def undo(request, pk):
    acts = undoing.acts_open_to(request.user).select_related(
        "by", "space__forum", "space__audience", "topic"
    )
    act = acts.filter(pk=pk).first()
    if act is None:
        raise Http404
    refusal = ""
    if request.method == "POST":
        try:
            done, refused = undoing.undo(act, by=request.user)
        except Refused as said:
            refusal = str(said)
        else:
            _tell(request, done, refused)
            return redirect(_place_of(act, request.user))
    topic = threads.readable_by(request.user).filter(pk=act.topic_id).first()
    sweep = _sweep(act, request.user)
    return render(
        request,
        "facilitating/undo.html",
        {
            "act": act,
            "said": sweep.said if sweep else _said(act),
            "sweep": sweep,
            "topic": topic,
            "open": undoing.may_undo(act),
            "refusal": refusal,
            "space": act.space,
            "crumbs": crumbs(act.space, _("Undo")),
        },
        status=409 if refusal else 200,
    )


def _said(act):
    said = TO_MODERATORS.get(act.verb)
    return said % {"name": shown_name(act.by)} if said else ""


def _sweep(act, person):
    if act.verb != "swept":
        return None
    forums = set(Space.objects.open_to(person).values_list("forum_id", flat=True))
    return sweeps.sweeps_among([act], forums)[act.pk]


def _tell(request, done, refused):
    if done:
        said = ngettext("It is as it was before.", "%(count)d acts are taken back.", done)
        messages.success(request, said % {"count": done})
    elif not refused:
        messages.info(request, _("Nothing was changed: it was taken back already."))
    for sentence in dict.fromkeys(refused):
        messages.warning(request, sentence)


def _place_of(act, person):
    topic = threads.readable_by(person).filter(pk=act.topic_id).values_list("pk", flat=True).first()
    return redirect("spaces:thread", topic).url if topic else act.space.get_absolute_url()
