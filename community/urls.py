from django.urls import path

from community import views

app_name = "community"
urlpatterns = [
    path("me/", views.me, name="me"),
    path("people/invite/", views.invite, name="invite"),
    path("people/invite/<int:pk>/resend/", views.invitation_resend, name="invitation_resend"),
    path("people/invite/<int:pk>/withdraw/", views.invitation_withdraw, name="invitation_withdraw"),
    path("invitation/<str:token>/", views.invitation_accept, name="invitation_accept"),
]
