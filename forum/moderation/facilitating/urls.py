from django.urls import path

from forum.moderation.facilitating import bulk_views, note_views, thread_views, undo_views

app_name = "facilitating"
urlpatterns = [
    path("threads/<int:pk>/pin/", thread_views.pin, name="pin"),
    path("threads/<int:pk>/move/", thread_views.move, name="move"),
    path("threads/<int:pk>/merge/", thread_views.merge, name="merge"),
    path("threads/<int:pk>/posts/", thread_views.posts, name="posts"),
    path("threads/<int:pk>/split/", thread_views.split, name="split"),
    path("threads/<int:pk>/sweep/", bulk_views.sweep_posts, name="sweep_posts"),
    path("threads/<int:pk>/notes/", note_views.notes, name="notes"),
    path("spaces/<int:pk>/threads/", bulk_views.sweep_threads, name="sweep_threads"),
    path("acts/<int:pk>/undo/", undo_views.undo, name="undo"),
]
