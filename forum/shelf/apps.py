from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ShelfConfig(AppConfig):
    name = "forum.shelf"
    label = "shelf"
    verbose_name = _("Shelf")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from community.accounts import bring_along
        from forum.shelf import (
            muting,
            receivers,  # noqa: F401 - listens for merged threads
        )

        bring_along(muted_read=muting.column)
