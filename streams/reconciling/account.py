"""Whether there are books to read, and where they are opened.

A development site without an account has the built-in phone for its carrier: then its book is read, over the same
interface and by HTTP as the carrier's would be.
"""

import contextlib
from collections.abc import Iterator
from zoneinfo import ZoneInfo

from django.conf import settings

from streams.carriers import at_hand
from streams.carriers.plivo_api import Account
from streams.carriers.plivo_records import Books
from streams.phone import own_site
from streams.phone.accounts import Accounts, Manner
from streams.phone.desk import Desk

UTC = ZoneInfo("UTC")


def is_there() -> bool:
    """Whether there is an account with the carrier, or the built-in phone has placed calls in its stead."""
    return at_hand.has_account() or (settings.DEVELOPMENT and own_site.book().is_there())


def may_be_asked() -> bool:
    """Whether somebody can be asked what is on the line: the carrier, or at home the built-in phone."""
    return at_hand.has_account() or settings.DEVELOPMENT


def knows(parent_auth_id: str) -> bool:
    """Whether whoever is asked carried a call whose messages name this account, "" where they name none. A call that
    the built-in phone placed is unknown to the carrier though it goes on, and the reverse."""
    of_the_phone = parent_auth_id == at_hand.NO_ACCOUNT
    return of_the_phone == (settings.PLIVO_AUTH_ID in ("", at_hand.NO_ACCOUNT))


def zone() -> ZoneInfo:
    """The time zone of the account, in which the carrier writes times that name none."""
    return ZoneInfo(settings.PLIVO_TIME_ZONE)


@contextlib.contextmanager
def books() -> Iterator[Books]:
    """The books of the site's account. Raises `PlivoSaidNo`."""
    if not at_hand.why_not():
        with at_hand.carrier() as account:
            yield Books(account, zone())
        return
    ours = own_site.account()
    desk = Desk(ours, lambda order: None, Accounts(own_site.book(), Manner()))
    with desk.open(0) as port, Account(ours.auth_id, ours.token, home=f"http://127.0.0.1:{port}") as account:
        yield Books(account, UTC)
