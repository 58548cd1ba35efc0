"""The shapes in which OpenAI's text APIs answer: Responses and Chat Completions, whole and as events.

Each is held against the vendor's own types before it leaves.
"""

import re
from collections.abc import Iterator
from typing import Any

from openai.types.chat import ChatCompletion, ChatCompletionChunk
from openai.types.responses import Response, ResponseStreamEvent

from tests.standins.frames import check, check_event, variants
from tests.standins.openai_model import Asked, Json, Says, Tokens

EVENTS = variants(ResponseStreamEvent)
CHAT_CUT = {"max_output_tokens": "length", "content_filter": "content_filter"}


def response(number: int, asked: Asked, says: Says, tokens: Tokens | None, body: Json, status: str = "") -> Json:
    """A Response. Without `tokens` it has only begun."""
    done = status or ("incomplete" if says.cut else "completed")
    made = {
        "id": f"resp_{number}",
        "object": "response",
        "created_at": 1_790_000_000,
        "model": asked.model,
        "status": done if tokens else "in_progress",
        "error": None,
        "incomplete_details": {"reason": says.cut} if says.cut and tokens else None,
        "instructions": asked.instructions,
        "output": [item for item, _ in _items(number, says)] if tokens else [],
        "parallel_tool_calls": body.get("parallel_tool_calls", True),
        "tool_choice": "auto",
        "tools": body.get("tools", []),
        "usage": _response_usage(tokens) if tokens else None,
    }
    check(Response, made)
    return made


def response_events(number: int, asked: Asked, says: Says, tokens: Tokens, body: Json) -> Iterator[Json]:
    """The events of a streamed Response, in the vendor's order."""
    for place, event in enumerate(_events(number, asked, says, tokens, body)):
        event["sequence_number"] = place
        check_event(EVENTS, event)
        yield event


def failure(number: int, asked: Asked, body: Json, code: str) -> Json:
    """The event of a Response that failed on its way."""
    failed = response(number, asked, Says(), Tokens(0, 0, 0, 0), body, "failed")
    event = {
        "type": "response.failed",
        "response": {**failed, "usage": None, "error": {"code": code, "message": "The model failed."}},
        "sequence_number": 99,
    }
    check_event(EVENTS, event)
    return event


def _events(number: int, asked: Asked, says: Says, tokens: Tokens, body: Json) -> Iterator[Json]:
    begun = response(number, asked, says, None, body)
    yield {"type": "response.created", "response": begun}
    yield {"type": "response.in_progress", "response": begun}
    for place, (item, parts) in enumerate(_items(number, says)):
        where = {"item_id": item["id"], "output_index": place}
        yield {"type": "response.output_item.added", "output_index": place, "item": {**item, **_empty(item)}}
        yield from _text(where, parts) if item["type"] == "message" else _arguments(where, item)
        yield {"type": "response.output_item.done", "output_index": place, "item": item}
    ended = response(number, asked, says, tokens, body)
    yield {"type": f"response.{ended['status']}", "response": ended}


def _items(number: int, says: Says) -> list[tuple[Json, list[Json]]]:
    status = "incomplete" if says.cut else "completed"
    parts = []
    if says.text:
        parts.append({"type": "output_text", "text": says.text, "annotations": [], "logprobs": []})
    if says.refusal:
        parts.append({"type": "refusal", "refusal": says.refusal})
    found: list[tuple[Json, list[Json]]] = []
    if parts:
        message = {"type": "message", "id": f"msg_{number}", "role": "assistant", "status": status, "content": parts}
        found.append((message, parts))
    for place, (name, arguments) in enumerate(says.arguments):
        call = {"type": "function_call", "id": f"fc_{number}_{place}", "call_id": f"call_{number}_{place}"}
        found.append(({**call, "name": name, "arguments": arguments, "status": status}, []))
    return found


def _empty(item: Json) -> Json:
    return {"status": "in_progress", **({"content": []} if item["type"] == "message" else {"arguments": ""})}


def _text(where: Json, parts: list[Json]) -> Iterator[Json]:
    for place, part in enumerate(parts):
        here = {**where, "content_index": place}
        key = "text" if part["type"] == "output_text" else "refusal"
        extra: Json = {"logprobs": []} if key == "text" else {}
        yield {"type": "response.content_part.added", **here, "part": {**part, key: ""}}
        for piece in pieces(part[key]):
            yield {"type": f"response.{part['type']}.delta", **here, "delta": piece, **extra}
        yield {"type": f"response.{part['type']}.done", **here, key: part[key], **extra}
        yield {"type": "response.content_part.done", **here, "part": part}


def _arguments(where: Json, item: Json) -> Iterator[Json]:
    for piece in fragments(item["arguments"]):
        yield {"type": "response.function_call_arguments.delta", **where, "delta": piece}
    done = {"type": "response.function_call_arguments.done", **where, "arguments": item["arguments"]}
    yield done


def _response_usage(tokens: Tokens) -> Json:
    return {
        "input_tokens": tokens.read,
        "input_tokens_details": {"cached_tokens": tokens.cached, "cache_write_tokens": 0},
        "output_tokens": tokens.written,
        "output_tokens_details": {"reasoning_tokens": tokens.thought},
        "total_tokens": tokens.read + tokens.written,
    }


