from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class GlassConfig(AppConfig):
    name = "community.glass"
    label = "glass"
    verbose_name = _("Breaking the glass")
    default_auto_field = "django.db.models.BigAutoField"
