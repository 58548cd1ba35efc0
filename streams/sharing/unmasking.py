"""Seeing the numbers of one call: by one person, for a reason that is kept, for a while."""

from datetime import datetime
from typing import Any

from django.utils import timezone

from streams.models import Call, Unmasking
from streams.models.sharing import SHORTEST_REASON, UNMASKED_FOR

NUMBERS = "telephone numbers"
DIGITS = "telephone numbers, and what was typed or said in digits"
MASKED_AGAIN = "masked again"


class NoReason(Exception):
    """The reason is too short to be one. The message says what to do."""


def may_unmask(user: Any) -> bool:
    """Whether this person may see the numbers of a call, when they say why."""
    return bool(user.has_perm("streams.view_number") or user.has_perm("streams.unmask_call"))


def unmask(call: Call, by: Any, reason: str, *, digits: bool) -> Unmasking:
    """Let this person see the call's numbers from now on for a quarter of an hour. Raises `NoReason`."""
    said = " ".join(reason.split())
    if len(said) < SHORTEST_REASON:
        raise NoReason(f"Say in a few words why you need to see it, at least {SHORTEST_REASON} letters. It is kept.")
    return _note(call, by, DIGITS if digits else NUMBERS, said[:300], until=timezone.now() + UNMASKED_FOR)


def mask_again(call: Call, by: Any) -> None:
    """This person sees the call masked from now on. Nothing is noted where they do already."""
    if unmasked_until(call, by):
        _note(call, by, MASKED_AGAIN, "", until=timezone.now())


def unmasked_until(call: Call, by: Any) -> datetime | None:
    """Until when this person sees the call's numbers; None for who does not."""
    last = Unmasking.objects.filter(call=call, by=by).order_by("-pk").first()
    return last.until if last and last.until > timezone.now() else None


def _note(call: Call, by: Any, what: str, reason: str, *, until: datetime) -> Unmasking:
    who = {"by": by, "seen_by": name_of(by)}
    return Unmasking.objects.create(call=call, call_named=call.call_uuid, what=what, reason=reason, until=until, **who)


def name_of(user: Any) -> str:
    """A person's name as it stays known when the account is gone."""
    return str(user.get_full_name() or user.get_username())[:160]
