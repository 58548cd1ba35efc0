"""One turn of the agent: what was received of it, and what is left of it when the caller cuts in. Pure.

A turn is one response of the server's. It may hold several pieces of audio (a remark before a lookup, then the answer),
each with words of its own; playback runs over all of them.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from flows.engine.events import value
from streams.ai.briefing import Json
from streams.ai.provider import AgentSaid
from streams.ai.realtime.memory import Line
from streams.ai.words import heard_of


@dataclass(slots=True)
class Piece:
    """One audio item of a turn."""

    item_id: str
    content_index: int = 0
    audio_bytes: int = 0
    words: str = ""


@dataclass(slots=True)
class Asked:
    """A function call as far as it has come."""

    call_id: str
    name: str = ""
    arguments: str = ""


@value
class Done:
    """The end of a response: its status (completed, cancelled, incomplete, failed) and the code of its error."""

    response_id: str
    status: str
    code: str = ""
    usage: Any = None
    asked: tuple[Asked, ...] = ()


@dataclass(slots=True)
class Turn:
    """A response: `params` are what it was created with; None when the server made it by itself.

    `knows_all` is True when every result that we gave was there when it began. `heard_ms` is set once the caller cut
    in; `overheard` is True when the server itself heard the caller meanwhile. `saying` are its words once they were
    given out, `line` is its place in the memory.
    """

    response_id: str
    params: Json | None = None
    knows_all: bool = True
    pieces: dict[str, Piece] = field(default_factory=dict)
    asked: dict[str, Asked] = field(default_factory=dict)
    heard_ms: int | None = None
    overheard: bool = False
    saying: AgentSaid | None = None
    line: Line | None = None
    is_forgotten: bool = False  # by the server: its session is gone

    @property
    def has_sound(self) -> bool:
        """True once some of it can be heard."""
        return self.line is not None

    @property
    def was_cut(self) -> bool:
        """True once the caller cut in."""
        return self.heard_ms is not None

    def piece(self, item_id: str) -> Piece:
        """The piece of this item, begun when need be."""
        if item_id not in self.pieces:
            self.pieces[item_id] = Piece(item_id=item_id)
        return self.pieces[item_id]

    def add_sound(self, item_id: str, content_index: int, length: int) -> None:
        """More of the audio of this item, in bytes."""
        piece = self.piece(item_id)
        piece.content_index, piece.audio_bytes = content_index, piece.audio_bytes + length

    def ask(self, asked: Asked) -> None:
        """More of a function call: what is known already stays when this says nothing of it."""
        known = self.asked.setdefault(asked.call_id, asked)
        known.name, known.arguments = asked.name or known.name, asked.arguments or known.arguments

    def words(self, bytes_a_ms: int) -> str:
        """What was said; of a turn that was cut, what was heard of it: whole words, counted by time."""
        if self.heard_ms is None:
            return _joined(piece.words for piece in self.pieces.values())
        return _joined(heard_of(piece.words, heard, length) for piece, heard, length in self._playback(bytes_a_ms))

    def corrections(self, bytes_a_ms: int) -> list[Json]:
        """What the server must be told so that it knows what was not heard. Never more than was received."""
        told: list[Json] = []
        for piece, heard, length in self._playback(bytes_a_ms):
            if not length or heard >= length:
                continue
            if heard:
                told.append(
                    {
                        "type": "conversation.item.truncate",
                        "item_id": piece.item_id,
                        "content_index": piece.content_index,
                        "audio_end_ms": heard,
                    }
                )
            else:
                told.append({"type": "conversation.item.delete", "item_id": piece.item_id})
        return told

    def _playback(self, bytes_a_ms: int) -> Iterator[tuple[Piece, int, int]]:
        """Each piece with the milliseconds that were heard of it, and its length."""
        left = self.heard_ms or 0
        for piece in self.pieces.values():
            length = piece.audio_bytes // bytes_a_ms
            heard = min(left, length)
            left -= heard
            yield piece, heard, length


def _joined(parts: Iterator[str]) -> str:
    return " ".join(part.strip() for part in parts if part.strip())
