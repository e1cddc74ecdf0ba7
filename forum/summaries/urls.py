from django.urls import path

from forum.summaries import views

app_name = "summaries"
urlpatterns = [
    path("threads/<int:pk>/summary/", views.summary, name="summary"),
    path("threads/<int:pk>/summary/remove/", views.remove, name="remove"),
    path("threads/<int:pk>/summary/draft/", views.draft, name="draft"),
    path("threads/<int:pk>/summary/copy/", views.copy, name="copy"),
    path("threads/<int:pk>/posts/<int:post_pk>/passage/", views.ask, name="ask"),
    path("passages/<int:pk>/take-out/", views.take_out, name="take_out"),
    path("passages/<int:pk>/answer/", views.answer, name="answer"),
    path("me/passages/", views.mine, name="mine"),
]
