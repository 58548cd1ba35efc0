"""The forms that the carrier posts, field by field. Pure: facts and a profile in, a form out."""

import math
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from streams.phone.causes import Cause
from streams.phone.profile import Profile

Form = dict[str, str]
BILL_RATES = {"inbound": Decimal("0.0055"), "outbound": Decimal("0.0115")}  # dollars a minute, local in the US
STREAM_EVENTS = {  # in the two naming schemes
    "start": ("StartStream", "started"),
    "stop": ("StopStream", "stopped"),
    "drop": ("DroppedStream", "failed"),
    "degrade": ("DegradedStream", "degraded"),
    "played": ("PlayedStream", "played"),
    "cleared": ("ClearedAudio", "cleared"),
}


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What is the same in every message of a call.

    `caller` is the person, `called` the site's number, in E.164; moments are seconds since 1970.
    """

    profile: Profile = field(default_factory=Profile)
    call_uuid: str
    caller: str
    called: str
    account_id: str
    dialled_at: float


def of_call(facts: Facts, *, event: str, status: str) -> Form:
    """The standard call parameters."""
    profile = facts.profile
    form = {
        "CallUUID": facts.call_uuid,
        **_numbers(facts),
        "Direction": profile.direction,
        "CallStatus": status,
        "Event": event,
        "BillRate": str(BILL_RATES[profile.direction]),
        "ParentAuthID": facts.account_id,
        "SessionStart": f"{datetime.fromtimestamp(facts.dialled_at, UTC):%Y-%m-%d %H:%M:%S.%f}",
    }
    if profile.direction == "outbound":
        form |= dict.fromkeys(("RequestUUID", "ALegUUID", "ALegRequestUUID"), facts.call_uuid)
    else:
        form["STIRVerification"] = "Not Applicable"
    return form | dict(profile.extra_fields)


def answer(facts: Facts) -> Form:
    """The first message of a call."""
    outbound = facts.profile.direction == "outbound"
    return of_call(facts, event="StartApp", status="in-progress" if outbound else facts.profile.answer_status)


def hangup(facts: Facts, *, cause: Cause, answered_at: float | None, ended_at: float) -> Form:
    """The last one. An unanswered call has no answer time, and lasts nothing."""
    seconds = 0 if answered_at is None else math.ceil(ended_at - answered_at)
    minutes = math.ceil(seconds / 60)
    form = of_call(facts, event="Hangup", status=cause.status) | {
        "Duration": str(seconds),
        "BillDuration": str(minutes * 60),
        "TotalCost": f"{minutes * BILL_RATES[facts.profile.direction]:.5f}",
        "HangupCause": cause.network,
        "HangupCauseName": cause.name,
        "HangupCauseCode": str(cause.code),
        "HangupSource": cause.source,
        "StartTime": local_time(facts.dialled_at, facts.profile),
        "EndTime": local_time(ended_at, facts.profile),
    }
    return form if answered_at is None else form | {"AnswerTime": local_time(answered_at, facts.profile)}


def stream_status(facts: Facts, *, event: str, stream_id: str, url: str, at: float, **more: str) -> Form:
    """One stream status callback; `event` is a key of `STREAM_EVENTS`, `at` a moment since 1970."""
    words = facts.profile.status_names == "words"
    form = {
        "Event": STREAM_EVENTS[event][words],
        "CallUUID": facts.call_uuid,
        "StreamID": stream_id,
        "Timestamp": f"{datetime.fromtimestamp(at, UTC):%Y-%m-%dT%H:%M:%S.%fZ}",
        **_numbers(facts),
        "Direction": facts.profile.direction,
        "ServiceURL": url,
    }
    return form | more


def local_time(moment: float, profile: Profile) -> str:
    """A time of the account's zone, without the zone, as the carrier writes it."""
    return f"{datetime.fromtimestamp(moment, UTC) + timedelta(hours=profile.record_zone_hours):%Y-%m-%d %H:%M:%S}"


def _numbers(facts: Facts) -> Form:
    """Who calls whom: on an outbound call the site's number calls the person."""
    sides = (facts.called, facts.caller) if facts.profile.direction == "outbound" else (facts.caller, facts.called)
    plain = [side if facts.profile.plus_sign else side.removeprefix("+") for side in sides]
    return {"From": plain[0], "To": plain[1]}
