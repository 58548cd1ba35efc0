"""Connect this site to a Plivo account: one application, and the numbers that point at it."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import httpx2
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from flows.models import PhoneNumber
from streams.carriers.plivo_api import Account, PlivoSaidNo
from streams.webhooks import addresses

Json = dict[str, Any]

# What an update would set back to a default when it is not given; the account's own values are kept.
KEPT = (
    "message_url",
    "message_method",
    "default_number_app",
    "default_endpoint_app",
    "log_incoming_messages",
    "public_uri",
)


class Command(BaseCommand):
    """Creates or updates the Plivo application of this site, and points every live number at it."""

    help = (
        "Creates or updates the Plivo application of this site and points every number that has a live version at it. "
        "Run it again whenever a number is added or PUBLIC_URL changes; it changes only what differs."
    )
    transport: httpx2.BaseTransport | None = None  # the tests' own account

    def add_arguments(self, parser: CommandParser) -> None:
        """The options."""
        parser.add_argument("--dry-run", action="store_true", help="Say what would be done, and change nothing.")
        parser.add_argument("--app-name", default="Callwright", help="The application's name in Plivo's console.")

    def handle(self, *, dry_run: bool, app_name: str, **_: Any) -> None:
        """Run it. Raises `CommandError` with one sentence."""
        problem = next(_problems(), "")
        if problem:
            raise CommandError(problem)
        numbers = list(PhoneNumber.objects.filter(version__isnull=False).values_list("number", flat=True))
        try:
            with Account(settings.PLIVO_AUTH_ID, settings.PLIVO_AUTH_TOKEN, transport=self.transport) as account:
                app_id = self._connect_application(account, app_name, dry_run)
                refused = [number for number in numbers if not self._point(account, number, app_id, dry_run)]
        except PlivoSaidNo as no:
            raise CommandError(str(no)) from no
        if not numbers:
            self.stdout.write("No number has a live version yet: publish a flow and put it on a number, then run this.")
        if dry_run:
            self.stdout.write("Nothing was changed. Run this without --dry-run to do it.")
        if refused:
            raise CommandError(f"{len(refused)} of {len(numbers)} numbers could not be connected; see above.")

    def _connect_application(self, account: Account, name: str, dry_run: bool) -> str:
        """Create or update the application; returns its id, "" when it would be created."""
        wanted = _wanted(name)
        found = [app for app in account.applications() if app.get("app_name") == name]
        if len(found) > 1:
            raise CommandError(
                f"The account has {len(found)} applications called “{name}”; "
                "rename or delete all but one in Plivo's console, or choose another with --app-name."
            )
        if not found:
            self._say(dry_run, f"create the application “{name}”", f"Created the application “{name}”")
            self._list(wanted)
            return "" if dry_run else account.create_application(wanted)
        app_id = str(found[0].get("app_id", ""))
        changed = {key: value for key, value in wanted.items() if found[0].get(key) != value}
        if not changed:
            self.stdout.write(f"The application “{name}” is as it should be.")
            return app_id
        if not dry_run:
            kept = {key: found[0][key] for key in KEPT if found[0].get(key) is not None}
            account.update_application(app_id, {**kept, **wanted})
        self._say(dry_run, f"update the application “{name}”", f"Updated the application “{name}”")
        self._list(changed)
        return app_id

    def _point(self, account: Account, number: str, app_id: str, dry_run: bool) -> bool:
        """Point one number at the application; False when the account does not have it."""
        try:
            if app_id and account.application_of(number) == app_id:
                self.stdout.write(f"{number} rings here already.")
                return True
            if not dry_run:
                account.point(number, app_id)
        except PlivoSaidNo as no:
            if no.status != 404:
                raise
            self.stderr.write(f"{number} is not rented by this Plivo account; rent it there, or take it off its flow.")
            return False
        self._say(dry_run, f"point {number} at it", f"Pointed {number} at it; calls to it ring here now")
        return True

    def _say(self, dry_run: bool, intent: str, done: str) -> None:
        self.stdout.write(f"Would {intent}." if dry_run else f"{done}.")

    def _list(self, values: Json) -> None:
        for key, value in values.items():
            self.stdout.write(f"  {key.replace('_', ' ')}: {value}")


def _wanted(name: str) -> Json:
    return {
        "app_name": name,
        "answer_url": addresses.answer_url(),
        "answer_method": "POST",
        "hangup_url": addresses.hangup_url(),
        "hangup_method": "POST",
        "fallback_answer_url": addresses.fallback_url(),
        "fallback_method": "POST",
    }


def _problems() -> Iterator[str]:
    """What is missing, as a sentence that says what to do."""
    public = urlsplit(settings.PUBLIC_URL)
    if not settings.PLIVO_AUTH_ID:
        yield "PLIVO_AUTH_ID is not set; copy it and the token from the overview of Plivo's console into .env."
    if not settings.PLIVO_AUTH_TOKEN or settings.ACCEPT_UNSIGNED_FROM_LOOPBACK:
        yield "PLIVO_AUTH_TOKEN is not set; copy it from the overview of Plivo's console into .env."
    if public.hostname in settings.LOOPBACK:
        yield f"PUBLIC_URL is {settings.PUBLIC_URL}, which Plivo cannot reach; put a public address into .env."
    if public.scheme != "https":
        yield f"PUBLIC_URL is {settings.PUBLIC_URL}; callers' audio needs https, so put an https address into .env."
