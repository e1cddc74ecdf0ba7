"""What the pages of applicants and of directors share."""

from django.shortcuts import render

from community.applications import applying, keeping, notices


def show(request, template, status=200, **context):
    return render(request, f"applications/{template}.html", context, status=status)


def refused(form):
    return 422 if form.errors else 200


def gone(request, **context):
    return show(request, "gone", status=410, **context)


def kept_for():
    return {
        "draft_days": applying.RESUME_LASTS.days,
        "closed_months": keeping.CLOSED_MONTHS,
        "after_intake_months": keeping.AFTER_INTAKE_MONTHS,
        "privacy_url": notices.address_of(notices.PRIVACY),
    }
