from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TakeoutConfig(AppConfig):
    name = "community.takeout"
    label = "takeout"
    verbose_name = _("Copies of one's data")
    default_auto_field = "django.db.models.BigAutoField"
