"""What the pages of reports and of waiting posts share."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from community import access
from forum import threads

read_or_send = require_http_methods(["GET", "HEAD", "POST"])


def sent(request):
    return request.POST if request.method == "POST" else None


def shown(request, post):
    return threads.show([post.pk], post.topic, access.epoch_of(request.user))[0]


def status_of(form):
    return 422 if form.is_bound and form.errors else 200


def crumbs_to(topic, title):
    space = topic.forum.space
    crumbs = [
        {"label": _("Spaces"), "url": reverse("spaces:index")},
        {"label": space.name, "url": space.get_absolute_url()},
    ]
    if topic.approved:
        crumbs.append({"label": topic.subject, "url": reverse("spaces:thread", args=[topic.pk])})
    return [*crumbs, {"label": title}]


def crumbs_of_my(title):
    return [{"label": _("My page"), "url": reverse("community:me")}, {"label": title}]
