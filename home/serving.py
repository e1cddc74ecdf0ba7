"""Pages and files by their address, found among what the reader may read and nowhere else: what is
closed to them and what does not exist cost the same queries and are one answer.

Wagtail's own views walk down the tree, slug by slug, and ask at the end: how long a refusal takes
tells how much of the way exists. They are called for what was found; the hooks ask once more.
"""

from django.http import Http404
from wagtail.documents.models import Document
from wagtail.documents.views.serve import serve as serve_file
from wagtail.models import Site
from wagtail.url_routing import RouteResult
from wagtail.views import serve as serve_page

from home.models import readable_pages
from home.privacy import readable_documents


def page(request, path):
    site = Site.find_for_request(request)
    if site is None:
        raise Http404
    found = readable_pages(request.user).filter(url_path=site.root_page.url_path + path).first()
    if found is None:
        raise Http404
    # Where Wagtail keeps the way it found: here it has nothing left to look for.
    request._wagtail_route_for_request = RouteResult(found.specific)
    return serve_page(request, path)


def file(request, pk, name):
    if not readable_documents(Document.objects.filter(pk=pk), request.user).exists():
        raise Http404
    return serve_file(request, pk, name)
