"""Below the admin's own address; see wagtail_hooks."""

from django.urls import path

from community.applications import intake_views, staff_views

app_name = "reviewing"
urlpatterns = [
    path("", staff_views.index, name="board"),
    path("export/", staff_views.export, name="export"),
    path("import/", intake_views.bring_in, name="import"),
    path("chosen/", staff_views.sweep, name="sweep"),
    path("intakes/", intake_views.intakes, name="intakes"),
    path("intakes/add/", intake_views.intake_add, name="intake_add"),
    path("intakes/<int:pk>/", intake_views.intake, name="intake"),
    path("<int:pk>/", staff_views.detail, name="application"),
    path("<int:pk>/call/", staff_views.call, name="call"),
    path("<int:pk>/invite/", staff_views.invite, name="invite"),
    path("<int:pk>/waitlist/", staff_views.waitlist, name="waitlist"),
    path("<int:pk>/decline/", staff_views.decline, name="decline"),
    path("<int:pk>/reopen/", staff_views.reopen, name="reopen"),
    path("<int:pk>/resend/", staff_views.resend, name="resend"),
    path("<int:pk>/remind/", staff_views.remind, name="remind"),
]
