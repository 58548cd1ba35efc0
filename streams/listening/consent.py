"""Whether a call may be listened in on: what its log proves of the caller's consent. Sync."""

from streams.models import Call

GIVEN = ("notice_heard", "consent_given")
TOLD = (*GIVEN, "notice_refused", "notice_unproven", "consent_refused", "consent_unproven")


def why_not(call: Call) -> str:
    """Why this call may not be listened to, in a sentence; "" when it may. What the log told last counts."""
    snapshot = call.snapshot
    if snapshot is None:
        return "No flow carries this call."
    if not snapshot.get("keeps_transcripts", True):
        return "Its flow keeps no transcripts: switch “Keep transcripts” on to listen in."
    told = call.events.filter(kind__in=TOLD).order_by("-seq").values_list("kind", flat=True).first()
    if told is None:
        return "The caller was not told that the call is listened to: put the step “Ask before listening” before it."
    return "" if told in GIVEN else "The caller did not agree to be listened to, or did not hear the notice."
