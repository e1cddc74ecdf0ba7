"""The socket addresses. The last one owns whatever no other does, and refuses it alike."""

from django.urls import path, re_path

from forum.live.consumer import Refusal, ThreadConsumer

websocket_urlpatterns = [
    path("live/threads/<int:pk>/", ThreadConsumer.as_asgi(), name="thread"),
    re_path(r"", Refusal.as_asgi(), name="nobody"),
]
