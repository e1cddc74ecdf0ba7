from django.urls import path

from forum.revisions import views

app_name = "revisions"
urlpatterns = [
    path("threads/<int:pk>/posts/<int:post_pk>/history/", views.history, name="history"),
    path(
        "threads/<int:pk>/posts/<int:post_pk>/history/<int:revision_pk>/erase/",
        views.erase,
        name="erase",
    ),
    path("threads/<int:pk>/posts/<int:post_pk>/revert/", views.revert, name="revert"),
    path("posts/<int:pk>/restore/", views.restore, name="restore"),
]
