from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SessionsConfig(AppConfig):
    name = "community.sessions"
    label = "open_sessions"
    verbose_name = _("Open sessions")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from community.sessions import receivers  # noqa: F401 - listens for signing in and out
