"""The form in which pages are written in the admin."""

from itertools import count

from django.utils.text import slugify
from wagtail.admin.forms import WagtailAdminPageForm
from wagtail.models import Page


class ReadablePageForm(WagtailAdminPageForm):
    """A page needs no slug to be typed: its script fills the field in, and a browser that has not
    loaded it yet, or runs none, leaves it empty. Then it is made of the title here."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "slug" in self.fields:
            self.fields["slug"].required = False

    def clean(self):
        data = self.cleaned_data
        if "slug" in data and not data["slug"] and data.get("title"):
            data["slug"] = self._free_slug(slugify(data["title"], allow_unicode=True) or "page")
        return super().clean()

    def _free_slug(self, wanted):
        wanted = wanted[:240]
        every = (wanted if number == 1 else f"{wanted}-{number}" for number in count(1))
        return next(
            slug for slug in every if Page._slug_is_available(slug, self.parent_page, self.instance)
        )
