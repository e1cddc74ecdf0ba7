"""Certificates of participation, made for print. They state what a person took part in, and no
more than that."""

from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from community import access
from community.cohorts import reading
from community.cohorts.views import crumbs
from community.models import Cohort, Person


@login_required
@require_safe
def certificate(request, pk, person_pk):
    """One person's: theirs for good, also after they left the cohort or came behind the wall, and
    the cohort's own facilitators'."""
    cohort = Cohort.objects.filter(pk=pk).select_related("region").first()
    standing = access.standing_of(request.user)
    own = person_pk == request.user.pk and standing.active
    if cohort is None or not (own or access.may_run(standing, cohort.pk)):
        raise Http404
    person = Person.objects.filter(pk=person_pk, is_active=True).first()
    found = person and reading.participations(cohort, person)
    if not found:
        raise Http404
    if not access.admits_to_cohort(cohort.pk, standing):
        found = [each.as_it_was() for each in found]
    return render(
        request, "cohorts/certificates_print.html", {"cohort": cohort, "certificates": found}
    )


@login_required
@require_safe
def certificates(request, pk):
    cohort = reading.run_by(request.user, pk)
    return render(
        request,
        "cohorts/certificates.html",
        {
            "cohort": cohort,
            "certificates": reading.participations(cohort),
            "crumbs": crumbs(cohort, _("Certificates")),
        },
    )


@login_required
@require_safe
def certificates_print(request, pk):
    """All of a cohort's, one on each sheet."""
    cohort = reading.run_by(request.user, pk)
    return render(
        request,
        "cohorts/certificates_print.html",
        {"cohort": cohort, "certificates": reading.participations(cohort), "all": True},
    )
