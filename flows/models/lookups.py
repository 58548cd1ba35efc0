"""What a call may look up in systems of one's own: an address, what is sent there, and what is read from the
answer."""

import re
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.urls import reverse

from flows import web_addresses
from flows.engine import tools
from flows.engine.commands import ToolSlot
from flows.models.sealed import SealedField

# What callers may be asked for: its name, what a builder reads, what it must look like, how long it may be.
FORMS: dict[str, tuple[str, str, int]] = {
    "text": ("a few words", "", 100),
    "digits": ("digits only", r"[0-9]{1,20}", 20),
    "code": ("letters, digits and dashes", r"[A-Za-z0-9-]{1,30}", 30),
    "date": ("a date, as 2026-12-24", r"[0-9]{4}-[0-9]{2}-[0-9]{2}", 10),
}
CALLER = "caller"  # not asked for: the number the caller calls from, filled in here
FORM_CHOICES = (*((name, about[0]) for name, about in FORMS.items()), (CALLER, "the number they call from"))
FIELD_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,39}")
PATH = re.compile(r"[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+){0,9}")
HEADER = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,59}")
NOT_A_SECRET = (
    "host",
    "cookie",
    "content-length",
    "content-type",
    "transfer-encoding",
    "connection",
    "accept-encoding",
)


def validate_address(text: str) -> None:
    """Raise `ValidationError` unless this address may be asked."""
    problem = web_addresses.why_not(text, this_machine=settings.LOOKUPS_ON_THIS_MACHINE)
    if problem:
        raise ValidationError(problem)


class Lookup(models.Model):
    """Something that steps and assistants may look up: the only addresses that a call ever asks.

    `sends` are rows of name, hint and form; `finds` rows of name and path. The secret is kept for sending alone: no
    page shows it, no version holds it, and the database holds it locked.
    """

    key = models.SlugField(
        max_length=40, unique=True, editable=False, help_text="Made from the name; it never changes."
    )
    name = models.CharField(max_length=80, help_text="What your colleagues call it, such as “Order status”.")
    purpose = models.CharField(
        max_length=200,
        blank=True,
        verbose_name="when to use it",
        help_text="When the assistant should look this up, such as “when a caller asks where an order is”.",
    )
    address = models.CharField(
        max_length=500,
        validators=[validate_address],
        help_text="Where to ask, such as https://orders.example.com/status. Whoever runs that system knows it.",
    )
    method = models.CharField(
        max_length=4,
        default="GET",
        choices=[
            ("GET", "Read: the fields are added to the address (GET)"),
            ("POST", "Send: the fields follow (POST)"),
        ],
        verbose_name="how to ask",
        help_text="Whoever runs that system knows which.",
    )
    sends = models.JSONField(default=list, blank=True)
    finds = models.JSONField(default=list, blank=True)
    seconds = models.PositiveSmallIntegerField(
        default=4,
        verbose_name="longest wait",
        help_text="How many seconds a caller waits for the answer, 1 to 5. After that it could not be found out.",
    )
    changes = models.BooleanField(
        default=False,
        verbose_name="it changes something",
        help_text="It books, cancels or orders. Callers then confirm it with a key first.",
    )
    header = models.CharField(
        max_length=60,
        blank=True,
        verbose_name="name of the secret header",
        help_text="If that system wants a key: the header it is sent in, such as Authorization or X-Api-Key.",
    )
    secret = SealedField(blank=True, editable=False)
    awaits_approval = models.BooleanField(
        default=False, editable=False, help_text="No flow that uses it can be published until it is approved."
    )

    class Meta:
        ordering = ["name"]
        permissions = [("approve_lookup", "Can approve what may be looked up")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("admin:flows_lookup_change", args=[self.pk])

    def clean(self) -> None:
        """Raise `ValidationError` for limits and names that no request could keep."""
        if self.seconds is not None and not 1 <= self.seconds <= 5:
            raise ValidationError({"seconds": "Choose 1 to 5 seconds: callers wait on the line."})
        if self.header and (not HEADER.fullmatch(self.header) or self.header.lower() in NOT_A_SECRET):
            raise ValidationError({"header": "This cannot carry a secret. Write its name, such as X-Api-Key."})

    def as_lookup(self) -> tools.Lookup:
        """The same as a step knows it: without address and secret."""
        slots = tuple(_slot(row) for row in self.sends if row["form"] in FORMS)
        finds = tuple(row["name"] for row in self.finds)
        return tools.Lookup(name=self.name, purpose=self.purpose, slots=slots, changes=self.changes, finds=finds)


def _slot(row: dict[str, Any]) -> ToolSlot:
    words, pattern, longest = FORMS[row["form"]]
    return ToolSlot(name=row["name"], purpose=f"{row['hint']} ({words})", pattern=pattern, longest=longest)
