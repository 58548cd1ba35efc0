"""The broker of a site without Redis: kombu's folder of messages, of which nobody ever finds half a file.

kombu (5.7, `transport/filesystem.py`) opens a file and then writes into it. A worker that looks in between takes an
empty message for a broken one, and ends. So does one that reads who listens while that is written for the first time.
"""

import fcntl
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic_ns
from typing import Any

from kombu.exceptions import ChannelError
from kombu.transport import TRANSPORT_ALIASES, filesystem
from kombu.utils.json import dumps

SCHEME = "folder"  # of `CELERY_BROKER_URL`; the folders stand in its transport options, as for kombu's "filesystem"


class Channel(filesystem.Channel):
    """Files get the name that kombu looks for when they are whole."""

    def _put(self, queue: str, payload: Any, **_: Any) -> None:  # type: ignore[override]  # which its two bases name apart
        name = Path(self.data_folder_out, f"{monotonic_ns() // 1_000_000}_{uuid.uuid4()}")
        half, whole = name.with_suffix(".half"), name.with_suffix(f".{queue}.msg")
        try:
            half.write_text(dumps(payload))
            half.rename(whole)
        except OSError as error:
            raise ChannelError(f"Cannot add the file {whole} to the broker's folder.") from error

    def get_table(self, exchange: str) -> Any:
        with self._alone():
            return super().get_table(exchange)

    def _queue_bind(self, *binding: Any) -> None:
        with self._alone():
            super()._queue_bind(*binding)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """No other process reads or writes who listens to which queue."""
        with Path(self.control_folder, "lock").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


class Transport(filesystem.Transport):
    """What Celery knows as `folder://`."""

    Channel = Channel


def register() -> None:
    """Let kombu find it by the address of the broker."""
    TRANSPORT_ALIASES[SCHEME] = f"{__name__}:{Transport.__name__}"
