"""Whether a call may be listened to. The one place of the rule.

The last word counts: of the notice of a line that records, or of a step “Ask before listening”. Whoever puts a call
through, starts a stream on it or keeps what it heard asks here.
"""

from typing import TYPE_CHECKING

from flows.engine.consenting import GIVEN, REFUSED, UNPROVEN
from streams import notice

if TYPE_CHECKING:
    from streams.models import Call

CONSENT_GIVEN, CONSENT_REFUSED, CONSENT_UNPROVEN = (f"consent_{what}" for what in (GIVEN, REFUSED, UNPROVEN))
HELD = frozenset({notice.HEARD, CONSENT_GIVEN})
WHY_NOT = {
    notice.REFUSED: "The caller did not want to be recorded, so nobody listens.",
    notice.UNPROVEN: "It is not certain that the caller heard the notice, so nobody listens.",
    CONSENT_REFUSED: "The caller does not want to be listened to.",
    CONSENT_UNPROVEN: "It is not certain that the caller heard the notice, so nobody listens.",
}
KINDS = HELD | WHY_NOT.keys()  # of lines in a call's log
OVERHEARD = frozenset({"overheard", "mood", "cue"})
NOBODY_ASKED = "The caller was not told that somebody listens. Put a step “Ask before listening” into the flow."
SENT_ON = "The caller was sent on from the operations desk before the flow had asked them, so nobody listens."
NOT_KEPT = "This line does not keep what is said. Switch on “Keep transcripts” in the line’s settings to listen."
NO_FLOW = "No published flow carries this call, so nobody was told that somebody listens."


def why_not(call: "Call") -> str:
    """Why this call may not be listened to, in a sentence; "" when it may."""
    if not call.snapshot:
        return NO_FLOW
    if not call.snapshot.get("keeps_transcripts", True):
        return NOT_KEPT
    told = call.events.filter(kind__in=KINDS).order_by("-seq").values_list("kind", flat=True).first()
    return "" if told in HELD else WHY_NOT.get(told or "", NOBODY_ASKED)
