"""Whom we called and who picked up while the database does not answer: they are asked for a moment, in their language.

Nothing is looked up for it. The language stands in the address that came with the order, and the carrier signs the
address with everything else.
"""

from streams.carriers import plivo_xml
from streams.house_texts import HOLD_ON
from streams.ordered import said
from streams.webhooks import addresses
from streams.webhooks.inbox import DATABASE_AWAY

MOST_HELD = 3  # times; with what we wait ourselves, that is about eight seconds


def may_hold(held: int, error: Exception) -> bool:
    """Whether who was put off so often may be put off once more: only where the database may be back in a moment."""
    return held < MOST_HELD and isinstance(error, DATABASE_AWAY)


def document(name: str, token: str, language: str, held: int) -> str:
    """“One moment, please.”, then `name`, which is `outbound` or `callback`, is asked for the `held`th time again."""
    words = said.in_language(HOLD_ON, language)
    url = addresses.picked_up_url(name, token, language, held)
    return plivo_xml.hold(then_url=url, is_answered=True, text=words["text"], language=words["language"])
