from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SummariesConfig(AppConfig):
    name = "forum.summaries"
    label = "summaries"
    verbose_name = _("Summaries")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from forum.live import log
        from forum.live.models import Event
        from forum.summaries import reading

        log.shows(Event.Kind.SUMMED, reading.summary_for)
