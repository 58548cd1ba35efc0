"""What to tell operations when an engine fails: one sentence and one kind of error for each fault. Pure."""

from streams.ai.provider import (
    Fault,
    ProviderBusy,
    ProviderError,
    ProviderRefused,
    ProviderTimedOut,
    ProviderUnavailable,
)

SENTENCES = {
    Fault.KEY: "{who} refuses the key. Check {key}.",
    Fault.QUOTA: "{who} says that the account has no credit left. Add some in its billing pages.",
    Fault.MODEL: "{who} does not know the model{model}, or this account may not use it. Choose another in .env.",
    Fault.BUSY: "{who} has too many requests from this account at the moment.",
    Fault.UNREACHABLE: "{who} cannot be reached. Check the network, and the address in .env.",
    Fault.SLOW: "{who} did not answer in time.",
    Fault.REFUSED: "{who} refused the request{code}.",
    Fault.BROKE: "{who} failed{code}.",
}
CLASSES: dict[Fault, type[ProviderError]] = {
    Fault.BUSY: ProviderBusy,
    Fault.UNREACHABLE: ProviderUnavailable,
    Fault.SLOW: ProviderTimedOut,
    Fault.BROKE: ProviderUnavailable,
}


def error_for(fault: Fault, *, who: str, key: str, code: str = "", model: str = "") -> ProviderError:
    """The error for a fault. `who` is the vendor, `key` its setting, `code` its own word for what is wrong."""
    sentence = SENTENCES[fault].format(
        who=who, key=key, model=f" {model}" if model else "", code=f" ({code})" if code else ""
    )
    return CLASSES.get(fault, ProviderRefused)(sentence, fault=fault)


def fault_of_status(status: int | None) -> Fault:
    """What an HTTP status means when the vendor says no more."""
    match status:
        case 401 | 403:
            return Fault.KEY
        case 402:
            return Fault.QUOTA
        case 404:
            return Fault.MODEL
        case 429:
            return Fault.BUSY
        case 400 | 409 | 413 | 415 | 422:
            return Fault.REFUSED
    return Fault.BROKE
