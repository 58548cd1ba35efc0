"""Where the phones of this installation can be reached while they are open: each answers on a port of its own.

It is a folder with a file for each call on a line, named by the carrier's name for it, and one for a phone that waits
for calls; each holds the port of its carrier's REST side. A file is locked while its phone lives, and the system drops
the lock however the phone dies, so a file that was left behind leads nowhere.
"""

import contextlib
import fcntl
from collections.abc import Iterator
from pathlib import Path

WAITING = "waiting"  # the name under which a phone waits for calls


class Switchboard:
    """The switchboard in this folder, which need not be there yet."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @contextlib.contextmanager
    def listed(self, name: str, port: int) -> Iterator[None]:
        """For as long as this lasts, this call, or who waits for calls, is to be reached at this port."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = self._folder / name
        with path.open("a+") as held:
            fcntl.flock(held, fcntl.LOCK_EX)  # whoever looks holds it for a moment
            held.truncate(0)
            held.write(f"{port}\n")
            held.flush()
            try:
                yield
            finally:
                path.unlink(missing_ok=True)

    def port_of(self, name: str) -> int | None:
        """The port under which it is to be reached; None where no phone has it, whatever the name."""
        if not name.replace("-", "").isalnum():
            return None
        try:
            with (self._folder / name).open() as kept:
                try:
                    fcntl.flock(kept, fcntl.LOCK_SH | fcntl.LOCK_NB)
                except BlockingIOError:
                    return int(kept.read() or 0) or None
        except OSError:
            pass
        return None
