"""A summary without a model: what was said most tellingly, how it ended, and a count of kind and angry words."""

from collections import Counter
from math import ceil

from flows.engine.matching import words
from streams.ai.local.lexicon import kind_and_angry
from streams.ai.provider import Summary, Used

# Words that say nothing of what a caller wants.
SMALL_WORDS = frozenset(
    words(
        "a an and are at be but can could did do does for from had has have hello hi how i im if in is it its me my "
        "no nope not of ok okay on or our please so some that thats the there this to um us was we well were what when "
        "where which who will with would yeah yes yep you your thanks thank goodbye bye agent operator"
    )
)
LONGEST_QUOTE = 120  # characters


class LocalSummarizer:
    """A `Summarizer` that is no AI, and says so. Total: any text gives a summary."""

    name = "local"
    title = "Scripted summary (no AI)"

    def sum_up(self, lines: list[tuple[str, str]], *, outcome: str) -> Summary:
        """One to three plain sentences."""
        said = [" ".join(text.split()) for who, text in lines if who == "caller" and text.strip()]
        telling, third = _most_telling(said), ceil(len(said) / 3)
        sentences = [_what_was_said(said, telling), _who_answered(lines), _how_it_ended(outcome)]
        return Summary(
            text=" ".join(sentence for sentence in sentences if sentence),
            intent=_short(telling or outcome.strip()),
            mood=_mood(said),
            mood_start=_mood(said[:third]) if said else "",
            mood_end=_mood(said[-third:]) if said else "",
            written_by=self.title,
            used=(Used(engine=self.name, model=self.title, unit="summaries", quantity=1),),
        )


def _most_telling(said: list[str]) -> str:
    """What the caller said with the most words that mean something; the earliest of equals, "" when there are none."""
    weights = [(len(set(words(text)) - SMALL_WORDS), text) for text in said]
    weight, text = max(weights, key=lambda pair: pair[0], default=(0, ""))
    return text if weight else ""


def _what_was_said(said: list[str], telling: str) -> str:
    if not said:
        return "The caller did not speak."
    quoted = list(dict.fromkeys([telling or said[0], said[-1]]))
    return f"The caller said {' and '.join(f'“{_short(text)}”' for text in quoted)}."


def _who_answered(lines: list[tuple[str, str]]) -> str:
    turns = Counter(who for who, text in lines if text.strip())
    names = {"agent": "The assistant", "person": "The person they were put through to"}
    return " ".join(
        f"{name} spoke {turns[who]} time{'s' if turns[who] > 1 else ''}." for who, name in names.items() if turns[who]
    )


def _how_it_ended(outcome: str) -> str:
    outcome = " ".join(outcome.split()).rstrip(".")
    return f"The call ended: {outcome}." if outcome else ""


def _mood(said: list[str]) -> str:
    counted = [kind_and_angry(text) for text in said]
    balance = sum(kind - angry for kind, angry in counted)
    return "positive" if balance > 0 else "negative" if balance < 0 else "neutral"


def _short(text: str) -> str:
    return text if len(text) <= LONGEST_QUOTE else text[: LONGEST_QUOTE - 1].rstrip() + "…"
