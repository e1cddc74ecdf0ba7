from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SharingConfig(AppConfig):
    name = "community.sharing"
    label = "sharing"
    verbose_name = _("Notes for directors")
    default_auto_field = "django.db.models.BigAutoField"
