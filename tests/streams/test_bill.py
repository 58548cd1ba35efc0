"""What a whole call of AI is charged, beside the vendors' own count: equal to the last token."""

from decimal import Decimal

import pytest

from tests.streams.bill import billed, charged, dollars

pytestmark = pytest.mark.django_db

HALF_A_MILLIONTH = Decimal("0.0000005")  # of a dollar, to which each charge is rounded


@pytest.mark.parametrize("engine", ["openai_realtime", "cascade"])
def test_a_call_is_charged_what_its_vendors_count(engine, settings):
    call, vendors, line = billed(engine)
    theirs = vendors.bill(
        settings.OPENAI_REALTIME_MODEL,
        settings.OPENAI_TRANSCRIPTION_MODEL,
        settings.DEEPGRAM_MODEL,
        settings.ELEVENLABS_MODEL,
    )
    ours = charged(call)
    assert "engine_failed" not in line.host.kinds()
    assert {key: float(count) for key, count in ours.items()} == {
        key: pytest.approx(float(count)) for key, count in theirs.items() if count
    }
    amounts = [charge.amount for charge in call.charges.current().filter(kind="ai")]
    assert abs(sum(amounts) - dollars(theirs)) <= HALF_A_MILLIONTH * len(amounts)
    assert line.session.at > {"openai_realtime": 110, "cascade": 40}[engine]  # what is said by tones is shorter
