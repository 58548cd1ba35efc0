"""Load the demo company."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.crypto import get_random_string

from flows import demo, demo_sales, publishing


class Command(BaseCommand):
    """Make a company with a published line, three people in their roles, and a superuser."""

    help = "Load the demo company, Hart Tools. May be run again: what is there is left alone."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--password", default="", help="for the people of the demo")

    def handle(self, *args: Any, password: str, **options: Any) -> None:
        if not password:
            # A site that others can reach gets passwords nobody knows; set them with `manage.py changepassword`.
            password = demo.PASSWORD if settings.DEVELOPMENT else get_random_string(40)
        try:
            demo.load(self.stdout.write, password=password)
            demo_sales.load(self.stdout.write)
        except publishing.NotPublishable as error:
            found = "\n".join(f"- {problem.step}: {problem.sentence}" for problem in error.problems)
            raise CommandError(f"{error.sentence}\n{found}".strip()) from error
        names = ", ".join([*(name for name, *_ in demo.PEOPLE), "admin"])
        self.stdout.write(f"Call {demo.NUMBER}, or {demo_sales.NUMBER} for sales. People: {names}.")
        if settings.DEVELOPMENT and password == demo.PASSWORD:
            self.stdout.write(f"Their password is {password}, unless you changed it.")
