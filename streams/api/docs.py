"""The API's documentation for people, drawn from its own document: nothing is loaded from elsewhere."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from streams.api.door import api
from streams.models.tokens import SCOPES

Node = Mapping[str, Any]


def docs(request: HttpRequest) -> HttpResponse:
    """Each operation with its parameters and what it answers. Open to anybody: it tells of no call."""
    document = api.get_openapi_schema(path_prefix="/api")
    context = {
        "title": "The API",
        "about": [parts(paragraph) for paragraph in document["info"]["description"].split("\n\n")],
        "scopes": [(scope, does) for scope, (does, _) in SCOPES.items()],
        "operations": list(_operations(document)),
        "server": document["servers"][0]["url"],
    }
    return TemplateResponse(request, "streams/api_docs.html", context)


def _operations(document: Node) -> Iterator[dict[str, Any]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            answer = operation["responses"][200]["content"]["application/json"]["schema"]
            yield {
                "id": operation["operationId"],
                "method": method.upper(),
                "path": path,
                "title": operation["summary"],
                "says": parts(operation["description"]),
                "parameters": [
                    {
                        "name": each["name"],
                        "says": parts(each["schema"].get("description", "")),
                        "type": type_of(each["schema"], document),
                        "required": each.get("required", False),
                    }
                    for each in operation["parameters"]
                ],
                "shapes": list(_shapes(answer, document, set())),
            }


def _shapes(schema: Node, document: Node, seen: set[str]) -> Iterator[dict[str, Any]]:
    """The shapes that an answer is made of, the outer one first."""
    for name in _named(schema):
        if name in seen:
            continue
        seen.add(name)
        shape = document["components"]["schemas"][name]
        fields = shape.get("properties", {})
        yield {
            "name": in_words(shape.get("title", name)),
            "says": parts(shape.get("description", "")),
            "fields": [
                {"name": field, "type": type_of(each, document), "says": parts(each.get("description", ""))}
                for field, each in fields.items()
            ],
        }
        for each in fields.values():
            yield from _shapes(each, document, seen)


def _named(schema: Any) -> Iterator[str]:
    if isinstance(schema, Mapping):
        if "$ref" in schema:
            yield schema["$ref"].rpartition("/")[2]
        for value in schema.values():
            yield from _named(value)
    elif isinstance(schema, list):
        for value in schema:
            yield from _named(value)


def type_of(schema: Node, document: Node) -> str:
    """A type in words: “date, or null”."""
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return (
            type_of(document["components"]["schemas"][name], document) if _is_plain(name, document) else in_words(name)
        )
    if "anyOf" in schema or "allOf" in schema:
        return ", or ".join(type_of(each, document) for each in schema.get("anyOf") or schema["allOf"])
    if "enum" in schema:
        return "one of " + ", ".join(map(str, schema["enum"]))
    if schema.get("type") == "array":
        return f"list of {type_of(schema['items'], document)}"
    known = {"string": "text", "integer": "whole number", "number": "number", "boolean": "true or false"}
    kind = str(schema.get("format") or schema.get("type", "anything"))
    return {"date-time": "moment with offset", "date": "day", **known}.get(kind, kind)


def in_words(shape: str) -> str:
    """What people call a shape of the document: “Call” for “CallOut”."""
    return shape.removesuffix("Out")


def parts(text: str) -> list[str]:
    """A text of the document in pieces; every second one stood between backticks, and is code."""
    return text.split("`") if text else []


def _is_plain(name: str, document: Node) -> bool:
    return "properties" not in document["components"]["schemas"][name]
