"""Whether a stream's handshake is taken: where it comes from, whether it is signed, and which line its token opens."""

import logging
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.db import DatabaseError

from streams import lines
from streams.carriers import plivo_api
from streams.limits import Close
from streams.off_loop import query

log = logging.getLogger(__name__)


async def answer(scope: Mapping[str, Any], token: str, *, carried: int) -> lines.Line | lines.Refusal:
    """The line that this handshake opens. `carried` is how many calls this process has.

    All wrong tokens look the same from outside.
    """
    headers = {name.decode("latin-1").lower(): content.decode("latin-1") for name, content in scope["headers"]}
    if "origin" in headers:
        return _refused("it comes from a browser")
    if carried >= settings.MAX_STREAMS_PER_PROCESS:
        return _refused("this process carries as many calls as it may")
    address = (scope.get("client") or ("",))[0]
    if not (plivo_api.upgrade_ok(scope["path"], headers) or plivo_api.unsigned_ok(address, headers)):
        if settings.STREAM_SIGNATURES == "enforce":
            return _refused("its signature is missing or wrong")
        if "x-plivo-signature-v3" in headers:
            log.warning("A stream's handshake bears a signature that does not match; its token decides.")
    try:
        line = await query(lines.find, token)
    except (DatabaseError, TimeoutError):
        return _refused("the database did not answer")
    return line or _refused("its token is unknown or expired")


def _refused(reason: str) -> lines.Refusal:
    return lines.Refusal(code=Close.NO_SUCH_LINE, reason=reason)
