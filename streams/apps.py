from django.apps import AppConfig
from django.db.backends.signals import connection_created
from django.db.models.signals import post_migrate


class StreamsConfig(AppConfig):
    """Live calls, and what remains of them."""

    name = "streams"
    verbose_name = "Operate"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from streams import checks, guards, right_of_way  # noqa: F401  (registers the system checks)
        from streams.alerts.kinds import ship_rules
        from streams.billing import prices
        from streams.listening.shipped import ship_cues

        connection_created.connect(right_of_way.keep, dispatch_uid="streams.right_of_way")
        post_migrate.connect(prices.ship_rates, sender=self)  # a site without a price could not charge its first call
        post_migrate.connect(guards.install, sender=self)
        post_migrate.connect(ship_rules, sender=self)
        post_migrate.connect(ship_cues, sender=self)
