"""What is shown when there is nothing to show.

The 404 is one page for everybody: same bytes for what is walled and what is missing, without a
token, a name or the address that was asked for.
"""

from pathlib import Path

from django.contrib.staticfiles import finders
from django.core.exceptions import RequestDataTooBig
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe


def _page(template, status):
    return HttpResponse(render_to_string(template), status=status)


def bad_request(request, exception=None):
    """Django answers 400 for a body that is too large as well; that has a page of its own."""
    if isinstance(exception, RequestDataTooBig):
        return _page("413.html", 413)
    return _page("400.html", 400)


def not_found(request, exception=None):
    """Also for a 403: that something is there and closed is itself an answer."""
    return _page("404.html", 404)


def server_error(request):
    return _page("500.html", 500)


@require_safe
@cache_control(public=True, max_age=3600)
def offline(request):
    """The page a browser without a network is shown."""
    return _page("offline.html", 200)


@require_safe
@cache_control(max_age=0)
def offline_worker(request):
    """The script that shows the page above. It stands at the root, since a worker serves what lies
    below its own address; that is why it is not among the static files' addresses."""
    script = Path(finders.find("js/offline-worker.js"))
    return HttpResponse(script.read_bytes(), content_type="text/javascript")
