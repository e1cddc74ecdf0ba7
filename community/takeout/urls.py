from django.urls import path

from community.takeout import views

app_name = "takeout"
urlpatterns = [
    path("me/data/", views.mine, name="mine"),
    path("me/data/state/", views.state, name="state"),
    path("me/data/<int:pk>/download/", views.download, name="download"),
]
