"""What it means that the carrier did not take an order, how people are told, and when it is tried again. Pure."""

from datetime import datetime, timedelta

from streams.carriers.plivo_api import PlivoSaidNo

OUR_ACCOUNT = (401, 403, 404)  # it is refused, not this number
AWAY = "The carrier cannot be reached from this machine; look at its network."
SHORTEST, LONGEST = timedelta(seconds=30), timedelta(minutes=15)
TOO_OFTEN = "The carrier was asked too often at once."


def is_not_theirs(error: PlivoSaidNo) -> bool:
    """Whether it is the carrier, or our account there, that has trouble, and not the number that was to be called."""
    return error.may_work_later or error.status in OUR_ACCOUNT


def in_words(error: PlivoSaidNo) -> str:
    """Why it was not taken, for whoever reads it on a page: nobody there can run anything again."""
    if error.status == 429:
        return TOO_OFTEN
    return AWAY if error.status == 0 and error.surely_undone else str(error)[:300]


def again_at(first_in_vain: datetime, last_in_vain: datetime) -> datetime:
    """When to ask a carrier once more that could not be asked: after as long as it has gone on, within bounds."""
    return last_in_vain + min(max(last_in_vain - first_in_vain, SHORTEST), LONGEST)
