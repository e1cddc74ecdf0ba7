from django.urls import path

from community.directory import views

app_name = "directory"
urlpatterns = [
    path("people/", views.people, name="people"),
    path("people/<int:pk>/photo/<str:name>", views.photo, name="photo"),
    path("me/photo/", views.my_photo, name="my_photo"),
    path("me/here/", views.here, name="here"),
    path("me/photo/remove/", views.remove_photo, name="remove_photo"),
]
