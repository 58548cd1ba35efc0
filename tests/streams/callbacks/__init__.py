"""Wishes to be called back, as rows."""

from streams.models import CallbackRequest
from tests.streams.made import a_call


def asked(number: str, **about: object) -> CallbackRequest:
    """One that waits."""
    call = a_call()
    return CallbackRequest.objects.create(call=call, dedupe_key=call.call_uuid, number=number, **about)
