"""`manage.py figures`: the numbers of reports, checked against logs and charges, or made anew."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from streams.figures import checking, upkeep
from streams.figures.rollups import roll_up, waiting

SHOWN = 50


class Command(BaseCommand):
    """Without an option: makes the days that changed."""

    help = "Check what reports say against logs and charges, or make it anew."

    def add_arguments(self, parser: CommandParser) -> None:
        what = parser.add_mutually_exclusive_group()
        what.add_argument("--check", action="store_true", help="Say where reports differ from logs and charges.")
        what.add_argument("--mend", action="store_true", help="The same, and make anew what differs.")
        what.add_argument("--rebuild", action="store_true", help="Make everything anew from logs and charges.")

    def handle(self, *args: Any, check: bool, mend: bool, rebuild: bool, **options: Any) -> None:
        if rebuild:
            self.stdout.write(f"{upkeep.rebuild():,} calls noted and rolled up anew.")
            return
        made = roll_up()
        self.stdout.write(f"{made:,} days made anew, {waiting():,} wait.")
        if check or mend:
            self._check(mend=mend)

    def _check(self, *, mend: bool) -> None:
        days = checking.days()
        found = list(checking.check(days))
        checking.keep(found)
        for one in found[:SHOWN]:
            self.stdout.write(str(one))
        if mend and found:
            upkeep.mend(found)
            found = list(checking.check(days))
            checking.keep(found)
        if found:
            raise CommandError(f"{len(found):,} differences in {len(days):,} days. “figures --mend” makes them anew.")
        self.stdout.write(f"Reports say what logs and charges say, on all of {len(days):,} days.")
