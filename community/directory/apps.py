from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DirectoryConfig(AppConfig):
    name = "community.directory"
    label = "directory"
    verbose_name = _("People")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from community import profiles
        from community.accounts import bring_along

        bring_along(named_here=profiles.named_here)
