from django.urls import path

from community.sessions import views

app_name = "open_sessions"
urlpatterns = [
    path("me/sessions/", views.mine, name="mine"),
    path("me/sessions/<int:pk>/end/", views.end, name="end"),
    path("me/sessions/end-others/", views.end_others, name="end_others"),
]
