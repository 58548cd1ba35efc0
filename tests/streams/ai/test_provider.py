"""The contract itself. That every engine keeps it: `test_every_provider.py`."""

import pytest

from streams.ai import provider
from streams.ai.provider import (
    Fault,
    ProviderBusy,
    ProviderError,
    ProviderRefused,
    ProviderTimedOut,
    ProviderUnavailable,
    conversation,
    errors,
    meaning,
    speech,
)


@pytest.mark.parametrize("room", [conversation, errors, meaning, speech])
def test_the_whole_contract_is_imported_from_one_place(room):
    made_here = {name for name, made in vars(room).items() if getattr(made, "__module__", "") == room.__name__}
    assert made_here
    assert made_here <= set(provider.__all__)


@pytest.mark.parametrize(
    ("error", "fault", "retryable"),
    [
        (ProviderError("It broke."), Fault.BROKE, False),
        (ProviderUnavailable("It is away."), Fault.UNREACHABLE, True),
        (ProviderTimedOut("It is slow."), Fault.SLOW, True),
        (ProviderBusy("It is busy."), Fault.BUSY, True),
        (ProviderRefused("It says no."), Fault.REFUSED, False),
        (ProviderRefused("The key is wrong.", fault=Fault.KEY), Fault.KEY, False),
        (ProviderError("Once more.", retryable=True), Fault.BROKE, True),
    ],
)
def test_an_error_says_what_is_wrong_and_whether_to_try_again(error, fault, retryable):
    assert (error.fault, error.retryable) == (fault, retryable)
