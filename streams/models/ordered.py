"""What every order for a call has, whatever it is for."""

from django.db import models
from django.utils import timezone

from streams.models.calls import new_token


class CarrierOrder(models.Model):
    """One call that the carrier is asked for: stored before it is asked, so that no order is ever given twice.

    `token` stands in the addresses that the carrier is given, so its word about the call finds this row also when its
    answer to our order was lost. Each sort has a `call` and a `result` of its own.
    """

    token = models.CharField(max_length=64, unique=True, default=new_token, editable=False)
    number = models.CharField(max_length=80, db_index=True)
    ordered_at = models.DateTimeField(default=timezone.now)
    request_uuid = models.CharField(max_length=80, blank=True, help_text="The carrier’s name for our order.")
    why = models.CharField(max_length=300, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)

    call_id: int | None

    class Meta:
        abstract = True
