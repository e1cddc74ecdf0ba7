from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class HomeConfig(AppConfig):
    name = "home"
    verbose_name = _("Pages")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from forum.spaces.discussions import pages_are_read_by
        from home import privacy
        from home.models.readable import readable_pages

        pages_are_read_by(readable_by=readable_pages, audience_of=privacy.audience_of)
