"""What speech and AI engines must offer: a protocol for each ability, "push in, iterate out" where it is live. Pure.

All audio here is mu-law at 8 kHz mono, 8 bytes a millisecond, unless an engine's `takes` or `gives` says otherwise.
Usage is an event, so metering has no path of its own. One contract test holds for every engine.

The contract is one: everybody imports it from here, whatever room a part of it stands in.
"""

from streams.ai.provider.conversation import (
    Agent,
    AgentAudio,
    AgentBrief,
    AgentEnded,
    AgentSaid,
    CallerSaid,
    Conversation,
    Saying,
    Spoke,
    ToolCalled,
)
from streams.ai.provider.errors import (
    Fault,
    ProviderBusy,
    ProviderError,
    ProviderRefused,
    ProviderTimedOut,
    ProviderUnavailable,
)
from streams.ai.provider.meaning import Question, Summarizer, Summary, Understander, Understanding
from streams.ai.provider.settling import settled
from streams.ai.provider.speech import (
    MULAW_8K,
    AudioFormat,
    HeardGap,
    HeardInterim,
    HeardPause,
    HeardSpeech,
    HeardUtterance,
    Hearing,
    Listening,
    ListenOptions,
    Owed,
    Synthesizer,
    Transcriber,
    TranscriberAbilities,
    Used,
    forgiven,
)

__all__ = [
    "Agent",
    "AgentAudio",
    "AgentBrief",
    "AgentEnded",
    "AgentSaid",
    "AudioFormat",
    "CallerSaid",
    "Conversation",
    "Fault",
    "HeardGap",
    "HeardInterim",
    "HeardPause",
    "HeardSpeech",
    "HeardUtterance",
    "Hearing",
    "ListenOptions",
    "Listening",
    "MULAW_8K",
    "Owed",
    "ProviderBusy",
    "ProviderError",
    "ProviderRefused",
    "ProviderTimedOut",
    "ProviderUnavailable",
    "Question",
    "Saying",
    "Spoke",
    "Summarizer",
    "Summary",
    "Synthesizer",
    "ToolCalled",
    "Transcriber",
    "TranscriberAbilities",
    "Understander",
    "Understanding",
    "Used",
    "forgiven",
    "settled",
]
