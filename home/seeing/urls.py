from django.urls import path

from home.seeing import views

app_name = "seeing"
urlpatterns = [
    path("who-can-see/", views.find, name="find"),
    path("who-can-see/spaces/<int:pk>/", views.space, name="space"),
    path("who-can-see/pages/<int:pk>/", views.page, name="page"),
    path("who-can-see/files/<int:pk>/", views.document, name="document"),
    path("who-can-see/people/<int:pk>/", views.person, name="person"),
]
