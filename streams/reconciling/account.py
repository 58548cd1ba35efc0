"""Whether there are books to read, and where they are opened."""

import contextlib
from collections.abc import Iterator
from zoneinfo import ZoneInfo

from django.conf import settings

from streams.carriers.plivo_api import Account
from streams.carriers.plivo_records import Books


def is_there() -> bool:
    """Whether the site has an account with the carrier, or the built-in phone's (`PLIVO_API_URL`)."""
    return bool(settings.PLIVO_AUTH_ID and settings.PLIVO_AUTH_TOKEN)


def zone() -> ZoneInfo:
    """The time zone of the account, in which the carrier writes times that name none."""
    return ZoneInfo(settings.PLIVO_TIME_ZONE)


@contextlib.contextmanager
def books() -> Iterator[Books]:
    """The books of the site's account. Raises `PlivoSaidNo`."""
    with Account(settings.PLIVO_AUTH_ID, settings.PLIVO_AUTH_TOKEN) as account:
        yield Books(account, zone())
