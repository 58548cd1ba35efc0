"""What a web process knows about itself. The server writes it, `/readyz` reads it. Pure: no Django, no Twisted."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass
class Process:
    """One web process. `open_streams` counts the WebSockets it carries at this moment."""

    draining: bool = False
    open_streams: Callable[[], int] = lambda: 0


THIS = Process()
