from django.urls import path

from forum.glass import views

app_name = "glass"
urlpatterns = [
    path("glass/", views.log, name="log"),
    path("glass/break/", views.break_it, name="break"),
    path("glass/<int:pk>/end/", views.end, name="end"),
]
