from django.urls import path

from community.cohorts import certificate_views, meeting_views, views

app_name = "cohorts"
MEETING = "cohorts/<int:pk>/meetings/<int:meeting_pk>/"
urlpatterns = [
    path("cohorts/", views.index, name="index"),
    path("cohorts/<int:pk>/", views.cohort, name="cohort"),
    path("cohorts/<int:pk>/graduate/", views.graduate, name="graduate"),
    path("cohorts/<int:pk>/certificates/", certificate_views.certificates, name="certificates"),
    path(
        "cohorts/<int:pk>/certificates/print/",
        certificate_views.certificates_print,
        name="certificates_print",
    ),
    path(
        "cohorts/<int:pk>/certificate/<int:person_pk>/",
        certificate_views.certificate,
        name="certificate",
    ),
    path("cohorts/<int:pk>/meetings/new/", meeting_views.plan, name="plan"),
    path(f"{MEETING}change/", meeting_views.change, name="change"),
    path(f"{MEETING}cancel/", meeting_views.cancel, name="cancel"),
    path(f"{MEETING}attendance/", meeting_views.attendance, name="attendance"),
    path(f"{MEETING}walk-ins/", meeting_views.walk_in, name="walk_in"),
    path(
        f"{MEETING}walk-ins/<int:walk_in_pk>/remove/",
        meeting_views.walk_in_remove,
        name="walk_in_remove",
    ),
    path(f"{MEETING}make-up/<int:person_pk>/", meeting_views.make_up, name="make_up"),
    path("agreements/", views.agreements, name="agreements"),
    path("agreements/change/", views.agreements_change, name="agreements_change"),
]
