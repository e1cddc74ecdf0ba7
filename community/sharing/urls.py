from django.urls import path

from community.sharing import views

app_name = "sharing"
urlpatterns = [
    path("me/notes/", views.mine, name="mine"),
    path("me/notes/new/", views.write, name="write"),
    path("me/notes/<int:pk>/", views.mine_one, name="mine_one"),
    path("me/notes/<int:pk>/change/", views.change, name="change"),
    path("me/notes/<int:pk>/take-back/", views.take_back, name="take_back"),
    path("me/notes/<int:pk>/share/", views.share_again, name="share_again"),
    path("me/notes/<int:pk>/delete/", views.delete, name="delete"),
    path("shared/", views.shared, name="shared"),
    path("shared/<int:pk>/", views.note, name="note"),
]
