"""Files over HTTP: taken in for a draft, and given out to whom the policy admits."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.views.decorators.http import require_http_methods, require_safe

from community.streaming import StreamedFile
from forum.attachments import attaching, reading
from forum.attachments.forms import FilesForm, Row


def _rows(request, rows):
    return [render_to_string("attachments/row.html", {"row": row}, request) for row in rows]


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def uploads(request):
    """For the page's script. POST takes files in and GET finds again what a draft holds; both give
    `{rows: [HTML], errors: [sentence]}`, 422 where nothing could be taken."""
    if request.method != "POST":
        keys = [int(pk) for pk in request.GET.getlist("pk")[:50] if pk.isdecimal() and len(pk) < 19]
        found = attaching.unposted(request.user, keys)
        return JsonResponse({"rows": _rows(request, [Row(one, kept=True) for one in found])})
    form = FilesForm(request.POST, request.FILES, by=request.user)
    form.is_valid()
    errors = [str(error) for error in form.errors.get("uploads", [])]
    return JsonResponse(
        {"rows": _rows(request, form.rows), "errors": errors},
        status=422 if errors and not form.rows else 200,
    )


@login_required
@require_safe
def file(request, pk, name):
    attachment = reading.attachment_for(request.user, pk)
    return _stream(request, attachment, attachment.file, attachment.content_type)


@login_required
@require_safe
def small(request, pk, name):
    attachment = reading.attachment_for(request.user, pk)
    if not attachment.small:
        raise Http404
    return _stream(request, attachment, attachment.small, "image/webp")


def _stream(request, attachment, stored, content_type):
    """Only pictures, which were drawn anew, are shown in place; all else goes to the disk."""
    try:
        opened = stored.open()
    except FileNotFoundError:
        raise Http404 from None
    response = StreamedFile(
        opened,
        content_type=content_type,
        filename=attachment.name,
        as_attachment=not attachment.is_picture,
    )
    if request.method == "HEAD":
        opened.close()
        return HttpResponse(headers=response.headers)
    return response
