from django.urls import path

from community.applications import sent_views, views

app_name = "applications"
# The secret stands after a word that the log hides it behind (config.logs).
urlpatterns = [
    path("apply/", views.apply, name="apply"),
    path("apply/link/", views.resume, name="resume"),
    path("apply/draft/<slug:token>/", views.draft, name="draft"),
    path("apply/draft/<slug:token>/saved/", views.saved, name="saved"),
    path("apply/draft/<slug:token>/discard/", views.discard, name="discard"),
    path("apply/draft/<slug:token>/<slug:step>/", views.step, name="step"),
    path("apply/copy/<slug:token>/", sent_views.copy, name="copy"),
    path("apply/copy/<slug:token>/withdraw/", sent_views.withdraw, name="withdraw"),
    path("apply/support/<slug:token>/", sent_views.supporting, name="support"),
]
