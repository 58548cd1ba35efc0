"""Why calls end, in the carrier's codes and in the caller's words. Pure."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Cause:
    """One way a call ends: the carrier's code, name and source, the network's own cause, the call's
    last status, and `ending` in words."""

    code: int
    name: str
    source: str
    ending: str
    network: str = "NORMAL_CLEARING"
    status: str = "completed"


CALLER = Cause(4000, "Normal Hangup", "Caller", "the caller hung up")
HANGUP = Cause(4000, "Normal Hangup", "Answer XML", "the line hung up")
END_OF_DOCUMENT = Cause(4010, "End Of XML Instructions", "Plivo", "the line hung up")
TRANSFERRED = Cause(4010, "End Of XML Instructions", "Plivo", "transferred")
REJECTED = Cause(3020, "Rejected", "Answer XML", "the line did not take the call", "CALL_REJECTED")
BUSY = Cause(3010, "Busy Line", "Answer XML", "the line was busy", "USER_BUSY")
THEY_ARE_BUSY = Cause(3010, "Busy Line", "Callee", "they were busy", "USER_BUSY", "busy")
NOBODY_ANSWERS = Cause(3000, "No Answer", "Callee", "nobody answered", "NO_ANSWER", "no-answer")
BY_REST = Cause(1000, "Cancelled", "API Request", "the site ended the call", "ORIGINATOR_CANCEL")
CANCELLED = Cause(1000, "Cancelled", "API Request", "the site hung up while it rang", "ORIGINATOR_CANCEL", "cancel")
MACHINE_DETECTED = Cause(9100, "Machine Detected", "Plivo", "the carrier heard an answering machine, and hung up")
SCHEDULED = Cause(6000, "Scheduled Hangup", "Plivo", "the time of the call was up")

# The last digit of a code says at which URL the trouble was.
PLACES = {"answer": 1, "action": 2, "transfer": 3, "redirect": 4}


def unreachable(place: str) -> Cause:
    """No usable answer from the URL: refused, too slow, not 2xx, or empty."""
    return _broken(7010 + PLACES[place], f"Error Reaching {place.title()} URL")


def not_a_document(place: str) -> Cause:
    """An answer, but not the carrier's XML."""
    return _broken(8010 + PLACES[place], f"Invalid {place.title()} XML")


def not_a_url(place: str) -> Cause:
    """Not http or https."""
    return _broken(7020 + PLACES[place], f"Invalid {place.title()} URL")


def not_a_method(place: str) -> Cause:
    """Neither GET nor POST."""
    return _broken(7030 + PLACES[place], f"Invalid Method For {place.title()} URL")


def _broken(code: int, name: str) -> Cause:
    return Cause(code, name, "Error", f"the line broke: {name} ({code})", "NORMAL_TEMPORARY_FAILURE")


class CallOver(Exception):
    """The call ends here, for this cause."""

    def __init__(self, cause: Cause) -> None:
        super().__init__(cause.ending)
        self.cause = cause
