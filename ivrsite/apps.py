from django.apps import AppConfig, apps
from django.db.models.signals import post_migrate


class SiteConfig(AppConfig):
    """The site: who may do what, and the processes it runs in."""

    name = "ivrsite"
    verbose_name = "Site"

    def ready(self) -> None:
        from ivrsite import checks  # noqa: F401  (registers the system checks)
        from ivrsite.roles import create_roles

        # The last app with models: by then the permissions of all exist.
        post_migrate.connect(create_roles, sender=apps.get_app_config("streams"), dispatch_uid="ivrsite.roles")
