"""`manage.py show_call`: the record of a call, in the terminal."""

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from streams.models import Call, CallStatus
from streams.reports.one_call import Reader, one_call
from streams.reports.plain import costs, plain


class Command(BaseCommand):
    """Prints outcome, timeline, transcript, summary, sentiment and charges of one call."""

    requires_system_checks: list[str] = []
    help = "Show the record of a call: how it ended, what happened, what was said, in short, and what it cost."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("call", nargs="?", help="The call's number or the carrier's name for it. Usually the last.")
        parser.add_argument(
            "--wait", type=float, default=0, metavar="SECONDS", help="Wait until its record is whole, at most so long."
        )

        parser.add_argument("--costs", action="store_true", help="Show only what it cost.")

    def handle(self, *args: Any, call: str | None, wait: float, **options: Any) -> None:
        found = self._wait_for(self._find(call), wait)
        for line in (costs if options["costs"] else plain)(one_call(found, Reader())):
            self.stdout.write(line)
        if wait and found.status != CallStatus.FINISHED:
            raise CommandError(
                f"The record was not whole after {wait:g} seconds. Is the worker running? “make run” starts it."
            )

    def _find(self, said: str | None) -> Call:
        calls = Call.objects.select_related("version__flow")
        if said is None:
            call = calls.order_by("-began_at", "-pk").first()
        else:
            call = calls.filter(call_uuid=said).first() or (
                calls.filter(pk=int(said)).first() if said.isdecimal() and len(said) < 18 else None
            )
        if call is None:
            raise CommandError(
                "There is no such call." if said else "There are no calls yet. Place one: manage.py call"
            )
        return call

    def _wait_for(self, call: Call, seconds: float) -> Call:
        until = time.monotonic() + seconds
        while call.status != CallStatus.FINISHED and time.monotonic() < until:
            time.sleep(0.2)
            call.refresh_from_db()
        return call
