"""The Chat Completions API, which most servers of one's own speak best: what is asked, and how it is read. Pure."""

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any

from streams.ai.briefing import Function
from streams.ai.openai.dialect import (
    NOTHING_SAID,
    Asked,
    Counted,
    Found,
    Json,
    Piece,
    Whole,
    at,
    counted,
    named_form,
    rows_at,
    text_at,
)
from streams.ai.text_model import Answered, Called, Said, TextPiece, Turn

ROLES = {"agent": "assistant"}
CUT = ("length", "content_filter")


class Chat:
    """The `Dialect` of Chat Completions."""

    path = "/chat/completions"

    def request(self, asked: Asked, *, stream: bool) -> dict[str, Any]:
        """The body of a request."""
        turns = asked.turns or (Said(who="caller", text=NOTHING_SAID),)
        body: dict[str, Any] = {
            "model": asked.model,
            "store": False,
            "messages": [{"role": "system", "content": asked.instructions}, *_messages(turns)],
            "max_completion_tokens": asked.most,
        }
        if asked.effort:
            body["reasoning_effort"] = asked.effort
        if asked.functions:
            body |= {"tools": [_tool(function) for function in asked.functions], "parallel_tool_calls": False}
        if asked.form:
            name, schema = named_form(asked.form)
            form = {"name": name, "strict": True, "schema": schema}
            body["response_format"] = {"type": "json_schema", "json_schema": form}
        return body | ({"stream": True, "stream_options": {"include_usage": True}} if stream else {})

    def reader(self) -> "ChatReader":
        """For one streamed reply."""
        return ChatReader()

    def found(self, reply: Any) -> Found:
        """The text of a whole reply."""
        choice = next(iter(rows_at(reply, "choices")), None)
        if choice is None:
            return Found(text=None, counted=_counted(reply), broke=True)
        refused = bool(text_at(choice, "message", "refusal")) or at(choice, "finish_reason") in CUT
        text = text_at(choice, "message", "content")
        return Found(text=text if text and not refused else None, counted=_counted(reply))


class ChatReader:
    """Calls come in fragments, each with the place of its call; they are whole when the reply is.

    Some servers give every call the same place: there, another id is another call.
    """

    def __init__(self) -> None:
        self._calls: list[dict[str, str]] = []
        self._at: dict[int, dict[str, str]] = {}  # the call that is being written at each place

    def read(self, event: Any) -> Iterator[Piece]:
        """What this chunk means."""
        for choice in rows_at(event, "choices")[:1]:
            text = text_at(choice, "delta", "content") or text_at(choice, "delta", "refusal")
            if text:
                yield TextPiece(text=text)
            for fragment in rows_at(choice, "delta", "tool_calls"):
                self._add(fragment)
            reason = at(choice, "finish_reason")
            if reason:
                yield from () if reason in CUT else self._whole_calls()
                yield Whole(cut=reason in CUT)
        tokens = _counted(event)
        if tokens:
            yield tokens

    def _add(self, fragment: Any) -> None:
        index, call_id = at(fragment, "index"), text_at(fragment, "id")
        place = index if isinstance(index, int) else 0
        call = self._at.get(place)
        if call is None or (call_id and call["id"] and call_id != call["id"]):
            call = self._at[place] = {"id": "", "name": "", "arguments": ""}
            self._calls.append(call)
        call["id"] = call["id"] or call_id
        call["name"] = call["name"] or text_at(fragment, "function", "name")
        call["arguments"] += text_at(fragment, "function", "arguments")

    def _whole_calls(self) -> Iterator[Called]:
        for place, call in enumerate(self._calls):
            yield Called(call_id=call["id"] or f"call-{place}", name=call["name"], arguments=call["arguments"])


def _counted(reply: Any) -> Counted | None:
    usage = at(reply, "usage")
    cached = at(usage, "prompt_tokens_details", "cached_tokens")
    return counted(at(usage, "prompt_tokens"), cached, at(usage, "completion_tokens"))


def _messages(turns: Iterable[Turn]) -> Iterator[Json]:
    """One message a turn; calls made together are one, since their results must follow it."""
    for are_calls, together in groupby(turns, key=lambda turn: isinstance(turn, Called)):
        if are_calls:
            yield {"role": "assistant", "content": None, "tool_calls": [_called(call) for call in together]}
        else:
            yield from map(_message, together)


def _called(call: Any) -> Json:
    function = {"name": call.name, "arguments": call.arguments}
    return {"id": call.call_id, "type": "function", "function": function}


def _message(turn: Any) -> Json:
    match turn:
        case Answered(call_id=call_id, result=result):
            return {"role": "tool", "tool_call_id": call_id, "content": result}
        case Said(who=who, text=text):
            return {"role": ROLES.get(who, "user"), "content": text}
    raise TypeError(turn)


def _tool(function: Function) -> Json:
    return {
        "type": "function",
        "function": {
            "name": function.name,
            "description": function.description,
            "parameters": function.parameters,
            "strict": True,
        },
    }
