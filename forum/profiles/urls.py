from django.urls import path

from forum.profiles import views

app_name = "profiles"
urlpatterns = [
    path("people/<int:pk>/", views.person, name="person"),
    path("me/profile/", views.edit, name="edit"),
    path("me/posts/", views.mine, name="mine"),
]
