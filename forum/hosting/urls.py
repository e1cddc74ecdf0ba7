from django.urls import path

from forum.hosting import views

app_name = "hosting"
urlpatterns = [
    path("threads/<int:pk>/sessions/", views.sessions, name="sessions"),
    path("threads/<int:pk>/sessions/<int:session_pk>/", views.session, name="session"),
    path("threads/<int:pk>/sessions/<int:session_pk>/copy/", views.copy, name="copy"),
    path("threads/<int:pk>/session/host/", views.host, name="host"),
    path("threads/<int:pk>/session/ask/", views.ask, name="ask"),
    path("threads/<int:pk>/questions/<int:question_pk>/", views.question, name="question"),
    path("threads/<int:pk>/posts/<int:post_pk>/pin/", views.pin, name="pin"),
]
