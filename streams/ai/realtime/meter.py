"""What a conversation over OpenAI Realtime used, as told by the server, or reckoned where it never told. Pure."""

import json
from collections.abc import Iterable
from typing import Any

from streams.ai.briefing import functions, instructions
from streams.ai.provider import AgentBrief, Used
from streams.ai.realtime import usage
from streams.ai.realtime.turn import Turn
from streams.ai.text_model import tokens

TAKEN_IN = ("text_in", "text_cached", "audio_in", "audio_cached")


class Meter:
    """Responses are counted by the server at their end. One that has none, because its session broke off or nobody
    listens any more, took in what the one before it took in, as well as can be told, and made what came of it.
    """

    def __init__(self, brief: AgentBrief, *, engine: str, model: str, bytes_a_ms: int) -> None:
        self._engine, self._model, self._bytes_a_ms = engine, model, bytes_a_ms
        told = [instructions(brief), *(json.dumps(function.parameters) for function in functions(brief))]
        self._taken_in: dict[str, float] = {"text_in": tokens(sum(map(len, told)))}

    def told(self, counted: Any) -> list[Used]:
        """What the server says that a response used."""
        used = usage.of_response(counted, engine=self._engine, model=self._model)
        self._taken_in = {one.unit: one.quantity for one in used if one.unit in TAKEN_IN} or self._taken_in
        return used

    def reckoned(self, turns: Iterable[Turn]) -> list[Used]:
        """What responses used that the server will not tell about."""
        return [used for turn in turns for used in self._of(turn)]

    def _of(self, turn: Turn) -> list[Used]:
        letters = sum(len(piece.words) for piece in turn.pieces.values())
        letters += sum(len(asked.name) + len(asked.arguments) for asked in turn.asked.values())
        milliseconds = sum(piece.audio_bytes for piece in turn.pieces.values()) // self._bytes_a_ms
        made = usage.made(letters, milliseconds)
        return usage.reckoned(self._taken_in | made, engine=self._engine, model=self._model)
