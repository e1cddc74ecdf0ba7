"""The sitemap: what a visitor may read, and nothing that tells of anything else."""

from django.contrib.auth.models import AnonymousUser
from django.contrib.sitemaps import Sitemap

from home.models import readable_pages


class PublicPages(Sitemap):
    def items(self):
        return readable_pages(AnonymousUser()).filter(depth__gte=2).order_by("path")

    def location(self, page):
        return page.url

    def lastmod(self, page):
        return page.last_published_at
