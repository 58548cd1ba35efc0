"""The carrier's book of the calls that this phone placed: which legs and streams there were, from when to when.

It is a folder with a file for each call, so that whoever places calls and whoever is asked about them may be different
processes. What they cost, and how that is told, is `accounts.py`.
"""

import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Leg:
    """One leg: `parent` dialled it, if any. Moments are seconds since 1970; `answered_at` is None for one that nobody
    took. `code`, `name` and `source` say why it ended."""

    uuid: str
    parent: str = ""
    direction: str = "inbound"
    from_number: str
    to_number: str
    began_at: float
    answered_at: float | None
    ended_at: float
    code: int = 4000
    name: str = "Normal Hangup"
    source: str = "Caller"


@dataclass(frozen=True, kw_only=True)
class Streamed:
    """One stream of a call, from its start to its end, in seconds since 1970."""

    stream_id: str
    call_uuid: str
    began_at: float
    ended_at: float
    url: str = ""
    bidirectional: bool = True
    tracks: tuple[str, ...] = ("inbound",)


class Book:
    """The book in this folder, which need not be there yet."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def is_there(self) -> bool:
        """Whether a call was ever entered in it."""
        return self._folder.is_dir()

    def write(self, legs: list[Leg], streams: list[Streamed]) -> None:
        """Keep one call, whole: its own leg is the first."""
        if not legs:
            return
        self._folder.mkdir(parents=True, exist_ok=True)
        page = {"legs": [asdict(leg) for leg in legs], "streams": [asdict(stream) for stream in streams]}
        path = self._folder / f"{legs[0].uuid}.json"
        beside = path.with_suffix(f".{os.getpid()}")
        beside.write_text(json.dumps(page))
        beside.replace(path)

    def legs(self) -> list[Leg]:
        """Every leg, the one that ended last first."""
        found = [Leg(**leg) for page in self._pages() for leg in page["legs"]]
        return sorted(found, key=lambda leg: leg.ended_at, reverse=True)

    def streams_of(self, call_uuid: str) -> list[Streamed]:
        """The streams of this call, in their order."""
        return [
            Streamed(**stream | {"tracks": tuple(stream["tracks"])})
            for page in self._pages(f"{call_uuid}.json" if call_uuid.replace("-", "").isalnum() else "none")
            for stream in page["streams"]
        ]

    def _pages(self, names: str = "*.json") -> Iterator[dict[str, list[dict[str, Any]]]]:
        for path in self._folder.glob(names):
            yield json.loads(path.read_text())
