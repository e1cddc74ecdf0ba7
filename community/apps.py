from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class CommunityConfig(AppConfig):
    name = "community"
    verbose_name = _("Community")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        # The last three register; what the community keeps of somebody stands first in their copy.
        from community import advancing, belongings, checks, guards  # noqa: F401

        advancing.watch_our_own()
        autodiscover_modules("belongings")
