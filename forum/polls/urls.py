from django.urls import path

from forum.polls import views

app_name = "polls"
urlpatterns = [
    path("threads/<int:pk>/poll/", views.poll, name="poll"),
    path("threads/<int:pk>/poll/add/", views.add, name="add"),
    path("threads/<int:pk>/poll/change/", views.change, name="change"),
    path("threads/<int:pk>/poll/vote/", views.vote, name="vote"),
    path("threads/<int:pk>/poll/withdraw/", views.withdraw, name="withdraw"),
    path("threads/<int:pk>/poll/close/", views.close, name="close"),
]
