"""OpenAI's Responses API: what is asked, and how its events are read. Pure."""

from collections.abc import Iterator
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

SPOKEN = ("response.output_text.delta", "response.refusal.delta")  # a refusal is said too, better than silence
ROLES = {"agent": "assistant"}


class Responses:
    """The `Dialect` of OpenAI itself. Nothing is stored there."""

    path = "/responses"

    def request(self, asked: Asked, *, stream: bool) -> dict[str, Any]:
        """The body of a request."""
        body: dict[str, Any] = {
            "model": asked.model,
            "store": False,
            "instructions": asked.instructions,
            "input": [_item(turn) for turn in asked.turns or (Said(who="caller", text=NOTHING_SAID),)],
            "max_output_tokens": asked.most,
        }
        if asked.effort:
            body["reasoning"] = {"effort": asked.effort}
        if asked.functions:
            body |= {"tools": [_tool(function) for function in asked.functions], "parallel_tool_calls": False}
        if asked.form:
            name, schema = named_form(asked.form)
            body["text"] = {"format": {"type": "json_schema", "name": name, "strict": True, "schema": schema}}
        return body | ({"stream": True} if stream else {})

    def reader(self) -> "ResponsesReader":
        """For one streamed reply."""
        return ResponsesReader()

    def found(self, reply: Any) -> Found:
        """The text of a whole reply."""
        status = at(reply, "status")
        if not isinstance(at(reply, "output"), list) or status == "failed":
            return Found(text=None, counted=_counted(reply), broke=True)
        parts = [part for item in rows_at(reply, "output") for part in rows_at(item, "content")]
        refused = any(at(part, "type") == "refusal" for part in parts)
        text = "".join(text_at(part, "text") for part in parts if at(part, "type") == "output_text")
        whole = status in ("completed", None) and not refused and text
        return Found(text=text if whole else None, counted=_counted(reply))


class ResponsesReader:
    """Events carry all that is needed: no memory."""

    def read(self, event: Any) -> Iterator[Piece]:
        """What this event means."""
        kind = at(event, "type")
        if kind in SPOKEN and text_at(event, "delta"):
            yield TextPiece(text=text_at(event, "delta"))
        elif kind == "response.output_item.done":
            yield from _call(at(event, "item"))
        elif kind in ("response.completed", "response.incomplete", "response.failed"):
            yield from _end(kind, at(event, "response"))
        elif kind == "error":
            yield Whole(broke=text_at(event, "code"))


def _call(item: Any) -> Iterator[Called]:
    if at(item, "type") == "function_call" and at(item, "status") != "incomplete":
        call_id = text_at(item, "call_id") or text_at(item, "id")
        yield Called(call_id=call_id, name=text_at(item, "name"), arguments=text_at(item, "arguments"))


def _end(kind: str, response: Any) -> Iterator[Piece]:
    tokens = _counted(response)
    if tokens:
        yield tokens
    broke = text_at(response, "error", "code") if kind == "response.failed" else None
    yield Whole(cut=kind == "response.incomplete", broke=broke)


def _counted(response: Any) -> Counted | None:
    usage = at(response, "usage")
    cached = at(usage, "input_tokens_details", "cached_tokens")
    return counted(at(usage, "input_tokens"), cached, at(usage, "output_tokens"))


def _item(turn: Turn) -> Json:
    match turn:
        case Said(who=who, text=text):
            return {"role": ROLES.get(who, "user"), "content": text}
        case Called(call_id=call_id, name=name, arguments=arguments):
            return {"type": "function_call", "call_id": call_id, "name": name, "arguments": arguments}
        case Answered(call_id=call_id, result=result):
            return {"type": "function_call_output", "call_id": call_id, "output": result}


def _tool(function: Function) -> Json:
    return {
        "type": "function",
        "name": function.name,
        "description": function.description,
        "parameters": function.parameters,
        "strict": True,
    }
