from django.urls import path

from forum.shelf import views

app_name = "shelf"
urlpatterns = [
    path("saved/", views.saved, name="saved"),
    path("threads/<int:pk>/save/", views.save_thread, name="save_thread"),
    path("threads/<int:pk>/posts/<int:post_pk>/save/", views.save_post, name="save_post"),
    path("people/<int:pk>/mute/", views.mute, name="mute"),
    path("me/muted/", views.muted, name="muted"),
]
