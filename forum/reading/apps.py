from django.apps import AppConfig
from django.conf import settings
from django.db.models.signals import post_save


class ReadingConfig(AppConfig):
    name = "forum.reading"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from community.accounts import bring_along
        from forum.reading import marks, visits  # noqa: F401 - flushes at the end of a request

        bring_along(mark_read=marks.column)
        post_save.connect(begin, sender=settings.AUTH_USER_MODEL, dispatch_uid="forum.reading")


def begin(instance, created, raw, **kwargs):
    from forum.reading import marks

    if created and not raw:
        marks.begin(instance)
