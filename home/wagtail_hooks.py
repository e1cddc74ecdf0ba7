"""The doors of pages and files: both ask the policy before Wagtail does, and refuse with 404.

Negative order: before Wagtail's own hook, which would answer OPTIONS for a page nobody may see.
"""

from django.http import Http404
from wagtail import hooks

from home import editors  # noqa: F401 - registers what editors see in the admin
from home.privacy import admits, admits_to_document


@hooks.register("before_serve_page", order=-100)
def ask_before_serving_a_page(page, request, serve_args, serve_kwargs):
    if not admits(page, request.user):
        raise Http404


@hooks.register("before_serve_document", order=-100)
def ask_before_serving_a_file(document, request):
    if not admits_to_document(document, request.user):
        raise Http404
