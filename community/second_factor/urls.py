from django.urls import path

from community.second_factor import views

app_name = "second_factor"
urlpatterns = [
    path("people/second-factors/", views.people, name="people"),
    path("people/<int:pk>/second-factor/reset/", views.reset, name="reset"),
]
