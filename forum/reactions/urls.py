from django.urls import path

from forum.reactions import views

app_name = "reactions"
urlpatterns = [
    path("threads/<int:pk>/posts/<int:post_pk>/reactions/", views.reactions, name="reactions"),
    path("threads/<int:pk>/posts/<int:post_pk>/helped/", views.helped, name="helped"),
    path("threads/<int:pk>/tried/", views.told_in_thread, name="told_in_thread"),
    path("tried/<int:page_pk>/", views.told_of_page, name="told_of_page"),
]
