"""What to open and whom to call, once the site is up."""

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand
from django.urls import reverse

from flows import demo
from flows.models import Flow
from streams.models import Call

USUAL_PORT = 8000


def addresses() -> Iterator[tuple[str, str]]:
    """What there is to see, and where."""
    flow = Flow.objects.filter(slug="main-line").first()
    call = Call.objects.order_by("-began_at").first()
    yield "Admin", reverse("admin:index")
    if flow:
        yield "The flow", flow.get_absolute_url()
    if call:
        yield "That call", call.get_absolute_url()
    yield "All calls", reverse("admin:streams_call_changelist")
    yield "Reports", reverse("admin:streams_report")


def people() -> Iterator[tuple[str, str]]:
    """Who may sign in, and as what."""
    known = set(get_user_model().objects.values_list("username", flat=True))
    yield from ((name, ", ".join(roles)) for name, _, _, roles in demo.PEOPLE if name in known)
    if "admin" in known:
        yield "admin", "everything"


class Command(BaseCommand):
    """Addresses, people, and how to ring the site."""

    requires_system_checks: list[str] = []
    help = "Say where to go: addresses, people and passwords, and how to call."

    def handle(self, *args: Any, **options: Any) -> None:
        port = f" PORT={settings.PORT}" if settings.PORT != USUAL_PORT else ""
        password = (
            f"password {demo.PASSWORD}, unless changed" if settings.DEVELOPMENT else "manage.py changepassword NAME"
        )
        self._table("Where to go", [(title, settings.PUBLIC_URL + path) for title, path in addresses()])
        self._table(f"Who may sign in ({password})", list(people()))
        self._table(
            "In a second terminal",
            [
                (f"make call{port}", f"call {demo.NUMBER} yourself: type keys, or words that are then spoken"),
                (f"tail -f {settings.VAR_DIR / 'log'}/*.log", "what the processes say"),
            ],
        )
        self.stdout.write("\nCtrl-C stops everything.")

    def _table(self, title: str, rows: list[tuple[str, str]]) -> None:
        width = max((len(left) for left, _ in rows), default=0)
        self.stdout.write(f"\n{title}\n" + "\n".join(f"  {left:<{width}}  {right}" for left, right in rows))
