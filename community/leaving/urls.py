from django.urls import path

from community.leaving import views

app_name = "leaving"
urlpatterns = [
    path("me/close/", views.close, name="close"),
    path("closing/", views.asked, name="asked"),
]
