from django.urls import path

from forum.subscriptions import feeds, views

app_name = "subscriptions"
urlpatterns = [
    path("me/subscriptions/", views.mine, name="mine"),
    path("me/feeds/", views.my_feeds, name="my_feeds"),
    path("threads/<int:pk>/subscribe/", views.thread, name="thread"),
    path("spaces/<int:pk>/subscribe/", views.space, name="space"),
    path("unsubscribe/<str:token>/", views.one_click_out, name="one_click"),
    path("feeds/<str:token>/spaces/", feeds.of_everything, name="feed"),
    path("feeds/<str:token>/spaces/<int:pk>/", feeds.of_space, name="feed_of_space"),
    path("feeds/<str:token>/threads/<int:pk>/", feeds.of_thread, name="feed_of_thread"),
]
