from django.urls import path

from forum.attachments import views

app_name = "attachments"
urlpatterns = [
    path("attachments/", views.uploads, name="uploads"),
    path("attachments/<int:pk>/<str:name>", views.file, name="file"),
    path("attachments/<int:pk>/small/<str:name>", views.small, name="small"),
]
