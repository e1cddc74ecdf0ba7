"""HTTP and sockets behind one address. A production site that is not ready does not start."""

import gc
import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
http = get_asgi_application()

from channels.auth import AuthMiddlewareStack  # noqa: E402 - after the applications are loaded
from channels.routing import ProtocolTypeRouter, URLRouter  # noqa: E402
from django.urls import get_resolver  # noqa: E402

from config.bodies import bound_what_daphne_receives, bounded  # noqa: E402
from config.sending import bound_what_daphne_sends  # noqa: E402
from config.start import refuse_to_start_unready  # noqa: E402
from forum.live.routing import websocket_urlpatterns  # noqa: E402

refuse_to_start_unready()
bound_what_daphne_receives()
bound_what_daphne_sends()

application = ProtocolTypeRouter(
    {
        "http": bounded(http),
        "websocket": AuthMiddlewareStack(URLRouter(websocket_urlpatterns)),
    }
)

# What is loaded by now stays for good. The collector looks through it no more: that would hold up
# everybody in every thread, for a quarter of a second each time.
get_resolver().url_patterns  # noqa: B018 - loads every view
gc.collect()
gc.freeze()

# What belongs to the readers is looked through as well: with a thousand of them an eighth of a
# second, in which nobody gets a post. By Python's own thresholds that comes after 200,000 further
# objects, twice in a minute of talk; by these after a million. What is young is looked through
# often enough that little of what is dead is left for the rare look through all.
gc.set_threshold(10_000, 5, 20)
