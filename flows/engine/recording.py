"""A flow that records its calls, and the notice that callers hear before anything is recorded. Pure.

The notice is said in every language of the flow, its own first: whoever calls has not chosen one yet. It is no step:
the line says it before the first one, and knows from the carrier whether it was heard.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from flows.engine.usual_texts import usual
from flows.engine.values import value

if TYPE_CHECKING:
    from flows.engine.machine import Flow

NOTICE = "This call is recorded."
OBJECTING = "If you do not want that, press 9 now."
NOT_RECORDED = "Thank you. This call is not recorded."
OBJECTION_KEY = "9"  # the one that `OBJECTING` names


@value
class Recording:
    """That calls are recorded, after `notice` was heard. `may_object`: a key during it lets the call go unrecorded."""

    notice: str = NOTICE
    may_object: bool = True


def usual_notice(language: str) -> str:
    """What is said where nobody wrote another notice; English where the language is not known."""
    return usual(NOTICE, language) or NOTICE


def notice_in(flow: "Flow", code: str) -> str:
    """The notice in one of the flow's languages ("" its own); "" where it is missing."""
    if flow.recording is None:
        return ""
    if code in ("", flow.language):
        return flow.recording.notice.strip()
    written = next((each.notice for each in flow.languages if each.code == code), "").strip()
    is_usual = flow.recording.notice.strip() == usual_notice(flow.language)
    return written or (usual_notice(code) if is_usual else "")


def said_before(flow: "Flow") -> Iterator[tuple[str, str]]:
    """What callers hear first, in its order: (language, text), "" being the flow's own language."""
    if flow.recording is None:
        return
    for code in ("", *(each.code for each in flow.languages)):
        if text := notice_in(flow, code):
            yield code, text
            if flow.recording.may_object:
                yield code, house_text(flow, OBJECTING, code)


def texts(flow: "Flow", code: str = "") -> list[str]:
    """Every text about recording that callers of this flow may hear in a language, to be made at publishing."""
    said = [text for language, text in said_before(flow) if language == code]
    if said and flow.recording and flow.recording.may_object:
        said.append(house_text(flow, NOT_RECORDED, code))
    return said


def house_text(flow: "Flow", text: str, code: str = "") -> str:
    """One of the usual texts in a language of the flow."""
    return usual(text, code or flow.language) or text
