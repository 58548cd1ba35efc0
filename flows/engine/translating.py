"""A step in another language: which of its texts are translated, which are missing, and the step that says them. Pure.

A place is a setting that callers hear, or `say:OUTCOME` for what callers may say for an option. A text without a
translation is said in the flow's own language, by its own voice: callers are never left in silence.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from flows.engine.answers import Answer
from flows.engine.spoken_answers import VOCABULARY, texts_of_step
from flows.engine.step import Option, Step, params
from flows.engine.usual_texts import digit_text, usual

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flows.engine.machine import Flow

SAY = "say:"
_VOCABULARY = frozenset(text for texts in VOCABULARY.values() for text in texts)


def to_translate(step: Step) -> dict[str, str]:
    """The texts of a step that differ by language, by place: what callers hear, and may say, in the flow's own."""
    heard = {
        name: getattr(step, name)
        for name, about in params(type(step)).items()
        if about.spoken and getattr(step, name).strip()
    }
    said = {SAY + option.outcome: may_say(step, option) for option in step.options}
    return heard | {place: words for place, words in said.items() if words}


def may_say(step: Step, option: Option) -> str:
    """What callers may say for an option: at a menu its name, too."""
    if not getattr(step, "speech", True):
        return ""
    label = [option.label] if hasattr(step, "speech") else []
    return ", ".join(dict.fromkeys(each for each in (*label, *option.phrases) if each))


def translation(step: Step, language: str, place: str) -> str:
    """What stands at this place in a language: what a builder wrote, or the usual text; "" where it is missing."""
    own = step.translations.get(language, {}).get(place, "").strip()
    return own or (usual(getattr(step, place, ""), language) if not place.startswith(SAY) else "")


def missing(step: Step, language: str) -> list[str]:
    """The places that have no text in this language yet."""
    return [place for place in to_translate(step) if not translation(step, language, place)]


def translated(step: Step, language: str, *, only: bool = False) -> Step:
    """The step as it speaks and understands this language. `only`: what is missing is left out, not said otherwise."""
    texts: dict[str, Any] = {}
    for place in to_translate(step):
        found = translation(step, language, place)
        if not place.startswith(SAY) and (found or only):
            texts[place] = found
    options = tuple(_option(step, option, language) for option in step.options)
    return replace(step, **texts, tongue=language, **({"options": options} if options else {}))


def _option(step: Step, option: Option, language: str) -> Option:
    found = translation(step, language, SAY + option.outcome)
    return replace(option, phrases=tuple(_phrases(found))) if found else option


def _phrases(text: str) -> Iterator[str]:
    yield from (phrase.strip() for phrase in text.split(",") if phrase.strip())


def texts_in(flow: "Flow", language: str, known: "Mapping[str, Answer]") -> list[str]:
    """Every text that callers of this flow may hear in a further language, once."""
    texts = [
        digit_text(text, language)
        for step in flow.steps.values()
        for text in texts_of_step(translated(step, language, only=True), known)
    ]
    return [text for text in dict.fromkeys(texts) if text.strip() and text not in _VOCABULARY]
