from django.urls import path

from community.keeping import place_views, views

app_name = "keeping"
urlpatterns = [
    path("people/roster/", views.roster, name="roster"),
    path("people/<int:pk>/roster/", views.person, name="person"),
    path("people/<int:pk>/roster/<slug:act>/", views.change, name="change"),
    path("people/places/<slug:kind>/", place_views.index, name="places"),
    path("people/places/<slug:kind>/new/", place_views.add, name="add_place"),
    path("people/places/<slug:kind>/<int:pk>/", place_views.change, name="change_place"),
]
