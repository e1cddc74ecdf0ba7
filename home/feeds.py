"""The feed of new resources. It is everybody's and no reader's: public pages only, whoever asks."""

from django.contrib.auth.models import AnonymousUser
from django.contrib.syndication.views import Feed
from django.urls import reverse_lazy
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import gettext_lazy as _

from home.models import ResourcePage


class NewResources(Feed):
    feed_type = Atom1Feed
    title = _("Hallway: new resources")
    subtitle = _("Agendas, activities, worksheets and more for communities of practice.")
    link = "/"
    feed_url = reverse_lazy("home:new_resources")

    def items(self):
        return (
            ResourcePage.objects.readable_by(AnonymousUser())
            .defer("body")
            .prefetch_related("topics")
            .order_by("-first_published_at", "-pk")[:30]
        )

    def item_title(self, page):
        return page.title

    def item_description(self, page):
        return page.summary

    def item_link(self, page):
        return page.url

    def item_pubdate(self, page):
        return page.first_published_at

    def item_updateddate(self, page):
        return page.last_published_at

    def item_categories(self, page):
        return [page.get_kind_display(), *(topic.name for topic in page.topics.all())]
