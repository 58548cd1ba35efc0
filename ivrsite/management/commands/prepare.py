"""Everything a site needs before its processes start."""

from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandParser

from streams.demo import competitor


class Command(BaseCommand):
    """Migrate, collect static files where they are served from a folder, and load the demo company."""

    help = "Prepare the database and files. May be run again; --no-demo leaves the demo company out."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--no-demo", action="store_true", help="load no demo company")

    def handle(self, *args: Any, no_demo: bool, **options: Any) -> None:
        settings.STATIC_ROOT.mkdir(exist_ok=True)
        settings.STATIC_ROOT.chmod(0o755)  # whatever the umask: the proxy reads them as another user
        call_command("migrate", interactive=False, verbosity=1)
        if not getattr(settings, "WHITENOISE_USE_FINDERS", False):
            call_command("collectstatic", interactive=False, verbosity=0)
        if not no_demo:
            call_command("load_demo")
            competitor.load()
