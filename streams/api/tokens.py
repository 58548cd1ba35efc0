"""Tokens: made once, shown once, looked up by their digest."""

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from streams.models import ApiToken
from streams.models.tokens import SCOPES

PREFIX = "cw_"  # so that a token that lies about somewhere is known for what it is
LONGEST = timedelta(days=366)
NOTED_EVERY = timedelta(minutes=1)  # `last_used_at` is not worth a write for each request


def may_give(person: Any) -> list[str]:
    """The scopes that this person may give to a program: what they may do themselves."""
    return [scope for scope, (_, permission) in SCOPES.items() if person.has_perm(permission)]


def issue(name: str, *, by: Any, scopes: list[str], days: int) -> tuple[ApiToken, str]:
    """A new token and its secret, which is stored nowhere. Raises `ValueError`, in words, for what cannot be given."""
    if not scopes:
        raise ValueError("Choose what the program may read.")
    if set(scopes) - set(may_give(by)):
        raise ValueError("You cannot let a program do what you may not do yourself.")
    if not 0 < days <= LONGEST.days:
        raise ValueError("A token is good for a year at most.")
    secret = PREFIX + secrets.token_urlsafe(32)
    token = ApiToken.objects.create(
        name=name.strip()[:80] or "Without a name",
        digest=digest_of(secret),
        ending=secret[-4:],
        scopes=[scope for scope in SCOPES if scope in scopes],
        made_by=by,
        expires_at=timezone.now() + timedelta(days=days),
    )
    return token, secret


def opened_by(secret: str, now: datetime | None = None) -> ApiToken | None:
    """The token that this secret opens; None where it is unknown, revoked, expired, or its maker has left."""
    now = now or timezone.now()
    found = ApiToken.objects.select_related("made_by").filter(digest=digest_of(secret)).first()
    if found is None or found.revoked_at or found.expires_at <= now or not found.made_by.is_active:
        return None
    if found.last_used_at is None or found.last_used_at < now - NOTED_EVERY:
        ApiToken.objects.filter(pk=found.pk).update(last_used_at=now)
    return found


def allows(token: ApiToken, scope: str) -> bool:
    """Whether it may do this: it says so, and its maker still may."""
    return scope in token.scopes and bool(token.made_by.has_perm(SCOPES[scope][1]))


def revoke(token: ApiToken, *, by: Any) -> bool:
    """It opens nothing from now on. False when it was revoked before."""
    there = ApiToken.objects.filter(pk=token.pk, revoked_at=None)
    return bool(there.update(revoked_at=timezone.now(), revoked_by=by))


def digest_of(secret: str) -> str:
    """What is stored of a secret. It has 256 bits of chance, so it needs no salt."""
    return hashlib.sha256(secret.encode()).hexdigest()
