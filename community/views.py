"""My page and invitations. Views translate; `roster` writes and `access` decides."""

from functools import wraps

from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from community import access, invitations, roster
from community.forms import AcceptForm, InvitationForm, PersonForm
from community.introductions import introduce
from community.models import Invitation, Meeting, Membership

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
@require_http_methods(["GET", "HEAD", "POST"])
def me(request):
    form = PersonForm(request.POST or None, instance=request.user)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Saved. Members see it from now on."))
        return redirect("community:me")
    if form.is_bound:
        # A refused form has written its values into the instance that the page's header shows.
        request.user.refresh_from_db(fields=["name", "pronouns"])
    memberships = list(
        Membership.objects.current().filter(person=request.user).select_related("cohort")
    )
    return render(
        request,
        "community/me.html",
        {
            "form": form,
            "introduction": introduce([request.user.pk])[request.user.pk],
            "memberships": memberships,
            "next_meeting": Meeting.objects.filter(
                cohort__in={membership.cohort_id for membership in memberships},
                ends_at__gte=timezone.now(),
            )
            .select_related("cohort")
            .first(),
        },
        status=422 if form.errors else 200,
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


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def invitation_accept(request, token):
    """Opening the link changes nothing (mail scanners follow links); the form does."""
    invitation = (
        Invitation.objects.select_related("cohort", "invited_by").filter(token=token).first()
    )
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
        login(request, person, backend="django.contrib.auth.backends.ModelBackend")
        messages.success(request, _("Welcome. This is your community's hallway."))
        return redirect("/")
    return render(
        request,
        "community/invitation_accept.html",
        {"form": form, "invitation": invitation},
        status=422 if form.errors else 200,
    )
