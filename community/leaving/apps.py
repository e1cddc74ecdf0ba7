from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LeavingConfig(AppConfig):
    name = "community.leaving"
    label = "leaving"
    verbose_name = _("Closing an account")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from community.leaving import receivers  # noqa: F401 - whoever signs in again stays
