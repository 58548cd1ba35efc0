from django.apps import AppConfig


class FlowsConfig(AppConfig):
    """What builders edit, and the engine that walks it."""

    name = "flows"
    verbose_name = "Build"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from flows import checks  # noqa: F401  (registers the system checks)
