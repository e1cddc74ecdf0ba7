from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SecondFactorConfig(AppConfig):
    name = "community.second_factor"
    label = "second_factor"
    verbose_name = _("Second factors")
    default_auto_field = "django.db.models.BigAutoField"
