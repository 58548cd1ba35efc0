"""The prices that the product ships with, as the vendors' pages gave them in November 2026. Data only.

They are stored once as rows, by date; what a site changes there stays. The vendors change prices without a word to
us: compare with their bill, and add a row when it differs. Prices marked “~” were found in one secondary source only.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal

SINCE = datetime(2026, 9, 22, tzinfo=UTC)  # when the youngest of these models came out
MILLION = 1_000_000
TOKENS_A_MINUTE = 600  # of a caller's audio: one for 100 ms (OpenAI's guide “Managing costs”)

# A model's price of a million tokens in US dollars, in the order of `TOKENS`; None where it has no such thing.
TOKENS = ("text_in", "text_cached", "text_out", "audio_in", "audio_cached", "audio_out")
PER_MILLION_TOKENS: dict[str, tuple[str | None, ...]] = {
    "gpt-realtime-2.1": ("4", "0.40", "24", "32", "0.40", "64"),
    "gpt-realtime-2.1-mini": ("0.60", "0.06", "2.40", "10", "0.30", "20"),
    "gpt-realtime-2": ("4", "0.40", "24", "32", "0.40", "64"),
    "gpt-realtime-1.5": ("4", "0.40", "16", "32", "0.40", "64"),
    "gpt-6-luna": ("0.10", "0.01", "0.50"),
    "gpt-6-sol": ("2", "0.20", "10"),
    "gpt-6-astra": ("10", "1", "50"),
    "gpt-5.6-luna": ("0.20", "0.02", "1.20"),
    "gpt-5.6-terra": ("2", "0.20", "12"),
    "gpt-4o-mini-tts": ("0.60", None, None, None, None, "12"),
}
PER_MINUTE_HEARD: dict[str, str] = {
    "gpt-transcribe": "0.0045",
    "gpt-live-transcribe": "0.017",
    "gpt-realtime-whisper": "0.017",
    "nova-3": "0.0048",  # ~
    "flux-general-en": "0.0078",  # ~
    "flux-general-multi": "0.0078",  # ~
}
PER_THOUSAND_CHARACTERS: dict[str, str] = {
    "eleven_flash_v2_5": "0.05",  # ~
}

# The carrier's prices of a minute in US dollars, each begun minute whole. By its site's price list of April 2026, the
# United States, local numbers: what other numbers cost is for each site to add.
CARRIER = "plivo"
CARRIER_SINCE = datetime(2020, 1, 1, tzinfo=UTC)
PER_STREAM_MINUTE = Decimal("0.003")
PER_LEG_MINUTE: dict[tuple[str, str], str] = {  # direction and first digits
    ("inbound", "1"): "0.0055",
    ("outbound", "1"): "0.0115",
}


@dataclass(frozen=True, slots=True)
class ListPrice:
    """One row to ship: `price` US dollars buy `per` of `unit` of `model`."""

    model: str
    unit: str
    price: Decimal
    per: int


def list_prices() -> Iterator[ListPrice]:
    """Every price of an AI or speech model that is known."""
    for model, prices in PER_MILLION_TOKENS.items():
        for unit, price in zip(TOKENS, prices, strict=False):
            if price is not None:
                yield ListPrice(model, unit, Decimal(price), MILLION)
    for model, price in PER_MINUTE_HEARD.items():
        yield ListPrice(model, "seconds", Decimal(price), 60)
        yield ListPrice(model, "audio_in", Decimal(price), TOKENS_A_MINUTE)  # some say tokens, and mean time
        for unit in ("text_in", "text_out"):  # which the minute includes
            yield ListPrice(model, unit, Decimal(0), MILLION)
    for model, price in PER_THOUSAND_CHARACTERS.items():
        yield ListPrice(model, "characters", Decimal(price), 1000)
