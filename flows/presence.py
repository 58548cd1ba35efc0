"""Who has a flow open now. Kept in the cache: it is a courtesy, and may be forgotten."""

import time
from typing import Any

from django.core.cache import cache

from flows.models import Flow

SECONDS = 25  # an open page tells every few seconds that it is still there


def note(flow: Flow, user: Any) -> list[str]:
    """Remember that this person has the flow open; the names of the others who have."""
    key, now = f"flow-open:{flow.pk}", time.time()
    here: dict[str, tuple[str, float]] = cache.get(key) or {}
    here = {who: (name, at) for who, (name, at) in here.items() if now - at < SECONDS}
    here[str(user.pk)] = (user.get_full_name() or user.get_username(), now)
    cache.set(key, here, SECONDS)
    return sorted(name for who, (name, _) in here.items() if who != str(user.pk))