def completion(number: int, asked: Asked, says: Says, tokens: Tokens) -> Json:
    """A whole chat completion."""
    message: Json = {"role": "assistant", "content": says.text or None, "refusal": says.refusal or None}
    if says.calls:
        message["tool_calls"] = [{**call, "type": "function"} for call in _chat_calls(number, says)]
    choice = {"index": 0, "message": message, "finish_reason": _reason(says), "logprobs": None}
    made = {**_chat_head(number, asked, "chat.completion"), "choices": [choice], "usage": _chat_usage(tokens)}
    check(ChatCompletion, made)
    return made


def chunks(number: int, asked: Asked, says: Says, tokens: Tokens | None) -> Iterator[Json]:
    """The chunks of a streamed completion; without `tokens` nobody asked for them, or the server does not count."""
    for chunk in _chunks(number, asked, says, tokens):
        check(ChatCompletionChunk, chunk)
        yield chunk


def _chunks(number: int, asked: Asked, says: Says, tokens: Tokens | None) -> Iterator[Json]:
    head = _chat_head(number, asked, "chat.completion.chunk")

    def chunk(delta: Json, reason: str | None = None) -> Json:
        return {**head, "choices": [{"index": 0, "delta": delta, "finish_reason": reason, "logprobs": None}]}

    yield chunk({"role": "assistant", "content": ""})
    for key, text in (("content", says.text), ("refusal", says.refusal)):
        for piece in pieces(text):
            yield chunk({key: piece})
    for place, call in enumerate(_chat_calls(number, says)):
        first = {"id": call["id"], "type": "function", "function": {"name": call["function"]["name"], "arguments": ""}}
        yield chunk({"tool_calls": [{"index": place, **first}]})
        for piece in fragments(call["function"]["arguments"]):
            yield chunk({"tool_calls": [{"index": place, "function": {"arguments": piece}}]})
    yield chunk({}, _reason(says))
    if tokens:
        yield {**head, "choices": [], "usage": _chat_usage(tokens)}


def _chat_head(number: int, asked: Asked, kind: str) -> Json:
    return {"id": f"chatcmpl_{number}", "object": kind, "created": 1_790_000_000, "model": asked.model}


def _chat_calls(number: int, says: Says) -> list[Json]:
    return [
        {"id": f"call_{number}_{place}", "function": {"name": name, "arguments": arguments}}
        for place, (name, arguments) in enumerate(says.arguments)
    ]


def _reason(says: Says) -> str:
    return CHAT_CUT.get(says.cut) or ("tool_calls" if says.calls else "stop")


def _chat_usage(tokens: Tokens) -> Json:
    return {
        "prompt_tokens": tokens.read,
        "prompt_tokens_details": {"cached_tokens": tokens.cached},
        "completion_tokens": tokens.written,
        "completion_tokens_details": {"reasoning_tokens": tokens.thought},
        "total_tokens": tokens.read + tokens.written,
    }


def pieces(text: str) -> list[str]:
    """A text as it is written: word by word."""
    return re.findall(r"\s*\S+\s*$|\s*\S+", text)


def fragments(arguments: str) -> list[str]:
    """Arguments as they are written: a few letters at a time."""
    return [arguments[start : start + 6] for start in range(0, len(arguments), 6)]


def asked_by_responses(body: Json) -> Asked:
    """The request of a Responses body."""
    given: Any = body["input"]
    items = [{"role": "user", "content": given}] if isinstance(given, str) else given
    form = body.get("text", {}).get("format", {})
    return Asked(
        model=body["model"],
        instructions=body.get("instructions") or "",
        turns=tuple(map(_turn, items)),
        functions={tool["name"]: tool["parameters"] for tool in body.get("tools", [])},
        form=form.get("schema"),
        form_name=form.get("name", ""),
    )


def _turn(item: Json) -> tuple[str, str]:
    match item.get("type", "message"):
        case "function_call":
            return "call", f"{item['name']} {item['arguments']}"
        case "function_call_output":
            return "result", item["output"]
    content = item["content"]
    return item["role"], content if isinstance(content, str) else "".join(part.get("text", "") for part in content)


def asked_by_chat(body: Json) -> Asked:
    """The request of a Chat Completions body."""
    form = body.get("response_format", {}).get("json_schema", {})
    said = [(message["role"], message) for message in body["messages"]]
    turns: list[tuple[str, str]] = []
    for role, message in said:
        calls = [call["function"] for call in message.get("tool_calls", [])]
        turns += [("call", f"{call['name']} {call['arguments']}") for call in calls]
        if role in ("user", "assistant", "tool") and message.get("content"):
            turns.append(("result" if role == "tool" else role, message["content"]))
    return Asked(
        model=body["model"],
        instructions="\n".join(message["content"] for role, message in said if role in ("system", "developer")),
        turns=tuple(turns),
        functions={tool["function"]["name"]: tool["function"]["parameters"] for tool in body.get("tools", [])},
        form=form.get("schema"),
        form_name=form.get("name", ""),
    )
