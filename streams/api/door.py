"""The API itself: who is let in, how often, and how it says no. The only file that imports ninja."""

from typing import Annotated, Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from ninja import Field, NinjaAPI, Query, Router, Schema
from ninja.errors import AuthenticationError, HttpError, Throttled, ValidationError
from ninja.security import HttpBearer
from ninja.throttling import AuthRateThrottle

from streams.api import tokens
from streams.models import ApiToken
from streams.models.tokens import SCOPES

__all__ = [
    "Annotated",
    "Door",
    "Field",
    "Problem",
    "Query",
    "Router",
    "Schema",
    "api",
    "no",
    "refusals",
    "sees_numbers",
]

PROBLEM = "application/problem+json"
ABOUT = """Read what calls there were, what became of them and what they cost. Nothing can be changed here.

Send a token with each request: `Authorization: Bearer cw_…`. Tokens are made in the admin, on the page “API”; each has
scopes, and says when it ends. Times carry their offset; days are days of the site's time zone; money is text with six
places, in the currency beside it. Lists come in pages: ask again with `cursor` set to `next` until that is null. After
too many requests in a minute the answer is 429, and `Retry-After` says how many seconds to wait."""


class Problem(Schema):
    """Why something was refused (RFC 9457)."""

    title: str = Field(description="What is wrong, in a sentence.")
    status: int
    detail: str = Field(description="What to do about it.")


class Door(HttpBearer):
    """Lets in who has a token with this scope."""

    def __init__(self, scope: str) -> None:
        self.scope = scope
        super().__init__()

    def authenticate(self, request: HttpRequest, token: str) -> ApiToken | None:
        """The token, once it is known to be good. Raises `HttpError` 403 when it is, but not for this."""
        found = tokens.opened_by(token)
        if found and not tokens.allows(found, self.scope):
            raise HttpError(403, f"This token may not {SCOPES[self.scope][0]}.")
        return found


class PerToken(AuthRateThrottle):
    """So many requests a minute of one token, in any of its programs."""

    def get_cache_key(self, request: HttpRequest) -> str:
        """Tokens are counted by their key; their names need not differ."""
        return self.cache_format % {"scope": "api", "ident": request.auth.pk}  # type: ignore[attr-defined]


api = NinjaAPI(
    title="Callwright",
    version="1",
    description=ABOUT,
    docs_url=None,  # its own pages load scripts from elsewhere
    openapi_url="/openapi.json",
    urls_namespace="api",
    throttle=[PerToken(f"{settings.API_REQUESTS_A_MINUTE}/min")],
    servers=[{"url": settings.PUBLIC_URL}],
)
REFUSALS = {400: "what was asked cannot be", 401: "no good token", 403: "not for this token", 429: "too often"}
refusals: dict[Any, Any] = dict.fromkeys(REFUSALS, Problem)

TO_DO = {
    401: "Send a token that is neither expired nor revoked: Authorization: Bearer cw_… Tokens are made in the admin.",
    403: "Make a token with the scope for it, on the page “API” of the admin.",
    404: "Look for its number in a list of this API.",
    429: "Wait as many seconds as Retry-After says.",
}


def sees_numbers(request: HttpRequest) -> bool:
    """Whether this request may see whole telephone numbers."""
    return tokens.allows(request.auth, "numbers")  # type: ignore[attr-defined]


def no(title: str, detail: str) -> HttpError:
    """What is raised when something cannot be asked."""
    error = HttpError(400, title)
    error.detail = detail  # type: ignore[attr-defined]
    return error


def _problem(status: int, title: str, detail: str = "") -> HttpResponse:
    body = {"title": title, "status": status, "detail": detail or TO_DO.get(status, "")}
    response = JsonResponse(body, status=status, content_type=PROBLEM)
    if status == 401:
        response["WWW-Authenticate"] = "Bearer"
    return response


@api.exception_handler(HttpError)
def refused(request: HttpRequest, error: HttpError) -> HttpResponse:
    """Whatever was refused with a sentence of ours."""
    return _problem(error.status_code, str(error), getattr(error, "detail", ""))


@api.exception_handler(AuthenticationError)
def not_let_in(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    """No token, or one that opens nothing."""
    return _problem(401, "There is no good token with this request.")


@api.exception_handler(Throttled)
def too_often(request: HttpRequest, error: Throttled) -> HttpResponse:
    """More requests than a minute has room for."""
    return _problem(429, "Too many requests in the last minute.")


@api.exception_handler(Http404)
def not_there(request: HttpRequest, error: Http404) -> HttpResponse:
    """Something that is not there, or never was."""
    return _problem(404, "There is nothing with this number.")


@api.exception_handler(ValidationError)
def not_understood(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """A parameter of the wrong form."""
    wrong = "; ".join(f"{each['loc'][-1]}: {each['msg']}" for each in error.errors)
    return _problem(400, "A parameter was not understood.", f"{wrong[:400]}.")


@api.exception_handler(Exception)
def broken(request: HttpRequest, error: Exception) -> HttpResponse:
    """A fault of ours: it is logged by Django as any other, and told without what it says."""
    import logging

    logging.getLogger("django.request").error("The API failed (%s).", type(error).__name__, exc_info=error)
    return _problem(500, "Something failed here.", "Try again in a minute; nothing was changed.")
