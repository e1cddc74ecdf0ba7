from django.urls import path

from forum.previews import views

app_name = "previews"
urlpatterns = [
    path("me/director/", views.mine, name="mine"),
    path("me/director/spaces/<int:pk>/", views.space, name="space"),
    path("me/director/threads/<int:pk>/", views.thread, name="thread"),
    path("me/director/people/<int:pk>/", views.person, name="person"),
]
