from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """The people of the community, for machina as shipped: the rows, and nothing that listens."""

    name = "community"
    default_auto_field = "django.db.models.BigAutoField"
