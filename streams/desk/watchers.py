"""Who sits at the desk, and what they may see of a call: asked of the database when a socket opens, and again while it
stays open. Sync.
"""

from dataclasses import dataclass
from typing import Any

from streams import handshake

WATCH, LISTEN, DIRECT = "streams.watch_calls", "streams.listen_in", "streams.direct_calls"


@dataclass(frozen=True, slots=True)
class Watcher:
    """One person, and what they may see. `user` is who they are to Django."""

    user: Any
    words: bool
    numbers: bool
    money: bool
    listens: bool
    directs: bool = False


def signed_in(cookies: str, permission: str = WATCH) -> Watcher | None:
    """Whoever is signed in, in the browser with these cookies; None unless they have the permission.

    A no is asked for twice: what people may themselves, and by their groups, is read one after the other, and whoever
    is just given the one for the other would be shut out.
    """
    for _ in range(2):
        user = handshake.signed_in(cookies)
        if user is not None and user.has_perm(permission):
            return watcher(user)
    return None


def watcher(user: Any) -> Watcher:
    """What this person may see of calls."""
    may = user.has_perm
    return Watcher(
        user=user,
        words=may("streams.view_transcript"),
        numbers=may("streams.view_number"),
        money=may("streams.view_charge"),
        listens=may(LISTEN),
        directs=may(DIRECT),
    )
