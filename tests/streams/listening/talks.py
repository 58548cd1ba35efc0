"""A call between people that was listened to, as its log would hold it."""

from streams.finalise import finalise
from tests.streams.budgets.made import a_version
from tests.streams.made import a_call, a_stream, log


def overheard(who, began, ended, text, **more):
    data = {"who": who, "text": text, "began": began, "ended": ended, "confidence": 0.9, "stream": "s1"}
    return ended + 0.5, "overheard", "support", data | more


def mood(at, who, mood, score):
    data = {"who": who, "mood": mood, "score": score, "topics": ["bill"], "by": "Word list (offline)", "stream": "s1"}
    return at, "mood", "support", data


def cue(at, text, **more):
    data = {"cue": "cancel", "name": "Wants to cancel", "who": "caller", "text": text, "alerts": True, "stream": "s1"}
    return at, "cue", "support", data | more


LINES = (
    (0.0, "answered", "", {}),
    (1.0, "consent_given", "", {"by": "key"}),
    (2.0, "listening_began", "support", {"stream": "s1", "engine": "local"}),
    overheard("person", 3.0, 6.0, "Hello, how can I help you?"),
    overheard("caller", 5.5, 9.0, "I want to cancel my contract."),
    cue(9.5, "I want to cancel my contract."),
    mood(9.5, "caller", "negative", -0.6),
    overheard("person", 14.0, 20.0, "I'll send you a better offer by Friday."),
    mood(20.5, "caller", "positive", 0.5),
    (21.0, "listening_ended", "support", {"stream": "s1", "why": "carrier"}),
)


def a_talk(*, lines=LINES, version=None, finished=True, **fields):
    """The call, its record made."""
    call = a_call(ended=30, version=version or a_version(), **fields)
    a_stream(call, ended=30)
    log(call, *lines)
    if finished:
        finalise(call.pk)
        call.refresh_from_db()
    return call
