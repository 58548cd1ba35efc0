"""What may be wrong with an engine. Pure."""

from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from streams.ai.provider.speech import Used


class Fault(StrEnum):
    """What is wrong with an engine, coarsely: what operations must do differs by it, what the caller hears does not."""

    KEY = "key"  # wrong, missing or withdrawn
    MODEL = "model"  # unknown, or not ours to use
    QUOTA = "quota"  # the account is empty
    BUSY = "busy"  # too many requests; a moment later it may work
    UNREACHABLE = "unreachable"
    SLOW = "slow"  # it missed a deadline
    REFUSED = "refused"  # this very request
    BROKE = "broke"


class ProviderError(Exception):
    """An engine failed. The message is a sentence for operations; it never holds a key or a caller's words.

    `retryable` says whether the same request may succeed a moment later, `used` what it cost all the same.
    """

    retryable = False
    fault = Fault.BROKE

    def __init__(
        self,
        message: str,
        *,
        retryable: bool | None = None,
        fault: Fault | None = None,
        used: tuple["Used", ...] = (),
    ) -> None:
        super().__init__(message)
        self.used = used
        if retryable is not None:
            self.retryable = retryable
        if fault is not None:
            self.fault = fault


class ProviderUnavailable(ProviderError):
    """It could not be reached, or broke off."""

    retryable = True
    fault = Fault.UNREACHABLE


class ProviderTimedOut(ProviderError):
    """It did not answer within its deadline."""

    retryable = True
    fault = Fault.SLOW


class ProviderBusy(ProviderError):
    """Too many requests at once (HTTP 429 that is not about money)."""

    retryable = True
    fault = Fault.BUSY


class ProviderRefused(ProviderError):
    """It said no: wrong key, unknown model, content, quota. Asking again does not help."""

    fault = Fault.REFUSED
