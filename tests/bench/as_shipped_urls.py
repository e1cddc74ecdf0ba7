from django.urls import include, path
from machina import urls

urlpatterns = [path("forum/", include(urls))]
