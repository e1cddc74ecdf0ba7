from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RevisionsConfig(AppConfig):
    name = "forum.revisions"
    label = "revisions"
    verbose_name = _("Revisions")
    default_auto_field = "django.db.models.BigAutoField"
