from django.urls import path

from forum.spaces import keeping_views, thread_views, views

app_name = "spaces"
urlpatterns = [
    path("spaces/", views.index, name="index"),
    path("spaces/new/", views.news, name="news"),
    path("spaces/read/", views.read_all, name="read_all"),
    path("spaces/open/", keeping_views.open_one, name="open"),
    path("spaces/<int:pk>/", views.space, name="space"),
    path("spaces/<int:pk>/start/", views.start, name="start"),
    path("spaces/<int:pk>/settings/", keeping_views.settings, name="settings"),
    path("spaces/<int:pk>/close/", keeping_views.close, name="close"),
    path("threads/<int:pk>/", thread_views.thread, name="thread"),
    path("threads/<int:pk>/read/", thread_views.read, name="read"),
    path("threads/<int:pk>/reply/", thread_views.reply, name="reply"),
    path("threads/<int:pk>/lock/", thread_views.lock, name="lock"),
    path("threads/<int:pk>/posts/<int:post_pk>/edit/", thread_views.edit, name="edit"),
    path("threads/<int:pk>/posts/<int:post_pk>/remove/", thread_views.remove, name="remove"),
    path("discuss/<int:page_pk>/", views.discuss, name="discuss"),
]
