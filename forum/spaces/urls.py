from django.urls import path

from forum.spaces import views

app_name = "spaces"
urlpatterns = [
    path("spaces/", views.index, name="index"),
    path("spaces/<int:pk>/", views.space, name="space"),
    path("spaces/<int:pk>/start/", views.start, name="start"),
    path("threads/<int:pk>/", views.thread, name="thread"),
    path("threads/<int:pk>/reply/", views.reply, name="reply"),
    path("threads/<int:pk>/lock/", views.lock, name="lock"),
    path("threads/<int:pk>/posts/<int:post_pk>/edit/", views.edit, name="edit"),
    path("threads/<int:pk>/posts/<int:post_pk>/remove/", views.remove, name="remove"),
    path("discuss/<int:page_pk>/", views.discuss, name="discuss"),
]
