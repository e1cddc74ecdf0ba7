from django.urls import path

from home.going import views

app_name = "going"
urlpatterns = [
    path("webinars/<int:pk>/going/", views.answer, name="answer"),
    path("webinars/<int:pk>/webinar.ics", views.one, name="calendar_of_one"),
    path("webinars/<int:pk>/people/", views.who, name="who"),
    path("webinars/<int:pk>/going.csv", views.who_as_csv, name="who_as_csv"),
    path("calendars/<str:token>/webinars.ics", views.all_of_them, name="calendar"),
]
