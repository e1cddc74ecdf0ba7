from django.urls import path

from forum.moderation import views, waiting_views

app_name = "moderation"
urlpatterns = [
    path("moderation/", views.queue_page, name="queue"),
    path("me/reports/", views.my_reports, name="my_reports"),
    path("me/waiting/", waiting_views.my_waiting, name="my_waiting"),
    path("me/acts/", views.my_acts, name="my_acts"),
    path("spaces/<int:pk>/acts/", views.acts_in_space, name="acts"),
    path("posts/<int:pk>/report/", views.report, name="report"),
    path("posts/<int:pk>/decide/", views.decide, name="decide"),
    path("posts/<int:pk>/waiting/", waiting_views.waiting, name="waiting"),
    path("posts/<int:pk>/withdraw/", waiting_views.withdraw, name="withdraw"),
    path("posts/<int:pk>/decline/", waiting_views.decline, name="decline"),
    path("posts/<int:pk>/approve/", waiting_views.approve, name="approve"),
]
