"""The items of a conversation, and what it costs to read them again. Pure."""

import json
import math
from dataclasses import dataclass, field
from typing import Any

from tests.standins.openai_realtime.wire import Frame, Refusal

USER_MS, ASSISTANT_MS = 100, 50  # of audio for one token
CHARACTERS = 4  # of text for one token, more or less


@dataclass(eq=False)
class Item:
    """One item as the service shows it, with the length of its audio, and what was understood of it."""

    shown: Frame
    audio_ms: float = 0
    heard: str = ""
    is_done: bool = True

    @property
    def id(self) -> str:
        """Its name."""
        return str(self.shown["id"])

    @property
    def is_assistants(self) -> bool:
        """The model said it."""
        return self.shown.get("role") == "assistant"

    def tokens(self) -> tuple[int, int]:
        """What it costs to read: tokens of text and of audio."""
        if self.shown["type"] != "message":
            spelled = [str(self.shown.get(name, "")) for name in ("name", "arguments", "output")]
            return text_tokens("".join(spelled)), 0
        names = (
            ("text", "transcript") if self.is_assistants else ("text",)
        )  # the caller's transcript is another model's
        text = sum(text_tokens(part.get(name) or "") for part in self.shown["content"] for name in names)
        return text, audio_tokens(self.audio_ms, ASSISTANT_MS if self.is_assistants else USER_MS)

    def understood(self) -> Frame:
        """For a brain: as shown, with the caller's words in it."""
        return {**self.shown, "heard": self.heard} if self.heard else self.shown


@dataclass
class Conversation:
    """The default conversation of a session."""

    items: list[Item] = field(default_factory=list)

    @property
    def last_id(self) -> str | None:
        """The id of the latest item."""
        return self.items[-1].id if self.items else None

    def before(self, item: Item) -> str | None:
        """The id of the item before this one."""
        place = self.items.index(item) if item in self.items else 0
        return self.items[place - 1].id if place else None

    def find(self, item_id: str, verb: str) -> Item:
        """The item of this name. Raises `Refusal` for whoever wants to truncate, delete or retrieve it."""
        for item in self.items:
            if item.id == item_id:
                return item
        said = f"Error {verb[:-1]}ing item: the item with id '{item_id}' does not exist."
        raise Refusal(f"item_{verb}_invalid_item_id", said, param="item_id")

    def add(self, item: Item, after: str | None = None) -> str | None:
        """Put it at the end, or after another (“root” is before all). Gives the id of the item before it."""
        if any(item.id == other.id for other in self.items):
            said = f"Error adding item: an item with ID '{item.id}' already exists in the conversation."
            raise Refusal("item_create_duplicate_item_id", said, param="item.id")
        ids = ["root", *(other.id for other in self.items)]
        if after is not None and after not in ids:
            said = f"Previous item with ID '{after}' not found in conversation."
            raise Refusal("item_create_invalid_previous_item_id", said, param="previous_item_id")
        place = len(self.items) if after is None else ids.index(after)
        self.items.insert(place, item)
        return self.before(item)

    def truncate(self, item_id: str, end_ms: int) -> None:
        """Forget what the caller did not hear. Raises `Refusal`."""
        item = self.find(item_id, "truncate")
        if not item.is_assistants or not item.audio_ms:
            raise Refusal("unsupported_content_type", "Only model output audio messages can be truncated")
        if end_ms > item.audio_ms:
            said = f"Audio content of {item.audio_ms:.0f}ms is already shorter than {end_ms}ms"
            raise Refusal("invalid_value", said, param="audio_end_ms")
        item.audio_ms = end_ms
        for part in item.shown["content"]:
            part.pop("transcript", None)


class Counter:
    """Counts what each response of a session costs: everything said so far is read again, mostly from the cache."""

    def __init__(self) -> None:
        self._read: list[tuple[Any, int, int]] = []  # by the latest response: a key, text tokens, audio tokens

    def usage(self, given: list[tuple[Any, int, int]], text_out: int, audio_out: int) -> Frame:
        """The usage of one response that read `given` and made this."""
        text, audio = _sums(given)
        same = 0
        while same < min(len(given), len(self._read)) and given[same] == self._read[same]:
            same += 1
        cached_text, cached_audio = _sums(given[:same])
        self._read = given
        cached = {"text_tokens": cached_text, "audio_tokens": cached_audio, "image_tokens": 0}
        read = {
            "text_tokens": text,
            "audio_tokens": audio,
            "image_tokens": 0,
            "cached_tokens": cached_text + cached_audio,
            "cached_tokens_details": cached,
        }
        return {
            "total_tokens": text + audio + text_out + audio_out,
            "input_tokens": text + audio,
            "output_tokens": text_out + audio_out,
            "input_token_details": read,
            "output_token_details": {"text_tokens": text_out, "audio_tokens": audio_out},
        }


def before_it(instructions: str, tools: list[Any], items: list[Item]) -> list[tuple[Any, int, int]]:
    """What the model reads for a response, in order."""
    told = json.dumps(tools) if tools else ""
    head = ("told", instructions, told)
    return [(head, text_tokens(instructions + told), 0), *((item.id, *item.tokens()) for item in items)]


def text_tokens(text: str) -> int:
    """About what a text costs."""
    return math.ceil(len(text) / CHARACTERS)


def audio_tokens(ms: float, ms_a_token: int) -> int:
    """What audio costs."""
    return math.ceil(ms / ms_a_token)


def _sums(given: list[tuple[Any, int, int]]) -> tuple[int, int]:
    return sum(one[1] for one in given), sum(one[2] for one in given)
