"""Every address of the site that holds a token, found where addresses are declared."""

import re
from collections.abc import Iterator
from typing import Any

from django.urls import URLPattern
from django.urls.resolvers import RoutePattern

from ivrsite.urls import urlpatterns
from streams.routing import websocket_urlpatterns

TOKEN = re.compile(r"<\w+:token>")


def with_tokens(token: str) -> list[str]:
    """Their paths, with this token in them."""
    routes = [*_routes(urlpatterns), *_routes(websocket_urlpatterns)]
    return sorted("/" + TOKEN.sub(token, route) for route in routes if TOKEN.search(route))


def _routes(patterns: list[Any], before: str = "") -> Iterator[str]:
    for each in patterns:
        if not isinstance(each.pattern, RoutePattern):
            continue
        route = before + each.pattern._route
        if isinstance(each, URLPattern):
            yield route
        else:
            yield from _routes(each.url_patterns, route)
