"""My page and invitations. Views translate; `roster` writes and `access` decides."""

from functools import wraps

from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from community import access, invitations, roster
from community.cohorts.reading import certified, next_date
from community.forms import AcceptForm, InvitationForm
from community.introductions import introduce
from community.models import Invitation, Membership

INVITATIONS_ON_A_PAGE = 20


def roster_keepers_only(view):
    """Whoever does not keep the roster finds nothing here; a visitor may sign in first."""

    @login_required
    @wraps(view)
    def ask(request, *args, **kwargs):
        if not access.may_keep_roster(access.standing_of(request.user)):
            raise Http404
        return view(request, *args, **kwargs)

    return ask


@login_required
@require_safe
def me(request):
    memberships = list(
        Membership.objects.current().filter(person=request.user).select_related("cohort")
    )
    person, standing = request.user, access.standing_of(request.user)
    introduction = introduce([person], access.epoch_of(person))[person.pk]
    return render(
        request,
        "community/me.html",
        {
            "introduction": introduction,
            "memberships": memberships,
            "certified": list(certified(person)),
            "open_cohorts": [
                membership.cohort_id
                for membership in memberships
                if access.admits_to_cohort(membership.cohort_id, standing)
            ],
            "next_meeting": next_date(person),
        },
    )


@roster_keepers_only
@require_http_methods(["GET", "HEAD", "POST"])
def invite(request):
    form = InvitationForm(request.POST or None, by=request.user)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            invitations.invite(
                data["email"],
                data["kind"],
                by=request.user,
                cohort=data["cohort"],
                worksite=data["worksite"],
                program=data["program"],
            )
        except roster.Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(
                request, _("The invitation is on its way to %(email)s.") % {"email": data["email"]}
            )
            return redirect("community:invite")
    every = Invitation.objects.select_related("cohort", "worksite", "program")
    page = Paginator(every, INVITATIONS_ON_A_PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "community/invite.html",
        {"form": form, "invitations": page.object_list, "page_obj": page},
        status=422 if form.errors else 200,
    )


def _change_invitation(request, pk, verb, done):
    invitation = get_object_or_404(Invitation, pk=pk)
    try:
        verb(invitation, by=request.user)
    except roster.Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, done % {"email": invitation.email})
    return redirect("community:invite")


@roster_keepers_only
@require_POST
def invitation_resend(request, pk):
    return _change_invitation(
        request, pk, invitations.resend, _("A new link is on its way to %(email)s.")
    )


@roster_keepers_only
@require_POST
def invitation_withdraw(request, pk):
    return _change_invitation(
        request, pk, invitations.withdraw, _("The invitation for %(email)s no longer works.")
    )


def _is_theirs(invitation, person):
    return person.is_authenticated and person.email == invitation.email


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def invitation_accept(request, token):
    """Opening the link changes nothing (mail scanners follow links); the form does."""
    invitation = (
        Invitation.objects.select_related("cohort", "invited_by")
        .filter(token=token.replace("\0", ""))
        .first()
    )
    if invitation and invitation.accepted_at and _is_theirs(invitation, request.user):
        return redirect("/")  # the form was sent twice
    if invitation is None or not invitation.is_open:
        return render(request, "community/invitation_gone.html", status=410)
    if request.user.is_authenticated:
        return render(
            request, "community/invitation_signed_in.html", {"invitation": invitation}, status=409
        )
    form = AcceptForm(request.POST or None, email=invitation.email)
    if request.method == "POST" and form.is_valid():
        try:
            person = invitations.accept(
                token, form.cleaned_data["name"], form.cleaned_data["password"]
            )
        except roster.Refused:
            return render(request, "community/invitation_gone.html", status=410)
        login(request, person, backend="community.accounts.PasswordBackend")
        if person.name != form.cleaned_data["name"]:
            messages.info(
                request,
                _(
                    "Another member has your name, so yours shows as “%(name)s”. On your profile"
                    " you can add a middle name or an initial instead."
                )
                % {"name": person.name},
            )
        messages.success(request, _("Welcome. This is your community's hallway."))
        return redirect("/")
    return render(
        request,
        "community/invitation_accept.html",
        {"form": form, "invitation": invitation},
        status=422 if form.errors else 200,
    )
