"""HTTP and sockets behind one address. A production site that is not ready does not start."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
http = get_asgi_application()

from channels.auth import AuthMiddlewareStack  # noqa: E402 - after the applications are loaded
from channels.routing import ProtocolTypeRouter, URLRouter  # noqa: E402

from config.start import refuse_to_start_unready  # noqa: E402
from forum.live.routing import websocket_urlpatterns  # noqa: E402

refuse_to_start_unready()

application = ProtocolTypeRouter(
    {
        "http": http,
        "websocket": AuthMiddlewareStack(URLRouter(websocket_urlpatterns)),
    }
)
