"""Keeps strangers from trying one link after the other.

A token has 256 bits and cannot be guessed; this keeps the database from being asked by who tries all the same.
"""

from django.core.cache import cache

from streams.sharing.addresses import house

MOST_MISSES = 20  # from one address
WITHIN_SECONDS = 600


def is_guessing(address: str) -> bool:
    """Whether too many links that open nothing were asked for from here of late."""
    return int(cache.get(_key(address), 0)) >= MOST_MISSES


def missed(address: str) -> None:
    """Somebody here asked for a link that opens nothing."""
    cache.add(_key(address), 0, WITHIN_SECONDS)
    try:
        cache.incr(_key(address))
    except ValueError:  # it ran out between the two
        cache.set(_key(address), 1, WITHIN_SECONDS)


def _key(address: str) -> str:
    return f"shared-misses:{house(address) or 'nowhere'}"
