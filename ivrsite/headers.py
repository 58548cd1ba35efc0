"""What a browser may load on our pages: nothing from elsewhere."""

from asgiref.sync import iscoroutinefunction
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.decorators import sync_and_async_middleware

STRICT = "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
# The admin's theme is built on Alpine, which evaluates the expressions in its attributes, and sets styles inline.
ADMIN = f"{STRICT}; script-src 'self' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; img-src 'self' data:"


def policy_for(path: str, *, is_strict: bool = False) -> str:
    """The Content-Security-Policy of the page at this path; `is_strict`: a page of the admin without its theme."""
    return ADMIN if path.startswith("/admin/") and not is_strict else STRICT


@sync_and_async_middleware
def content_security_policy(get_response):  # type: ignore[no-untyped-def]
    """Middleware: give each response its policy, unless its view set one."""

    def marked(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        response.headers.setdefault(
            "Content-Security-Policy", policy_for(request.path, is_strict=getattr(response, "is_strict", False))
        )
        return response

    if iscoroutinefunction(get_response):

        async def awaited(request: HttpRequest) -> HttpResponseBase:
            return marked(request, await get_response(request))

        return awaited

    def called(request: HttpRequest) -> HttpResponseBase:
        return marked(request, get_response(request))

    return called
