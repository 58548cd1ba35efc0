"""What may go wrong between us and the service, as data. A test picks what it needs; the rest works."""

import math
import sys
from dataclasses import dataclass

ALWAYS = sys.maxsize
NEVER = math.inf
ABORT = 0  # in place of a close code: the connection is torn without a word

# What the service says before it closes a socket that it let be opened, and the code that it closes it with.
AT_START = {
    "invalid_api_key": (3000, "Incorrect API key provided."),
    "missing_model": (4000, "You must provide a model parameter."),
    "invalid_model": (4000, "This model is not supported in realtime mode."),
    "model_not_found": (4004, "The model does not exist or you do not have access to it."),
    "beta_api_shape_disabled": (4000, "The Realtime Beta API is no longer supported. Please use /v1/realtime."),
    "insufficient_quota": (4000, "You exceeded your current quota, please check your plan and billing details."),
    "rate_limit_exceeded": (4000, "Rate limit reached for requests."),
}
FAILURES = {
    "server_error": "The server had an error while processing your request. Sorry about that!",
    "rate_limit_exceeded": "Rate limit reached for this model. Please try again in 2.4s.",
    "insufficient_quota": "You exceeded your current quota, please check your plan and billing details.",
}


@dataclass(frozen=True, kw_only=True)
class Faults:
    """Each connection or response suffers these, or only the first few of them, so that another try succeeds."""

    connections: int = ALWAYS  # how many connections suffer, from the first
    responses: int = ALWAYS  # how many responses do, from the first, over all connections

    # Connecting
    never_answers: bool = False  # the handshake
    status: int = 0  # of the refused handshake: 401, 403, 429, 503
    retry_after: str = ""  # seconds, said with it
    closes_with: str = ""  # one of AT_START: the socket opens, an error comes, it closes

    # The session
    dead_after: int | None = None  # frames taken before it takes no notice of anything, the socket staying open
    lasts: float = 3600.0  # seconds until the session expires
    drops_at: float | None = None  # seconds after the start
    noise: bool = False  # broken and unknown frames, and harmless errors, before each response
    mute_after_truncate: bool = False
    answers_truncate: bool = True
    beta_names: bool = False  # conversation.item.created, as some servers of one's own still say
    tells_limits: bool = True  # rate_limits.updated; servers of one's own have none

    # Responses
    first_audio_after: float = 0.0  # seconds, or NEVER: the response has begun, nothing is heard
    fails_with: str = ""  # one of FAILURES
    drops_after: int | None = None  # deltas of audio, then the socket goes
    drop_code: int = ABORT  # or 1000, 1001, 1011
    expires_after: int | None = None  # deltas of audio, then the session's hour is over
    endless: bool = False  # goes on speaking until it is cancelled
    counts: bool = True  # whether usage is told
    names_calls: bool = True  # in the last frame of a call's arguments, too

    # Transcripts
    transcript_after: float = 0.0  # seconds, or NEVER
    transcript_fails: bool = False
    transcript_repeats: bool = False


NONE = Faults()
