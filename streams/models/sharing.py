"""Who was shown more of a call than everybody sees: links that were shared, and numbers that were unmasked."""

import hashlib
import secrets
from datetime import timedelta
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.utils import timezone

from streams.models.calls import Call

GOOD_FOR = timedelta(days=7)  # a link, unless somebody chooses otherwise
UNMASKED_FOR = timedelta(minutes=15)
SHORTEST_REASON = 10  # characters


class CannotBeChanged(Exception):
    """Somebody tried to change or delete a record of who saw what."""


class AppendOnly(models.QuerySet[Any]):
    """Rows that are only ever added."""

    def update(self, **fields: Any) -> int:
        raise CannotBeChanged("What was seen is not changed afterwards.")

    def delete(self) -> Any:
        raise CannotBeChanged("What was seen is not deleted.")


class SharedLinks(models.QuerySet["SharedLink"]):
    """Links, and the question that is asked of them most."""

    def good(self) -> Self:
        """Those that still open the call: whoever made one must still be able to sign in."""
        now = timezone.now()
        return self.filter(revoked_at=None, expires_at__gt=now, by__is_active=True).exclude(call=None)


class SharedLink(models.Model):
    """A link that shows one call, masked, to whoever has it. `digest` is SHA-256 of its token, which is never stored.

    `with_words`: what was said is shown, its numbers hidden; `with_costs`: what it cost is. `made_by` names the person
    also when the account is gone, and `call_named` the call (the carrier’s name for it).
    """

    call = models.ForeignKey(Call, null=True, on_delete=models.SET_NULL, related_name="shared_links")
    call_named = models.CharField("the carrier’s name for the call", max_length=64, blank=True)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    note = models.CharField("for", max_length=200, blank=True, help_text="For whom, or why.")
    with_words = models.BooleanField("with what was said", default=False)
    with_costs = models.BooleanField("with costs", default=False)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", verbose_name="person"
    )
    made_by = models.CharField(max_length=160)
    made_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.CharField(max_length=160, blank=True)

    objects = SharedLinks.as_manager()

    class Meta:
        ordering = ["-made_at"]
        verbose_name = "shared link"
        default_permissions = ("view",)
        permissions = [("share_call", "Can share calls by a link, masked")]

    def __str__(self) -> str:
        return f"Link of {self.made_by}, {self.made_at:%d %b %H:%M}"


class LinkOpening(models.Model):
    """A link was opened. Append-only. `address` is where from, as far as the site can tell, its last part left out."""

    link = models.ForeignKey(SharedLink, on_delete=models.PROTECT, related_name="openings")
    at = models.DateTimeField(default=timezone.now)
    address = models.CharField(max_length=60, blank=True)

    objects = AppendOnly.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        default_permissions = ()

    def __str__(self) -> str:
        return f"opened {self.at:%d %b %H:%M}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Store a new one. Raises `CannotBeChanged` for one that exists."""
        only_added(self)
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        """Refused."""
        raise CannotBeChanged("What was seen is not deleted.")


class Unmasking(models.Model):
    """Somebody saw the numbers of a call. Append-only: masking again is one more row, whose `until` is its moment.

    The newest row of a person and a call says until when that person sees it unmasked.
    """

    call = models.ForeignKey(Call, null=True, on_delete=models.SET_NULL, related_name="unmaskings")
    call_named = models.CharField("the carrier’s name for the call", max_length=64, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", verbose_name="person"
    )
    seen_by = models.CharField("who", max_length=160)
    what = models.CharField(max_length=120)
    reason = models.CharField(max_length=300)
    at = models.DateTimeField("when", default=timezone.now)
    until = models.DateTimeField()

    objects = AppendOnly.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name = "unmasked call"
        default_permissions = ("view",)
        permissions = [("unmask_call", "Can see the numbers of a call for a while, for a reason that is kept")]
        indexes = [models.Index(fields=["call", "by", "-at"], name="unmaskings_of_a_person")]

    def __str__(self) -> str:
        return f"{self.seen_by}, {self.at:%d %b %H:%M}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Store a new one. Raises `CannotBeChanged` for one that exists."""
        only_added(self)
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        """Refused."""
        raise CannotBeChanged("What was seen is not deleted.")


def only_added(row: models.Model) -> None:
    """Raise `CannotBeChanged` for a row that is stored already."""
    if not row._state.adding:
        raise CannotBeChanged("What was seen is not changed afterwards.")


def new_link_token() -> str:
    """A token for a link: 256 bits, fit for an address."""
    return secrets.token_urlsafe(32)


def digest_of(token: str) -> str:
    """What is stored of a token."""
    return hashlib.sha256(token.encode()).hexdigest()
