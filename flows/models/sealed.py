"""Secrets that lie in the database locked, and are plain text in Python."""

import base64
import hashlib
import hmac
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.db import models


class Lost(str):
    """A stored secret that no key of this site opens: what stands in the database, kept as it is."""


class SealedField(models.TextField):
    """A text that is stored encrypted under `SECRET_KEY`, and read with it or one of `SECRET_KEY_FALLBACKS`.

    It reads as text, or as `Lost` when none of these keys fits. Every save encrypts anew, under the present key. No
    query can ask for its value, save for the empty one.
    """

    def get_prep_value(self, value: Any) -> Any:
        """What is stored: nothing for nothing, and what could not be opened unchanged."""
        if not value or isinstance(value, Lost):
            return value if value is None else str(value)
        return _locks().encrypt(str(value).encode()).decode()

    def from_db_value(self, value: str | None, *_: Any) -> str | None:
        """The secret, or `Lost`."""
        if not value:
            return value
        try:
            return _locks().decrypt(value.encode()).decode()
        except InvalidToken:
            return Lost(value)


def _locks() -> MultiFernet:
    """One lock for each key of the site, the present one first."""
    return MultiFernet([Fernet(_derived(key)) for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)])


def _derived(key: str) -> bytes:
    """A key of its own, so that nothing else that the site signs can be mistaken for a locked secret."""
    return base64.urlsafe_b64encode(hmac.new(key.encode(), b"secrets in the database", hashlib.sha256).digest())
