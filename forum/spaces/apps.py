from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SpacesConfig(AppConfig):
    name = "forum.spaces"
    label = "spaces"
    verbose_name = _("Spaces")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from machina.apps.forum.models import Forum

        from community.advancing import watch
        from forum.spaces.models import Space

        watch(Forum, Space)
