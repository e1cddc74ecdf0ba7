"""How a writing form is answered: with a page, or with JSON for a page that sent it by itself."""

from django.http import HttpResponseRedirect, JsonResponse


def wants_json(request):
    return request.headers.get("Accept", "").startswith("application/json")


def sent_to(request, address):
    """Go on at this address."""
    if wants_json(request):
        return JsonResponse({"url": address})
    return HttpResponseRedirect(address)


def refused(form, further=None):
    """Why a PostForm was not posted, by field; with what is wrong in a `further` form beside it."""
    told = form.held_back()
    if further:
        wrong = further.errors.get_json_data()
        told["errors"] |= {further.add_prefix(name): errors for name, errors in wrong.items()}
    return JsonResponse(told, status=422)
