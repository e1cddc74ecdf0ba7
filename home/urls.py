from django.contrib.sitemaps.views import sitemap
from django.urls import path

from home.feeds import NewResources
from home.sitemaps import PublicPages

app_name = "home"

urlpatterns = [
    path("feeds/resources.atom", NewResources(), name="new_resources"),
    path("sitemap.xml", sitemap, {"sitemaps": {"pages": PublicPages}}, name="sitemap"),
]
