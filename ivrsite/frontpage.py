"""The admin's first page, put together from what each room has to say to this person."""

from typing import Any

from django.http import HttpRequest


def shown(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """The context of the first page, with the lines of builders and the calls of operations where they are allowed."""
    from flows.admin import start as building
    from streams.admin import start as operating

    return {**context, "building": building.shown(request), "operating": operating.shown(request)}
