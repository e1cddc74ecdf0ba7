from django.urls import path

from forum.writing import views

app_name = "writing"
urlpatterns = [
    path("spaces/<int:pk>/preview/", views.preview, name="preview"),
    path("me/unsent/", views.unsent, name="unsent"),
]
