"""Streams beside a conversation: who wanted one, when, and until when one may begin."""

from django.conf import settings
from django.db import models

from streams.models.calls import LONGEST_PATH, Call


class ListenOrder(models.Model):
    """One listening stream that was asked for; each socket that carries it is a `Stream` with a charge of its own.

    `token_digest` is SHA-256 of the token in its address; the token itself is made from the row's number
    (`streams.listening.ordering.token_of`) and never stored. `closed_at`: from then on no socket may begin with it.
    """

    class How(models.TextChoices):
        """What asked the carrier for it."""

        DIAL = "dial", "with the document that put the caller through"
        API = "api", "by a request while they spoke"

    call = models.ForeignKey(Call, on_delete=models.PROTECT, related_name="listen_orders")
    step = models.CharField(max_length=LONGEST_PATH, blank=True, help_text="The transfer that pays for it.")
    how = models.CharField(max_length=4, choices=How.choices)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text="Who asked for it at the desk; nobody where the flow says so.",
    )
    token_digest = models.CharField(max_length=64, blank=True, db_index=True)
    expires_at = models.DateTimeField()
    binds = models.PositiveSmallIntegerField(default=0, help_text="How many streams it carried.")
    began_at = models.DateTimeField(help_text="When it was asked for.")
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["began_at"]

    def __str__(self) -> str:
        return f"Listening to call {self.call_id}, {self.get_how_display()}"
