from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class HomeConfig(AppConfig):
    name = "home"
    verbose_name = _("Pages")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from forum.spaces.discussions import pages_are_read_by
        from forum.summaries.summarising import drafts_are_made_by
        from home import privacy, sections, summed
        from home.going import receivers  # noqa: F401 - listens for webinars that are deleted
        from home.models import WebinarPage
        from home.models.readable import readable_pages

        sections.watch()
        drafts_are_made_by(summed.make_draft)
        pages_are_read_by(
            readable_by=readable_pages,
            audience_of=privacy.audience_of,
            followed_up=WebinarPage.objects.all,
        )
