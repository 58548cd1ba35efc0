"""OpenAI's Realtime API on loopback, as far as captures and documents tell how it behaves.

`RealtimeStandin` is the part to serve; `Say` and `Call` are what it says, `Faults` what goes wrong. Not imitated: MCP,
WebRTC and SIP, A-law, how semantic_vad judges words, and the truncation of long conversations. Each rule stands beside
the code that keeps it; it can only be as right as what is known of the service.
"""

from tests.standins.openai_realtime.brain import Asked, Brain, Call, Recogniser, Say, Turn, Voice
from tests.standins.openai_realtime.faults import ABORT, ALWAYS, NEVER, Faults
from tests.standins.openai_realtime.part import Handshake, RealtimeStandin
from tests.standins.openai_realtime.session import Session

__all__ = [
    "ABORT",
    "ALWAYS",
    "NEVER",
    "Asked",
    "Brain",
    "Call",
    "Faults",
    "Handshake",
    "RealtimeStandin",
    "Recogniser",
    "Say",
    "Session",
    "Turn",
    "Voice",
]
