from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReactionsConfig(AppConfig):
    name = "forum.reactions"
    label = "reactions"
    verbose_name = _("Reactions")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from forum.live import log
        from forum.live.models import Event
        from forum.reactions import reading

        log.shows(Event.Kind.REACTED, reading.counts_for)
        log.shows(Event.Kind.HELPED, reading.answer_for)
