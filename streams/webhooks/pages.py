"""Documents as data, and the data as the carrier's XML.

A page is stored with the message that asked for it: `{"page": "dial", "document": 3, ...}`. Rendering it again gives
the same document with the same addresses, so a carrier that asks twice hears the same twice.
"""

from collections.abc import Callable, Mapping
from typing import Any

from django.conf import settings

from streams import calls
from streams.carriers import plivo_xml
from streams.listening import ordering
from streams.webhooks import addresses

Page = Mapping[str, Any]

HANG_UP: Page = {"page": "hangup"}
APOLOGY: Page = {"page": "apology"}


def render(page: Page, call_uuid: str) -> str:
    """The document of a page. One that is not known, as after a failure of ours, is the apology."""
    return PAGES.get(page.get("page", ""), _apology)(page, call_uuid)


def _stream(page: Page, call_uuid: str) -> str:
    document = page["document"]
    return plivo_xml.stream(
        addresses.stream_url(calls.document_token(call_uuid, document)),
        status_url=addresses.stream_status_url(),
        then_url=addresses.continue_url(call_uuid, document),
        max_seconds=settings.CALL_MAX_SECONDS,
    )


def _dial(page: Page, call_uuid: str) -> str:
    return plivo_xml.dial(
        page["number"],
        then_url=addresses.continue_url(call_uuid, page["document"]),
        told_url=addresses.dialled_url(call_uuid, page["document"]),
        ring_seconds=page["ring_seconds"],
        beside=_listening(page, call_uuid),
    )


def _listening(page: Page, call_uuid: str) -> plivo_xml.Beside | None:
    """The stream that listens to a dial, where one was ordered."""
    order = page.get("listen")
    if order is None:
        return None
    return plivo_xml.Beside(
        url=addresses.listen_url(ordering.token_of(order, call_uuid)),
        status_url=addresses.listen_status_url(ordering.status_token(order, call_uuid)),
        max_seconds=plivo_xml.LONGEST_DIAL,
    )


def _record(page: Page, call_uuid: str) -> str:
    document = page["document"]
    return plivo_xml.record(
        then_url=addresses.continue_url(call_uuid, document),
        ready_url=addresses.recording_url(call_uuid, document),
        max_seconds=page["max_seconds"],
        finish_key=page["finish_key"],
    )


def _farewell(page: Page, call_uuid: str) -> str:
    return plivo_xml.last_words(page["text"], language=page.get("language", ""))


def _hold(page: Page, call_uuid: str) -> str:
    document, held = page["document"], page["held"]
    if document is None:
        return plivo_xml.hold(then_url=addresses.answer_url(held), is_answered=False)
    return plivo_xml.hold(then_url=addresses.continue_url(call_uuid, document, held), is_answered=True)


def _hang_up(page: Page, call_uuid: str) -> str:
    return plivo_xml.hang_up()


def _apology(page: Page, call_uuid: str) -> str:
    return plivo_xml.apology(operator=settings.OPERATOR_NUMBER)


PAGES: dict[str, Callable[[Page, str], str]] = {
    "stream": _stream,
    "dial": _dial,
    "record": _record,
    "farewell": _farewell,
    "hold": _hold,
    "hangup": _hang_up,
    "apology": _apology,
}
