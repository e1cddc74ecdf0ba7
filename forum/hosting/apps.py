from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class HostingConfig(AppConfig):
    name = "forum.hosting"
    label = "hosting"
    verbose_name = _("Live sessions")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from forum.hosting import panel, receivers  # noqa: F401 - listens for merged threads
        from forum.live import log
        from forum.live.models import Event

        log.shows(Event.Kind.SESSION, panel.fill)
        log.shows(Event.Kind.VOTED, panel.votes_for)
