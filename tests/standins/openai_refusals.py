"""What OpenAI's text APIs refuse although their types allow it: schemas, values, calls without an answer. Pure."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from tests.standins.frames import WrongFrame
from tests.standins.openai_model import Asked, Json

LEAST_TOKENS = 16  # that a Response may be limited to


def hold_response(body: Json) -> None:
    """Hold the body of a Responses request; raises `WrongFrame` in the service's words."""
    effort = (body.get("reasoning") or {}).get("effort")
    _hold_temperature(body, effort)
    most = body.get("max_output_tokens")
    if most is not None and most < LEAST_TOKENS:
        raise WrongFrame(f"Invalid 'max_output_tokens': integer below minimum value. Expected >= {LEAST_TOKENS}.")
    items = [] if isinstance(body["input"], str) else body["input"]
    calls = [item["call_id"] for item in items if item.get("type") == "function_call"]
    answers = [item["call_id"] for item in items if item.get("type") == "function_call_output"]
    if stray := next(_without(answers, calls), None):
        raise WrongFrame(f"No tool call found for function call output with call_id {stray}.")
    if unanswered := next(_without(calls, answers), None):
        raise WrongFrame(f"No tool output found for function call {unanswered}.")


def hold_chat(body: Json) -> None:
    """The same for Chat Completions, where a call's answers follow it at once."""
    effort = body.get("reasoning_effort")
    _hold_temperature(body, effort)
    if "max_tokens" in body:
        raise WrongFrame("Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens' instead.")
    if body.get("tools") and effort not in ("none", None):
        raise WrongFrame("Function tools with reasoning_effort are not supported in /v1/chat/completions.")
    open_calls: list[str] = []
    for message in body["messages"]:
        if message["role"] == "tool":
            if message["tool_call_id"] not in open_calls:
                raise WrongFrame(
                    "Messages with role 'tool' must be a response to a preceding message with 'tool_calls'."
                )
            open_calls.remove(message["tool_call_id"])
            continue
        _hold_answered(open_calls)
        open_calls = [call["id"] for call in message.get("tool_calls") or ()]
    _hold_answered(open_calls)


def hold_schemas(asked: Asked) -> None:
    """Hold the schemas of functions and of the answer's form; raises `WrongFrame`."""
    for name, schema in [*asked.functions.items(), ("form", asked.form)]:
        problem = schema_problem(schema)
        if problem:
            raise WrongFrame(f"Invalid schema for {name}: {problem}")


def schema_problem(schema: Any, path: str = "schema") -> str:
    """What OpenAI refuses in a strict schema: properties that are not required, and objects that are not closed."""
    if not isinstance(schema, Mapping):
        return ""
    if schema.get("type") == "object":
        properties = schema.get("properties", {})
        if schema.get("additionalProperties") is not False:
            return f"In {path}, 'additionalProperties' is required to be supplied and to be false."
        if set(schema.get("required", [])) != set(properties):
            return f"In {path}, 'required' is required to be an array of every key in properties."
        inner = properties.items()
    else:
        inner = [("items", schema.get("items"))]
    return next((found for name, one in inner if (found := schema_problem(one, f"{path}.{name}"))), "")


def _hold_temperature(body: Json, effort: str | None) -> None:
    if body.get("temperature") is not None and effort != "none":
        raise WrongFrame("Unsupported parameter: 'temperature' is not supported with this model while it reasons.")


def _hold_answered(calls: list[str]) -> None:
    if calls:
        said = "An assistant message with 'tool_calls' must be followed by tool messages responding to each"
        raise WrongFrame(f"{said} 'tool_call_id'. These did not have response messages: {', '.join(calls)}")


def _without(names: Iterable[str], others: Iterable[str]) -> Iterator[str]:
    known = set(others)
    return (name for name in names if name not in known)
