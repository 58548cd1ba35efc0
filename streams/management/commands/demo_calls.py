"""Give the demo company a month of past calls, and a call list."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from streams.demo import call_lists, past_calls


class Command(BaseCommand):
    """Past calls on the demo company's number, for a site on this machine."""

    help = "Make a month of believable past calls of the demo company, once. Refused on a site that others can reach."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEVELOPMENT:
            raise CommandError("This site can be reached by others, so invented calls have no place in it.")
        made = past_calls.load(timezone.now())
        if listed := call_lists.load(timezone.now()):
            self.stdout.write(f"It has a call list, “{listed}”, which is paused.")
        self.stdout.write(f"The demo company has {made} past calls." if made else "The demo company's calls are there.")
