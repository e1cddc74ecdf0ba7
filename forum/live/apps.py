from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LiveConfig(AppConfig):
    name = "forum.live"
    label = "live"
    verbose_name = _("Live threads")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from forum.live import receivers  # noqa: F401 - listens for changes of standing
