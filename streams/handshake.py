"""Whether a stream's handshake is taken: where it comes from, whether it is signed, and which line its token opens.

The carrier's streams come from no browser. A test call's come from one only: from a page of this site, opened by the
very person who began the call, who is still signed in.
"""

import logging
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth import get_user
from django.db import DatabaseError
from django.http import HttpRequest, parse_cookie
from django.utils.module_loading import import_string

from streams import lines
from streams.carriers import plivo_api
from streams.limits import Close
from streams.off_loop import query

log = logging.getLogger(__name__)

Headers = Mapping[str, str]


async def answer(
    scope: Mapping[str, Any], token: str, *, carried: int, find: Callable[[str], lines.Line | None] | None = None
) -> lines.Line | lines.Refusal:
    """The line that this handshake opens. `carried` is how many streams this process has; `find` knows the tokens of
    its kind, None for those of calls that we talk with.

    All wrong tokens look the same from outside.
    """
    headers = headers_of(scope)
    from_browser = "origin" in headers
    if from_browser and not is_ours(headers):
        return _refused("it comes from a browser")
    if carried >= settings.MAX_STREAMS_PER_PROCESS:
        return _refused("this process carries as many streams as it may")
    if not from_browser and not _may_be_the_carriers(scope, headers):
        return _refused("its signature is missing or wrong")
    try:
        line = await query(find or lines.find, token)
        if line is not None and (from_browser or line.tester is not None):
            return await _of_tester(line, headers)
    except (DatabaseError, TimeoutError):
        return _refused("the database did not answer")
    return line or _refused("its token is unknown or expired")


async def _of_tester(line: lines.Line, headers: Headers) -> lines.Line | lines.Refusal:
    """The line of a test call, for its tester's browser alone."""
    if line.tester is None:
        return _refused("it comes from a browser, and this is no test call")
    if "origin" not in headers:
        return _refused("it comes from no browser, and this is a test call")
    person = await query(signed_in, headers.get("cookie", ""))
    if person is None or person.pk != line.tester:
        return _refused("it comes from a browser in which its tester is not signed in")
    return line


def headers_of(scope: Mapping[str, Any]) -> Headers:
    """The headers of a handshake, by their names in lower case."""
    return {name.decode("latin-1").lower(): content.decode("latin-1") for name, content in scope["headers"]}


def is_ours(headers: Headers) -> bool:
    """Whether the page that opens this socket is one of this site; on a development site, under any of its names."""
    asked, public = urlsplit(headers["origin"]), urlsplit(settings.PUBLIC_URL)
    if (asked.scheme, asked.netloc) == (public.scheme, public.netloc):
        return True
    named = asked.scheme in ("http", "https") and asked.hostname in settings.ALLOWED_HOSTS
    return bool(settings.DEVELOPMENT and named and asked.netloc == headers.get("host"))


def signed_in(cookies: str) -> Any | None:
    """Who of the staff is signed in, in the browser with these cookies."""
    key = parse_cookie(cookies).get(settings.SESSION_COOKIE_NAME)
    if not key:
        return None
    request = HttpRequest()
    request.session = import_string(f"{settings.SESSION_ENGINE}.SessionStore")(key)
    user = get_user(request)
    return user if user.is_active and user.is_staff else None


def _may_be_the_carriers(scope: Mapping[str, Any], headers: Headers) -> bool:
    """Whether it is signed, or need not be."""
    address = (scope.get("client") or ("",))[0]
    if plivo_api.upgrade_ok(scope["path"], headers) or plivo_api.unsigned_ok(address, headers):
        return True
    if settings.STREAM_SIGNATURES == "enforce":
        return False
    if "x-plivo-signature-v3" in headers:
        log.warning("A stream's handshake bears a signature that does not match; its token decides.")
    return True


def _refused(reason: str) -> lines.Refusal:
    return lines.Refusal(code=Close.NO_SUCH_LINE, reason=reason)
