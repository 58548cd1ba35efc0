from django.apps import AppConfig


class StreamsConfig(AppConfig):
    """Live calls, and what remains of them."""

    name = "streams"
    verbose_name = "Operate"
    default_auto_field = "django.db.models.BigAutoField"
